import type { BigQuery, Job, Query } from "@google-cloud/bigquery";
import { addToRequestLog } from "../../log.ts";
import { leftMs, needTime } from "../../time-left.ts";
import { WarehouseError, warehouseError } from "./error.ts";
import { loadTable } from "./load.ts";
import { type Names, renderStatement } from "./statement.ts";
import {
  deleteTable,
  insertTable,
  insertView,
  listViews,
  patchView,
  readTable,
  readTimeTravelHours,
} from "./tables.ts";
import type { Bulk, Inputs, ParamType, ParamValue, Row, StatementRun, Tables, Warehouse } from "./types.ts";

export interface WarehouseSettings {
  readonly project: string;
  readonly location: string;
  readonly opsDataset: string;
  /** Name of the function; becomes the job label `plumbline_function`. */
  readonly from: string;
  /** BigQuery refuses a statement that would bill more, before it runs. */
  readonly maximumBytesBilled?: number;
  /** Estimates every statement instead of running it: queries return no rows, DML changes nothing. */
  readonly dryRun?: boolean;
}

/** 20 GiB is about $0.12 on demand: far above what the bundle needs, far below an accident. */
const defaultCeiling = 20 * 2 ** 30;

/** BigQuery's limit of tables referenced by a query: https://cloud.google.com/bigquery/quotas#query_jobs. */
export const tablesPerQuery = 1_000;

let clients: Map<string, Promise<BigQuery>> | undefined;

/**
 * One client per project and process, created at the first statement, because loading it costs half a cold
 * start.
 */
function clientOf(project: string): Promise<BigQuery> {
  clients ??= new Map();
  let client = clients.get(project);
  if (client === undefined) {
    client = import("@google-cloud/bigquery").then(({ BigQuery }) => new BigQuery({ projectId: project }));
    clients.set(project, client);
  }
  return client;
}

export function openWarehouse(settings: WarehouseSettings): Warehouse & Tables & Bulk {
  const runs: StatementRun[] = [];
  const dryRun = settings.dryRun ?? false;
  const names = (inputs: Inputs | undefined): Names => ({
    ops: `${settings.project}.${settings.opsDataset}`,
    ...inputs?.names,
  });

  async function run(
    statement: string,
    sql: string,
    inputs: Inputs,
    read: (job: Job) => Promise<Row[]> = allRows,
  ): Promise<{ job: Job; rows: Row[] }> {
    const client = await clientOf(settings.project);
    needTime(0, `run ${statement}`);
    try {
      const [job] = await client.createQueryJob({
        query: sql,
        location: settings.location,
        ...parametersOf(inputs),
        labels: { plumbline_function: settings.from, plumbline_statement: statement.replaceAll("/", "_") },
        maximumBytesBilled: String(settings.maximumBytesBilled ?? defaultCeiling),
        dryRun,
        ...(Number.isFinite(leftMs()) && { jobTimeoutMs: Math.ceil(leftMs()) }),
      } as Query);
      const rows = dryRun ? [] : await read(job);
      if (!dryRun) await job.getMetadata();
      const done = record(statement, sql, job, dryRun);
      runs.push(done);
      addToRequestLog({ statements: 1, bytes_billed: done.bytesBilled });
      return { job, rows };
    } catch (failure) {
      throw warehouseError(statement, failure);
    }
  }

  return {
    runs,

    async query(statement, inputs = {}) {
      return (await run(statement, renderStatement(statement, names(inputs)), inputs)).rows;
    },

    async *pages(statement, inputs, rowsPerPage) {
      let next: object | null = { maxResults: rowsPerPage, autoPaginate: false };
      const page = async (job: Job): Promise<Row[]> => {
        const [rows, following] = await job.getQueryResults(next ?? {});
        next = following ?? null;
        return rows as Row[];
      };
      const sql = renderStatement(statement, names(inputs));
      const { job, rows } = await run(statement, sql, inputs, page);
      yield rows;
      while (!dryRun && next !== null) {
        needTime(0, `read on in ${statement}`);
        yield await page(job).catch((failure: unknown) => {
          throw warehouseError(statement, failure);
        });
      }
    },

    async queryAll(statement, branches, shared = {}) {
      if (branches.length === 0) return [];
      if (branches.length > tablesPerQuery) {
        throw new WarehouseError(
          "invalid",
          statement,
          `${branches.length} tables in one query; the limit is ${tablesPerQuery}`,
        );
      }
      const sql = branches
        .map((branch, n) => renderStatement(statement, { ...names(shared), ...names(branch), n: String(n) }))
        .join("\nUNION ALL\n");
      return (await run(statement, sql, joined(branches, shared))).rows;
    },

    async execute(statement, inputs = {}) {
      const { job } = await run(statement, renderStatement(statement, names(inputs)), inputs);
      return { affectedRows: Number(job.metadata.statistics?.query?.numDmlAffectedRows ?? 0) };
    },

    table: async (name) => readTable(await clientOf(settings.project), name),

    viewsLabelled: async (dataset, label) => listViews(await clientOf(settings.project), dataset, label),

    async createView(name, view) {
      if (dryRun) throw new Error("a dry run makes no view");
      return insertView(await clientOf(settings.project), name, view);
    },

    async changeView(name, etag, view) {
      if (dryRun) throw new Error("a dry run changes no view");
      return patchView(await clientOf(settings.project), name, etag, view);
    },

    async createTable(name, table) {
      if (dryRun) throw new Error("a dry run makes no table");
      return insertTable(await clientOf(settings.project), name, table);
    },

    async dropTable(name) {
      if (dryRun) throw new Error("a dry run drops no table");
      return deleteTable(await clientOf(settings.project), name);
    },

    async loadTable(name, columns, rows, expiresAfterMs) {
      if (dryRun) throw new Error("a dry run loads nothing");
      return loadTable(await clientOf(settings.project), name, {
        columns,
        rows,
        expiresAfterMs,
        ...settings,
      });
    },

    timeTravelHours: async (dataset) => readTimeTravelHours(await clientOf(settings.project), dataset),

    async datasetLocation(dataset) {
      const client = await clientOf(settings.project);
      const [projectId, id] = dataset.includes(".") ? dataset.split(".") : [settings.project, dataset];
      try {
        const [metadata] = await client.dataset(id ?? "", { projectId }).getMetadata();
        return String(metadata.location);
      } catch (failure) {
        const error = warehouseError("datasets.get", failure);
        if (error.reason === "not_found" || error.reason === "access_denied") return null;
        throw error;
      }
    },
  };
}

async function allRows(job: Job): Promise<Row[]> {
  return (await job.getQueryResults())[0] as Row[];
}

/**
 * The client cannot infer the type of a null or an empty array, and takes a Date for a TIMESTAMP only if the
 * type says so.
 */
function parametersOf(inputs: Inputs): { params: Record<string, unknown>; types: Record<string, unknown> } {
  const params: Record<string, unknown> = {};
  const types: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(inputs.params ?? {})) {
    const type = inputs.types?.[name] ?? (value instanceof Date ? "TIMESTAMP" : undefined);
    if (type !== undefined) types[name] = type;
    params[name] = wrapped(value, type);
  }
  return { params, types };
}

/** The client reads a DATE from a `value` property: it would send a plain string as NULL without an error. */
function wrapped(value: ParamValue, type: ParamType | undefined): unknown {
  if (value === null || type === undefined || value instanceof Date) return value;
  if (typeof type === "string") {
    return typeof value === "string" && /DATE|TIME/.test(type) ? { value } : value;
  }
  if (Array.isArray(value)) {
    const [itemType] = type as readonly [ParamType];
    return value.map((item) => wrapped(item, itemType));
  }
  const fields = type as Readonly<Record<string, ParamType>>;
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [name, wrapped(field, fields[name])]),
  );
}

function joined(branches: readonly Inputs[], shared: Inputs): Inputs {
  const params: Record<string, ParamValue> = { ...shared.params };
  const types = { ...shared.types };
  branches.forEach((branch, n) => {
    for (const [name, value] of Object.entries(branch.params ?? {})) params[`${name}_${n}`] = value;
    for (const [name, type] of Object.entries(branch.types ?? {})) types[`${name}_${n}`] = type;
  });
  return { params, types };
}

function record(statement: string, sql: string, job: Job, dryRun: boolean): StatementRun {
  const statistics = job.metadata?.statistics;
  return {
    statement,
    sql,
    jobId: dryRun ? null : (job.id ?? null),
    bytesProcessed: Number(statistics?.totalBytesProcessed ?? statistics?.query?.totalBytesProcessed ?? 0),
    bytesBilled: Number(statistics?.query?.totalBytesBilled ?? 0),
    dryRun,
  };
}
