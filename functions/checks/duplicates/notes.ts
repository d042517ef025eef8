import { formatNumber } from "../../shared/report/format.ts";
import { WarehouseError } from "../../shared/stores/bigquery/error.ts";
import { pickedByOrder } from "./judge-contradictions.ts";
import { usualFrom } from "./rate.ts";
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
  if (history instanceof WarehouseError) notes.push(`Earlier looks could not be read: ${history.message}`);
  else if (!isRateJudged)
    notes.push(
      `Too few looks yet to say whether the rate of repeats rises: it takes ${usualFrom} earlier ones with new rows.`,
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
    notes.push(
      `${rows} rows do not say when they arrived; any other version of the same fact counts before them.`,
    );
  }
  if (money !== null && rawRows > 0 && amounts?.raw === null)
    notes.push(`No row holds an amount of ${money.column} that can be read.`);
  else if (money !== null && unreadableAmounts > 0)
    notes.push(
      `${formatNumber(unreadableAmounts)} rows hold an amount of ${money.column} that cannot be read, so ${money.kind} is at least what is said.`,
    );
  return notes;
}

function notesOfKey(
  view: Observation["question"]["view"],
  contradictions: Contradictions,
  advice: Observation["advice"],
): string[] {
  if (view.syncUnknown)
    return [
      "Which rows came with one sync is not known (sync: unknown), so the key is taken as it is, unproved.",
    ];
  const { unmarked, lookedAt } = contradictions;
  const picked = pickedByOrder(view, contradictions, advice instanceof WarehouseError ? null : advice);
  return [
    ...(unmarked > 0 && unmarked < lookedAt
      ? [`${formatNumber(unmarked)} of ${formatNumber(lookedAt)} rows do not say which sync brought them.`]
      : []),
    ...(picked === null ? [] : [picked]),
  ];
}
