import type { NotifyParts } from "../shared/alerting/notify.ts";
import type { Context } from "../shared/function/definition.ts";
import type { Missed } from "../shared/function/incomplete.ts";
import type { Answer } from "../shared/http/respond.ts";
import type { Applied } from "./apply.ts";
import type { Decision } from "./decide.ts";
import type { Gathered } from "./gather.ts";
import { abandonedNews, newsOf, wordedTogether } from "./news.ts";
import { changesOf, evaluatedKeys, monitoredKeys, toFindingGroups } from "./render.ts";
import { toBlocks } from "./report/blocks.ts";
import { findingOf } from "./report/figures.ts";
import { toJson } from "./report/json.ts";
import { toTable } from "./report/table.ts";

export function answer(decision: Decision, { beside }: Gathered, { warehouse }: Context): Answer {
  const shown = { decision, ...(beside ?? nothingBeside), runs: warehouse.runs };
  return {
    json: toJson(shown),
    report: { title: "Clean views", blocks: toBlocks(shown) },
    table: toTable(decision),
  };
}

const nothingBeside = { roas: [], rawReads: [], abandoned: [] };

export function notices(decision: Applied, _facts: unknown, { at }: Context): NotifyParts {
  const changes = newsOf(changesOf(decision), at.now);
  return {
    groups: toFindingGroups(decision),
    evaluatedKeys: evaluatedKeys(decision),
    monitoredKeys: monitoredKeys(decision),
    news: [...changes, ...abandonedNews(decision.abandoned, at.now)],
    newsTogether: (some) => wordedTogether(some, changes),
  };
}

export function summary({ asOf, summary, outcomes }: Applied, { views }: Gathered): object {
  return {
    as_of: asOf.toISOString(),
    summary,
    views: Object.fromEntries([...outcomes].map(([id, { done }]) => [id, done])),
    overridden: views.filter(({ overridden }) => overridden).map(({ view }) => view.id),
  };
}

/** A refusal is a result. What could not be checked or done is missed. */
export function missed({ views }: Decision): Missed {
  const some = views.filter(
    ({ status, duplicates }) => status === "unknown" || duplicates?.checked === false,
  );
  return {
    title: "Some views could not be checked or changed",
    detail: `${some.length} of ${views.length} dedup views; everything else was done.`,
    items: some.map((it) => ({
      text: `${it.view.id}: ${findingOf(it)?.text ?? ""}`,
      retry: (it.refusal?.retry || it.duplicates?.retry) ?? false,
    })),
  };
}
