import { textOf } from "../stores/bigquery/row.ts";
import type { ParamType, Warehouse } from "../stores/bigquery/types.ts";

/** One execution of a function, identified by its tick. */
export interface Run {
  /** `sync-watchdog/2026-02-08T12:00:00.000Z`: the same for every delivery of one tick. */
  readonly id: string;
  readonly from: string;
  readonly scheduleTime: Date;
}

export type Outcome = "finished" | "incomplete";

/** One check of one subject in a run; a row of `check_results`. */
export interface CheckResult {
  readonly check: string;
  readonly subject: string;
  readonly status: string;
  /** What is wrong, in a word that stays; null where nothing is. */
  readonly code: string | null;
  /** What is found, in a sentence; null where nothing is said. */
  readonly text: string | null;
  /** What it rests on, of a shape of its own for each check; kept as JSON. */
  readonly detail: Readonly<Record<string, unknown>>;
}

export function runOf(from: string, scheduleTime: Date): Run {
  return { id: `${from}/${scheduleTime.toISOString()}`, from, scheduleTime };
}

/** The summary a finished run left; null when it has not finished. @throws WarehouseError */
export async function finishedRun(
  run: Run,
  warehouse: Warehouse,
): Promise<Readonly<Record<string, unknown>> | null> {
  const [row] = await warehouse.query("runs/find-run", { params: { run_id: run.id } });
  if (row === undefined || textOf(row, "outcome") !== "finished") return null;
  return JSON.parse(textOf(row, "summary"));
}

export interface Ending {
  readonly outcome: Outcome;
  readonly summary: Readonly<Record<string, unknown>>;
  readonly results: readonly CheckResult[];
  /** Wall-clock times: how long it took, not what it decided by. */
  readonly startedAt: Date;
  readonly finishedAt: Date;
}

/** About 1 kB each, far below the 10 MB that a request may have: https://cloud.google.com/bigquery/quotas#query_jobs. */
const resultsAtOnce = 1_000;

/** Results first: a run is finished only when everything else is remembered. @throws WarehouseError */
export async function recordRun(run: Run, ending: Ending, warehouse: Warehouse): Promise<void> {
  for (let start = 0; start < ending.results.length; start += resultsAtOnce) {
    const some = ending.results.slice(start, start + resultsAtOnce);
    await warehouse.execute("runs/record-results", {
      params: { results: some.map((result) => resultParam(run, result)), schedule_time: run.scheduleTime },
      types: { results: [resultType] },
    });
  }
  await warehouse.execute("runs/record-run", {
    params: {
      run_id: run.id,
      function: run.from,
      schedule_time: run.scheduleTime,
      started_at: ending.startedAt,
      finished_at: ending.finishedAt,
      outcome: ending.outcome,
      summary: JSON.stringify(ending.summary),
    },
  });
}

const resultType: ParamType = {
  run_id: "STRING",
  function: "STRING",
  check_name: "STRING",
  subject: "STRING",
  status: "STRING",
  code: "STRING",
  text: "STRING",
  detail: "STRING",
  schedule_time: "TIMESTAMP",
};

function resultParam(run: Run, result: CheckResult) {
  return {
    run_id: run.id,
    function: run.from,
    check_name: result.check,
    subject: result.subject,
    status: result.status,
    code: result.code,
    text: result.text,
    detail: JSON.stringify(result.detail),
    schedule_time: run.scheduleTime,
  };
}
