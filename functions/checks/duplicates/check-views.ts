import type { Instants } from "../../shared/instants.ts";
import { WarehouseError } from "../../shared/stores/bigquery/error.ts";
import type { Warehouse } from "../../shared/stores/bigquery/types.ts";
import { advise } from "./advise.ts";
import { judge } from "./judge.ts";
import { cameUnseen, unprovenFrom } from "./proven.ts";
import { readContradictions } from "./read-contradictions.ts";
import { readFigures } from "./read-figures.ts";
import { readHistory } from "./read-history.ts";
import type { Question, Verdict } from "./types.ts";

/**
 * Checks every view: figures, contradictions of key and order, advice, and the trend of the rate. The answers
 * are in the order of the views. A view that cannot be read does not stop the others.
 */
export async function checkDuplicates(
  asked: readonly Question[],
  warehouse: Warehouse,
  instants: Pick<Instants, "now" | "seenUntil" | "knownUntil">,
): Promise<Verdict[]> {
  if (asked.length === 0) return [];
  const { now, seenUntil } = instants;
  const ids = asked.map(({ view }) => view.id);
  const history = await readHistory(ids, warehouse, now);
  const looksAt = (id: string) => (history instanceof WarehouseError ? [] : (history.get(id) ?? []));
  const since = asked.map((it) => ({ ...it, from: unprovenFrom(it, looksAt(it.view.id)) }));
  const [figures, recent] = await Promise.all([
    readFigures(since, warehouse, instants),
    readContradictions(since, warehouse, seenUntil),
  ]);
  const hasUnseen = (question: Question) => {
    const [counted, found] = [figures.get(question), recent.get(question)];
    if (!isAnswer(counted) || !isAnswer(found)) return false;
    return cameUnseen(question, looksAt(question.view.id), counted, found);
  };
  const questions = since.map((counted) => ({
    counted,
    question: hasUnseen(counted) ? { ...counted, from: null } : counted,
  }));
  const whole = questions
    .filter(({ counted, question }) => counted !== question)
    .map(({ question }) => question);
  const contradictions = new Map([...recent, ...(await readContradictions(whole, warehouse, seenUntil))]);
  const contradicted = questions
    .map(({ question }) => question)
    .filter((question) => {
      const found = contradictions.get(question);
      return isAnswer(found) && found.conflicts.groups > 0;
    });
  const advice = await advise(contradicted, warehouse, seenUntil);
  return questions.map(({ counted, question }) =>
    judge(
      {
        question,
        figures: answered(figures.get(counted)),
        contradictions: answered(contradictions.get(question)),
        advice: advice.get(question) ?? null,
        history: history instanceof WarehouseError ? history : looksAt(question.view.id),
      },
      now,
    ),
  );
}

function isAnswer<T>(answer: T | WarehouseError | undefined): answer is T {
  return answer !== undefined && !(answer instanceof WarehouseError);
}

function answered<T>(answer: T | undefined): T {
  if (answer === undefined) throw new Error("a view was not evaluated");
  return answer;
}
