import { DAY_MS, HOUR_MS } from "./calendar.ts";
import { AS_OF, LAST_SYNC } from "./figures.ts";
import { GA4_PROPERTIES, type Ga4Property, newestShardDay, shardMadeAt } from "./ga4-plan.ts";

export type ConnectorId = "facebook" | "shopify" | "tiktok" | "shopify_utm" | Ga4Property;

/** From a sync's beginning to its last row in the warehouse. */
export const SYNC_TAKES_MS = {
  facebook: 41_000,
  shopify: 27_000,
  tiktok: 33_000,
  /** Loaded five minutes past the hour, so that the hour's last orders are there. */
  shopify_utm: 320_000,
} as const;

export interface ConnectorFacts {
  readonly id: ConnectorId;
  readonly name: string;
  /** Machine or service that others share; null when it shares none. */
  readonly host: string | null;
  readonly everyMs: number;
  /** Offset of its syncs from midnight (or from the hour), milliseconds. */
  readonly offsetMs: number;
  readonly takesMs: number;
  /** Whether it had stopped at the time of the audit. */
  readonly broken: boolean;
  /** Its last sync before the world begins, milliseconds since 1970. */
  readonly lastSync: number;
}

function airbyte(id: "facebook" | "shopify" | "tiktok", name: string): ConnectorFacts {
  return {
    id,
    name,
    host: "airbyte",
    everyMs: DAY_MS,
    offsetMs: DAY_MS / 2,
    takesMs: SYNC_TAKES_MS[id],
    broken: true,
    lastSync: LAST_SYNC[id].getTime(),
  };
}

function ga4(id: Ga4Property, name: string): ConnectorFacts {
  return {
    id,
    name,
    host: null,
    everyMs: DAY_MS,
    offsetMs: GA4_PROPERTIES[id].shardAfterMs,
    takesMs: 0,
    broken: false,
    lastSync: shardMadeAt(id, newestShardDay(id, AS_OF)),
  };
}

export const CONNECTORS: readonly ConnectorFacts[] = [
  airbyte("facebook", "Facebook Marketing"),
  airbyte("shopify", "Shopify"),
  airbyte("tiktok", "TikTok"),
  {
    id: "shopify_utm",
    name: "Shopify UTM loader",
    host: null,
    everyMs: HOUR_MS,
    offsetMs: 0,
    takesMs: SYNC_TAKES_MS.shopify_utm,
    broken: false,
    lastSync: LAST_SYNC.shopifyUtm.getTime(),
  },
  ga4("ga4_eu", "GA4 export EU"),
  ga4("ga4_us", "GA4 export US"),
  ga4("ga4_ca", "GA4 export CA"),
];
