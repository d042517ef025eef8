import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { renderStatement } from "../../functions/shared/stores/bigquery/statement.ts";
import type { Rows, SmallTable, TypedValue } from "../../infra/local/emulators/bigquery/analyzer.ts";
import type { GoogleType, ScalarKind, Value } from "../../infra/local/emulators/bigquery/types.ts";
import { type GoogleSql, startGoogleSql } from "../support/googlesql.ts";

/** What people ask about incidents: the local BigQuery and Google's evaluator must answer alike. */
let googleSql: GoogleSql;

beforeAll(async () => {
  googleSql = await startGoogleSql();
});
afterAll(() => googleSql.close());

type Cells = Readonly<Record<string, Value>>;
const texts: GoogleType = { kind: "ARRAY", element: { kind: "STRING" } };

function table(
  name: string,
  columns: Readonly<Record<string, ScalarKind | GoogleType>>,
  rows: readonly Cells[],
): SmallTable {
  return {
    name: `hulken.plumbline_ops.${name}`,
    columns: Object.entries(columns).map(([column, type]) => ({
      name: column,
      type: typeof type === "string" ? { kind: type } : type,
    })),
    rows: rows.map((row) => Object.keys(columns).map((column) => row[column] ?? null)),
  };
}

async function run(
  statement: string,
  tables: readonly SmallTable[],
  parameters: Record<string, TypedValue>,
): Promise<Rows["rows"]> {
  const sql = renderStatement(statement, { ops: "hulken.plumbline_ops" });
  const it = { sql, tables, parameters: new Map(Object.entries(parameters)) };
  const [local, oracle] = [await googleSql.runLocally(it), await googleSql.evaluateWithOracle(it)];
  expect(local).toEqual(oracle);
  return oracle.rows;
}

const text = (value: string | null): TypedValue => ({ type: { kind: "STRING" }, value });
const instant = (value: string): TypedValue => ({ type: { kind: "TIMESTAMP" }, value });
const hour = (n: number) => `2026-02-08 ${String(n).padStart(2, "0")}:00:00+00`;
const from = { function: text("sync-watchdog") };

describe("alerting/find-incident", () => {
  const incidents = (...rows: readonly Cells[]) =>
    table(
      "alert_state",
      {
        incident: "STRING",
        function: "STRING",
        group_key: "STRING",
        version: "INT64",
        findings: "STRING",
        notified_findings: "STRING",
        notified_at: "TIMESTAMP",
        pending_notice: "STRING",
        reminders: "INT64",
        acknowledged: "STRING",
        history: "STRING",
        owners: "STRING",
        severity: "STRING",
        title: "STRING",
        since: "TIMESTAMP",
        opened_at: "TIMESTAMP",
        changed_at: "TIMESTAMP",
        closed_at: "TIMESTAMP",
        closed_as: "STRING",
      },
      rows.map((row) => ({
        function: "sync-watchdog",
        group_key: "k",
        version: "0",
        opened_at: hour(8),
        changed_at: hour(8),
        title: "t",
        ...row,
      })),
    );
  const found = async (incident: string | null, ...rows: readonly Cells[]) =>
    (
      await run("alerting/find-incident", [incidents(...rows)], {
        ...from,
        incident: text(incident),
        now: instant(hour(12)),
      })
    ).map(([id, , version]) => `${id} ${version}`);

  test("one by its id, over or not, and only the function's own", async () => {
    const over = { incident: "a", closed_at: hour(9), closed_as: "recovered" };
    expect(await found("a", over, { incident: "b" })).toEqual(["a 0"]);
    expect(await found("a", { incident: "a", function: "dedup-views" })).toEqual([]);
  });

  test("without an id, those that were open then, oldest first", async () => {
    const rows: Cells[] = [
      { incident: "young", opened_at: hour(11) },
      { incident: "old" },
      { incident: "over", closed_at: hour(12), closed_as: "recovered" },
      { incident: "over-later", closed_at: hour(13), closed_as: "recovered" },
      { incident: "opened-later", opened_at: hour(13) },
    ];
    expect(await found(null, ...rows)).toEqual(["old 0", "over-later 0", "young 0"]);
  });

  test("of two rows of one incident, the one furthest on: closed is closed", async () => {
    const twice: Cells[] = [
      { incident: "a" },
      { incident: "a", version: "3", closed_at: hour(9), closed_as: "moved" },
    ];
    expect(await found("a", ...twice)).toEqual(["a 3"]);
    expect(await found(null, ...twice)).toEqual([]);
  });
});

describe("alerting/why", () => {
  const log = {
    run_id: "STRING",
    function: "STRING",
    schedule_time: "TIMESTAMP",
    incident: "STRING",
    title: "STRING",
    notified: "BOOL",
    reason: "STRING",
    why: "STRING",
    notice: "STRING",
    failure: "STRING",
    subjects: texts,
  } as const;
  const delivery = { notice: "STRING", channel: "STRING", status: "STRING" } as const;
  const decision = (reason: string, at: number, parts: Cells = {}): Cells => ({
    run_id: reason,
    function: "sync-watchdog",
    schedule_time: hour(at),
    incident: "i",
    title: "t",
    notified: "false",
    reason,
    why: "w",
    subjects: ["orders", "refunds"],
    ...parts,
  });
  const rows = [
    decision("first", 9, { notified: "true", notice: "n" }),
    decision("repeat_interval", 10),
    decision("repeat_interval", 10, { run_id: "twin" }),
    decision("acknowledged", 11, { run_id: "sync-watchdog/acknowledged/2026", incident: "p", subjects: [] }),
    decision("other-incident", 11, { incident: "j", subjects: ["ads"] }),
    decision("about-nothing", 11, { incident: "k", subjects: null }),
    decision("later", 13),
    decision("earlier", 8),
    decision("of-another", 11, { function: "dedup-views" }),
  ];
  const deliveries = [
    { notice: "n", channel: "slack", status: "sent" },
    { notice: "n", channel: "mail", status: "failed" },
    { notice: "other", channel: "slack", status: "sent" },
  ];
  const answers = async (asked: { incident?: string; subject?: string }) =>
    (
      await run("alerting/why", [table("alert_log", log, rows), table("deliveries", delivery, deliveries)], {
        ...from,
        since: instant(hour(8)),
        now: instant(hour(12)),
        incident: text(asked.incident ?? null),
        subject: text(asked.subject ?? null),
      })
    ).map((row) => `${row[4]} ${row[9]} ${row[10]}${row[8] === "true" ? " pressed" : ""}`);

  test("one subject: newest first, a row a channel, what two runs have logged once", async () => {
    expect(await answers({ subject: "refunds" })).toEqual([
      "repeat_interval null null",
      "first mail failed",
      "first slack sent",
    ]);
  });

  test("one incident, whatever it is about", async () => {
    expect(await answers({ incident: "j" })).toEqual(["other-incident null null"]);
    expect(await answers({ incident: "k" })).toEqual(["about-nothing null null"]);
    expect(await answers({ incident: "p" })).toEqual(["acknowledged null null pressed"]);
    expect(await answers({ incident: "nobody" })).toEqual([]);
  });
});

test("alerting/last-evaluated: the latest result about the subject, within the time asked for", async () => {
  const columns = {
    function: "STRING",
    subject: "STRING",
    status: "STRING",
    schedule_time: "TIMESTAMP",
  } as const;
  const result = (subject: string, status: string, at: number, by = "sync-watchdog") => ({
    function: by,
    subject,
    status,
    schedule_time: hour(at),
  });
  const results = table("check_results", columns, [
    result("orders", "ok", 10),
    result("orders", "warning", 11),
    result("orders", "critical", 13),
    result("orders", "unknown", 12, "dedup-views"),
    result("ads", "critical", 12),
  ]);
  const parameters = { ...from, since: instant(hour(8)), now: instant(hour(12)) };
  const latest = (subject: string) =>
    run("alerting/last-evaluated", [results], { ...parameters, subject: text(subject) });
  expect((await latest("orders")).map((row) => row[1])).toEqual(["warning"]);
  expect(await latest("nobody")).toEqual([]);
});
