import { dayMs } from "../../shared/days.ts";
import { formatInstant, formatNumber, formatPercent } from "../../shared/report/format.ts";
import { WarehouseError } from "../../shared/stores/bigquery/error.ts";
import { daysBack } from "./detail.ts";
import type { Figures, Look, Observation, Wrong } from "./types.ts";

/**
 * What the rows of a raw table say by their number: none is `unknown`, none any more and fewer facts than before are
 * losses. Pure.
 *
 * @param looks earlier ones by the key of today
 * @returns `isJudged` false where nobody can tell whether an earlier finding is over
 */
export function judgeRows(
  figures: Figures,
  history: Observation["history"],
  looks: readonly Look[],
  { share, now }: { readonly share: number; readonly now: Date },
): { readonly wrong: readonly Wrong[]; readonly isJudged: boolean } {
  const wrong: Wrong[] = [];
  if (figures.rawRows === 0) wrong.push(noRows(history));
  else if (figures.newestArrival === null) {
    const text = `None of its ${formatNumber(figures.rawRows)} raw rows says when it arrived, so no version is the latest.`;
    wrong.push({ code: "no_arrival", severity: "unknown", text });
  }
  if (figures.rowsInFuture > 0) {
    const text =
      `${formatNumber(figures.rowsInFuture)} rows say that they arrive later than now: in the view they count before any other ` +
      "version of their fact, and they are in none of these figures.";
    wrong.push({ code: "arrival_in_future", severity: "warning", text });
  }
  if (figures.rawRows === 0) return { wrong, isJudged: !(history instanceof WarehouseError) };
  const loss = lossSince(recentTo(now, looks), figures, share);
  if (loss !== null) wrong.push(loss);
  // Told for a week and not brought back since: neither a loss any more nor mended.
  const isForgotten = loss === null && lossSince(looks, figures, share) !== null;
  return { wrong, isJudged: !(history instanceof WarehouseError) && !isForgotten };
}

/** Rows were there or not by whatever key. */
function noRows(history: Observation["history"]): Wrong {
  const empty = "Its raw table holds no rows";
  if (history instanceof WarehouseError) {
    const text = `${empty}; whether it held any before could not be read.`;
    return { code: "no_rows", severity: "unknown", text };
  }
  const before = history.findLast((look) => look.rawRows > 0);
  if (before === undefined) {
    const text = `${empty}, and no look of the last ${daysBack} days saw any.`;
    return { code: "no_rows", severity: "unknown", text };
  }
  const text = `${empty} any more; it held ${formatNumber(before.rawRows)} on ${formatInstant(before.at)}.`;
  return { code: "emptied", severity: "critical", text };
}

/** A loss is told for so long, in days. */
const toldDays = 7;

function recentTo(now: Date, looks: readonly Look[]): readonly Look[] {
  return looks.filter(({ at }) => now.getTime() - at.getTime() <= toldDays * dayMs);
}

/** Rows deleted by hand now and then are nobody's loss. */
const handful = 10;

/** Not against the last look: what is lost stays lost, and is told to be over only when it is back. */
function lossSince(looks: readonly Look[], { cleanRows }: Figures, share: number): Wrong | null {
  const most = looks.reduce<Look | undefined>(
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
