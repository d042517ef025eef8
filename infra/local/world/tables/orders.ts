import { happenedUsSql, type Slice, valuesSql } from "../day-plan.ts";
import { SHOPIFY } from "../figures.ts";
import { everySql, shareSql, shuffleSql } from "../numbers.ts";
import { ATTRIBUTED, FIRST_LIVE_ORDER, type ShopDay } from "../shopify-plan.ts";

/** Orders of some days, and when the sync that brings them began (milliseconds since 1970). */
export interface OrderSync {
  readonly at: number;
  readonly slices: readonly Slice<ShopDay>[];
}

/**
 * Who orders. Orders are numbered from the shop's first and looked at in tens. In each ten:
 * places 0 to 6 are first orders; 7 and 8 are the second and third order of who ordered at
 * place 6 of a ten long before; 9 is, in `NEAR` of `TENS` tens, the second order of place 0
 * of the same ten, else a first order. So any stretch of `TENS` tens has exactly as many
 * distinct customers as the audit counted.
 */
const TENS = Math.floor(SHOPIFY.liveOrders / 10);
const NEAR = SHOPIFY.liveOrders - SHOPIFY.distinctOrderEmails;
/** Further apart than the live orders are many, and 1 modulo 10. */
const COMEBACK = 20_011;

/** Near repeats among the UTM rows; some carry order index 1 again, as two orders at once do. */
const NEAR_IN_UTM = Math.floor((Math.floor(SHOPIFY.utmOrders / 10) * NEAR) / TENS);

/**
 * Who has an account: places 1 to 3 and 6 to 8 always, 4, 5 and 9 never (guests), and of
 * place 0 as many as bring the sum to the audit's.
 */
const [FIRST_PLACES, LATER_PLACES] = [TENS + 1, TENS];
const ACCOUNTS_AT_0 = SHOPIFY.orderEmailsOfCustomers - 3 * FIRST_PLACES - 3 * LATER_PLACES;

/** DuckDB SQL of CTEs; the last, `orders`, has one row per order with everything that follows from its number. */
export function ordersSql(syncs: readonly OrderSync[]): string {
  const rows = syncs.flatMap(({ at, slices }) =>
    slices.map(({ plan, from, to }) => [
      at * 1000,
      plan.day,
      plan.slots,
      plan.morning,
      from,
      to,
      plan.ordersBefore,
      plan.revenueCents,
      plan.attributedCents.facebook,
      plan.attributedCents.tiktok,
    ]),
  );
  const columns = [
    "sync_us",
    "day",
    "slots",
    "morning",
    "first",
    "until",
    "orders_before",
    "day_cents",
    "facebook_cents",
    "tiktok_cents",
  ];
  const { facebook, tiktok } = ATTRIBUTED;
  return `slots AS (SELECT *, unnest(range(first, until)) AS slot FROM ${valuesSql(columns, rows)}),
    numbered AS (
      SELECT *, orders_before + slot AS number, (orders_before + slot) % 10 AS place,
        (orders_before + slot) // 10 AS ten, ${happenedUsSql("slot")} AS created_us,
        CASE WHEN slot % ${facebook.every} = ${facebook.first} THEN 'facebook'
          WHEN slot % ${tiktok.every} = ${tiktok.first} THEN 'tiktok' ELSE 'other' END AS platform
      FROM slots),
    placed AS (
      SELECT *, place = 9 AND ${everySql("ten", NEAR, TENS)} AS near_repeat,
        ${placeInPlatformSql("slot")} AS nth, ${placeInPlatformSql("slots")} AS of_platform,
        CASE platform WHEN 'facebook' THEN facebook_cents WHEN 'tiktok' THEN tiktok_cents
          ELSE day_cents - facebook_cents - tiktok_cents END AS platform_cents
      FROM numbered),
    orders AS (
      SELECT *, ${shareSql("platform_cents", shuffleSql("nth", "of_platform", "day"), "of_platform")} AS cents,
        sync_us + slot * 27000000 // slots AS extracted_us,
        CASE WHEN near_repeat THEN number - 9
          WHEN place = 7 AND number >= ${COMEBACK} THEN number - ${COMEBACK}
          WHEN place = 8 AND number >= ${2 * COMEBACK} THEN number - ${2 * COMEBACK}
          ELSE number END AS person, false AS signed_up,
        CASE WHEN near_repeat
            THEN CASE WHEN ${everySql(`(ten * ${NEAR} // ${TENS})`, SHOPIFY.utmRepeatedFirstOrders, NEAR_IN_UTM)} THEN 1 ELSE 2 END
          WHEN place = 7 AND number >= ${COMEBACK} THEN 2
          WHEN place = 8 AND number >= ${2 * COMEBACK} THEN 3
          ELSE 1 END AS order_index,
        CASE WHEN place IN (1, 2, 3, 6) THEN true
          WHEN place = 0 THEN ${everySql(`(ten - ${FIRST_LIVE_ORDER / 10})`, ACCOUNTS_AT_0, FIRST_PLACES)}
          WHEN place IN (7, 8) THEN number - ${COMEBACK} < ${FIRST_LIVE_ORDER}
          ELSE false END AS new_customer
      FROM placed)`;
}

/** How many slots of the row's platform lie before `slot`. */
function placeInPlatformSql(slot: string): string {
  const before = ({ first, every }: { first: number; every: number }) =>
    `((${slot} + ${every - 1 - first}) // ${every})`;
  const [facebook, tiktok] = [before(ATTRIBUTED.facebook), before(ATTRIBUTED.tiktok)];
  return `CASE platform WHEN 'facebook' THEN ${facebook} WHEN 'tiktok' THEN ${tiktok}
    ELSE ${slot} - ${facebook} - ${tiktok} END`;
}

export const ORDER_ID = "(5400000000000 + number)";
export const CUSTOMER_ID = "(7000000000000 + person)";

/**
 * DuckDB SQL: what loaders make of an address that hash by themselves, under a salt that nobody else has. It tells who
 * ordered twice, and is no hash of anything that stands elsewhere.
 */
export const LOADER_HASH_SQL = "sha256(concat('7f3c90d2a6e14b58:', person))";
