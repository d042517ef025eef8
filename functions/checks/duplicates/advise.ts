import { WarehouseError } from "../../shared/stores/bigquery/error.ts";
import type { Warehouse } from "../../shared/stores/bigquery/types.ts";
import { contentColumns } from "./columns.ts";
import type { Counterexample } from "./counterexamples.ts";
import { type Proposal, propose } from "./propose.ts";
import { readContradicted, readCounterexamples } from "./read-contradictions.ts";
import type { Advice, Question } from "./types.ts";

/** Each round finds at least one more needed column, so ten useful columns need at most ten rounds. */
const roundsAtMost = 10;

/**
 * Finds columns that would make each key unique, by counterexamples: it proposes the best columns for the
 * contradictions seen so far, searches for remaining contradictions, and proposes again, until there are none
 * or no column can separate them.
 */
export async function advise(
  questions: readonly Question[],
  warehouse: Warehouse,
  seenUntil: Date,
): Promise<Map<Question, Advice | WarehouseError>> {
  const answers = new Map<Question, Advice | WarehouseError>();
  let searches = questions.map((question) => ({
    question,
    seen: [] as Counterexample[],
    proposal: { add: [], differing: [], isSmallest: true } as Proposal,
  }));
  for (let round = 1; round <= roundsAtMost && searches.length > 0; round += 1) {
    const asked = searches.map(({ question, proposal }) => ({ question, more: proposal.add }));
    const samples = await readCounterexamples(asked, warehouse, seenUntil);
    const going = searches.flatMap((search, at) => {
      const sample = samples.get(asked[at] as (typeof asked)[number]) ?? [];
      if (sample instanceof WarehouseError) {
        answers.set(search.question, sample);
        return [];
      }
      const { view, columns } = search.question;
      const seen = [...search.seen, ...sample];
      const proposal = propose(view, contentColumns(view, columns), seen);
      if (isSame(proposal, search.proposal)) {
        answers.set(search.question, settled(proposal));
        return [];
      }
      return [{ question: search.question, seen, proposal }];
    });
    searches = await unproved(going, answers, warehouse, seenUntil);
  }
  for (const { question, proposal } of searches)
    answers.set(question, { kind: "gave_up", rounds: roundsAtMost, add: proposal.add });
  return answers;
}

interface Search {
  readonly question: Question;
  readonly seen: Counterexample[];
  readonly proposal: Proposal;
}

/** Views that still have conflicts; the others have an answer. */
async function unproved(
  searches: readonly Search[],
  answers: Map<Question, Advice | WarehouseError>,
  warehouse: Warehouse,
  seenUntil: Date,
): Promise<Search[]> {
  const asked = searches.map(({ question, proposal }) => ({ question, more: proposal.add }));
  const left = await readContradicted(asked, warehouse, seenUntil);
  return searches.filter(({ question, proposal }, at) => {
    const found = left[at];
    if (found === true) return true;
    answers.set(question, found instanceof WarehouseError ? found : proved(proposal));
    return false;
  });
}

function proved({ add, isSmallest }: Proposal): Advice {
  return { kind: "columns", add, ...(isSmallest ? {} : { mayBeSmaller: true }) };
}

/** No new contradiction was found: no key can separate the remaining rows. */
function settled({ add, differing }: Proposal): Advice {
  return differing.length > 0
    ? { kind: "measures_only", differing, add }
    : { kind: "gave_up", rounds: roundsAtMost, add };
}

function isSame(a: Proposal, b: Proposal): boolean {
  return a.add.join() === b.add.join() && a.differing.join() === b.differing.join();
}
