import type { TableDefinition } from "../../emulators/bigquery/catalog.ts";
import { type Slice, valuesSql } from "../day-plan.ts";
import { nameSql, TIKTOK_CAMPAIGNS } from "../names.ts";
import { shareSql, shuffleSql } from "../numbers.ts";
import type { TikTokDay } from "../tiktok-plan.ts";
import { AIRBYTE_FIELDS, airbyteColumnsSql, BY_EXTRACTION_DAY, fields } from "./airbyte.ts";

/** A multiple of the campaigns, and more than the ads of any day. */
const ADS = TIKTOK_CAMPAIGNS.length * 10;

/** Provinces as TikTok numbers them; more than the rows of any ad. */
const PROVINCES = 61;

const REPORT = [
  ...fields("INTEGER", "advertiser_id", "campaign_id", "adgroup_id", "ad_id"),
  ...fields("DATETIME", "stat_time_day"),
];

export const TIKTOK_TABLES: Readonly<Record<string, TableDefinition>> = {
  tiktokads_reports_daily: {
    description:
      "One row per ad and day. The figures are text inside the JSON of `metrics`, as TikTok sends them.",
    fields: [...AIRBYTE_FIELDS, ...REPORT, ...fields("STRING", "metrics", "dimensions")],
    partitionBy: BY_EXTRACTION_DAY,
  },
  tiktokads_audience_reports_by_province_daily: {
    description: "One row per ad, day and province.",
    fields: [
      ...AIRBYTE_FIELDS,
      ...REPORT,
      ...fields("INTEGER", "province_id"),
      ...fields("STRING", "metrics"),
    ],
    partitionBy: BY_EXTRACTION_DAY,
  },
};

/** One sync: when it began (milliseconds since 1970), and the ads and days that are new with it. */
export interface TikTokSync {
  readonly at: number;
  readonly slices: readonly Slice<TikTokDay>[];
}

/** DuckDB SELECTs of the rows of some syncs, by table. */
export function tiktokSelects(seed: number, syncs: readonly TikTokSync[]): Record<string, string> {
  const ads = adsSql(syncs);
  const before = (slot: string) => `(province_rows::BIGINT * (${slot}) // slots)`;
  return {
    tiktokads_reports_daily: `WITH ${ads}
      SELECT ${airbyteColumnsSql([`'tt ad ${seed}'`, "day", "slot"], "extracted_us")}, ${REPORT_SQL},
        concat('{"campaign_name":"', ${nameSql(TIKTOK_CAMPAIGNS, "campaign")}, '","ad_name":"Ad ', ad, '",',
          ${metricsSql("cents", "impressions")}, '}') AS metrics,
        concat('{"ad_id":', 1780000000000000 + ad, ',"stat_time_day":"', DATE '1970-01-01' + day, ' 00:00:00"}')
          AS dimensions
      FROM ads`,
    tiktokads_audience_reports_by_province_daily: `WITH ${ads},
      counted AS (SELECT *, ${before("slot + 1")} - ${before("slot")} AS parts FROM ads),
      parts AS (SELECT *, unnest(range(parts)) AS r FROM counted),
      shared AS (
        SELECT *, ${shareSql("cents", "(r + slot) % parts", "parts")} AS part_cents,
          ${shareSql("impressions", "(r + slot) % parts", "parts")} AS part_impressions
        FROM parts)
      SELECT ${airbyteColumnsSql([`'tt province ${seed}'`, "day", "slot", "r"], "extracted_us")}, ${REPORT_SQL},
        6250000 + (ad + r * 7) % ${PROVINCES} AS province_id,
        concat('{', ${metricsSql("part_cents", "part_impressions")}, '}') AS metrics
      FROM shared`,
  };
}

function adsSql(syncs: readonly TikTokSync[]): string {
  const rows = syncs.flatMap(({ at, slices }) =>
    slices.map(({ plan, from, to }) => [
      at * 1000,
      plan.day,
      plan.slots,
      from,
      to,
      plan.spendCents,
      plan.provinceRows,
    ]),
  );
  const columns = ["sync_us", "day", "slots", "first", "until", "day_cents", "province_rows"];
  return `slots AS (SELECT *, unnest(range(first, until)) AS slot FROM ${valuesSql(columns, rows)}),
    ranked AS (
      SELECT *, (day // 2 + slot) % ${ADS} AS ad,
        ${shareSql("day_cents", shuffleSql("slot", "slots", "day"), "slots")} AS cents,
        sync_us + slot * 33000000 // slots AS extracted_us
      FROM slots),
    ads AS (
      SELECT *, ad % ${TIKTOK_CAMPAIGNS.length} AS campaign, cents * (180 + ad * 31 % 60) // 100 AS impressions
      FROM ranked)`;
}

const REPORT_SQL = `
  7120000000000000001 AS advertiser_id, 1770000000000000 + campaign AS campaign_id,
  1775000000000000 + ad // 2 AS adgroup_id, 1780000000000000 + ad AS ad_id,
  (DATE '1970-01-01' + day)::TIMESTAMP AS stat_time_day`;

function metricsSql(cents: string, impressions: string): string {
  return `'"spend":"', ${cents} // 100, '.', lpad((${cents} % 100)::VARCHAR, 2, '0'), '","impressions":"',
    ${impressions}, '","clicks":"', ${impressions} * (6 + ad % 5) // 1000, '"'`;
}
