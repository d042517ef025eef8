import { formatNumber } from "../../shared/report/format.ts";
import { WarehouseError } from "../../shared/warehouse/error.ts";
import { usualFrom } from "./rate.ts";
import type { Contradictions, Figures, Observation } from "./types.ts";

/** What a reader should know beside the findings. Pure. */
export function notesOf(observation: Observation, isRateJudged: boolean): string[] {
  const { question, figures, contradictions, advice, history } = observation;
  const notes = [
    ...(figures instanceof WarehouseError ? [] : notesOfFigures(question.view, figures)),
    ...(contradictions instanceof WarehouseError ? [] : notesOfKey(contradictions)),
  ];
  if (advice instanceof WarehouseError)
    notes.push(`What would mend the key could not be worked out: ${advice.message}`);
  if (history instanceof WarehouseError) notes.push(`Earlier looks could not be read: ${history.message}`);
  else if (!isRateJudged)
    notes.push(
      `Too few looks yet to say whether the rate of repeats rises: it takes ${usualFrom} earlier ones with new rows.`,
    );
  return notes;
}

function notesOfFigures({ money }: Observation["question"]["view"], figures: Figures): string[] {
  const { keyNulls, rowsWithoutArrival, newestArrival, rawRows, amounts } = figures;
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
  return notes;
}

function notesOfKey({ unmarked, lookedAt }: Contradictions): string[] {
  return unmarked > 0 && unmarked < lookedAt
    ? [`${formatNumber(unmarked)} of ${formatNumber(lookedAt)} rows do not say which sync brought them.`]
    : [];
}
