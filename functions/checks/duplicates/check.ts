import { nameOf } from "../../shared/config/values/table-name.ts";
import type { Check } from "../check.ts";
import { type CheckInput, cleanViewState, statsFor, statsOf, windowIn } from "../input.ts";
import type { Result } from "../result.ts";
import { windowOf } from "../table-stats/window.ts";
import { judgeByKey } from "./judge-by-key.ts";

/** Counts the repeated rows of each table that has a key. */
export const duplicates = { id: "duplicates", judge } as const satisfies Check;

function judge(input: CheckInput): Result[] {
  const { file, facts, now } = input;
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
        statsOf(source, input),
        view === null ? "none" : cleanViewState(view.view, input),
        file.reconciliation.rowTolerance,
        windowIn(source, input),
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
          statsFor(request, input),
          "none",
          file.reconciliation.rowTolerance,
          windowOf(now, request.timeZone, file),
        ),
      ),
  );
  return [...ofSources, ...new Map(ofPairs.map((it) => [it.subject, it])).values()];
}
