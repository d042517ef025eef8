import type { TableDefinition } from "../../emulators/bigquery/catalog.ts";
import { valuesSql } from "../day-plan.ts";
import { BREAKDOWNS, type Breakdown, type FacebookDelivery } from "../facebook-plan.ts";
import { FACEBOOK_ACCOUNTS, FACEBOOK_CAMPAIGNS, nameSql } from "../names.ts";
import { shareSql, shuffleSql } from "../numbers.ts";
import { AIRBYTE_FIELDS, airbyteColumnsSql, BY_EXTRACTION_DAY, fields, moneySql } from "./airbyte.ts";

const AGES = ["13-17", "18-24", "25-34", "35-44", "45-54", "55-64", "65+"];
const GENDERS = ["female", "male", "unknown"];
const COUNTRIES = ["US", "CA", "GB", "DE", "FR", "NL", "BE", "AT", "IE", "SE", "AU"];
const REGIONS = [
  "Alabama",
  "Alberta",
  "Arizona",
  "Bavaria",
  "Berlin",
  "British Columbia",
  "California",
  "Colorado",
  "Connecticut",
  "Dublin",
  "England",
  "Flanders",
  "Florida",
  "Georgia",
  "Hesse",
  "Illinois",
  "Indiana",
  "Iowa",
  "Kansas",
  "Kentucky",
  "London",
  "Louisiana",
  "Manitoba",
  "Maryland",
  "Massachusetts",
  "Michigan",
  "Minnesota",
  "Missouri",
  "Montana",
  "Nebraska",
  "Nevada",
  "New Jersey",
  "New York",
  "North Carolina",
  "North Holland",
  "Nova Scotia",
  "Ohio",
  "Oklahoma",
  "Ontario",
  "Oregon",
  "Pennsylvania",
  "Quebec",
  "Saskatchewan",
  "Saxony",
  "Scotland",
  "South Carolina",
  "Stockholm",
  "Tennessee",
  "Texas",
  "Utah",
  "Vienna",
  "Virginia",
  "Washington",
];

/** More than the ads of any day, so that no ad runs twice on one. */
const ADS = 900;

const DIMENSIONS = [
  ...fields("STRING", "account_id", "account_name", "campaign_id", "campaign_name", "adset_id", "adset_name"),
  ...fields("STRING", "ad_id", "ad_name"),
  ...fields("DATE", "date_start", "date_stop"),
];
const MEASURES = [
  ...fields("NUMERIC", "spend", "cpm", "ctr"),
  ...fields("INTEGER", "impressions", "clicks", "reach"),
  ...fields("STRING", "objective", "account_currency"),
];

interface BreakdownTable {
  readonly table: string;
  readonly columns: readonly string[];
  /** DuckDB SQL of the breakdown's columns for place `r` of ad `ad`; steps prime to the number of places. */
  readonly values: string;
}

const BREAKDOWN_TABLES: Readonly<Record<Breakdown, BreakdownTable>> = {
  ageAndGender: {
    table: "facebook_ads_insights_age_and_gender",
    columns: ["age", "gender"],
    values: `${nameSql(AGES, "(ad * 5 + r * 2) % 21 // 3")} AS age,
      ${nameSql(GENDERS, "(ad * 5 + r * 2) % 21 % 3")} AS gender`,
  },
  country: {
    table: "facebook_ads_insights_country",
    columns: ["country"],
    values: `${nameSql(COUNTRIES, "(ad + r * 3) % 11")} AS country`,
  },
  region: {
    table: "facebook_ads_insights_region",
    columns: ["region"],
    values: `${nameSql(REGIONS, "(ad + r * 7) % 53")} AS region`,
  },
};

/** The insights tables the connector appends to, and the legacy one beside them. */
export const FACEBOOK_TABLES: Readonly<Record<string, TableDefinition>> = {
  facebook_ads_insights: insights(
    "One row per ad and day, once more for each sync that delivers the day.",
    [],
  ),
  ...Object.fromEntries(
    BREAKDOWNS.map((name) => {
      const { table, columns } = BREAKDOWN_TABLES[name];
      return [table, insights(`As facebook_ads_insights, by ${columns.join(" and ")}.`, columns)];
    }),
  ),
  ads_insights: insights("The stream of the connector's first version; complete days only.", []),
};

function insights(description: string, breakdown: readonly string[]): TableDefinition {
  return {
    description,
    fields: [...AIRBYTE_FIELDS, ...DIMENSIONS, ...fields("STRING", ...breakdown), ...MEASURES],
    partitionBy: BY_EXTRACTION_DAY,
    clusterBy: ["_airbyte_extracted_at"],
  };
}

/** One sync: when it began (milliseconds since 1970), and what it delivers. */
export interface FacebookSync {
  readonly at: number;
  readonly deliveries: readonly FacebookDelivery[];
}

/**
 * DuckDB SELECTs of the rows of some syncs, by table.
 * @param legacy what the legacy stream delivers in them
 */
export function facebookSelects(
  seed: number,
  syncs: readonly FacebookSync[],
  legacy: readonly FacebookSync[],
): Record<string, string> {
  const tables: Record<string, string> = {
    facebook_ads_insights: insightsSelect(seed, syncs, "insights"),
    ads_insights: insightsSelect(seed, legacy, "legacy"),
  };
  for (const name of BREAKDOWNS) tables[BREAKDOWN_TABLES[name].table] = breakdownSelect(seed, syncs, name);
  return tables;
}

function insightsSelect(seed: number, syncs: readonly FacebookSync[], stream: string): string {
  return `WITH ${adsSql(syncs)}
    SELECT ${airbyteColumnsSql([`'fb ${stream} ${seed}'`, "sync_us", "day", "slot"], "extracted_us")},
      ${DIMENSIONS_SQL}, ${measuresSql("cents", "impressions")}
    FROM ads`;
}

function breakdownSelect(seed: number, syncs: readonly FacebookSync[], name: Breakdown): string {
  const { values } = BREAKDOWN_TABLES[name];
  const column = `${name}_rows`;
  const before = (slot: string) => `((${column}::BIGINT * (${slot})) // slots)`;
  return `WITH ${adsSql(syncs)},
    counted AS (SELECT *, ${before("slot + 1")} - ${before("slot")} AS parts FROM ads),
    parts AS (SELECT *, unnest(range(parts)) AS r FROM counted),
    shared AS (
      SELECT *, ${shareSql("cents", "(r + slot) % parts", "parts")} AS part_cents,
        ${shareSql("impressions", "(r + slot) % parts", "parts")} AS part_impressions
      FROM parts)
    SELECT ${airbyteColumnsSql([`'fb ${name} ${seed}'`, "sync_us", "day", "slot", "r"], "extracted_us")},
      ${DIMENSIONS_SQL}, ${values}, ${measuresSql("part_cents", "part_impressions")}
    FROM shared`;
}

/** `ads`: one row per ad, day and sync. */
function adsSql(syncs: readonly FacebookSync[]): string {
  const rows = syncs.flatMap(({ at, deliveries }) =>
    deliveries.map(({ plan, rows, spendCents }) => [
      at * 1000,
      plan.day,
      plan.slots,
      rows,
      spendCents,
      ...BREAKDOWNS.map((name) => plan.breakdownRows[name]),
    ]),
  );
  const columns = [
    "sync_us",
    "day",
    "slots",
    "rows",
    "day_cents",
    ...BREAKDOWNS.map((name) => `${name}_rows`),
  ];
  return `slots AS (SELECT *, unnest(range(rows)) AS slot FROM ${valuesSql(columns, rows)}),
    ranked AS (
      SELECT *, (day // 3 + slot) % ${ADS} AS ad,
        ${shareSql("day_cents", shuffleSql("slot", "rows", "day"), "rows")} AS cents,
        sync_us + slot * 41000000 // slots AS extracted_us
      FROM slots),
    ads AS (
      SELECT *, ad % ${FACEBOOK_CAMPAIGNS.length} AS campaign, cents * (90 + ad * 37 % 40) // 100 AS impressions
      FROM ranked)`;
}

const ACCOUNT = `campaign % ${FACEBOOK_ACCOUNTS.length}`;
const DIMENSIONS_SQL = `
  ${nameSql(
    FACEBOOK_ACCOUNTS.map(({ id }) => id),
    ACCOUNT,
  )} AS account_id,
  ${nameSql(
    FACEBOOK_ACCOUNTS.map(({ name }) => name),
    ACCOUNT,
  )} AS account_name,
  (120200000000000000 + campaign)::VARCHAR AS campaign_id,
  ${nameSql(FACEBOOK_CAMPAIGNS, "campaign")} AS campaign_name,
  (120210000000000000 + ad // 3)::VARCHAR AS adset_id,
  concat('Ad set ', ad // 3) AS adset_name,
  (120220000000000000 + ad)::VARCHAR AS ad_id,
  concat('Ad ', ad) AS ad_name,
  DATE '1970-01-01' + day AS date_start,
  DATE '1970-01-01' + day AS date_stop`;

function measuresSql(cents: string, impressions: string): string {
  const clicks = `(${impressions}) * (8 + ad % 7) // 1000`;
  return `${moneySql(cents)} AS spend,
    round(${cents} * 10.0 / greatest(${impressions}, 1), 4)::DECIMAL(18, 4) AS cpm,
    round(100.0 * (${clicks}) / greatest(${impressions}, 1), 4)::DECIMAL(18, 4) AS ctr,
    ${impressions} AS impressions, ${clicks} AS clicks, (${impressions}) * 7 // 9 AS reach,
    CASE WHEN campaign % 5 = 0 THEN 'OUTCOME_TRAFFIC' ELSE 'OUTCOME_SALES' END AS objective,
    'USD' AS account_currency`;
}
