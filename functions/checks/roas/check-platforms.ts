import type { DedupView, Platform } from "../../shared/config/types.ts";
import type { Instants } from "../../shared/instants.ts";
import type { Warehouse } from "../../shared/stores/bigquery/types.ts";
import type { Verdict as Duplicates } from "../duplicates/types.ts";
import { judge } from "./judge.ts";
import { readPlatforms } from "./read.ts";
import type { Verdict } from "./types.ts";

/**
 * Return on ad spend of every platform over the last 30 business days and the day asked about, in one job. A dedup
 * view over the source of the spend says by which tie-break its versions are told apart.
 *
 * @param duplicates what is known of these views: where the key of one is too coarse, its spend is too low
 */
export async function checkRoas(
  platforms: readonly Platform[],
  dedupViews: readonly DedupView[],
  warehouse: Warehouse,
  instants: Pick<Instants, "now" | "seenUntil">,
  duplicates: readonly Duplicates[] = [],
): Promise<Verdict[]> {
  const observations = await readPlatforms(platforms, dedupViews, warehouse, instants);
  return observations.map((it) => judge(it, tooCoarseOver(it.platform, duplicates)));
}

/** The view over the spend that merges different facts, by its id. */
function tooCoarseOver({ spend }: Platform, duplicates: readonly Duplicates[]): string | null {
  const found = duplicates.find(
    ({ view, findings }) =>
      view.source.id === spend.id && findings.some(({ code }) => code === "key_too_coarse"),
  );
  return found?.view.id ?? null;
}
