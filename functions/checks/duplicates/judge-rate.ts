import type { DedupView } from "../../shared/config/types.ts";
import { dayMs } from "../../shared/days.ts";
import { formatInstant, formatMoney, formatNumber, formatPercent } from "../../shared/report/format.ts";
import { type Increment, incrementsOf, isRising, medianShare, shareOf } from "./rate.ts";
import type { Figures, Judgement, PastCount } from "./types.ts";

/**
 * Compares the rate of repeats since the last run with the usual rate. Pure.
 *
 * @param looks earlier runs with today's key
 * @returns `isJudged` false if no row arrived, or there are too few earlier runs
 */
export function judgeRate(
  { money }: DedupView,
  figures: Figures,
  pastCounts: readonly PastCount[],
  increment: Increment | undefined,
): Judgement {
  const usual = medianShare(incrementsOf(pastCounts));
  if (increment === undefined || usual === null) return { wrong: [], isJudged: false };
  if (!isRising(shareOf(increment), usual)) return { wrong: [], isJudged: true };
  const [now, before] = [figures.amounts?.overcounted ?? null, pastCounts.at(-1)?.overcounted ?? null];
  const days = (increment.until.getTime() - increment.since.getTime()) / dayMs;
  // Only the text is rounded; the figures stay exact.
  const cost =
    money === null || now === null || before === null || days <= 0
      ? ""
      : ` The sum over the raw table is too high by ${formatMoney((Number(now) - Number(before)) / days, money.currency)} more a day.`;
  const text =
    `${formatPercent(shareOf(increment))} of the ${formatNumber(increment.rows)} rows that came since ` +
    `${formatInstant(increment.since)} are repeats; usual are ${formatPercent(usual)}.${cost}`;
  return { wrong: [{ code: "rate_rising", severity: "warning", text }], isJudged: true };
}
