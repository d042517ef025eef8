import { http } from "@google-cloud/functions-framework";
import type { Facts } from "../checks/facts.ts";
import { problemsOf } from "../checks/freshness/problems.ts";
import { incidentPaths } from "../shared/alerting/ask/incident-paths.ts";
import { linksFrom, linkToWhole } from "../shared/alerting/notices/links.ts";
import { publishAlerts } from "../shared/alerting/notices/publish.ts";
import { tellPeople } from "../shared/alerting/tell.ts";
import { toldAsJson, toldInNumbers } from "../shared/alerting/told.ts";
import { loadWarehouseFile } from "../shared/config/load.ts";
import { ownersIn } from "../shared/config/owners.ts";
import type { WarehouseFile } from "../shared/config/types.ts";
import { flag } from "../shared/http/flag.ts";
import { type Call, handle } from "../shared/http/handle.ts";
import { Problem } from "../shared/http/problem.ts";
import type { Answer } from "../shared/http/respond.ts";
import { asOf, tickOf } from "../shared/http/tick.ts";
import { instantsOf } from "../shared/instants.ts";
import { remark } from "../shared/log.ts";
import { finishedRun, recordRun, runOf } from "../shared/runs/runs.ts";
import { openWarehouse } from "../shared/stores/bigquery/bigquery.ts";
import { WarehouseError } from "../shared/stores/bigquery/error.ts";
import type { Tables, Warehouse } from "../shared/stores/bigquery/types.ts";
import { needTime } from "../shared/time-left.ts";
import { within } from "./cost.ts";
import { type Decision, decide, wasMade } from "./decide.ts";
import { estimateCost } from "./estimate.ts";
import { toCheckResults } from "./history.ts";
import { judgeAll } from "./judge.ts";
import { deployed, lookAt } from "./look.ts";
import { lastOverview } from "./memory.ts";
import { judgedMatters, reportTitle, toFindingGroups, watchedMatters, weeklyNews } from "./render.ts";
import { overviewAsJson, resultsTable, toJson } from "./report/json.ts";
import { toBlocks } from "./report/report.ts";

const name = "reconciliation";
const wallClock = () => new Date();

/** To remember, publish, write down and remember again, with every statement slow. */
const longestTellingMs = 45_000;

const wholeReport = { label: "The whole report", query: "format=html" };

http(
  name,
  handle({
    "/": {
      GET: {
        query: ["as_of", "dry_run"],
        formats: ["json", "markdown", "html", "csv"],
        answer: look,
      },
      POST: { answer: act },
    },
    "/last": { GET: { answer: last } },
    ...incidentPaths(name, wallClock, {
      called: "source",
      idsOf: (file) => file.sources.map(({ id }) => id),
    }),
  }),
);

/** The whole report as of an instant; writes nothing, tells nobody. */
async function look({ headers, query }: Call): Promise<Answer> {
  const file = await loadWarehouseFile();
  const { now: asked } = tickOf(headers, wallClock);
  const now = query.as_of === undefined ? asked : asOf(query.as_of, asked);
  const at = instantsOf(now, asked);
  if (flag("dry_run", query.dry_run)) return estimateCost(file, name, at);
  const warehouse = openWarehouse({
    ...file,
    from: name,
    maximumBytesBilled: file.reconciliation.maxScanBytes,
  });
  const { decision, facts } = await reconcile(file, at, warehouse);
  const reported = { decision, facts, file, runs: warehouse.runs };
  return {
    json: toJson(reported),
    report: { title: reportTitle(now), blocks: toBlocks(reported) },
    table: resultsTable(decision),
  };
}

/** What the last run found, as it is remembered: costs one small query. */
async function last({ headers }: Call): Promise<Answer> {
  const file = await loadWarehouseFile();
  const { now } = tickOf(headers, wallClock);
  const warehouse = openWarehouse({ ...file, from: name });
  const json = await lastOverview(warehouse, now);
  if (json === null)
    throw new Problem(
      404,
      "No run yet",
      "Nothing is remembered of the last week; GET /reconciliation looks now.",
    );
  return { json };
}

/** One morning: looks, remembers, tells what is new and what is mended, and once a week the whole. */
async function act({ headers }: Call): Promise<Answer> {
  const startedAt = wallClock();
  const file = await loadWarehouseFile();
  const { now } = tickOf(headers, wallClock);
  const run = runOf(name, now);
  const warehouse = openWarehouse({
    ...file,
    from: name,
    maximumBytesBilled: file.reconciliation.maxScanBytes,
  });
  const finished = await finishedRun(run, warehouse);
  remark({ run: run.id, repeated: finished !== null });
  if (finished !== null) return { json: { run: run.id, repeated: true, ...finished } };

  const { decision, facts } = await reconcile(file, instantsOf(now, now), warehouse);
  // Who does not know what was before would remember what is now as if it had always been so.
  if (facts.memory instanceof WarehouseError) throw facts.memory;
  remark({ ...decision.summary });
  needTime(longestTellingMs, "tell people");
  const { reportOn } = file.reconciliation;
  const report = toBlocks({ decision, facts, file, runs: [], brief: true });
  const told = await tellPeople({
    from: name,
    groups: toFindingGroups(decision),
    judged: judgedMatters(decision),
    watched: watchedMatters(decision),
    owners: ownersIn(file),
    now,
    runId: run.id,
    // No reminders: the weekly report says what is not over.
    policy: { ...file.notifications, repeatAfterMs: [] },
    news: weeklyNews(decision, {
      reportOn,
      timeZone: file.timeZone,
      report,
      links: linkToWhole(name, wholeReport),
    }),
    warehouse,
    publish: publishAlerts(file.project),
    links: linksFrom(name, null, wholeReport),
  });
  const summary = { ...overviewAsJson(decision), told: toldAsJson(told) };
  const outcome = decision.complete ? "finished" : "incomplete";
  remark({ outcome, ...toldInNumbers(told) });
  const results = toCheckResults(decision, facts);
  await recordRun(run, { outcome, summary, results, startedAt, finishedAt: wallClock() }, warehouse);
  if (!decision.complete) throw incomplete(decision);
  return { json: { run: run.id, repeated: false, ...summary } };
}

async function reconcile(
  file: WarehouseFile,
  at: ReturnType<typeof instantsOf>,
  warehouse: Warehouse & Tables,
): Promise<{ readonly decision: Decision; readonly facts: Facts }> {
  const facts = await lookAt(file, at, warehouse, {
    ...deployed(file, at, warehouse),
    allow: within(file, name, at),
  });
  const problems = problemsOf(facts.freshness, at.now);
  const judged = judgeAll({ file, facts, now: at.now, isLookBack: at.isLookBack });
  const memory = facts.memory instanceof WarehouseError ? null : facts.memory;
  return { decision: decide(judged, problems, memory, at.now), facts };
}

/** A figure that does not hold is a successful run. A check that could not be made is a failed one, so that Cloud Scheduler tries again. */
function incomplete({ results }: Decision): Problem {
  const missed = results.filter((it) => !wasMade(it));
  return new Problem(
    missed.some(({ retry }) => retry) ? 503 : 500,
    "Some checks could not be made",
    `${missed.length} of ${results.length} checks; all others were made, told and remembered.`,
    { errors: missed.map(({ check, subject, text }) => `${check}, ${subject}: ${text}`) },
  );
}
