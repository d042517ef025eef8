import type { Field, TableDefinition } from "../../emulators/bigquery/catalog.ts";
import { happenedUsSql, type Slice, valuesSql } from "../day-plan.ts";
import { GA4_PROPERTIES, type Ga4Property, type TrafficDay } from "../ga4-plan.ts";
import { fields } from "./airbyte.ts";

const record = (name: string, members: readonly Field[], mode: Field["mode"] = "NULLABLE"): Field => ({
  name,
  type: "RECORD",
  mode,
  fields: members,
});

/** The main columns of Google's export schema. */
const EVENT_FIELDS: readonly Field[] = [
  ...fields("STRING", "event_date"),
  ...fields("INTEGER", "event_timestamp"),
  ...fields("STRING", "event_name"),
  record(
    "event_params",
    [
      ...fields("STRING", "key"),
      record("value", [
        ...fields("STRING", "string_value"),
        ...fields("INTEGER", "int_value"),
        ...fields("FLOAT", "float_value", "double_value"),
      ]),
    ],
    "REPEATED",
  ),
  ...fields("FLOAT", "event_value_in_usd"),
  ...fields("STRING", "user_id", "user_pseudo_id"),
  ...fields("INTEGER", "user_first_touch_timestamp"),
  record("device", fields("STRING", "category", "operating_system", "language")),
  record("geo", fields("STRING", "continent", "country", "region", "city")),
  record("traffic_source", fields("STRING", "name", "medium", "source")),
  ...fields("STRING", "stream_id", "platform"),
  record("ecommerce", [
    ...fields("FLOAT", "purchase_revenue_in_usd"),
    ...fields("INTEGER", "total_item_quantity"),
    ...fields("STRING", "transaction_id"),
  ]),
];

export const GA4_SHARD: TableDefinition = { fields: EVENT_FIELDS };

const EVENTS = [
  "page_view",
  "session_start",
  "view_item",
  "scroll",
  "add_to_cart",
  "begin_checkout",
  "purchase",
];
const SOURCES = ["google", "(direct)", "facebook", "tiktok"];

/** DuckDB SELECT of the events of one property in a slice of a day. */
export function eventsSelect(property: Ga4Property, { plan, from, to }: Slice<TrafficDay>): string {
  const { id, places, stream } = GA4_PROPERTIES[property];
  const place = (member: 0 | 1 | 2) =>
    `[${places.map((one) => `'${one[member].replaceAll("'", "''")}'`).join(", ")}][slot % ${places.length} + 1]`;
  const purchase = "event_name = 'purchase'";
  const user = `concat(${id} + (slot * 31 + day * 17) % 5000, '.', 1700000000 + (slot * 31 + day * 17) % 5000)`;
  return `WITH slots AS (
      SELECT *, unnest(range(first, until)) AS slot
      FROM ${valuesSql(["day", "slots", "morning", "first", "until"], [[plan.day, plan.slots, plan.morning, from, to]])}),
    events AS (
      SELECT *, ${happenedUsSql("slot")} AS happened_us,
        [${EVENTS.map((name) => `'${name}'`).join(", ")}][CASE WHEN slot % 40 = 39 THEN 7 ELSE slot % 6 + 1 END] AS event_name,
        [${SOURCES.map((name) => `'${name}'`).join(", ")}][(slot * 7 + day) % ${SOURCES.length} + 1] AS source
      FROM slots)
    SELECT strftime(DATE '1970-01-01' + day, '%Y%m%d') AS event_date, happened_us AS event_timestamp, event_name,
      [{'key': 'ga_session_id', 'value': {'string_value': NULL::VARCHAR, 'int_value': happened_us // 1800000000,
          'float_value': NULL::DOUBLE, 'double_value': NULL::DOUBLE}},
       {'key': 'page_location', 'value': {'string_value': concat('https://shop.example/products/', slot % 30),
          'int_value': NULL::BIGINT, 'float_value': NULL::DOUBLE, 'double_value': NULL::DOUBLE}}] AS event_params,
      CASE WHEN ${purchase} THEN 120.0 + slot % 200 END AS event_value_in_usd,
      NULL::VARCHAR AS user_id, ${user} AS user_pseudo_id, happened_us - 86400000000 * (slot % 90) AS user_first_touch_timestamp,
      {'category': ['mobile', 'desktop', 'tablet'][slot % 3 + 1], 'operating_system': ['iOS', 'Windows', 'Android'][slot % 3 + 1],
        'language': 'en-us'} AS device,
      {'continent': ${place(0)}, 'country': ${place(1)}, 'region': NULL::VARCHAR, 'city': ${place(2)}} AS geo,
      {'name': '(not set)', 'medium': CASE source WHEN '(direct)' THEN '(none)' WHEN 'google' THEN 'cpc' ELSE 'paid_social' END,
        'source': source} AS traffic_source,
      '${stream}' AS stream_id, 'WEB' AS platform,
      {'purchase_revenue_in_usd': CASE WHEN ${purchase} THEN 120.0 + slot % 200 END,
        'total_item_quantity': CASE WHEN ${purchase} THEN 1 + slot % 3 END,
        'transaction_id': CASE WHEN ${purchase} THEN concat(day, '-', slot) END} AS ecommerce
    FROM events`;
}
