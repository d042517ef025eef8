import { formatNumber } from "../../shared/report/format.ts";
import { WarehouseError } from "../../shared/stores/bigquery/error.ts";
import { pickedByOrder } from "./judge-contradictions.ts";
import { minHistory } from "./rate.ts";
import type { Contradictions, Figures, Observation } from "./types.ts";

/** Notes for the reader beside the findings. Pure. */
export function notesOf(observation: Observation, isRateJudged: boolean): string[] {
  const { question, figures, contradictions, advice, history } = observation;
  const notes = [
    ...(figures instanceof WarehouseError ? [] : notesOfFigures(question.view, figures)),
    ...(contradictions instanceof WarehouseError ? [] : notesOfKey(question.view, contradictions, advice)),
  ];
  if (advice instanceof WarehouseError)
    notes.push(`What would fix the key could not be worked out: ${advice.message}`);
  if (history instanceof WarehouseError) notes.push(`Earlier results could not be read: ${history.message}`);
  else if (!isRateJudged)
    notes.push(
      `Too few earlier results to compare the rate of repeats: it takes ${minHistory} earlier ones with new rows.`,
    );
  return notes;
}

function notesOfFigures({ money }: Observation["question"]["view"], figures: Figures): string[] {
  const { keyNulls, rowsWithoutArrival, newestArrival, rawRows, amounts, unreadableAmounts } = figures;
  const notes = Object.entries(keyNulls).map(
    ([column, rows]) =>
      `${column} of the key is NULL in ${formatNumber(rows)} rows; NULLs count as one value.`,
  );
  if (rowsWithoutArrival > 0 && newestArrival !== null) {
    const rows = formatNumber(rowsWithoutArrival);
    notes.push(`${rows} rows have no arrival; any other version of the same fact counts as newer.`);
  }
  if (money !== null && rawRows > 0 && amounts?.raw === null)
    notes.push(`No row has a readable amount in ${money.column}.`);
  else if (money !== null && unreadableAmounts > 0)
    notes.push(
      `${formatNumber(unreadableAmounts)} rows have an unreadable amount in ${money.column}, so ${money.kind} is at least the amount shown.`,
    );
  return notes;
}

function notesOfKey(
  view: Observation["question"]["view"],
  contradictions: Contradictions,
  advice: Observation["advice"],
): string[] {
  if (view.syncUnknown)
    return ["The sync of each row is unknown (sync: unknown), so the key is not verified."];
  const { unmarked, rowsCompared } = contradictions;
  const picked = pickedByOrder(view, contradictions, advice instanceof WarehouseError ? null : advice);
  return [
    ...(unmarked > 0 && unmarked < rowsCompared
      ? [`${formatNumber(unmarked)} of ${formatNumber(rowsCompared)} rows do not name their sync.`]
      : []),
    ...(picked === null ? [] : [picked]),
  ];
}
