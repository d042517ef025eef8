import { http } from "@google-cloud/functions-framework";
import { checkRoas } from "../checks/roas/check-platforms.ts";
import { incidentPaths } from "../shared/alerting/ask/incident-paths.ts";
import { linksFrom } from "../shared/alerting/notices/links.ts";
import { publishAlerts } from "../shared/alerting/notices/publish.ts";
import { tellPeople } from "../shared/alerting/tell.ts";
import { toldAsJson, toldInNumbers } from "../shared/alerting/told.ts";
import { loadWarehouseFile } from "../shared/config/load.ts";
import { ownersIn } from "../shared/config/owners.ts";
import { flag } from "../shared/http/flag.ts";
import { type Call, handle } from "../shared/http/handle.ts";
import { Problem } from "../shared/http/problem.ts";
import type { Answer } from "../shared/http/respond.ts";
import { asOf, tickOf } from "../shared/http/tick.ts";
import { instantsOf } from "../shared/instants.ts";
import { remark } from "../shared/log.ts";
import { finishedRun, recordRun, runOf } from "../shared/runs/runs.ts";
import { openWarehouse } from "../shared/stores/bigquery/bigquery.ts";
import { needTime } from "../shared/time-left.ts";
import { apply } from "./apply.ts";
import { afterApplying, type Decision, decide } from "./decide.ts";
import { estimateCost } from "./estimate.ts";
import { lookAt } from "./look.ts";
import { abandonedNews, newsOf, wordedTogether } from "./news.ts";
import { narrowedTo, overrideOf } from "./override.ts";
import { readRawReads } from "./raw-reads.ts";
import { abandonedViews } from "./read.ts";
import { changesOf, judgedMatters, toFindingGroups, watchedMatters } from "./render.ts";
import { toBlocks } from "./report/blocks.ts";
import { findingOf } from "./report/figures.ts";
import { toJson } from "./report/json.ts";
import { toCheckResults, toTable } from "./report/table.ts";

const name = "dedup-views";
const wallClock = () => new Date();

/** To remember, publish, write down and remember again, with every statement slow. */
const longestTellingMs = 45_000;

http(
  name,
  handle({
    "/": {
      GET: {
        query: ["view", "as_of", "dry_run"],
        formats: ["json", "markdown", "html", "csv"],
        answer: look,
      },
      POST: { query: ["override", "view"], answer: act },
    },
    ...incidentPaths(name, wallClock, {
      called: "view",
      idsOf: (file) => file.dedupViews.map(({ id }) => id),
    }),
  }),
);

/** The plan and the figures; makes nothing, writes nothing, tells nobody. */
async function look({ headers, query }: Call): Promise<Answer> {
  const file = await loadWarehouseFile();
  const { now: asked } = tickOf(headers, wallClock);
  const now = query.as_of === undefined ? asked : asOf(query.as_of, asked);
  const at = instantsOf(now, asked);
  const views = narrowedTo(query.view, file.dedupViews);
  if (flag("dry_run", query.dry_run)) return estimateCost({ ...file, dedupViews: views }, at);

  const warehouse = openWarehouse({ ...file, from: name });
  const [facts, rawReads, abandoned] = await Promise.all([
    lookAt(views, at, null, warehouse),
    readRawReads(views, file, warehouse, now),
    abandonedViews(file, warehouse),
  ]);
  // After them: spend by a key that is too coarse is too low, and the ratio says so.
  const duplicates = facts.flatMap((it) => it.duplicates ?? []);
  const roas = await checkRoas(file, warehouse, at, duplicates);
  const decision = decide(facts, null, now);
  const looked = { decision, roas, rawReads, abandoned, runs: warehouse.runs };
  return {
    json: toJson(looked),
    report: { title: "Clean views", blocks: toBlocks(looked) },
    table: toTable(decision),
  };
}

/** One tick: makes and replaces what the plan says, tells whoever must hear of it, remembers. */
async function act({ headers, query }: Call): Promise<Answer> {
  const startedAt = wallClock();
  const file = await loadWarehouseFile();
  const { now } = tickOf(headers, wallClock);
  const run = runOf(name, now);
  const warehouse = openWarehouse({ ...file, from: name });
  const finished = await finishedRun(run, warehouse);
  remark({ run: run.id, repeated: finished !== null });
  if (finished !== null) return { json: { run: run.id, repeated: true, ...finished } };

  const override = await overrideOf(query, file.dedupViews, warehouse, now);
  const facts = await lookAt(file.dedupViews, instantsOf(now, now), override, warehouse);
  const wanted = decide(facts, run.id, now);
  const outcomes = await apply(wanted.views, warehouse, now);
  const decision = afterApplying(wanted, outcomes);
  remark({ ...decision.summary });
  needTime(longestTellingMs, "tell people");
  const changes = newsOf(changesOf(decision), now);
  const abandoned = await abandonedViews(file, warehouse);
  const told = await tellPeople({
    from: name,
    groups: toFindingGroups(decision),
    judged: judgedMatters(decision),
    watched: watchedMatters(decision),
    owners: ownersIn(file),
    now,
    runId: run.id,
    policy: file.notifications,
    news: [...changes, ...abandonedNews(abandoned, now)],
    newsTogether: (some) => wordedTogether(some, changes),
    warehouse,
    publish: publishAlerts(file.project),
    links: linksFrom(name, file.notifications.acknowledge),
  });
  const summary = {
    as_of: now.toISOString(),
    summary: decision.summary,
    views: Object.fromEntries([...outcomes].map(([id, { done }]) => [id, done])),
    overridden: facts.filter(({ overridden }) => overridden).map(({ view }) => view.id),
    told: toldAsJson(told),
  };
  const outcome = decision.complete ? "finished" : "incomplete";
  remark({ outcome, ...toldInNumbers(told) });
  await recordRun(
    run,
    { outcome, summary, results: toCheckResults(decision), startedAt, finishedAt: wallClock() },
    warehouse,
  );
  if (!decision.complete) throw incomplete(decision);
  return { json: { run: run.id, repeated: false, ...summary } };
}

/** A refusal is a successful run. What could not be checked or done is a failed one, so that Cloud Scheduler tries again. */
function incomplete({ views }: Decision): Problem {
  const missed = views.filter(
    ({ status, duplicates }) => status === "unknown" || duplicates?.checked === false,
  );
  return new Problem(
    missed.some(({ refusal, duplicates }) => refusal?.retry || duplicates?.retry) ? 503 : 500,
    "Some views could not be checked or changed",
    `${missed.length} of ${views.length} dedup views; everything else was done.`,
    { errors: missed.map((it) => `${it.view.id}: ${findingOf(it)?.text ?? ""}`) },
  );
}
