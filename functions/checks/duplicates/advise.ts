import { WarehouseError } from "../../shared/stores/bigquery/error.ts";
import type { Warehouse } from "../../shared/stores/bigquery/types.ts";
import { contentColumns } from "./columns.ts";
import type { Counterexample } from "./counterexamples.ts";
import { type Proposal, propose } from "./propose.ts";
import { readContradicted, readCounterexamples } from "./read-contradictions.ts";
import type { Advice, Question } from "./types.ts";

/** Each round shows at least one column more to be needed, so a table of ten useful columns ends by then. */
const roundsAtMost = 10;

/**
 * What would make each key true, found by counterexamples: propose the best columns for the contradictions seen so
 * far, look for contradictions that are left, and propose anew, until none are or none can be told apart.
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

/** Those that have conflicts left; the others are answered. */
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

/** Nothing new was seen: what is left cannot be told apart by any key. */
function settled({ add, differing }: Proposal): Advice {
  return differing.length > 0
    ? { kind: "measures_only", differing, add }
    : { kind: "gave_up", rounds: roundsAtMost, add };
}

function isSame(a: Proposal, b: Proposal): boolean {
  return a.add.join() === b.add.join() && a.differing.join() === b.differing.join();
}
