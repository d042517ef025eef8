import type { DedupView, Platform } from "../../shared/config/types.ts";
import type { Warehouse } from "../../shared/warehouse/types.ts";
import type { Instants } from "../freshness/instants.ts";
import { judge } from "./judge.ts";
import { readPlatforms } from "./read.ts";
import type { Verdict } from "./types.ts";

/**
 * Return on ad spend of every platform over the last 30 business days and the day asked about, in one job. A dedup
 * view over the source of the spend says by which tie-break its versions are told apart.
 */
export async function checkRoas(
  platforms: readonly Platform[],
  dedupViews: readonly DedupView[],
  warehouse: Warehouse,
  instants: Pick<Instants, "now" | "seenUntil">,
): Promise<Verdict[]> {
  return (await readPlatforms(platforms, dedupViews, warehouse, instants)).map(judge);
}
