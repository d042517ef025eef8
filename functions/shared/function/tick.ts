import { type NoticeDecision, noticesAsJson, noticesInNumbers } from "../alerting/notice-decision.ts";
import { linksFrom } from "../alerting/notices/links.ts";
import { publishAlerts } from "../alerting/notices/publish.ts";
import { notify } from "../alerting/notify.ts";
import { ownersIn } from "../config/owners.ts";
import type { Call } from "../http/handle.ts";
import type { Answer } from "../http/respond.ts";
import { addToRequestLog } from "../log.ts";
import { withLease } from "../runs/lease.ts";
import { finishedRun, type Outcome, recordRun, runOf } from "../runs/runs.ts";
import { needTime } from "../time-left.ts";
import { contextOf, wallClock } from "./context.ts";
import type { Context, Decided, FunctionDefinition } from "./definition.ts";
import { incomplete } from "./incomplete.ts";

/** To remember, publish, record and remember again, with every statement slow. */
const maxNotifyMs = 45_000;

/** What one tick came to. */
interface Done<Facts, Decision> {
  readonly facts: Facts;
  readonly decision: Decision;
  readonly notices: readonly NoticeDecision[];
}

/**
 * `POST /`, one tick of the schedule: gathers, decides, applies, notifies, records, in that order. The same tick again answers
 * what it answered. 2xx only when everything was checked, done and recorded.
 */
export async function tick<Facts, Decision extends Decided>(
  definition: FunctionDefinition<Facts, Decision>,
  call: Call,
): Promise<Answer> {
  const startedAt = wallClock();
  const context = await contextOf(definition, call, { tick: true });
  const { warehouse } = context;
  const run = runOf(definition.name, context.at.now);
  const record = (outcome: Outcome, summary: object, results: Parameters<typeof recordRun>[1]["results"]) =>
    recordRun(
      run,
      { outcome, summary: { ...summary }, results, startedAt, finishedAt: wallClock() },
      warehouse,
    );

  const skipped = (await definition.skip?.(context)) ?? null;
  if (skipped !== null) {
    if (skipped.record !== null) await record("finished", skipped.record, []);
    return { json: skipped.answer };
  }
  const finished = await finishedRun(run, warehouse);
  addToRequestLog({ run: run.id, repeated: finished !== null });
  if (finished !== null) return { json: { run: run.id, repeated: true, ...finished } };

  const work = () => workAndNotify(definition, context);
  const done = definition.lease ? await withLease(definition.name, warehouse, work) : await work();
  if (done === null) {
    // It leaves no run: the running one would take it for a later tick and send no notices.
    const why = "another run is at work; it does what there is to be done";
    return { json: { run: run.id, busy: true, why } };
  }
  const { decision, facts, notices } = done;
  const { present } = definition;
  const summary = { ...present.summary(decision, facts, context), notices: noticesAsJson(notices) };
  const outcome = decision.complete ? "finished" : "incomplete";
  addToRequestLog({ outcome, ...noticesInNumbers(notices) });
  await record(outcome, summary, present.results(decision, facts));
  if (!decision.complete) throw incomplete(present.missed(decision));
  return { json: { run: run.id, repeated: false, ...summary } };
}

async function workAndNotify<Facts, Decision extends Decided>(
  definition: FunctionDefinition<Facts, Decision>,
  context: Context,
): Promise<Done<Facts, Decision>> {
  const { file, at, warehouse } = context;
  const facts = await definition.gather(context);
  const wanted = definition.decide(facts, context);
  const decision = definition.apply === undefined ? wanted : await definition.apply(wanted, facts, context);
  addToRequestLog({ ...decision.summary });
  needTime(maxNotifyMs, "publish notices");
  const notices = await notify({
    functionName: definition.name,
    owners: ownersIn(file),
    now: at.now,
    runId: runOf(definition.name, at.now).id,
    policy: file.notifications,
    warehouse,
    publish: publishAlerts(file.project),
    links: linksFrom(definition.name, file.notifications.acknowledge),
    ...definition.present.notices(decision, facts, context),
  });
  await definition.afterNotify?.(decision, facts, context);
  return { facts, decision, notices };
}
