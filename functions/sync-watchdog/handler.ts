import { http } from "@google-cloud/functions-framework";
import { checkFreshness } from "../checks/freshness/check-sources.ts";
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
import { billOf } from "./bill.ts";
import { type Decision, decide, narrowTo, relatedTo } from "./decide.ts";
import { estimateCost } from "./estimate.ts";
import { lineOfTheDay } from "./line-of-the-day.ts";
import { freshnessOf, judgedMatters, toFindingGroups } from "./render.ts";
import { toBlocks, toCheckResults, toJson, toTable } from "./report.ts";

const name = "sync-watchdog";
const wallClock = () => new Date();

/** To remember, publish, write down and remember again, with every statement slow. */
const longestTellingMs = 45_000;

http(
  name,
  handle({
    "/": {
      GET: {
        query: ["as_of", "source", "dry_run"],
        formats: ["json", "markdown", "html", "csv"],
        answer: look,
      },
      POST: { answer: act },
    },
    ...incidentPaths(name, wallClock),
  }),
);

/** Evaluates and answers; writes nothing, tells nobody. */
async function look({ headers, query }: Call): Promise<Answer> {
  const file = await loadWarehouseFile();
  const { now: asked } = tickOf(headers, wallClock);
  const now = query.as_of === undefined ? asked : asOf(query.as_of, asked);
  const instants = instantsOf(now, asked);
  const sources = relatedTo(query.source, file.sources);
  if (flag("dry_run", query.dry_run)) return estimateCost({ ...file, sources }, instants);

  const warehouse = openWarehouse({ ...file, from: name });
  const verdicts = await checkFreshness(sources, file, warehouse, instants);
  const decision = narrowTo(query.source, decide(verdicts, now));
  // An answer that knows something says what it does not know; one that knows nothing is an error.
  if (decision.verdicts.every(({ checked }) => !checked)) throw incomplete(decision);
  return {
    json: toJson(decision, warehouse.runs),
    report: { title: "Is every source fresh?", blocks: toBlocks(decision, warehouse.runs) },
    table: toTable(decision),
  };
}

/** One tick: looks, tells whoever must hear of it, remembers. The same tick again answers what it answered. */
async function act({ headers }: Call): Promise<Answer> {
  const startedAt = wallClock();
  const file = await loadWarehouseFile();
  const { now } = tickOf(headers, wallClock);
  const run = runOf(name, now);
  const warehouse = openWarehouse({ ...file, from: name });
  const finished = await finishedRun(run, warehouse);
  remark({ run: run.id, repeated: finished !== null });
  if (finished !== null) return { json: { run: run.id, repeated: true, ...finished } };

  const verdicts = await checkFreshness(file.sources, file, warehouse, instantsOf(now, now));
  const decision = decide(verdicts, now);
  remark({ ...decision.summary });
  needTime(longestTellingMs, "tell people");
  const told = await tellPeople({
    from: name,
    groups: toFindingGroups(decision),
    judged: judgedMatters(verdicts),
    watched: file.sources.map(freshnessOf),
    owners: ownersIn(file),
    now,
    runId: run.id,
    policy: file.notifications,
    lineOfTheDay: {
      at: file.notifications.heartbeatAt,
      timeZone: file.timeZone,
      message: lineOfTheDay(decision),
    },
    warehouse,
    publish: publishAlerts(file.project),
    links: linksFrom(name, file.notifications.acknowledge),
    bill: (outage) => billOf(outage, file.sources, warehouse),
  });
  const summary = {
    as_of: now.toISOString(),
    summary: decision.summary,
    told: toldAsJson(told),
  };
  const outcome = decision.complete ? "finished" : "incomplete";
  remark({ outcome, ...toldInNumbers(told) });
  await recordRun(
    run,
    { outcome, summary, results: toCheckResults(verdicts), startedAt, finishedAt: wallClock() },
    warehouse,
  );
  if (!decision.complete) throw incomplete(decision);
  return { json: { run: run.id, repeated: false, ...summary } };
}

/** A problem found is a successful run. A check that could not be made is a failed one, so that Cloud Scheduler tries again. */
function incomplete({ verdicts }: Decision): Problem {
  const missed = verdicts.filter(({ checked }) => !checked);
  return new Problem(
    missed.some(({ retry }) => retry) ? 503 : 500,
    "Some checks could not be made",
    `${missed.length} of ${verdicts.length} sources could not be checked; everything else was done.`,
    { errors: missed.map(({ source, finding }) => `${source.id}: ${finding?.text ?? ""}`) },
  );
}
