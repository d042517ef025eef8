import { WarehouseError } from "../../shared/stores/bigquery/error.ts";
import { inBranches } from "../../shared/stores/bigquery/in-branches.ts";
import { numberOf, textsOf } from "../../shared/stores/bigquery/row.ts";
import type { Row, Warehouse } from "../../shared/stores/bigquery/types.ts";
import type { Counterexample } from "./counterexamples.ts";
import { counterexampleInputs, type Grouping, groupInputs } from "./grouping.ts";
import type { Contradictions, Groups, Question } from "./types.ts";

/**
 * Finds contradictions of each view's key and order. One job reads keys and orders; a second job compares
 * content, only for views with rows to compare.
 */
export async function readContradictions(
  questions: readonly Question[],
  warehouse: Warehouse,
  seenUntil: Date,
): Promise<Map<Question, Contradictions | WarehouseError>> {
  const asked = questions.flatMap((question) =>
    groupings
      .filter((grouping) => grouping === "order" || !question.view.syncUnknown)
      .map((grouping): Asked => ({ question, more: [], grouping })),
  );
  const { repeats, differing } = await readDiffering(asked, warehouse, seenUntil);
  const answerOf = (question: Question, grouping: Grouping) => {
    const it = asked.find((it) => it.question === question && it.grouping === grouping);
    const counted = it && repeats.get(it);
    return counted && { counted, groups: (it && differing.get(it)) ?? { groups: 0, rows: 0 } };
  };
  return new Map(
    questions.map((question) => [
      question,
      contradictionsOf(answerOf(question, "sync"), answerOf(question, "order")),
    ]),
  );
}

const groupings: readonly Grouping[] = ["sync", "order"];

/** A candidate key of a view. */
export interface Candidate {
  readonly question: Question;
  /** Columns that count as part of the key. */
  readonly more: readonly string[];
}

interface Asked extends Candidate {
  readonly grouping: Grouping;
}

/** Content is compared only in groups of more than one row. */
async function readDiffering(asked: readonly Asked[], warehouse: Warehouse, seenUntil: Date) {
  const shared = { params: { seen_until: seenUntil } };
  const inputs = ({ question, more, grouping }: Asked) => groupInputs(question, grouping, more);
  const repeats = await inBranches("duplicates/repeats", asked, inputs, repeatsOf, warehouse, shared);
  const toCompare = asked.filter((it) => {
    const found = repeats.get(it);
    return found !== undefined && !(found instanceof WarehouseError) && found.repeats > 0;
  });
  const statement = "duplicates/contradictions";
  return { repeats, differing: await inBranches(statement, toCompare, inputs, groupsOf, warehouse, shared) };
}

/** The candidates that rows of one sync still contradict, in their order. */
export async function readContradicted(
  candidates: readonly Candidate[],
  warehouse: Warehouse,
  seenUntil: Date,
): Promise<(boolean | WarehouseError)[]> {
  const asked = candidates.map((it) => ({ ...it, grouping: "sync" as const }));
  const { repeats, differing } = await readDiffering(asked, warehouse, seenUntil);
  return asked.map((it) => {
    const [counted, groups] = [repeats.get(it), differing.get(it)];
    if (counted instanceof WarehouseError) return counted;
    return groups instanceof WarehouseError ? groups : groups !== undefined && groups.groups > 0;
  });
}

interface Repeats {
  readonly rowsCompared: number;
  readonly unmarked: number;
  readonly marks: number;
  readonly repeats: number;
}

interface Compared {
  readonly counted: Repeats | WarehouseError;
  readonly groups: Groups | WarehouseError;
}

/** @param bySync undefined if the loader does not say which rows came together */
function contradictionsOf(
  bySync: Compared | undefined,
  byOrder: Compared | undefined,
): Contradictions | WarehouseError {
  if (byOrder === undefined) throw new Error("a branch was not answered");
  const { counted: ordered, groups: ties } = byOrder;
  if (ordered instanceof WarehouseError) return ordered;
  const { counted: marked, groups: conflicts } = bySync ?? {
    counted: { ...ordered, unmarked: ordered.rowsCompared, marks: 0 },
    groups: { groups: 0, rows: 0 },
  };
  if (marked instanceof WarehouseError) return marked;
  if (conflicts instanceof WarehouseError) return conflicts;
  if (ties instanceof WarehouseError) return ties;
  return {
    rowsCompared: marked.rowsCompared,
    unmarked: marked.unmarked,
    marks: marked.marks,
    conflicts,
    ties,
  };
}

/** Some groups that contradict the key extended by `more`. */
export function readCounterexamples(asked: readonly Candidate[], warehouse: Warehouse, seenUntil: Date) {
  return inBranches(
    "duplicates/counterexamples",
    asked,
    ({ question, more }) => counterexampleInputs(question, more),
    (rows): Counterexample[] =>
      rows.map((row) => textsOf(row, "versions").map((version) => version.split(","))),
    warehouse,
    { params: { seen_until: seenUntil } },
  );
}

function repeatsOf([row]: readonly Row[]): Repeats {
  if (row === undefined) throw new Error("no answer");
  return {
    rowsCompared: numberOf(row, "rows_compared"),
    unmarked: numberOf(row, "unmarked"),
    marks: numberOf(row, "marks"),
    repeats: numberOf(row, "repeats"),
  };
}

function groupsOf([row]: readonly Row[]): Groups {
  if (row === undefined) throw new Error("no answer");
  return { groups: numberOf(row, "differing_groups"), rows: numberOf(row, "differing_rows") };
}
