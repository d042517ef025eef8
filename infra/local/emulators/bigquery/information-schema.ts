import { textShape } from "./append.ts";
import type { Field } from "./catalog.ts";
import type { TableEntry } from "./entries.ts";
import { googleSqlType } from "./fields.ts";
import type { JobRecord } from "./jobs.ts";
import type { TableId } from "./names.ts";
import { partitionBytes } from "./statistics.ts";
import { duckdbType, fieldType, quoteIdentifier, quoteLiteral } from "./types.ts";
import type { Warehouse } from "./warehouse.ts";

/** Rows made from the catalog at the time of the query. */
export interface VirtualTable {
  readonly fields: readonly Field[];
  /** DuckDB query in parentheses. */
  readonly from: string;
}

/** What a view looks at: one dataset, or every dataset of a project in one location. */
export interface Scope {
  readonly project: string;
  readonly dataset: string | null;
  readonly location: string;
}

type Row = readonly (string | number | boolean | null | object)[];

interface View {
  readonly columns: readonly Field[];
  readonly rows: (warehouse: Warehouse, scope: Scope, jobs: readonly JobRecord[]) => Promise<Row[]> | Row[];
  /** Whether it is qualified by a dataset, by a region, or by either. */
  readonly of: "dataset" | "region" | "either";
}

const text = (name: string): Field => ({ name, type: "STRING" });
const integer = (name: string): Field => ({ name, type: "INTEGER" });
const timestamp = (name: string): Field => ({ name, type: "TIMESTAMP" });
const flag = (name: string): Field => ({ name, type: "BOOLEAN" });

const instant = (milliseconds: number | undefined) =>
  milliseconds === undefined
    ? null
    : `${new Date(milliseconds).toISOString().replace("T", " ").slice(0, -1)}+00:00`;

const yesNo = (value: boolean) => (value ? "YES" : "NO");

const tablesOf = (warehouse: Warehouse, scope: Scope): TableEntry[] =>
  warehouse.store
    .datasets(scope.project)
    .filter((entry) =>
      scope.dataset === null ? entry.location === scope.location : entry.dataset === scope.dataset,
    )
    .flatMap((entry) => warehouse.store.tables(entry));

const ADDRESS = [text("table_catalog"), text("table_schema"), text("table_name")];
const addressOf = (entry: TableEntry) => [entry.project, entry.dataset, entry.table];

const TABLE_PARTS = [text("project_id"), text("dataset_id"), text("table_id")];
const tableParts = ({ project, dataset, table }: TableId) => ({
  project_id: project,
  dataset_id: dataset,
  table_id: table,
});

/** What only a query job has. */
const ofQuery = <T>(job: JobRecord, value: T) => (job.type === "QUERY" ? value : null);

/** Those of BigQuery's columns that are known here, in its order. */
const JOBS: View = {
  of: "region",
  columns: [
    timestamp("creation_time"),
    text("project_id"),
    text("user_email"),
    text("job_id"),
    text("job_type"),
    text("statement_type"),
    timestamp("start_time"),
    timestamp("end_time"),
    text("query"),
    text("state"),
    integer("total_bytes_processed"),
    {
      name: "error_result",
      type: "RECORD",
      fields: [text("reason"), text("location"), text("debug_info"), text("message")],
    },
    flag("cache_hit"),
    { name: "destination_table", type: "RECORD", fields: TABLE_PARTS },
    { name: "referenced_tables", type: "RECORD", mode: "REPEATED", fields: TABLE_PARTS },
    { name: "labels", type: "RECORD", mode: "REPEATED", fields: [text("key"), text("value")] },
    integer("total_bytes_billed"),
  ],
  rows: (_, scope, jobs) =>
    jobs
      .filter((job) => job.project === scope.project && job.location === scope.location)
      .map((job) => [
        instant(job.created),
        job.project,
        job.user,
        job.id,
        job.type,
        job.statementType ?? null,
        instant(job.created),
        instant(job.ended),
        job.query ?? null,
        job.ended === undefined ? "RUNNING" : "DONE",
        ofQuery(job, job.bytesProcessed),
        job.error
          ? {
              reason: job.error.reason,
              location: job.error.location,
              debug_info: "",
              message: job.error.message,
            }
          : null,
        ofQuery(job, false),
        job.destination ? tableParts(job.destination) : null,
        job.referencedTables.map(tableParts),
        Object.entries(job.labels).map(([key, value]) => ({ key, value })),
        ofQuery(job, job.bytesBilled),
      ]),
};

/** By name in capitals. Any other is refused. */
export const VIEWS: Readonly<Record<string, View>> = {
  // Not of INFORMATION_SCHEMA, but its older sister: `dataset.__TABLES__`.
  __TABLES__: {
    of: "dataset",
    columns: [
      text("project_id"),
      text("dataset_id"),
      text("table_id"),
      integer("creation_time"),
      integer("last_modified_time"),
      integer("row_count"),
      integer("size_bytes"),
      integer("type"),
    ],
    rows: async (warehouse, scope) => {
      const rows: Row[] = [];
      for (const entry of tablesOf(warehouse, scope)) {
        const { rows: count, bytes } = await warehouse.storedStatistics(entry);
        rows.push([...addressOf(entry), entry.created, entry.modified, count, bytes, entry.view ? 2 : 1]);
      }
      return rows;
    },
  },
  TABLES: {
    of: "either",
    columns: [
      ...ADDRESS,
      text("table_type"),
      text("is_insertable_into"),
      text("is_typed"),
      timestamp("creation_time"),
    ],
    rows: (warehouse, scope) =>
      tablesOf(warehouse, scope).map((entry) => [
        ...addressOf(entry),
        entry.view ? "VIEW" : "BASE TABLE",
        yesNo(!entry.view),
        "NO",
        instant(entry.created),
      ]),
  },
  COLUMNS: {
    of: "either",
    columns: [
      ...ADDRESS,
      text("column_name"),
      integer("ordinal_position"),
      text("is_nullable"),
      text("data_type"),
      text("is_partitioning_column"),
      integer("clustering_ordinal_position"),
    ],
    rows: (warehouse, scope) =>
      tablesOf(warehouse, scope).flatMap((entry) =>
        entry.fields.map((field, i) => {
          const clustered = (entry.clusterBy ?? []).indexOf(field.name) + 1;
          const partitioning = entry.partitionBy?.field === field.name;
          return [
            ...addressOf(entry),
            field.name,
            i + 1,
            yesNo(field.mode !== "REQUIRED"),
            googleSqlType(field),
            yesNo(partitioning),
            clustered || null,
          ];
        }),
      ),
  },
  SCHEMATA: {
    of: "region",
    columns: [
      text("catalog_name"),
      text("schema_name"),
      text("schema_owner"),
      timestamp("creation_time"),
      timestamp("last_modified_time"),
      text("location"),
    ],
    rows: (warehouse, scope) =>
      warehouse.store
        .datasets(scope.project)
        .filter((entry) => entry.location === scope.location)
        .map((entry) => [
          entry.project,
          entry.dataset,
          null,
          instant(entry.created),
          instant(entry.modified),
          entry.location,
        ]),
  },
  VIEWS: {
    of: "either",
    columns: [...ADDRESS, text("view_definition"), text("check_option"), text("use_standard_sql")],
    rows: (warehouse, scope) =>
      tablesOf(warehouse, scope)
        .filter((entry) => entry.view)
        .map((entry) => [...addressOf(entry), entry.view ?? null, null, "YES"]),
  },
  TABLE_OPTIONS: {
    of: "either",
    columns: [...ADDRESS, text("option_name"), text("option_type"), text("option_value")],
    rows: (warehouse, scope) => tablesOf(warehouse, scope).flatMap(optionsOf),
  },
  TABLE_STORAGE: {
    of: "region",
    columns: [
      text("project_id"),
      ...ADDRESS,
      timestamp("creation_time"),
      integer("total_rows"),
      integer("total_partitions"),
      integer("total_logical_bytes"),
      timestamp("storage_last_modified_time"),
      flag("deleted"),
      text("table_type"),
    ],
    rows: async (warehouse, scope) => {
      const rows: Row[] = [];
      for (const entry of tablesOf(warehouse, scope).filter((table) => !table.view)) {
        const { rows: count, bytes, partitions } = await warehouse.storedStatistics(entry);
        rows.push([
          entry.project,
          ...addressOf(entry),
          instant(entry.created),
          count,
          entry.partitionBy ? partitions.length : 0,
          bytes,
          instant(entry.modified),
          false,
          "BASE TABLE",
        ]);
      }
      return rows;
    },
  },
  PARTITIONS: {
    of: "dataset",
    columns: [
      ...ADDRESS,
      text("partition_id"),
      integer("total_rows"),
      integer("total_logical_bytes"),
      timestamp("last_modified_time"),
      text("storage_tier"),
    ],
    rows: async (warehouse, scope) => {
      const rows: Row[] = [];
      for (const entry of tablesOf(warehouse, scope).filter((table) => !table.view)) {
        const { rows: count, bytes, partitions } = await warehouse.storedStatistics(entry);
        const whole = [{ id: null, rows: count, size: bytes }];
        const parts = partitions.map((part) => ({
          id: part.id,
          rows: part.rows,
          size: partitionBytes(part),
        }));
        const buffer = await warehouse.buffer(entry);
        if (buffer) parts.push({ id: "__UNPARTITIONED__", rows: buffer.rows, size: buffer.bytes });
        for (const part of entry.partitionBy ? parts : whole) {
          rows.push([...addressOf(entry), part.id, part.rows, part.size, instant(entry.modified), "ACTIVE"]);
        }
      }
      return rows;
    },
  },
  JOBS,
  JOBS_BY_PROJECT: JOBS,
};

function optionsOf(entry: TableEntry): Row[] {
  const options: Row[] = [];
  const add = (name: string, type: string, value: string) =>
    options.push([...addressOf(entry), name, type, value]);
  if (entry.description) add("description", "STRING", JSON.stringify(entry.description));
  const labels = Object.entries(entry.labels);
  if (labels.length > 0) {
    const pairs = labels.map(([key, value]) => `STRUCT(${JSON.stringify(key)}, ${JSON.stringify(value)})`);
    add("labels", "ARRAY<STRUCT<STRING, STRING>>", `[${pairs.join(", ")}]`);
  }
  if (entry.expires !== undefined) {
    add("expiration_timestamp", "TIMESTAMP", `TIMESTAMP "${new Date(entry.expires).toISOString()}"`);
  }
  if (entry.requirePartitionFilter) add("require_partition_filter", "BOOL", "true");
  return options;
}

/** @param name a key of `VIEWS` */
export async function readView(
  name: string,
  view: View,
  scope: Scope,
  warehouse: Warehouse,
  jobs: readonly JobRecord[],
): Promise<VirtualTable> {
  const rows = await view.rows(warehouse, scope, jobs);
  const objects = rows.map((row) => Object.fromEntries(view.columns.map((field, i) => [field.name, row[i]])));
  const shape = quoteLiteral(JSON.stringify([textShape(view.columns)]));
  const columns = view.columns.map((field) => {
    const column = quoteIdentifier(field.name);
    return `CAST(r.${column} AS ${duckdbType(fieldType(field))}) AS ${column}`;
  });
  // One JSON text for all rows: 10,000 tables are a literal of some megabytes, not 80,000 expressions.
  const json = quoteLiteral(JSON.stringify(objects));
  const from = `(SELECT ${columns.join(", ")} FROM (SELECT unnest(from_json(${json}::JSON, ${shape})) AS r) AS ${quoteIdentifier(name)})`;
  return { fields: view.columns, from };
}
