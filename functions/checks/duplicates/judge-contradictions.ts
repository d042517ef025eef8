import type { DedupView } from "../../shared/config/types.ts";
import { formatNumber } from "../../shared/report/format.ts";
import { WarehouseError } from "../../shared/warehouse/error.ts";
import { failureFinding } from "./failure.ts";
import type { Advice, Contradictions, Observation, Wrong } from "./types.ts";

/**
 * What the rows have against the key and the order of a view. Rows of one sync that share the key and differ in a
 * column that a key may hold were different facts: the key is too coarse. Where only measures differ no key would
 * help, and the order has to say which version counts. Pure.
 */
export function judgeContradictions(
  view: DedupView,
  contradictions: Contradictions | WarehouseError,
  advice: Observation["advice"],
): Wrong[] {
  if (contradictions instanceof WarehouseError)
    return [failureFinding("Whether its key is true", contradictions)];
  const { lookedAt, unmarked, conflicts, ties } = contradictions;
  const mends = advice instanceof WarehouseError ? null : advice;
  const found: Wrong[] = [];
  const isMeasuresOnly = mends?.kind === "measures_only" && mends.add.length === 0;
  if (conflicts.groups > 0 && !isMeasuresOnly) found.push(tooCoarse(view, contradictions, mends));
  else if (conflicts.groups > 0 || ties.groups > 0) found.push(notTotal(view, contradictions, mends));
  if (lookedAt > 0 && unmarked === lookedAt && view.sync !== null) {
    const mark = `${view.sync.column}${view.sync.jsonPath === null ? "" : ` ${view.sync.jsonPath}`}`;
    found.push({
      code: "no_sync",
      severity: "unknown",
      text: `None of ${formatNumber(lookedAt)} rows says which sync brought it (${mark}), so nobody can tell whether the key is true.`,
    });
  }
  return found;
}

function tooCoarse({ source }: DedupView, { conflicts }: Contradictions, advice: Advice | null): Wrong {
  const key = source.uniqueKey.join(", ");
  return {
    code: "key_too_coarse",
    severity: "critical",
    text:
      `The key ${key} is too coarse: ${formatNumber(conflicts.rows)} rows in ${formatNumber(conflicts.groups)} groups of one ` +
      `sync share it and differ, and all but one of each group would be thrown away. ${proposalText(advice)}`,
  };
}

function proposalText(advice: Advice | null): string {
  if (advice === null) return "What would mend it is not known.";
  const columns = advice.add.join(", ");
  switch (advice.kind) {
    case "columns":
      return `With ${columns} added it is true.`;
    case "measures_only":
      return `${columns} tells most of them apart; others differ in ${advice.differing.join(", ")} only, which no key can hold.`;
    case "gave_up":
      return columns === ""
        ? "No set of columns was found that mends it."
        : `${columns} tells some of them apart; a set that mends it was not found in ${advice.rounds} rounds.`;
  }
}

function notTotal(
  { source, tieBreak }: DedupView,
  { conflicts, ties }: Contradictions,
  advice: Advice | null,
): Wrong {
  const order = [source.arrival, ...tieBreak].join(", ");
  const differing =
    advice?.kind === "measures_only" ? ` They differ in ${advice.differing.join(", ")} only.` : "";
  const text =
    ties.groups > 0
      ? `The order ${order} is not total: ${formatNumber(ties.rows)} rows in ${formatNumber(ties.groups)} groups are equal by ` +
        `key and order and differ, so the view would take any of them.${differing}`
      : `${formatNumber(conflicts.rows)} rows in ${formatNumber(conflicts.groups)} groups of one sync share the key and ` +
        `differ in measures only: the order ${order} picks one of them, and nothing says that it is the right one.${differing}`;
  return { code: "order_not_total", severity: "warning", text };
}
