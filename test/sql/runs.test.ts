import { readdirSync, readFileSync } from "node:fs";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type CheckResult, finishedRun, recordRun, runOf } from "../../functions/shared/runs/runs.ts";
import { type OpsWarehouse, startOpsWarehouse } from "./ops-warehouse.ts";

let ops: OpsWarehouse;
beforeAll(async () => {
  ops = await startOpsWarehouse();
});
afterEach(() => ops.empty("runs", "check_results"));
afterAll(() => ops.close());

const noon = new Date("2026-02-08T12:00:00Z");
const run = runOf("sync-watchdog", noon);
const result = (subject: string, parts: Partial<CheckResult> = {}): CheckResult => ({
  check: "freshness",
  subject,
  status: "critical",
  code: "stale",
  text: "It's “old”\n",
  detail: { arrival: new Date("2026-02-02T12:00:00.500Z"), business_date: "2026-02-02", modified: null },
  ...parts,
});
const ending = (outcome: "finished" | "incomplete", results: CheckResult[], said = 1) => ({
  outcome,
  summary: { said },
  results,
  startedAt: noon,
  finishedAt: noon,
});

describe("runs/record-run and runs/find-run", () => {
  test("a tick that has not run is not found", async () => {
    expect(await finishedRun(run, ops.warehouse)).toBeNull();
  });

  test("a finished run is found again with its summary, and never changed", async () => {
    await recordRun(run, ending("finished", []), ops.warehouse);
    await recordRun(run, ending("finished", [], 2), ops.warehouse);
    expect(await finishedRun(run, ops.warehouse)).toEqual({ said: 1 });
    expect(await ops.rows("runs", ["run_id", "outcome"])).toEqual([{ run_id: run.id, outcome: "finished" }]);
  });

  test("an incomplete run is tried again, and replaced by how it ends then", async () => {
    await recordRun(run, ending("incomplete", []), ops.warehouse);
    expect(await finishedRun(run, ops.warehouse)).toBeNull();
    await recordRun(run, ending("finished", [], 3), ops.warehouse);
    expect(await finishedRun(run, ops.warehouse)).toEqual({ said: 3 });
    expect(await ops.rows("runs", ["outcome"])).toEqual([{ outcome: "finished" }]);
  });

  test("another tick is another run", async () => {
    await recordRun(run, ending("finished", []), ops.warehouse);
    expect(
      await finishedRun(runOf("sync-watchdog", new Date("2026-02-08T13:00:00Z")), ops.warehouse),
    ).toBeNull();
  });
});

describe("runs/record-results", () => {
  test("keeps texts as they are, what is not known as NULL, and the detail as JSON", async () => {
    await recordRun(
      run,
      ending("finished", [result("a"), result("b", { status: "ok", code: null, text: null, detail: {} })]),
      ops.warehouse,
    );
    const rows = await ops.rows("check_results", ["subject", "status", "code", "text", "detail"]);
    expect(rows.map((row) => ({ ...row, detail: JSON.parse(String(row.detail)) }))).toEqual([
      {
        subject: "a",
        status: "critical",
        code: "stale",
        text: "It's “old”\n",
        detail: { arrival: "2026-02-02T12:00:00.500Z", business_date: "2026-02-02", modified: null },
      },
      { subject: "b", status: "ok", code: null, text: null, detail: {} },
    ]);
  });

  test("recorded again, a subject has one row, with the later look", async () => {
    await recordRun(run, ending("incomplete", [result("a", { status: "unknown" })]), ops.warehouse);
    await recordRun(run, ending("finished", [result("a", { status: "ok" })]), ops.warehouse);
    expect(await ops.rows("check_results", ["subject", "status"])).toEqual([{ subject: "a", status: "ok" }]);
  });
});

test("every statement of the bundle has its rows proved here", () => {
  const here = new URL(".", import.meta.url);
  const tests = readdirSync(here)
    .filter((file) => file.endsWith(".test.ts"))
    .map((file) => readFileSync(new URL(file, here), "utf8"))
    .join("\n");
  const statements = readdirSync(new URL("../../sql/bigquery/", here), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".sql") && !file.startsWith("ops/"))
    .map((file) => file.replace(/\.sql$/, ""));
  expect(statements.length).toBeGreaterThan(10);
  expect(statements.filter((name) => !tests.includes(name))).toEqual([]);
});
