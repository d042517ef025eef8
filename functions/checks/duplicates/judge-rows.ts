import { dayMs } from "../../shared/days.ts";
import { formatInstant, formatNumber, formatPercent } from "../../shared/report/format.ts";
import { WarehouseError } from "../../shared/stores/bigquery/error.ts";
import { daysBack } from "./detail.ts";
import type { Figures, Judgement, Observation, PastCount, Wrong } from "./types.ts";

/**
 * Judges the number of rows of a raw table: no rows ever is `unknown`; a table that became empty and fewer
 * facts than before are losses. Pure.
 *
 * @param looks earlier runs with today's key
 * @returns `isJudged` false if it is unknown whether an earlier finding is over
 */
export function judgeRows(
  figures: Figures,
  history: Observation["history"],
  pastCounts: readonly PastCount[],
  { share, now }: { readonly share: number; readonly now: Date },
): Judgement {
  const wrong: Wrong[] = [];
  if (figures.rawRows === 0) wrong.push(noRows(history));
  else if (figures.newestArrival === null) {
    const text = `None of its ${formatNumber(figures.rawRows)} raw rows has an arrival, so the latest version is unknown.`;
    wrong.push({ code: "no_arrival", severity: "unknown", text });
  }
  if (figures.rowsInFuture > 0) {
    const text =
      `${formatNumber(figures.rowsInFuture)} rows have an arrival in the future: in the view they count as newer than any other ` +
      "version of their fact, and they are in none of these figures.";
    wrong.push({ code: "arrival_in_future", severity: "warning", text });
  }
  if (figures.rawRows === 0) return { wrong, isJudged: !(history instanceof WarehouseError) };
  const loss = lossSince(recentTo(now, pastCounts), figures, share);
  if (loss !== null) wrong.push(loss);
  // A loss that was reported for a week and did not come back is neither a loss any more nor fixed.
  const isForgotten = loss === null && lossSince(pastCounts, figures, share) !== null;
  return { wrong, isJudged: !(history instanceof WarehouseError) && !isForgotten };
}

/** Whether the table had rows does not depend on the key. */
function noRows(history: Observation["history"]): Wrong {
  const empty = "Its raw table is empty";
  if (history instanceof WarehouseError) {
    const text = `${empty}; its earlier row count could not be read.`;
    return { code: "no_rows", severity: "unknown", text };
  }
  const before = history.findLast((look) => look.rawRows > 0);
  if (before === undefined) {
    const text = `${empty}, and no run of the last ${daysBack} days saw rows.`;
    return { code: "no_rows", severity: "unknown", text };
  }
  const text = `${empty}; it had ${formatNumber(before.rawRows)} on ${formatInstant(before.at)}.`;
  return { code: "emptied", severity: "critical", text };
}

/** A loss is reported for this long, in days. */
const recentDays = 7;

function recentTo(now: Date, pastCounts: readonly PastCount[]): readonly PastCount[] {
  return pastCounts.filter(({ at }) => now.getTime() - at.getTime() <= recentDays * dayMs);
}

/** People delete a few rows by hand now and then; that is no loss. */
const handful = 10;

/** Not compared with the last run: a loss stays a loss, and is over only when the rows are back. */
function lossSince(pastCounts: readonly PastCount[], { cleanRows }: Figures, share: number): Wrong | null {
  const most = pastCounts.reduce<PastCount | undefined>(
    (best, look) => (best === undefined || look.cleanRows >= best.cleanRows ? look : best),
    undefined,
  );
  const lost = most === undefined ? 0 : most.cleanRows - cleanRows;
  if (most === undefined || lost <= handful || lost <= share * most.cleanRows) return null;
  return {
    code: "clean_rows_lost",
    severity: "critical",
    text:
      `${formatNumber(cleanRows)} clean rows, ${formatNumber(lost)} fewer (${formatPercent(lost / most.cleanRows)}) ` +
      `than the ${formatNumber(most.cleanRows)} of ${formatInstant(most.at)}; an append-mode table loses none.`,
  };
}
