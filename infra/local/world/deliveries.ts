import { slicesBetween } from "./day-plan.ts";
import { facebookDeliveries, legacyDeliveries, planFacebook } from "./facebook-plan.ts";
import { SHOPIFY, TIKTOK } from "./figures.ts";
import { GA4_IDS, type Ga4Property, planTraffic, type TrafficDay } from "./ga4-plan.ts";
import { planShop, planSignups } from "./shopify-plan.ts";
import { facebookSelects } from "./tables/facebook.ts";
import { legacyOrdersSelect, liveSelects, utmSelect } from "./tables/shopify.ts";
import { tiktokSelects } from "./tables/tiktok.ts";
import { planTikTok } from "./tiktok-plan.ts";

/** A sync at `at` after one at `previous` (milliseconds since 1970); null: the first. */
export interface Sync {
  readonly at: number;
  readonly previous: number | null;
}

/** Rows to append: table of `ads_data` → DuckDB SELECT, which may select none. */
export type Appends = Readonly<Record<string, string>>;

/** What the connectors bring: a function of the seed and the syncs' times alone. */
export interface Deliveries {
  facebook(syncs: readonly Sync[]): Appends;
  tiktok(syncs: readonly Sync[]): Appends;
  shopify(syncs: readonly Sync[]): Appends;
  /** `at` is the time up to which orders are loaded; the load runs five minutes later. */
  shopifyUtm(sync: Sync): Appends;
  /** All of `shopify_utm` up to an hour, as the hourly loads brought it. */
  shopifyUtmHistory(until: number): Appends;
  legacyOrders(until: number): Appends;
  traffic(property: Ga4Property): (day: number) => TrafficDay;
}

/** The UTM loader runs five minutes past the hour it loads up to. */
const LOAD_DELAY_US = 300_000_000;

const startOf = (day: string) => new Date(day).getTime();

export function createDeliveries(seed: number): Deliveries {
  const facebookDay = planFacebook(seed);
  const tiktokDay = planTikTok(seed);
  const shopDay = planShop(seed);
  const signupDay = planSignups(seed);
  const traffic = new Map(GA4_IDS.map((id) => [id, planTraffic(seed, id)]));
  const shopSync = ({ at, previous }: Sync, first: string) => ({
    at,
    slices: slicesBetween(shopDay, previous ?? startOf(first), at),
  });

  return {
    facebook(syncs) {
      const withDays = (days: typeof facebookDeliveries) =>
        syncs.map(({ at, previous }) => ({ at, deliveries: days(facebookDay, previous, at) }));
      return facebookSelects(seed, withDays(facebookDeliveries), withDays(legacyDeliveries));
    },
    tiktok(syncs) {
      const withSlices = syncs.map(({ at, previous }) => ({
        at,
        slices: slicesBetween(tiktokDay, previous ?? startOf(TIKTOK.firstDay), at),
      }));
      return tiktokSelects(seed, withSlices);
    },
    shopify(syncs) {
      const orders = syncs.map((sync) => shopSync(sync, SHOPIFY.liveFirstDay));
      const signups = syncs.map(({ at, previous }) => ({
        at,
        slices: slicesBetween(signupDay, previous ?? startOf(SHOPIFY.liveFirstDay), at),
      }));
      return liveSelects(seed, orders, signups);
    },
    shopifyUtm(sync) {
      const orders = shopSync(sync, SHOPIFY.firstDay);
      return { shopify_utm: utmSelect([orders], `sync_us + ${LOAD_DELAY_US}`) };
    },
    shopifyUtmHistory(until) {
      const orders = shopSync({ at: until, previous: null }, SHOPIFY.firstDay);
      const nextHourUs = "(created_us // 3600000000 + 1) * 3600000000";
      return { shopify_utm: utmSelect([orders], `${nextHourUs} + ${LOAD_DELAY_US}`) };
    },
    legacyOrders(until) {
      return {
        shopify_orders: legacyOrdersSelect([shopSync({ at: until, previous: null }, SHOPIFY.firstDay)]),
      };
    },
    traffic(property) {
      return traffic.get(property) ?? planTraffic(seed, property);
    },
  };
}

/** Syncs at these times, each after the one before it. */
export function inSuccession(times: readonly number[]): Sync[] {
  return times.map((at, i) => ({ at, previous: times[i - 1] ?? null }));
}
