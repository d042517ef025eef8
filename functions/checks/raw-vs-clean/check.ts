import type { DedupView } from "../../shared/config/types.ts";
import { WarehouseError } from "../../shared/stores/bigquery/error.ts";
import type { Check } from "../check.ts";
import {
  type CheckInput,
  cleanViewState,
  type StatsFacts,
  statsFor,
  statsOf,
  statsOrNull,
  windowIn,
} from "../input.ts";
import type { TableProof } from "../pii-hashing/types.ts";
import { type Result, unknown } from "../result.ts";
import type { TableStats } from "../table-stats/types.ts";
import { judgeClean } from "./judge.ts";
import { judgeCleanTable } from "./judge-table.ts";

interface HashedFacts extends StatsFacts {
  readonly piiFacts: {
    readonly proof: { readonly tables: readonly Pick<TableProof, "table" | "coverage">[] } | WarehouseError;
  } | null;
}

/** Checks that clean views and clean tables hold the facts of their raw tables. */
export const rawVsClean = {
  id: "raw_vs_clean",
  judge: (input) => [
    ...input.file.dedupViews.map((view) => viewResult(view, input)),
    ...tablesIn(input.facts).map(({ table, coverage }) => judgeCleanTable(table, coverage)),
  ],
} as const satisfies Check<HashedFacts>;

function tablesIn({ piiFacts }: HashedFacts) {
  return piiFacts === null || piiFacts.proof instanceof WarehouseError ? [] : piiFacts.proof.tables;
}

function viewResult(view: DedupView, input: CheckInput): Result {
  const { id, source, money } = view;
  const about = { check: "raw_vs_clean", subject: id, owner: source.owner } as const;
  if (input.isLookBack)
    return unknown(about, "looked_back", "What the view answered then cannot be asked any more.");
  const request = input.facts.plan.views.get(id);
  if (request === null) {
    const text =
      "Its raw table is larger than reconciliation.full_scan_up_to in the warehouse file, so the view is not read as a whole.";
    return unknown(about, "too_large", text);
  }
  if ((statsOrNull(source, input)?.arrivalsInFuture ?? 0) > 0) {
    const text = "Rows of the raw table arrive from the future, so the view has versions of the future.";
    return unknown(about, "arrivals_in_future", text, {
      follows: [{ check: "freshness", subject: source.id }],
    });
  }
  const answer = cleanViewState(view.view, input) === "missing" ? null : statsFor(request, input);
  const { rowTolerance, moneyTolerance } = input.file.reconciliation;
  return judgeClean(
    { view, owner: source.owner, money },
    statsOf(source, input),
    answer === null || answer instanceof WarehouseError ? answer : cleanDaysOf(answer),
    { rows: rowTolerance, money: moneyTolerance },
    windowIn(source, input),
  );
}

function cleanDaysOf({ days, before }: TableStats) {
  return {
    days: days.map(({ day, rows, raw }) => ({ day, rows, amount: raw })),
    before: { rows: before.rows, amount: before.raw },
  };
}
