import { createHash } from "node:crypto";
import type { Field } from "../catalog.ts";
import type { DatasetEntry, TableEntry, TableStatistics } from "../entries.ts";
import { conditionNotMet } from "../errors.ts";
import type { TableId } from "../names.ts";
import { oldestEntry } from "../streaming-buffer.ts";

export function datasetResource(entry: DatasetEntry) {
  return {
    kind: "bigquery#dataset",
    etag: etagOf(entry),
    id: `${entry.project}:${entry.dataset}`,
    datasetReference: { projectId: entry.project, datasetId: entry.dataset },
    location: entry.location,
    labels: entry.labels,
    description: entry.description,
    friendlyName: entry.friendlyName,
    maxTimeTravelHours: String(entry.maxTimeTravelHours ?? 168),
    access: [{ role: "OWNER", specialGroup: "projectOwners" }],
    creationTime: String(entry.created),
    lastModifiedTime: String(entry.modified),
  };
}

export const tableReference = (id: TableId) => ({
  projectId: id.project,
  datasetId: id.dataset,
  tableId: id.table,
});

/** As `tables.list` shows a table. */
export function tableListItem(entry: TableEntry) {
  return {
    kind: "bigquery#table",
    id: `${entry.project}:${entry.dataset}.${entry.table}`,
    tableReference: tableReference(entry),
    type: entry.view ? "VIEW" : "TABLE",
    creationTime: String(entry.created),
    labels: entry.labels,
    friendlyName: entry.friendlyName,
    ...(entry.expires === undefined ? {} : { expirationTime: String(entry.expires) }),
    ...(entry.partitionBy ? { timePartitioning: entry.partitionBy } : {}),
    ...(entry.clusterBy ? { clustering: { fields: entry.clusterBy } } : {}),
    ...(entry.view ? { view: { useLegacySql: false } } : {}),
  };
}

/** As `tables.get` shows a table. */
export function tableResource(
  entry: TableEntry,
  location: string,
  statistics: TableStatistics,
  buffer: TableStatistics | undefined,
) {
  return {
    ...tableListItem(entry),
    etag: etagOf(entry),
    description: entry.description,
    schema: { fields: entry.fields.map(fieldResource) },
    numRows: String(statistics.rows),
    numBytes: String(statistics.bytes),
    numLongTermBytes: "0",
    lastModifiedTime: String(entry.modified),
    location,
    requirePartitionFilter: entry.requirePartitionFilter,
    ...(entry.view ? { view: { query: entry.view, useLegacySql: false } } : {}),
    ...(buffer
      ? {
          streamingBuffer: {
            estimatedRows: String(buffer.rows),
            estimatedBytes: String(buffer.bytes),
            oldestEntryTime: String(oldestEntry(entry)),
          },
        }
      : {}),
  };
}

export function fieldResource(field: Field): Field {
  return {
    ...field,
    mode: field.mode ?? "NULLABLE",
    ...(field.fields ? { fields: field.fields.map(fieldResource) } : {}),
  };
}

/** Of what the entry says, not of what was counted of it: reading changes no etag. */
function etagOf(entry: object): string {
  const { statistics: _, appended: __, policy: ___, buffered: ____, ...rest } = entry as Partial<TableEntry>;
  return createHash("sha256").update(JSON.stringify(rest)).digest("base64url").slice(0, 22);
}

/** @throws BigQueryError `conditionNotMet` when the request names another state of the entry */
export function requireMatch(entry: DatasetEntry | TableEntry, ifMatch: string | undefined): void {
  if (ifMatch !== undefined && ifMatch !== "*" && ifMatch !== etagOf(entry)) throw conditionNotMet();
}
