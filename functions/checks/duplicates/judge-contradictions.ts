import type { DedupView } from "../../shared/config/types.ts";
import { formatNumber } from "../../shared/report/format.ts";
import { WarehouseError } from "../../shared/stores/bigquery/error.ts";
import { failureFinding } from "./failure.ts";
import { whyIncomparable } from "./sync-marks.ts";
import type { Advice, Contradictions, Judgement, Observation, Question, Wrong } from "./types.ts";

/**
 * Judges the key and the order of a view by its rows. Rows of one sync that share the key and differ in a
 * column that a key may contain are different facts: the key is too coarse. If only measures differ, no key
 * would help, and the order must decide which version counts. If it does, there is no finding. Pure.
 *
 * @returns `isJudged` false if nothing could be compared
 */
export function judgeContradictions(
  { view, from }: Question,
  contradictions: Contradictions | WarehouseError,
  advice: Observation["advice"],
): Judgement {
  if (contradictions instanceof WarehouseError)
    return { wrong: [failureFinding("Whether its key is true", contradictions)], isJudged: false };
  const { conflicts, ties } = contradictions;
  const fix = advice instanceof WarehouseError ? null : advice;
  const found: Wrong[] = [];
  const isMeasuresOnly = fix?.kind === "measures_only" && fix.add.length === 0;
  if (conflicts.groups > 0 && !isMeasuresOnly) found.push(tooCoarse(view, contradictions, fix));
  else if (ties.groups > 0) found.push(notTotal(view, contradictions, fix));
  const why = whyIncomparable(view, contradictions, from === null);
  // Another finding reports rows without an arrival.
  if (why === "one_each" || (why === "unmarked" && view.sync !== null))
    found.push({ code: "no_sync", severity: "unknown", text: incomparableText(why, view, contradictions) });
  return { wrong: found, isJudged: why === null };
}

function incomparableText(
  why: "unmarked" | "one_each",
  { sync, source }: DedupView,
  { rowsCompared, unmarked, marks }: Contradictions,
): string {
  const mark =
    sync === null ? source.arrival : `${sync.column}${sync.jsonPath === null ? "" : ` ${sync.jsonPath}`}`;
  return why === "unmarked"
    ? `None of ${formatNumber(rowsCompared)} rows names its sync (${mark}), so it is unknown whether the key is right.`
    : `${formatNumber(rowsCompared - unmarked)} rows have ${formatNumber(marks)} values of ${mark}, nearly one each: they do not show ` +
        "which rows came with one sync, so it is unknown whether the key is right.";
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
  if (advice === null) return "A fix is unknown.";
  const columns = advice.add.join(", ");
  switch (advice.kind) {
    case "columns":
      return `With ${columns} added it is true${advice.mayBeSmaller ? "; a smaller set may do" : ""}.`;
    case "measures_only":
      return `${columns} tells most of them apart; others differ in ${advice.differing.join(", ")} only, which cannot be in a key.`;
    case "gave_up":
      return columns === ""
        ? "No set of columns was found that fixes it."
        : `${columns} tells some of them apart; a set that fixes it was not found in ${advice.rounds} rounds.`;
  }
}

function notTotal({ source, tieBreak }: DedupView, { ties }: Contradictions, advice: Advice | null): Wrong {
  const order = [source.arrival, ...tieBreak].join(", ");
  const text =
    `The order ${order} is not total: ${formatNumber(ties.rows)} rows in ${formatNumber(ties.groups)} groups are equal by ` +
    `key and order and differ, so the view would take any of them.${differingText(advice)}`;
  return { code: "order_not_total", severity: "warning", text };
}

/**
 * Versions of one sync that no key can separate and between which the order decides; null if there are none.
 * Pure.
 */
export function pickedByOrder(
  { source, tieBreak }: DedupView,
  { conflicts, ties }: Contradictions,
  advice: Advice | null,
): string | null {
  if (advice?.kind !== "measures_only" || advice.add.length > 0 || ties.groups > 0) return null;
  const order = [source.arrival, ...tieBreak].join(", ");
  return (
    `${formatNumber(conflicts.rows)} rows in ${formatNumber(conflicts.groups)} groups of one sync share the key and ` +
    `differ in measures only: the order ${order} picks one of them.${differingText(advice)}`
  );
}

function differingText(advice: Advice | null): string {
  return advice?.kind === "measures_only" ? ` They differ in ${advice.differing.join(", ")} only.` : "";
}
