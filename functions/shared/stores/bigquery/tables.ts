import type { BigQuery, Table } from "@google-cloud/bigquery";
import { needTime } from "../../time-left.ts";
import { warehouseError } from "./error.ts";
import type { StreamingBuffer, TableColumn, TableDefinition, TableInfo, ViewDefinition } from "./types.ts";

/**
 * Tables and views through BigQuery's API. A view is created by `tables.insert` and changed by
 * `tables.patch`, not by `CREATE OR REPLACE VIEW`: a patch names the state it replaces, costs no job, and
 * keeps every right that was granted on the view.
 */

const kinds: Readonly<Record<string, TableInfo["kind"]>> = { TABLE: "table", VIEW: "view" };

/** The used part of https://cloud.google.com/bigquery/docs/reference/rest/v2/tables#Table. */
interface Resource {
  readonly type?: string;
  readonly etag?: string;
  readonly schema?: { readonly fields?: readonly Field[] };
  readonly view?: { readonly query?: string };
  readonly description?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly numRows?: string;
  readonly numBytes?: string;
  readonly lastModifiedTime?: string;
  readonly requirePartitionFilter?: boolean;
  readonly timePartitioning?: { readonly requirePartitionFilter?: boolean };
  readonly streamingBuffer?: { readonly estimatedRows?: string; readonly oldestEntryTime?: string };
}

interface Field {
  readonly name?: string;
  readonly type?: string;
  readonly mode?: string;
  readonly fields?: readonly Field[];
}

/** @param name `project.dataset.table` */
export async function readTable(client: BigQuery, name: string): Promise<TableInfo | null> {
  needTime(0, "read a table's metadata");
  try {
    const [metadata] = await tableOf(client, name).getMetadata();
    return infoOf(metadata as Resource);
  } catch (failure) {
    const error = warehouseError("tables.get", failure);
    if (error.reason === "not_found") return null;
    throw error;
  }
}

/** `tables.list` returns labels, so no request for each view is needed. */
export async function listViews(
  client: BigQuery,
  dataset: string,
  label: { readonly key: string; readonly value: string },
): Promise<readonly string[]> {
  needTime(0, "list a dataset's views");
  const [projectId = "", id = ""] = dataset.split(".");
  try {
    const [tables] = await client.dataset(id, { projectId }).getTables();
    return tables.flatMap((table) => {
      const { type, labels } = table.metadata as Resource;
      return type === "VIEW" && labels?.[label.key] === label.value ? [`${dataset}.${table.id}`] : [];
    });
  } catch (failure) {
    throw warehouseError("tables.list", failure);
  }
}

/** @returns false if something with that name already exists */
export async function insertView(client: BigQuery, name: string, view: ViewDefinition): Promise<boolean> {
  return insert(client, name, resourceOf(view));
}

/** @returns false if something with that name already exists */
export async function insertTable(client: BigQuery, name: string, table: TableDefinition): Promise<boolean> {
  const { columns, partitionBy, clusterBy = [], description, labels } = table;
  return insert(client, name, {
    schema: { fields: fieldsOf(columns) },
    ...(partitionBy !== undefined && { timePartitioning: { type: "DAY", field: partitionBy } }),
    ...(clusterBy.length > 0 && { clustering: { fields: [...clusterBy] } }),
    ...(description !== undefined && { description }),
    ...(labels !== undefined && { labels: { ...labels } }),
  });
}

async function insert(client: BigQuery, name: string, resource: object): Promise<boolean> {
  needTime(0, "make a table or a view");
  const table = tableOf(client, name);
  try {
    await table.dataset.createTable(table.id ?? "", resource);
    return true;
  } catch (failure) {
    if (codeOf(failure) === 409) return false;
    throw warehouseError("tables.insert", failure);
  }
}

/** Does nothing if it does not exist. */
export async function deleteTable(client: BigQuery, name: string): Promise<void> {
  needTime(0, "drop a table");
  try {
    await tableOf(client, name).delete({ ignoreNotFound: true });
  } catch (failure) {
    throw warehouseError("tables.delete", failure);
  }
}

/** BigQuery's default for a dataset without a setting: https://cloud.google.com/bigquery/docs/time-travel. */
const defaultTimeTravelHours = 168;

/** @param dataset `project.dataset` */
export async function readTimeTravelHours(client: BigQuery, dataset: string): Promise<number | null> {
  needTime(0, "read a dataset's metadata");
  const [projectId = "", id = ""] = dataset.split(".");
  try {
    const [metadata] = await client.dataset(id, { projectId }).getMetadata();
    return Number(metadata.maxTimeTravelHours ?? defaultTimeTravelHours);
  } catch (failure) {
    const error = warehouseError("datasets.get", failure);
    if (error.reason === "not_found" || error.reason === "access_denied") return null;
    throw error;
  }
}

/** @returns false if the view has another `etag` or is gone */
export async function patchView(
  client: BigQuery,
  name: string,
  etag: string,
  view: ViewDefinition,
): Promise<boolean> {
  needTime(0, "change a view");
  try {
    await tableOf(client, name).request({
      method: "PATCH",
      uri: "",
      // Without it a view keeps its old columns.
      qs: { autodetect_schema: true },
      // The client sends the etag as If-Match.
      json: { ...resourceOf(view), etag },
    });
    return true;
  } catch (failure) {
    if (codeOf(failure) === 412) return false;
    throw warehouseError("tables.patch", failure);
  }
}

function resourceOf({ query, description, labels }: ViewDefinition) {
  return { view: { query, useLegacySql: false }, description, labels: { ...labels } };
}

function infoOf(resource: Resource): TableInfo {
  const kind = kinds[resource.type ?? ""] ?? "other";
  return {
    kind,
    etag: resource.etag ?? "",
    columns: (resource.schema?.fields ?? []).map(columnOf),
    query: resource.view?.query ?? null,
    description: resource.description ?? null,
    labels: resource.labels ?? {},
    rows: kind === "table" ? Number(resource.numRows) : null,
    bytes: kind === "table" ? Number(resource.numBytes ?? 0) : null,
    modified: new Date(Number(resource.lastModifiedTime)),
    needsPartitionFilter:
      resource.requirePartitionFilter ?? resource.timePartitioning?.requirePartitionFilter ?? false,
    buffer: bufferOf(resource),
  };
}

/** Absent if no rows are being streamed. */
function bufferOf({ streamingBuffer }: Resource): StreamingBuffer | null {
  if (streamingBuffer === undefined) return null;
  const { estimatedRows = "0", oldestEntryTime } = streamingBuffer;
  return {
    rows: Number(estimatedRows),
    oldest: oldestEntryTime === undefined ? null : new Date(Number(oldestEntryTime)),
  };
}

/** Columns as the API takes them. */
export function fieldsOf(columns: readonly TableColumn[]): object[] {
  return columns.map(({ name, type, repeated, fields }) => ({
    name,
    type,
    mode: repeated ? "REPEATED" : "NULLABLE",
    ...(fields !== undefined && { fields: fieldsOf(fields) }),
  }));
}

/** The API has two names for some types, https://cloud.google.com/bigquery/docs/reference/rest/v2/tables#TableFieldSchema. */
const oneName: Readonly<Record<string, string>> = {
  INT64: "INTEGER",
  FLOAT64: "FLOAT",
  BOOL: "BOOLEAN",
  STRUCT: "RECORD",
};

function columnOf({ name = "", type = "", mode, fields }: Field): TableColumn {
  const written = type.toUpperCase();
  return {
    name,
    type: oneName[written] ?? written,
    repeated: mode === "REPEATED",
    ...(fields !== undefined && { fields: fields.map(columnOf) }),
  };
}

function tableOf(client: BigQuery, name: string): Table {
  const [projectId = "", dataset = "", table = ""] = name.split(".");
  return client.dataset(dataset, { projectId }).table(table);
}

function codeOf(failure: unknown): unknown {
  return (failure as { readonly code?: unknown } | null)?.code;
}
