import { type Analyzer, startAnalyzer } from "./analyzer.ts";
import { serviceAccount } from "./callers.ts";
import type { Field, WarehouseWriter } from "./catalog.ts";
import { CatalogStore } from "./catalog-store.ts";
import { Database } from "./database.ts";
import { type JobRecord, Jobs } from "./jobs.ts";
import { parseDatasetName, parseTableName, physicalTable, type TableId } from "./names.ts";
import { analyzeStatement, clean, resultFields, type Session } from "./query.ts";
import { requireAccess } from "./relations.ts";
import { prepareConnection } from "./sql/translate.ts";
import { type NewTable, Warehouse } from "./warehouse.ts";

export interface EngineOptions {
  /** `:memory:`, or the path of a DuckDB file that is made when missing. */
  readonly file: string;
  /** Project of the jobs, and of names written without one. */
  readonly project: string;
  readonly clock: () => Date;
  /** How long streamed rows stay in the streaming buffer, by `clock`. Default: 30 minutes. */
  readonly streamingBufferMs?: number;
}

/** BigQuery's storage and query engine in one process, over DuckDB. */
export interface Engine extends WarehouseWriter {
  readonly project: string;
  readonly clock: () => Date;
  /** Every job so far, oldest first. */
  readonly jobs: readonly JobRecord[];
  /** `dataset` is `project.dataset`: its tables answer 403, as without the right to read them. */
  denyAccess(dataset: string): void;
  allowAccess(dataset: string): void;
  close(): Promise<void>;
  /** For the REST server. */
  readonly internals: Internals;
}

export interface Internals {
  readonly warehouse: Warehouse;
  readonly session: Session;
  readonly jobs: Jobs;
  /** @throws BigQueryError `accessDenied` */
  requireAccess(id: TableId): void;
  /** Columns of a view of this query, described as those of the same name in `known`. */
  viewFields(id: TableId, googleSql: string, known: readonly Field[]): Promise<Field[]>;
  /** Analyzes the query for the view's columns; `replace` an existing view. */
  putView(id: TableId, googleSql: string, definition: NewTable, at: Date, replace: boolean): Promise<void>;
}

const STREAMING_BUFFER_MS = 30 * 60_000;

/** Opens the file, or makes it, and starts the GoogleSQL analyzer. */
export async function openEngine(options: EngineOptions): Promise<Engine> {
  const analyzer = await startAnalyzer();
  try {
    return await engineOver(analyzer, options);
  } catch (error) {
    await analyzer.close();
    throw error;
  }
}

async function engineOver(analyzer: Analyzer, options: EngineOptions): Promise<Engine> {
  const database = await Database.open(options.file, prepareConnection);
  const store = await CatalogStore.open(database, {
    clock: options.clock,
    streamingBufferMs: options.streamingBufferMs ?? STREAMING_BUFFER_MS,
  });
  const warehouse = new Warehouse(database, store);
  const jobs = new Jobs(options.clock);
  const denied = new Set<string>();
  const session: Session = {
    warehouse,
    analyzer,
    clock: options.clock,
    jobs: () => jobs.list(),
    isDenied: ({ project, dataset }) => denied.has(`${project}.${dataset}`),
  };
  const internals: Internals = {
    warehouse,
    session,
    jobs,
    requireAccess: (id) => requireAccess(id, session),
    async viewFields(id, googleSql, known) {
      const fields = await clean(() => viewFields(session, id, googleSql));
      return fields.map((field) => {
        const description = known.find((given) => given.name === field.name)?.description;
        return description === undefined ? field : { ...field, description };
      });
    },
    async putView(id, googleSql, definition, at, replace) {
      const fields = await internals.viewFields(id, googleSql, definition.fields);
      const view = { ...definition, fields, view: googleSql };
      await warehouse.createView(id, view, at, replace ? "replace" : "fail");
    },
  };
  return {
    project: options.project,
    clock: options.clock,
    get jobs() {
      return jobs.list();
    },
    denyAccess: (dataset) => void denied.add(qualified(dataset, options.project)),
    allowAccess: (dataset) => void denied.delete(qualified(dataset, options.project)),
    internals,
    ...createWriter(internals),
    async close() {
      // A stack that is stopped in the middle of a long query does not wait for it, nor for those behind it.
      const impatience = setInterval(() => database.interrupt(), interruptEveryMs);
      await jobs.idle();
      clearInterval(impatience);
      if (!database.inMemory) await warehouse.save();
      database.close();
      await analyzer.close();
    },
  };
}

/** What is running at the end has this long to finish. */
const interruptEveryMs = 1_000;

const qualified = (dataset: string, project: string) =>
  dataset.includes(".") ? dataset : `${project}.${dataset}`;

async function viewFields(session: Session, id: TableId, googleSql: string) {
  const { translated } = await analyzeStatement(session, {
    sql: googleSql,
    project: id.project,
    user: serviceAccount(id.project),
    defaultDataset: undefined,
    location: session.warehouse.store.dataset(id).location,
    parameters: new Map(),
    maximumBytesBilled: undefined,
    destination: undefined,
  });
  if (translated.kind !== "SELECT") throw new Error("a view is a SELECT");
  return resultFields(translated.schema);
}

function createWriter({ warehouse, putView }: Internals): WarehouseWriter {
  const { store, database } = warehouse;
  return {
    async createDataset(dataset, { location, at }) {
      await warehouse.createDataset(parseDatasetName(dataset), { location }, at, "keep");
    },
    async createTable(table, definition, at) {
      await warehouse.createTable(parseTableName(table), definition, at);
    },
    async createView(table, googleSql, at) {
      await putView(parseTableName(table), googleSql, { fields: [] }, at, false);
    },
    async appendSelect(table, duckdbSelect, at) {
      const id = parseTableName(table);
      const entry = store.table(id);
      return warehouse.alone(id, async () => {
        const result = await database.writer.run(`INSERT INTO ${physicalTable(id)} BY NAME ${duckdbSelect}`);
        warehouse.appended(entry, at);
        return result.rowsChanged;
      });
    },
    touch(table, at) {
      const entry = store.table(parseTableName(table));
      entry.modified = at.getTime();
      store.changed(entry);
    },
    async duckdb(sql) {
      const reader = await database.writer.runAndReadAll(sql);
      return reader.getRows();
    },
  };
}
