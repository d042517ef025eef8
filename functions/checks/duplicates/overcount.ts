import type { DedupView } from "../../shared/config/types.ts";
import { formatNumber } from "../../shared/report/format.ts";
import type { MoneyImpact } from "../result.ts";
import type { Figures, Finding } from "./types.ts";

/**
 * Money that a sum over the raw table counts more than once. Exact if the key is unique. If the key is too
 * coarse, an unknown part of it is real, from nothing to all of it. Null without money. Pure.
 */
export function impactOf(
  { money }: DedupView,
  figures: Figures,
  findings: readonly Finding[],
): MoneyImpact | null {
  const { amounts, rawRows, cleanRows } = figures;
  if (money === null || amounts === null || amounts.overcounted === null) return null;
  const amount = Number(amounts.overcounted);
  const isCoarse = findings.some(({ code }) => code === "key_too_coarse");
  const sum = (decimal: string | null) =>
    decimal === null ? "none that can be read" : `${formatNumber(Number(decimal))} ${money.currency}`;
  const sums =
    `${sum(amounts.raw)} in ${formatNumber(rawRows)} raw rows less ${sum(amounts.clean)} in ` +
    `${formatNumber(cleanRows)} clean ones`;
  return {
    amount,
    low: isCoarse ? Math.min(0, amount) : amount,
    high: isCoarse ? Math.max(0, amount) : amount,
    currency: money.currency,
    kind: money.kind,
    basis: isCoarse ? `${sums}; the key is too coarse, so some of these rows are not repeats` : sums,
  };
}
