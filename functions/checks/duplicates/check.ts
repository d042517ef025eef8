import { WarehouseError } from "../../shared/warehouse/error.ts";
import type { Warehouse } from "../../shared/warehouse/types.ts";
import type { Instants } from "../freshness/instants.ts";
import { advise } from "./advise.ts";
import { judge } from "./judge.ts";
import { unprovenFrom } from "./proven.ts";
import { readContradictions } from "./read-contradictions.ts";
import { readFigures } from "./read-figures.ts";
import { readHistory } from "./read-history.ts";
import type { Question, Verdict } from "./types.ts";

/**
 * Duplicates of every view: figures, contradictions of key and order, advice, and how the rate moves. Answers in
 * the order they were asked in; one view that cannot be looked at stops no other.
 */
export async function checkDuplicates(
  asked: readonly Question[],
  warehouse: Warehouse,
  { now, seenUntil }: Pick<Instants, "now" | "seenUntil">,
): Promise<Verdict[]> {
  if (asked.length === 0) return [];
  const ids = asked.map(({ view }) => view.id);
  const history = await readHistory(ids, warehouse, now);
  const looksAt = (id: string) => (history instanceof WarehouseError ? [] : (history.get(id) ?? []));
  const questions = asked.map((it) => ({ ...it, from: unprovenFrom(it, looksAt(it.view.id)) }));
  const [figures, contradictions] = await Promise.all([
    readFigures(questions, warehouse, seenUntil),
    readContradictions(questions, warehouse, seenUntil),
  ]);
  const contradicted = questions.filter((question) => {
    const found = contradictions.get(question);
    return found !== undefined && !(found instanceof WarehouseError) && found.conflicts.groups > 0;
  });
  const advice = await advise(contradicted, warehouse, seenUntil);
  return questions.map((question) =>
    judge(
      {
        question,
        figures: answered(figures.get(question)),
        contradictions: answered(contradictions.get(question)),
        advice: advice.get(question) ?? null,
        history: history instanceof WarehouseError ? history : looksAt(question.view.id),
      },
      now,
    ),
  );
}

function answered<T>(answer: T | undefined): T {
  if (answer === undefined) throw new Error("a view was not looked at");
  return answer;
}
