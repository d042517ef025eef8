import { judgeBreakdown } from "../../checks/breakdown/judge.ts";
import { judgeCampaigns } from "../../checks/campaigns/judge.ts";
import { judgeLateChanges } from "../../checks/late-changes/judge.ts";
import type { Result } from "../../checks/result.ts";
import { roasResult } from "../../checks/roas/as-result.ts";
import { judgeSpend } from "../../checks/spend/judge.ts";
import { WarehouseError } from "../../shared/warehouse/error.ts";
import type { Return } from "../returns.ts";
import { answerOf, answerTo, type Known, windowIn } from "./known.ts";

/** Whether money that is cut finer adds up to the whole. */
export function breakdownResults(known: Known): Result[] {
  return known.file.sources.flatMap((source) =>
    source.breakdown === null
      ? []
      : [
          judgeBreakdown(
            source,
            answerOf(source.breakdown.of, known),
            answerOf(source, known),
            known.file.reconciliation.moneyTolerance,
            windowIn(source, known),
          ),
        ],
  );
}

/** What was spent on each platform, what it brought, and whether that can be told by campaign. */
export function platformResults(returns: readonly Return[], known: Known): Result[] {
  return known.file.platforms.flatMap((platform) => {
    const window = windowIn(platform.spend, known);
    const spend = answerOf(platform.spend, known);
    const orders = answerTo(known.facts.plan.orders.get(platform.id), known);
    const labelsOf = (it: typeof spend) => (it instanceof WarehouseError ? it : it.labels);
    return [
      judgeSpend(platform, spend, window),
      ...returns
        .filter((it) => it.platform.id === platform.id)
        .map((it) => roasResult(it.verdict, it.through, known.file.reconciliation.breakEvenRoas)),
      ...(platform.campaigns === null
        ? []
        : [judgeCampaigns(platform, labelsOf(orders), labelsOf(spend), window)]),
    ];
  });
}

/** Days whose amounts changed after they should not any more. */
export function lateChangeResults(known: Known): Result[] {
  const { memory } = known.facts;
  const earlier = memory === null || memory instanceof WarehouseError ? [] : memory.results;
  return known.file.sources
    .filter(({ finalAfterMs, money }) => finalAfterMs !== null && money !== null)
    .map((source) => {
      const last = earlier.find(({ check, subject }) => check === "late_changes" && subject === source.id);
      return judgeLateChanges(
        source,
        answerOf(source, known),
        last === undefined ? null : new Map(Object.entries(last.finalSums)),
        known.file.reconciliation.moneyTolerance,
        windowIn(source, known),
        known.now,
      );
    });
}
