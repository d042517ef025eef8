import type { Field, TableDefinition } from "../../emulators/bigquery/catalog.ts";
import { happenedUsSql, type Slice, valuesSql } from "../day-plan.ts";
import { SHOPIFY } from "../figures.ts";
import { FACEBOOK_UTM_CAMPAIGNS, nameSql, TIKTOK_CAMPAIGNS } from "../names.ts";
import { everySql } from "../numbers.ts";
import type { SignupDay } from "../shopify-plan.ts";
import { AIRBYTE_FIELDS, airbyteColumnsSql, BY_EXTRACTION_DAY, fields, moneySql } from "./airbyte.ts";
import { contactsSql } from "./contacts.ts";
import { CUSTOMER_ID, LOADER_HASH_SQL, ORDER_ID, type OrderSync, ordersSql } from "./orders.ts";

const ORDER: readonly Field[] = [
  ...fields("INTEGER", "id", "order_number", "customer_id"),
  ...fields("STRING", "name"),
  ...fields("TIMESTAMP", "created_at", "updated_at", "processed_at"),
  ...fields("STRING", "currency", "financial_status", "fulfillment_status", "source_name"),
  ...fields("NUMERIC", "total_price", "subtotal_price", "total_tax"),
];
const CUSTOMER: readonly Field[] = [
  ...fields("INTEGER", "id", "orders_count"),
  ...fields("TIMESTAMP", "created_at", "updated_at"),
  ...fields("STRING", "state", "currency", "tags"),
];
/** Whom to reach, and the country of the phone number. */
const CONTACT = fields("STRING", "email", "phone", "country_code");

export const LIVE_TABLES: Readonly<Record<string, TableDefinition>> = {
  shopify_live_orders: {
    description: "Orders as Airbyte delivers them.",
    fields: [...AIRBYTE_FIELDS, ...ORDER, ...CONTACT],
    partitionBy: BY_EXTRACTION_DAY,
  },
  shopify_live_customers: {
    description: "Customers as Airbyte delivers them.",
    fields: [...AIRBYTE_FIELDS, ...CUSTOMER, ...CONTACT],
    partitionBy: BY_EXTRACTION_DAY,
  },
};

export const LEGACY_ORDERS: TableDefinition = {
  description: "The shop's orders up to the change to shopify_live_orders, loaded once from a file.",
  fields: [
    ...fields("INTEGER", "order_id"),
    ...fields("STRING", "order_name", "email_hash", "currency", "financial_status"),
    ...fields("TIMESTAMP", "created_at"),
    ...fields("NUMERIC", "total_price"),
  ],
};

export const UTM_ORDERS: TableDefinition = {
  description: "One row per order with the links of its first and last visit; loaded every hour.",
  fields: [
    ...fields("INTEGER", "order_id"),
    ...fields("STRING", "order_name", "email_hash"),
    ...fields("TIMESTAMP", "created_at"),
    ...fields("NUMERIC", "total_price"),
    ...fields("STRING", "currency"),
    ...fields("STRING", "first_utm_source", "first_utm_medium", "first_utm_campaign"),
    ...fields("STRING", "last_utm_source", "last_utm_medium", "last_utm_campaign"),
    ...fields("INTEGER", "customer_order_index"),
    ...fields("TIMESTAMP", "_loaded_at"),
  ],
  partitionBy: { field: "created_at", type: "MONTH" },
};

/** One sync of sign-ups. */
export interface SignupSync {
  readonly at: number;
  readonly slices: readonly Slice<SignupDay>[];
}

/** DuckDB SELECTs of the rows of some syncs, by table. */
export function liveSelects(
  seed: number,
  orders: readonly OrderSync[],
  signups: readonly SignupSync[],
): Record<string, string> {
  const customer = "id, orders_count, created_at, updated_at, state, currency, tags";
  return {
    shopify_live_orders: `WITH ${ordersSql(orders)},
        ${contactsSql("reached", { from: "orders", row: "number", at: "order" })}
      SELECT ${airbyteColumnsSql([`'order ${seed}'`, "number"], "extracted_us")}, ${ORDER_SQL},
        email, phone, country_code
      FROM reached`,
    shopify_live_customers: `WITH ${ordersSql(orders)}, ${customersSql(signups)},
        ${contactsSql("reached", { from: "customers", row: "id", at: "customer" })}
      SELECT ${airbyteColumnsSql([`'customer ${seed}'`, "id"], "extracted_us")}, ${customer},
        email, CASE WHEN has_phone THEN phone END AS phone, country_code
      FROM reached`,
  };
}

/** DuckDB SELECT of the orders that were loaded once. */
export function legacyOrdersSelect(orders: readonly OrderSync[]): string {
  return `WITH ${ordersSql(orders)}
    SELECT ${ORDER_ID} AS order_id, concat('#', 1000 + number) AS order_name, ${LOADER_HASH_SQL} AS email_hash,
      'USD' AS currency, 'paid' AS financial_status, make_timestamptz(created_us) AS created_at,
      ${moneySql("cents")} AS total_price
    FROM orders WHERE number < ${SHOPIFY.legacyOrders}`;
}

/**
 * DuckDB SELECT of orders with their links.
 * @param loadedUs DuckDB SQL of when a row was loaded, microseconds since 1970
 */
export function utmSelect(orders: readonly OrderSync[], loadedUs: string): string {
  return `WITH ${ordersSql(orders)},
    touched AS (
      SELECT *,
        CASE platform WHEN 'other' THEN ['google', 'klaviyo', 'google', NULL, 'bing'][(number * 7 + day) % 5 + 1]
          ELSE platform END AS source
      FROM orders),
    visited AS (
      SELECT *, CASE source WHEN 'klaviyo' THEN 'email' WHEN 'google' THEN 'cpc' WHEN 'bing' THEN 'cpc'
          WHEN 'facebook' THEN 'paid_social' WHEN 'tiktok' THEN 'paid_social' END AS medium,
        CASE source
          WHEN 'facebook' THEN ${nameSql(FACEBOOK_UTM_CAMPAIGNS, `(nth + day) % ${FACEBOOK_UTM_CAMPAIGNS.length}`)}
          WHEN 'tiktok' THEN ${nameSql(TIKTOK_CAMPAIGNS, `(nth + day * 4) % ${TIKTOK_CAMPAIGNS.length}`)}
          WHEN 'klaviyo' THEN 'newsletter' WHEN 'google' THEN 'brand' WHEN 'bing' THEN 'brand' END AS campaign,
        number % 4 = 1 AS won_back
      FROM touched)
    SELECT ${ORDER_ID} AS order_id, concat('#', 1000 + number) AS order_name, ${LOADER_HASH_SQL} AS email_hash,
      make_timestamptz(created_us) AS created_at, ${moneySql("cents")} AS total_price, 'USD' AS currency,
      source AS first_utm_source, medium AS first_utm_medium, campaign AS first_utm_campaign,
      CASE WHEN won_back THEN 'klaviyo' ELSE source END AS last_utm_source,
      CASE WHEN won_back THEN 'email' ELSE medium END AS last_utm_medium,
      CASE WHEN won_back THEN 'winback' ELSE campaign END AS last_utm_campaign,
      order_index AS customer_order_index,
      make_timestamptz(${loadedUs} + slot % 20 * 1000000) AS _loaded_at
    FROM visited`;
}

/** `customers`: one row per customer who is new with the orders, and per sign-up. */
function customersSql(signups: readonly SignupSync[]): string {
  const rows = signups.flatMap(({ at, slices }) =>
    slices.map(({ plan, from, to }) => [
      at * 1000,
      plan.day,
      plan.slots,
      plan.morning,
      from,
      to,
      plan.signupsBefore,
    ]),
  );
  const columns = ["sync_us", "day", "slots", "morning", "first", "until", "signups_before"];
  const signupRows = SHOPIFY.liveCustomers - SHOPIFY.orderEmailsOfCustomers;
  const noPhone = everySql("number", SHOPIFY.customersWithoutPhone, signupRows);
  return `signup_slots AS (SELECT *, unnest(range(first, until)) AS slot FROM ${valuesSql(columns, rows)}),
    signups AS (
      SELECT *, signups_before + slot AS number, ${happenedUsSql("slot")} AS created_us,
        sync_us + slot * 27000000 // slots AS extracted_us
      FROM signup_slots),
    customers AS (
      SELECT ${CUSTOMER_ID} AS id, 1 AS orders_count, created_us, extracted_us, person, signed_up, true AS has_phone,
        ${CUSTOMER_SQL}
      FROM orders WHERE new_customer
      UNION ALL
      SELECT 7100000000000 + number, 0, created_us, extracted_us, number, true, NOT ${noPhone}, ${CUSTOMER_SQL}
      FROM signups)`;
}

const CUSTOMER_SQL = `make_timestamptz(created_us) AS created_at, make_timestamptz(created_us) AS updated_at,
  'enabled' AS state, 'USD' AS currency, '' AS tags`;
const ORDER_SQL = `${ORDER_ID} AS id, 1000 + number AS order_number, ${CUSTOMER_ID} AS customer_id,
  concat('#', 1000 + number) AS name, make_timestamptz(created_us) AS created_at,
  make_timestamptz(created_us) AS updated_at, make_timestamptz(created_us) AS processed_at,
  'USD' AS currency, 'paid' AS financial_status, CASE WHEN number % 3 = 0 THEN 'fulfilled' END AS fulfillment_status,
  'web' AS source_name, ${moneySql("cents")} AS total_price, ${moneySql("cents * 100 // 108")} AS subtotal_price,
  ${moneySql("cents - cents * 100 // 108")} AS total_tax`;
