import type { DedupView } from "../../shared/config/types.ts";
import type { Figures, Finding, Impact } from "./types.ts";

/**
 * Money that a sum over the raw table counts more than once. Exact where the key is true; where it is too coarse some
 * of it is real, and nobody can tell how much: from nothing to all of it. Null without money. Pure.
 */
export function impactOf(
  { money }: DedupView,
  figures: Figures,
  findings: readonly Finding[],
): Impact | null {
  const { amounts, rawRows, cleanRows } = figures;
  if (money === null || amounts === null || amounts.overcounted === null) return null;
  const amount = Number(amounts.overcounted);
  const isCoarse = findings.some(({ code }) => code === "key_too_coarse");
  const sums = `${money.kind} of ${rawRows} raw rows, ${amounts.raw}, less that of the latest version of each of ${cleanRows} facts, ${amounts.clean ?? "none"}`;
  return {
    amount,
    low: isCoarse ? Math.min(0, amount) : amount,
    high: isCoarse ? Math.max(0, amount) : amount,
    currency: money.currency,
    kind: money.kind,
    basis: isCoarse ? `${sums}; the key is too coarse, so part of it is no repeat` : sums,
  };
}
