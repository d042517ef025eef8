import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { renderStatement } from "../../functions/shared/stores/bigquery/statement.ts";
import type { SmallTable, TypedValue } from "../../infra/local/emulators/bigquery/analyzer.ts";
import type { GoogleType, ScalarKind, Value } from "../../infra/local/emulators/bigquery/types.ts";
import { type GoogleSql, type SqlCase, startGoogleSql } from "../support/googlesql.ts";

let googleSql: GoogleSql;

beforeAll(async () => {
  googleSql = await startGoogleSql();
});
afterAll(() => googleSql.close());

function table(
  name: string,
  columns: Readonly<Record<string, ScalarKind | GoogleType>>,
  rows: readonly Record<string, Value>[],
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

const text = (value: string): TypedValue => ({ type: { kind: "STRING" }, value });
const texts = (...values: string[]): TypedValue => ({
  type: { kind: "ARRAY", element: { kind: "STRING" } },
  value: values,
});
const instant = (value: string): TypedValue => ({ type: { kind: "TIMESTAMP" }, value });

function aCase(
  statement: string,
  tables: readonly SmallTable[],
  parameters: Record<string, TypedValue>,
): SqlCase {
  const sql = renderStatement(statement, { ops: "hulken.plumbline_ops" });
  return { sql, tables, parameters: new Map(Object.entries(parameters)) };
}

/** Names only, in order; both judges must give all cells alike. */
async function firstCells(it: SqlCase): Promise<readonly Value[]> {
  const [local, oracle] = [await googleSql.runLocally(it), await googleSql.evaluateWithOracle(it)];
  expect(local).toEqual(oracle);
  return oracle.rows.map((row) => row[0] ?? null);
}

const state = {
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
} as const;

const ran = { function: "STRING", schedule_time: "TIMESTAMP" } as const;

const noon = "2026-02-08 12:00:00+00";
const one = "2026-02-08 13:00:00+00";
const dayBefore = "2026-02-07 12:00:00+00";

function row(incident: string, parts: Record<string, Value> = {}): Record<string, Value> {
  const known = {
    function: "sync-watchdog",
    group_key: "k",
    version: "1",
    findings: "[]",
    notified_findings: "[]",
  };
  return {
    incident,
    ...known,
    reminders: "0",
    history: "[]",
    owners: "[]",
    severity: "critical",
    title: "t",
    opened_at: noon,
    changed_at: noon,
    ...parts,
  };
}

describe("the local BigQuery and Google's evaluator give the same rows for", () => {
  test("alerting/read-incidents: the function's own open incidents, those closed of late and those of a key, oldest first", async () => {
    const rows = [
      row("second", { opened_at: one, notified_at: one, since: noon }),
      row("first"),
      row("also-first"),
      row("closed-of-late", { opened_at: one, closed_at: one, closed_as: "recovered" }),
      row("closed-before", { closed_at: noon, closed_as: "recovered" }),
      row("other-function", { function: "dedup-views" }),
      row("told-long-ago", {
        group_key: "news/told",
        opened_at: dayBefore,
        closed_at: dayBefore,
        closed_as: "news",
      }),
      row("told-by-another", { group_key: "news/told", closed_at: dayBefore, function: "dedup-views" }),
    ];
    const parameters = { function: text("sync-watchdog"), now: instant(noon), since: instant(noon) };
    const both = [table("alert_state", state, rows), table("runs", ran, [])];
    const read = (...keys: string[]) =>
      firstCells(aCase("alerting/read-incidents", both, { ...parameters, keys: texts(...keys) }));
    const late = ["also-first", "first", "closed-of-late", "second"];
    expect(await read()).toEqual(late);
    expect(await read("news/never-told")).toEqual(late);
    expect(await read("news/told", "news/never-told")).toEqual(["told-long-ago", ...late]);
  });

  test("alerting/read-incidents: without an open incident, one row that says how far others have come", async () => {
    const rows = [
      row("closed-later", { version: "3", changed_at: one, closed_at: one, closed_as: "recovered" }),
      row("closed-now", { closed_at: noon, closed_as: "recovered" }),
    ];
    const parameters = {
      function: text("sync-watchdog"),
      now: instant(noon),
      since: instant(one),
      keys: texts(),
    };
    const both = [table("alert_state", state, rows), table("runs", ran, [])];
    expect(await firstCells(aCase("alerting/read-incidents", both, parameters))).toEqual([null]);
  });

  test("alerting/read-known-elsewhere: what people were told by others and is not over, once", async () => {
    const others = { function: "reconciliation", notified_at: dayBefore };
    const rows = [
      row("mine", { notified_at: dayBefore, title: "mine" }),
      row("b", { ...others, title: "b" }),
      row("a", { ...others, title: "a" }),
      row("a", { ...others, title: "a", version: "2" }),
      row("untold", { function: "reconciliation", title: "untold" }),
      row("over", { ...others, title: "over", closed_at: noon, closed_as: "recovered" }),
    ];
    rows.push(row("no-longer-found", { ...others, title: "no-longer-found" }));
    const found = ["mine", "a", "a", "b", "untold", "over"].map((incident) => ({
      incident,
      schedule_time: one,
    }));
    const log = table("alert_log", { incident: "STRING", schedule_time: "TIMESTAMP" }, [
      ...found,
      { incident: "no-longer-found", schedule_time: noon },
    ]);
    const parameters = { function: text("sync-watchdog"), since: instant(noon) };
    const tables = [table("alert_state", state, rows), log];
    expect(await firstCells(aCase("alerting/read-known-elsewhere", tables, parameters))).toEqual(["a", "b"]);
  });

  test("reconciliation/last-results: what the last run before now found, of this function and of the last days", async () => {
    const columns = {
      function: "STRING",
      check_name: "STRING",
      subject: "STRING",
      status: "STRING",
      code: "STRING",
      text: "STRING",
      detail: "STRING",
      schedule_time: "TIMESTAMP",
    } as const;
    const result = (check: string, subject: string, at: string, parts: Record<string, Value> = {}) => ({
      function: "reconciliation",
      check_name: check,
      subject,
      status: "ok",
      detail: "{}",
      schedule_time: at,
      ...parts,
    });
    const rows = [
      result("volume", "b", dayBefore),
      result("volume", "a", dayBefore),
      result("parity", "z", dayBefore),
      result("earlier", "a", "2026-02-06 12:00:00+00"),
      result("this-run", "a", noon),
      result("later", "a", one),
      result("of-another", "a", dayBefore, { function: "sync-watchdog" }),
    ];
    const results = table("check_results", columns, rows);
    const last = (from: string, now = noon) =>
      firstCells(aCase("reconciliation/last-results", [results], { from: instant(from), now: instant(now) }));
    expect(await last("2026-01-31 12:00:00+00")).toEqual(["parity", "volume", "volume"]);
    expect(await last("2026-01-31 12:00:00+00", dayBefore)).toEqual(["earlier"]);
    expect(await last(noon)).toEqual([]);
  });

  test("reconciliation/last-run: what the newest run up to now left, of this function and of the last days", async () => {
    const columns = { function: "STRING", schedule_time: "TIMESTAMP", summary: "STRING" } as const;
    const run = (summary: string, at: string | null, of = "reconciliation") => ({
      function: of,
      schedule_time: at,
      summary,
    });
    const runs = table("runs", columns, [
      run("yesterday", dayBefore),
      run("now", noon),
      run("later", one),
      run("by hand", null),
      run("of another", noon, "sync-watchdog"),
    ]);
    const last = (from: string, now = noon) =>
      firstCells(aCase("reconciliation/last-run", [runs], { from: instant(from), now: instant(now) }));
    expect(await last("2026-01-31 12:00:00+00")).toEqual(["now"]);
    expect(await last(dayBefore, dayBefore)).toEqual(["yesterday"]);
    expect(await last(one)).toEqual([]);
  });

  test("notifier/read-deliveries: those of the notice, by channel", async () => {
    const columns = {
      notice: "STRING",
      channel: "STRING",
      status: "STRING",
      claim: "STRING",
      lease_until: "TIMESTAMP",
      recipients: { kind: "ARRAY", element: { kind: "STRING" } },
      unanswered: "BOOL",
    } as const;
    const delivery = (notice: string, channel: string) => ({
      notice,
      channel,
      status: "sent",
      claim: "c",
      lease_until: noon,
      recipients: ["0123456789abcdef"],
      unanswered: "true",
    });
    const rows = [delivery("n", "slack"), delivery("n", "mail"), delivery("other", "slack")];
    const deliveries = table("deliveries", columns, rows);
    expect(await firstCells(aCase("notifier/read-deliveries", [deliveries], { notice: text("n") }))).toEqual([
      "mail",
      "slack",
    ]);
  });
});
