import type { WarehouseWriter } from "../emulators/bigquery/catalog.ts";
import { DAY_MS, dayNumber } from "./calendar.ts";
import { slicesBetween } from "./day-plan.ts";
import type { Deliveries } from "./deliveries.ts";
import { AS_OF } from "./figures.ts";
import { dailyShard, type Ga4Property, intradayShard, newestShardDay } from "./ga4-plan.ts";
import { eventsSelect, GA4_SHARD } from "./tables/ga4.ts";

/** Google's export of one property: a shard a day, and the running day beside them. */
export function createGa4Export(writer: WarehouseWriter, deliveries: Deliveries, id: Ga4Property) {
  const planOf = deliveries.traffic(id);
  let newestShard = newestShardDay(id, AS_OF);
  let streamedUntil = AS_OF.getTime();
  let newestIntraday = dayNumber(streamedUntil);
  return {
    async makeShards(at: Date): Promise<void> {
      for (const newest = newestShardDay(id, at); newestShard < newest; ) {
        newestShard++;
        const plan = planOf(newestShard);
        const shard = dailyShard(id, newestShard);
        await writer.createTable(shard, GA4_SHARD, at);
        await writer.appendSelect(shard, eventsSelect(id, { plan, from: 0, to: plan.slots }), at);
      }
    },
    /** A day that has its shard already gets no intraday table any more. */
    async streamUntil(until: number): Promise<void> {
      const from = Math.max(streamedUntil, (newestShard + 1) * DAY_MS);
      for (const slice of slicesBetween(planOf, from, until)) {
        const shard = intradayShard(id, slice.plan.day);
        const begins = slice.plan.day * DAY_MS;
        if (slice.plan.day > newestIntraday) {
          await writer.createTable(shard, GA4_SHARD, new Date(begins));
          newestIntraday = slice.plan.day;
        }
        await writer.appendSelect(shard, eventsSelect(id, slice), new Date(Math.min(until, begins + DAY_MS)));
      }
      streamedUntil = until;
    },
  };
}
