import { type CleanView, judgeByKey } from "../../checks/duplicates/judge-by-key.ts";
import { judgeParity } from "../../checks/parity/judge.ts";
import { judgeClean } from "../../checks/raw-vs-clean/judge.ts";
import { judgeCleanTable } from "../../checks/raw-vs-clean/judge-table.ts";
import { judgeRequired } from "../../checks/required/judge.ts";
import { type Result, unknown } from "../../checks/result.ts";
import type { TableStats } from "../../checks/table-stats/types.ts";
import type { DedupView, TableName } from "../../shared/config/types.ts";
import { WarehouseError } from "../../shared/warehouse/error.ts";
import { requiredOf, windowOf } from "../plan.ts";
import { answerOf, answerTo, type Known, listingOf, nameOf, readingOf, windowIn } from "./known.ts";

/** Rows that are there more than once, of every table that has a key. */
export function duplicateResults(known: Known): Result[] {
  const { file, facts, now } = known;
  const keyed = file.sources.filter(
    ({ uniqueKey, table }) => uniqueKey.length > 0 && !table.table.endsWith("*"),
  );
  const ofSources = keyed.flatMap((source) => {
    const view = file.dedupViews.find((it) => it.source.id === source.id) ?? null;
    const request = facts.plan.sources.get(source.id);
    if (request === undefined) return [];
    return [
      judgeByKey(
        { request, owner: source.owner, money: source.money, view: view?.id ?? null },
        answerOf(source, known),
        view === null ? "none" : stateOf(view.view, known),
        file.reconciliation.rowTolerance,
        windowIn(source, known),
      ),
    ];
  });
  const read = new Set(keyed.map(({ table }) => nameOf(table)));
  const ofPairs = file.pairs.flatMap(({ id, owner }) =>
    (facts.plan.pairs.get(id) ?? [])
      .filter(({ table }) => !read.has(nameOf(table)))
      .map((request) =>
        judgeByKey(
          { request, owner, money: null, view: null },
          answerTo(request, known),
          "none",
          file.reconciliation.rowTolerance,
          windowOf(now, request.timeZone, file),
        ),
      ),
  );
  return [...ofSources, ...new Map(ofPairs.map((it) => [it.subject, it])).values()];
}

function stateOf(view: TableName, known: Known): CleanView {
  const listing = listingOf(view, known);
  if (listing instanceof WarehouseError) return "unknown";
  return listing.has(view.table) ? "kept" : "missing";
}

/** Whether clean views and clean tables hold the facts of their raw tables. */
export function cleanResults(known: Known): Result[] {
  const { people } = known.facts;
  const proof = people === null || people.proof instanceof WarehouseError ? null : people.proof;
  return [
    ...known.file.dedupViews.map((view) => cleanResult(view, known)),
    ...(proof?.tables ?? []).map(({ table, coverage }) => judgeCleanTable(table, coverage)),
  ];
}

function cleanResult(view: DedupView, known: Known): Result {
  const { id, source, money } = view;
  const about = { check: "raw_vs_clean", subject: id, owner: source.owner } as const;
  if (known.isLookBack)
    return unknown(about, "looked_back", "What the view answered then cannot be asked any more.");
  const request = known.facts.plan.views.get(id);
  if (request === null) {
    const text =
      "Its raw table is larger than reconciliation.whole_up_to in the warehouse file, so the view is not read as a whole.";
    return unknown(about, "too_large", text);
  }
  if ((readingOf(source, known)?.arrivalsInFuture ?? 0) > 0) {
    const text =
      "Rows of the raw table arrive from the future, so the view holds versions that have not come yet.";
    return unknown(about, "arrivals_in_future", text, {
      follows: [{ check: "freshness", subject: source.id }],
    });
  }
  const answer = stateOf(view.view, known) === "missing" ? null : answerTo(request, known);
  const { rowTolerance, moneyTolerance } = known.file.reconciliation;
  return judgeClean(
    { view, owner: source.owner, money },
    answerOf(source, known),
    answer === null || answer instanceof WarehouseError ? answer : cleanDaysOf(answer),
    { rows: rowTolerance, money: moneyTolerance },
    windowIn(source, known),
  );
}

function cleanDaysOf({ days, before }: TableStats) {
  return {
    days: days.map(({ day, rows, raw }) => ({ day, rows, amount: raw })),
    before: { rows: before.rows, amount: before.raw },
  };
}

/** Values that must be there. */
export function requiredResults(known: Known): Result[] {
  return known.file.sources.flatMap((source) => {
    const request = known.facts.plan.sources.get(source.id);
    const columns = requiredOf(source);
    if (request === undefined || columns.length === 0) return [];
    return [
      judgeRequired(
        { request, owner: source.owner },
        answerOf(source, known),
        // Another reading of the same table may ask for more of them.
        request.required.map((name) => columns.find((it) => it.name === name) ?? { name, isKey: false }),
        known.file.reconciliation.rowTolerance,
        windowIn(source, known),
      ),
    ];
  });
}

/** Tables that should hold the same facts. */
export function pairResults(known: Known): Result[] {
  const { rowTolerance, moneyTolerance } = known.file.reconciliation;
  return known.file.pairs.map((pair) => {
    const [left, right] = known.facts.plan.pairs.get(pair.id) ?? [];
    return judgeParity(pair, answerTo(left, known), answerTo(right, known), {
      rows: rowTolerance,
      money: moneyTolerance,
    });
  });
}
