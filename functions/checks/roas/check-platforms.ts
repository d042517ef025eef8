import type { Platform, WarehouseFile } from "../../shared/config/types.ts";
import type { Instants } from "../../shared/instants.ts";
import { WarehouseError } from "../../shared/stores/bigquery/error.ts";
import type { Warehouse } from "../../shared/stores/bigquery/types.ts";
import type { Verdict as Duplicates } from "../duplicates/types.ts";
import { ReadPlanBuilder } from "../table-stats/plan-builder.ts";
import { type PlannedRead, readTableStats } from "../table-stats/read.ts";
import { ofOrders, ofSource } from "../table-stats/requests.ts";
import type { StatsAnswer, StatsRequest } from "../table-stats/types.ts";
import { earliestArrivalOf, windowOf } from "../table-stats/window.ts";
import { judge } from "./judge.ts";
import { moneyOf, statsOfBoth } from "./money.ts";
import type { Verdict } from "./types.ts";

/** The part of the warehouse file that says what a platform costs and brings. */
export type PlatformsFile = Pick<
  WarehouseFile,
  "platforms" | "dedupViews" | "sources" | "pairs" | "timeZone"
>;

/**
 * Return on ad spend of every platform over the last 30 business days and the day asked about: the same statement and the
 * same judge as in the reconciliation report, and of its days only. One job; a platform that cannot be read stops no other.
 *
 * @param duplicates what is known of the dedup views: where the key of one is too coarse, its spend is too low
 */
export async function checkRoas(
  file: PlatformsFile,
  warehouse: Warehouse,
  instants: Pick<Instants, "now" | "seenUntil" | "knownUntil">,
  duplicates: readonly Duplicates[] = [],
): Promise<Verdict[]> {
  const builder = new ReadPlanBuilder();
  const { platforms, dedupViews } = file;
  const withoutCampaigns = platforms.map((it) => ({ ...it, campaigns: null }));
  const places = withoutCampaigns.map((it) => ({
    spend: builder.add({ ...ofSource(it.spend, dedupViews, []), required: [], finalAfterMs: null }),
    orders: builder.add(ofOrders(it, withoutCampaigns)),
  }));
  const reads = builder.requests.map((request): PlannedRead => {
    const window = windowOf(instants.now, request.timeZone, file);
    const from = request.arrival === null ? null : earliestArrivalOf(window);
    return { request: { ...request, from }, columns: [], window };
  });
  const answers = await readTableStats(reads, warehouse, instants);
  return platforms.map((platform, at) => {
    const { firstDay, lastDay } = windowOf(instants.now, platform.spend.timeZone, file);
    const answerAt = (place = -1) => answerOf(reads[place], answers);
    const stats = statsOfBoth(platform, answerAt(places[at]?.spend), answerAt(places[at]?.orders));
    const money = stats instanceof WarehouseError ? stats : moneyOf(stats, firstDay, lastDay);
    return judge({ platform, firstDay, lastDay, money }, tooCoarseOver(platform, duplicates));
  });
}

function answerOf(read: PlannedRead | undefined, answers: ReadonlyMap<StatsRequest, StatsAnswer>) {
  const answer = read && answers.get(read.request);
  if (answer === undefined) throw new Error("a platform was not read");
  return answer;
}

/** The view over the spend that merges different facts, by its id. */
function tooCoarseOver({ spend }: Platform, duplicates: readonly Duplicates[]): string | null {
  const found = duplicates.find(
    ({ view, findings }) =>
      view.source.id === spend.id && findings.some(({ code }) => code === "key_too_coarse"),
  );
  return found?.view.id ?? null;
}
