import { http } from "@google-cloud/functions-framework";
import { incidentPaths } from "../shared/alerting/ask/incident-paths.ts";
import { linksFrom } from "../shared/alerting/notices/links.ts";
import { publishAlerts } from "../shared/alerting/notices/publish.ts";
import { tellPeople } from "../shared/alerting/tell.ts";
import { toldAsJson, toldInNumbers } from "../shared/alerting/told.ts";
import { loadWarehouseFile } from "../shared/config/load.ts";
import { ownersIn } from "../shared/config/owners.ts";
import type { Pii, WarehouseFile } from "../shared/config/types.ts";
import { type Call, handle } from "../shared/http/handle.ts";
import { Problem } from "../shared/http/problem.ts";
import type { Answer } from "../shared/http/respond.ts";
import { tickOf } from "../shared/http/tick.ts";
import { remark } from "../shared/log.ts";
import { withLease } from "../shared/runs/lease.ts";
import { finishedRun, recordRun, runOf } from "../shared/runs/runs.ts";
import { openWarehouse } from "../shared/stores/bigquery/bigquery.ts";
import type { StatementRun } from "../shared/stores/bigquery/types.ts";
import { needTime } from "../shared/time-left.ts";
import type { Decision } from "./decide.ts";
import { look } from "./look.ts";
import { prove } from "./proof.ts";
import { judgedMatters, toFindingGroups, watchedMatters } from "./render.ts";
import { summaryOf, toCheckResults } from "./report.ts";
import { changeRotation, showRotation } from "./rotation.ts";
import { searchedTables } from "./search.ts";
import { type Done, outlookOf, settle, work } from "./tick.ts";

const name = "pii-hasher";
const wallClock = () => new Date();

/** To remember, publish, write down and remember again, with every statement slow. */
const longestTellingMs = 45_000;

http(
  name,
  handle({
    "/": {
      GET: {
        query: ["table", "dry_run"],
        formats: ["json", "markdown", "html", "csv"],
        answer: look(wallClock),
      },
      POST: { answer: act },
    },
    "/proof": {
      GET: {
        query: ["table", "search", "dry_run"],
        formats: ["json", "markdown", "html", "csv"],
        answer: prove(wallClock),
      },
    },
    "/rotation": {
      GET: { formats: ["json", "markdown", "html"], answer: showRotation },
      POST: { query: ["undo"], answer: changeRotation(wallClock) },
    },
    ...incidentPaths(name, wallClock, {
      called: "table",
      idsOf: (file) => file.pii?.tables.map(({ id }) => id) ?? [],
    }),
  }),
);

/** One tick: hashes what is new, empties it where it came from, searches once a day, tells whoever must hear of it. */
async function act({ headers }: Call): Promise<Answer> {
  const startedAt = wallClock();
  const file = await loadWarehouseFile();
  const { now } = tickOf(headers, wallClock);
  const { pii } = file;
  if (pii === null) return { json: { configured: false, mend: "add pii to the warehouse file" } };
  const warehouse = openWarehouse({ ...file, from: name });
  const run = runOf(name, now);
  const end = (
    outcome: "finished" | "incomplete",
    summary: object,
    results: ReturnType<typeof toCheckResults>,
  ) =>
    recordRun(
      run,
      {
        outcome,
        summary: { as_of: now.toISOString(), bytes_billed: billed(warehouse.runs), ...summary },
        results,
        startedAt,
        finishedAt: wallClock(),
      },
      warehouse,
    );

  if ((await outlookOf(pii, warehouse, now)).isQuiet) {
    remark({ run: run.id, quiet: true });
    await end("finished", { quiet: true }, []);
    return { json: { run: run.id, quiet: true, queries: warehouse.runs.map(({ statement }) => statement) } };
  }
  const finished = await finishedRun(run, warehouse);
  remark({ run: run.id, repeated: finished !== null });
  if (finished !== null) return { json: { run: run.id, repeated: true, ...finished } };

  const done = await withLease(name, warehouse, async () => {
    // Again: another run may have been at it until now.
    const outlook = await outlookOf(pii, warehouse, now);
    const worked = await work(outlook, pii, warehouse, now);
    remark({ ...worked.decision.summary });
    const told = await tell(file, pii, worked, run.id, warehouse, now);
    const isTroubled =
      !worked.decision.complete || toFindingGroups(worked.decision, worked.searched, pii).length > 0;
    await settle(worked, outlook, isTroubled, warehouse, now);
    return { ...worked, told };
  });
  if (done === null) {
    // It leaves no run: to the one at work it would look like a later tick, and that one would keep quiet.
    return {
      json: { run: run.id, busy: true, why: "another run is at work; it does what there is to be done" },
    };
  }
  const summary = { ...summaryOf(done.decision, done.searched), told: toldAsJson(done.told) };
  const outcome = done.decision.complete ? "finished" : "incomplete";
  remark({ outcome, ...toldInNumbers(done.told) });
  await end(outcome, summary, toCheckResults(done.decision, done.searched));
  if (!done.decision.complete) throw incomplete(done.decision);
  return { json: { run: run.id, repeated: false, as_of: now.toISOString(), ...summary } };
}

async function tell(
  file: WarehouseFile,
  pii: Pii,
  { decision, searched }: Done,
  runId: string,
  warehouse: ReturnType<typeof openWarehouse>,
  now: Date,
) {
  needTime(longestTellingMs, "tell people");
  return tellPeople({
    from: name,
    groups: toFindingGroups(decision, searched, pii),
    judged: judgedMatters(decision, searched),
    watched: watchedMatters(decision, await searchedTables(searched, pii, warehouse, now)),
    owners: ownersIn(file),
    now,
    runId,
    policy: file.notifications,
    warehouse,
    publish: publishAlerts(file.project),
    links: linksFrom(name, file.notifications.acknowledge),
  });
}

/** A refusal is a successful run. What could not be checked or done is a failed one, so that Cloud Scheduler tries again. */
function incomplete({ tables, key }: Decision): Problem {
  const missed = tables.filter(({ checked }) => !checked);
  const errors = missed.map(({ survey, outcome, plan }) => {
    const failure = plan.action === "refuse" ? plan.refusal : outcome?.failure;
    return `${survey.table.id}: ${failure?.text ?? "not looked at"}`;
  });
  const mayPass = missed.some(({ retry }) => retry) || (key?.retry ?? false);
  return new Problem(
    mayPass ? 503 : 500,
    "Some tables could not be hashed",
    `${missed.length} of ${tables.length} tables; everything else was done, and what was done stays done.`,
    { errors: key?.retry ? [...errors, key.text] : errors },
  );
}

function billed(runs: readonly StatementRun[]): number {
  return runs.reduce((sum, { bytesBilled }) => sum + bytesBilled, 0);
}
