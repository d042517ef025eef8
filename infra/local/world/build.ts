import type { WarehouseWriter } from "../emulators/bigquery/catalog.ts";
import { DAY_MS, dayNumber } from "./calendar.ts";
import { SYNC_TAKES_MS } from "./connectors.ts";
import { slotsBefore } from "./day-plan.ts";
import { createDeliveries, inSuccession } from "./deliveries.ts";
import { facebookSyncs } from "./facebook-plan.ts";
import { ADS_DATASET, AS_OF, FACEBOOK, LAST_SYNC, LOCATION, SHOPIFY, TIKTOK } from "./figures.ts";
import {
  dailyShard,
  GA4_DAYS,
  GA4_IDS,
  type Ga4Property,
  ga4Dataset,
  intradayShard,
  newestShardDay,
  shardMadeAt,
} from "./ga4-plan.ts";
import { shopifySyncs } from "./shopify-plan.ts";
import { FACEBOOK_TABLES } from "./tables/facebook.ts";
import { eventsSelect, GA4_SHARD } from "./tables/ga4.ts";
import { LEGACY_ORDERS, LIVE_TABLES, UTM_ORDERS } from "./tables/shopify.ts";
import { smallDefinition, smallSelect } from "./tables/small.ts";
import { SMALL_TABLES } from "./tables/small-tables.ts";
import { TIKTOK_TABLES } from "./tables/tiktok.ts";
import { tiktokSyncs } from "./tiktok-plan.ts";

/** Called after each step with the steps done, all steps, and what is being made next. */
export type OnProgress = (done: number, total: number, label: string) => void;

interface Step {
  readonly label: string;
  readonly run: () => Promise<void>;
}

export const DEFAULT_SEED = 20260208;

/**
 * Fills an empty warehouse with the one the audit of 8 February 2026 looked at, as of its
 * noon in UTC. The same seed makes the same rows.
 */
export async function buildWorld(
  writer: WarehouseWriter,
  options: { readonly seed?: number; readonly onProgress?: OnProgress } = {},
): Promise<void> {
  const seed = options.seed ?? DEFAULT_SEED;
  const steps = [...adsSteps(writer, seed), ...GA4_IDS.map((id) => ga4Step(writer, seed, id))];
  for (const [done, step] of steps.entries()) {
    options.onProgress?.(done, steps.length, step.label);
    await step.run();
  }
  options.onProgress?.(steps.length, steps.length, "done");
}

function adsSteps(writer: WarehouseWriter, seed: number): Step[] {
  const deliveries = createDeliveries(seed);
  const table = (name: string) => `${ADS_DATASET}.${name}`;
  const landed = {
    facebook: new Date(LAST_SYNC.facebook.getTime() + SYNC_TAKES_MS.facebook),
    shopify: new Date(LAST_SYNC.shopify.getTime() + SYNC_TAKES_MS.shopify),
    tiktok: new Date(LAST_SYNC.tiktok.getTime() + SYNC_TAKES_MS.tiktok),
    shopifyUtm: new Date(LAST_SYNC.shopifyUtm.getTime() + SYNC_TAKES_MS.shopify_utm),
  };
  const legacyLoad = new Date("2026-01-26T09:12:00Z");
  const append = (appends: Readonly<Record<string, string>>, at: Date): Step[] =>
    Object.entries(appends).map(([name, select]) => ({
      label: name,
      run: async () => void (await writer.appendSelect(table(name), select, at)),
    }));

  const tables: Step = {
    label: "datasets and tables",
    run: async () => {
      await writer.createDataset(ADS_DATASET, { location: LOCATION, at: new Date(SHOPIFY.firstDay) });
      const groups = [
        [FACEBOOK_TABLES, FACEBOOK.firstSync],
        [TIKTOK_TABLES, TIKTOK.firstDay],
        [LIVE_TABLES, SHOPIFY.liveFirstDay],
        [{ shopify_utm: UTM_ORDERS }, SHOPIFY.firstDay],
      ] as const;
      for (const [group, day] of groups) {
        for (const [name, definition] of Object.entries(group)) {
          await writer.createTable(table(name), definition, new Date(day));
        }
      }
      await writer.createTable(table("shopify_orders"), LEGACY_ORDERS, legacyLoad);
    },
  };
  const small: Step = {
    label: "small tables",
    run: async () => {
      for (const one of SMALL_TABLES) {
        const at = one.loader ? landed[one.loader] : legacyLoad;
        const synced = one.loader ? LAST_SYNC[one.loader] : legacyLoad;
        await writer.createTable(table(one.name), smallDefinition(one), new Date(FACEBOOK.firstSync));
        await writer.appendSelect(table(one.name), smallSelect(one, synced.getTime()), at);
      }
    },
  };
  return [
    tables,
    ...append(deliveries.facebook(inSuccession(facebookSyncs())), landed.facebook),
    ...append(deliveries.tiktok(inSuccession(tiktokSyncs())), landed.tiktok),
    ...append(deliveries.shopify(inSuccession(shopifySyncs())), landed.shopify),
    ...append(deliveries.legacyOrders(legacyLoad.getTime()), legacyLoad),
    ...append(deliveries.shopifyUtmHistory(LAST_SYNC.shopifyUtm.getTime()), landed.shopifyUtm),
    small,
  ];
}

function ga4Step(writer: WarehouseWriter, seed: number, id: Ga4Property): Step {
  return {
    label: ga4Dataset(id),
    run: async () => {
      const planOf = createDeliveries(seed).traffic(id);
      const newest = newestShardDay(id);
      const oldest = newest - GA4_DAYS + 1;
      await writer.createDataset(ga4Dataset(id), { location: LOCATION, at: new Date(oldest * DAY_MS) });
      for (let day = oldest; day <= newest; day++) {
        const at = new Date(shardMadeAt(id, day));
        await writer.createTable(dailyShard(id, day), GA4_SHARD, at);
        const plan = planOf(day);
        const select = eventsSelect(id, { plan, from: 0, to: plan.slots });
        await writer.appendSelect(dailyShard(id, day), select, at);
      }
      for (let day = newest + 1; day <= dayNumber(AS_OF); day++) {
        const plan = planOf(day);
        const until = Math.min(AS_OF.getTime(), (day + 1) * DAY_MS);
        await writer.createTable(intradayShard(id, day), GA4_SHARD, new Date(day * DAY_MS));
        const select = eventsSelect(id, { plan, from: 0, to: slotsBefore(plan, until) });
        await writer.appendSelect(intradayShard(id, day), select, new Date(until));
      }
    },
  };
}
