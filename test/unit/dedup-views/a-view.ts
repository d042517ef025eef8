import { parseWarehouseFile } from "../../../functions/shared/config/parse.ts";
import type { DedupView } from "../../../functions/shared/config/types.ts";
import type { TableColumn, TableInfo } from "../../../functions/shared/stores/bigquery/types.ts";

/** A warehouse file with one dedup view, `clean`, over `shop.ads.insights`. */
function fileWith(view = "{ source: ads, tie_break: [raw_id] }", source = ""): string {
  return `
project: shop
location: US
time_zone: UTC
ops_dataset: ops
connectors: { facebook: { name: Facebook, every: 24h } }
sources:
  ads:
    table: ads.insights
    connector: facebook
    owner: growth
    arrival: extracted_at
    business_date: day
    unique_key: [ad_id, day]
    money: { column: spend, currency: USD, kind: spend }
    ${source}
dedup_views:
  clean: ${view}
notifications: { channels: { alerts: { slack: { webhook_secret: slack-alerts } } } }
`;
}

export function aView(view?: string, changes: Partial<DedupView["source"]> = {}): DedupView {
  const [parsed] = parseWarehouseFile(fileWith(view), "warehouse.yaml").dedupViews;
  if (parsed === undefined) throw new Error("there is no dedup view");
  return { ...parsed, source: { ...parsed.source, ...changes } };
}

export const column = (name: string, type = "STRING", repeated = false): TableColumn => ({
  name,
  type,
  repeated,
});

export const rawColumns: readonly TableColumn[] = [
  column("raw_id"),
  column("extracted_at", "TIMESTAMP"),
  column("ad_id"),
  column("day", "DATE"),
  column("spend", "NUMERIC"),
];

export function aTable(columns = rawColumns, changes: Partial<TableInfo> = {}): TableInfo {
  return {
    kind: "table",
    etag: "raw-1",
    columns,
    query: null,
    description: null,
    labels: {},
    rows: 10,
    bytes: 1_000,
    modified: new Date("2026-02-08T06:00:00Z"),
    needsPartitionFilter: false,
    buffer: null,
    ...changes,
  };
}
