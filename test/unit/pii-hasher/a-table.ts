import { layoutOf } from "../../../functions/pii-hasher/tables/layout.ts";
import { noProgress } from "../../../functions/pii-hasher/tables/progress.ts";
import type { Layout, Outcome, Progress, Survey } from "../../../functions/pii-hasher/tables/types.ts";
import { parseWarehouseFile } from "../../../functions/shared/config/parse.ts";
import type { Pii, PiiTable } from "../../../functions/shared/config/types.ts";
import type { TableColumn, TableInfo } from "../../../functions/shared/stores/bigquery/types.ts";

export const noon = new Date("2026-02-08T12:00:00Z");
export const minutesAgo = (minutes: number) => new Date(noon.getTime() - minutes * 60_000);
export const hoursAgo = (hours: number) => minutesAgo(60 * hours);

/** A warehouse file with one raw table, `shop.raw.orders`. @param lines further ones of its entry under `pii.tables` */
export function somePii(lines: readonly string[] = [], more: readonly string[] = []): Pii {
  const text = `
project: shop
location: US
time_zone: UTC
ops_dataset: ops
connectors: { shop: { name: The shop, every: 24h } }
sources:
  orders: { table: raw.orders, connector: shop, owner: shop-team, arrival: extracted_at, unique_key: [id] }
pii:
  key: identity-key
  country: US
  ${more.join("\n  ")}
  tables:
    orders:
      clean: clean.orders
      emails: { email: email_hash }
      phones: { phone: phone_hash }
      country: [country]
      ${lines.join("\n      ")}
notifications: { channels: { alerts: { slack: { webhook_secret: slack-alerts } } } }
`;
  const { pii } = parseWarehouseFile(text, "warehouse.yaml");
  if (pii === null) throw new Error("there is no pii");
  return pii;
}

export function aPiiTable(lines: readonly string[] = []): PiiTable {
  const [table] = somePii(lines).tables;
  if (table === undefined) throw new Error("there is no table");
  return table;
}

export const column = (name: string, type = "STRING", repeated = false): TableColumn => ({
  name,
  type,
  repeated,
});

export const rawColumns: readonly TableColumn[] = [
  column("id", "INTEGER"),
  column("extracted_at", "TIMESTAMP"),
  column("email"),
  column("phone"),
  column("country"),
  column("total", "NUMERIC"),
  column("_airbyte_raw_id"),
];

export const cleanColumns: readonly TableColumn[] = [
  column("id", "INTEGER"),
  column("extracted_at", "TIMESTAMP"),
  column("country"),
  column("total", "NUMERIC"),
  column("email_hash"),
  column("phone_hash"),
  column("_raw_arrived_at", "TIMESTAMP"),
  column("_hashed_at", "TIMESTAMP"),
  column("_key_generation", "INTEGER"),
  column("_unusable"),
];

export function aRaw(changes: Partial<TableInfo> = {}): TableInfo {
  return {
    kind: "table",
    etag: "raw-1",
    columns: rawColumns,
    query: null,
    description: null,
    labels: {},
    rows: 10,
    bytes: 1_000,
    modified: hoursAgo(1),
    needsPartitionFilter: false,
    buffer: null,
    ...changes,
  };
}

export const aClean = (changes: Partial<TableInfo> = {}) =>
  aRaw({ etag: "clean-1", columns: cleanColumns, ...changes });

/** A table whose rows were all hashed at the last look, a quarter of an hour ago. */
export const settled: Progress = {
  ...noProgress,
  settledAsOf: hoursAgo(1),
  seenUntil: hoursAgo(2),
  readAt: minutesAgo(15),
  rowsHashed: 10,
};

export function aSurvey(parts: Partial<Survey> = {}): Survey {
  return { table: aPiiTable(), raw: aRaw(), clean: aClean(), progress: settled, ...parts };
}

/** @throws Error where it is refused */
export function aLayout(
  lines: readonly string[] = [],
  raw = aRaw(),
  clean: TableInfo | null = aClean(),
): Layout {
  const layout = layoutOf(aPiiTable(lines), raw, clean, null);
  if ("code" in layout) throw new Error(layout.text);
  return layout;
}

/** What a look made of a table in which there was nothing to do, unless said. */
export function anOutcome(parts: Partial<Outcome> = {}): Outcome {
  return {
    inserted: 0,
    updated: 0,
    emptied: 0,
    left: 0,
    pending: 0,
    pendingSince: null,
    unusable: [],
    complete: true,
    idle: true,
    seenUntil: null,
    failure: null,
    ...parts,
  };
}
