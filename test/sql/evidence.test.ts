import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { judgeContinuity } from "../../functions/checks/continuity/judge.ts";
import { judgeByKey } from "../../functions/checks/duplicates/judge-by-key.ts";
import { judgeClean } from "../../functions/checks/raw-vs-clean/judge.ts";
import { judgeCleanTable } from "../../functions/checks/raw-vs-clean/judge-table.ts";
import { judgeRequired } from "../../functions/checks/required/judge.ts";
import type { Result } from "../../functions/checks/result.ts";
import type { StatsRequest } from "../../functions/checks/table-stats/types.ts";
import { judgeVolume } from "../../functions/checks/volume/judge.ts";
import { renderStatement } from "../../functions/shared/stores/bigquery/statement.ts";
import type { ParamValue } from "../../functions/shared/stores/bigquery/types.ts";
import type { SmallTable, TypedValue } from "../../infra/local/emulators/bigquery/analyzer.ts";
import type { GoogleType, ScalarKind, Value } from "../../infra/local/emulators/bigquery/types.ts";
import { aSource, noon } from "../support/a-source.ts";
import { aDay, aReading, aRequest, exact } from "../support/a-table-reading.ts";
import { type GoogleSql, startGoogleSql } from "../support/googlesql.ts";
import { aCoverage, aTable } from "../unit/checks/pii-hashing/a-coverage.ts";

/** Rows behind a finding: the judge's own question, through the local BigQuery's translation and through Google's own evaluator, both alike. */
let googleSql: GoogleSql;
beforeAll(async () => {
  googleSql = await startGoogleSql();
});
afterAll(() => googleSql.close());

async function rowsOf(
  { query: question }: Result,
  ...tables: SmallTable[]
): Promise<readonly (readonly Value[])[]> {
  if (question === null) throw new Error("nothing was found");
  const { names = {}, params = {}, types = {} } = question.inputs;
  const parameters = new Map(
    Object.entries(params).map(([name, value]) => [
      name,
      typed(value, types[name] as ScalarKind | undefined),
    ]),
  );
  const it = { sql: renderStatement(question.statement, names), tables, parameters };
  const oracle = await googleSql.evaluateWithOracle(it);
  expect(await googleSql.runLocally(it)).toEqual(oracle);
  return oracle.rows;
}

function typed(value: ParamValue, kind: ScalarKind = "STRING"): TypedValue {
  return { type: { kind }, value: value instanceof Date ? value.toISOString() : String(value) };
}

type Columns = Readonly<Record<string, ScalarKind | GoogleType>>;

function table(
  columns: Columns,
  rows: readonly (readonly Value[])[],
  name = "shop.ads.insights",
): SmallTable {
  return {
    name,
    columns: Object.entries(columns).map(([it, type]) => ({
      name: it,
      type: typeof type === "string" ? { kind: type } : type,
    })),
    rows,
  };
}

const window = { firstDay: "2026-02-01", lastDay: "2026-02-03" };
const one = "2026-02-01 12:00:00+00";
const two = "2026-02-02 12:00:00+00";
const owner = "growth@example.com";
const money = { kind: "spend", currency: "USD" } as const;

const insights = {
  raw_id: "STRING",
  extracted_at: "TIMESTAMP",
  ad_id: "STRING",
  day: "DATE",
  campaign_id: "STRING",
  spend: "NUMERIC",
  email: "STRING",
} as const;

describe("continuity/evidence", () => {
  const shown = (rows: readonly (readonly Value[])[], type: ScalarKind = "DATE", timeZone = "UTC") => {
    const source = aSource({
      timeZone,
      table: { project: "shop", dataset: "ads", table: "insights" },
      warnAfterMs: 0,
    });
    const result = judgeContinuity(
      { source, days: ["2026-01-01"], newestArrival: null, expectedFrom: "2026-01-01", money: null },
      window,
      noon,
    );
    return rowsOf(result, table({ day: type }, rows));
  };

  test("rows of every day of the window, those without any too, and of no other", async () => {
    const days = ["2026-02-01", "2026-02-01", "2026-02-03", "2026-01-31", "2026-02-04", null];
    expect(await shown(days.map((day) => [day]))).toEqual([
      ["2026-02-01", "2"],
      ["2026-02-02", "0"],
      ["2026-02-03", "1"],
    ]);
  });

  test("an instant falls on its day in the source's zone", async () => {
    const rows = [["2026-02-02 22:30:00+00"], ["2026-02-02 23:30:00+00"]];
    const counts = async (zone: string) => (await shown(rows, "TIMESTAMP", zone)).map((row) => row[1]);
    expect(await counts("UTC")).toEqual(["0", "2", "0"]);
    expect(await counts("Europe/Rome")).toEqual(["0", "1", "1"]);
  });

  test("a table without a row has no rows on any day", async () => {
    expect((await shown([])).map((row) => row[1])).toEqual(["0", "0", "0"]);
  });
});

describe("required/evidence", () => {
  const shown = (rows: readonly (readonly Value[])[], parts: Partial<StatsRequest> = {}) => {
    const request = aRequest(parts);
    const columns = request.required.map((name) => ({ name, isKey: true }));
    const day = aDay("2026-02-01", { nulls: request.required.map(() => 1) });
    return rowsOf(
      judgeRequired({ request, owner }, aReading([day]), columns, exact, window),
      table(insights, rows),
    );
  };

  test("keys of facts with NULLs and which columns are NULL, of the version that counts; no other value", async () => {
    expect(
      await shown([
        ["a", one, "ad 1", "2026-02-01", null, "1", "jane@example.com"],
        ["b", two, "ad 1", "2026-02-01", "c", "1", "jane@example.com"],
        ["a", one, "ad 2", "2026-02-01", "c", "1", "jane@example.com"],
        ["b", two, "ad 2", "2026-02-01", null, "1", "jane@example.com"],
        ["a", one, null, "2026-02-02", null, "1", "jane@example.com"],
        ["b", one, null, "2026-02-03", "c", "1", "jane@example.com"],
        ["c", one, "ad 3", "2026-02-03", "c", null, null],
      ]),
    ).toEqual([
      [null, "2026-02-02", "2026-02-02", "ad_id, campaign_id"],
      [null, "2026-02-03", "2026-02-03", "ad_id"],
      ["ad 2", "2026-02-01", "2026-02-01", "campaign_id"],
    ]);
  });

  test("of one instant the tie-break tells, and of equal ones the higher amount", async () => {
    const rows = [
      ["a", one, "ad 1", "2026-02-01", null, "9", null],
      ["b", one, "ad 1", "2026-02-01", "c", "1", null],
      ["a", one, "ad 2", "2026-02-01", "c", "1", null],
      ["a", one, "ad 2", "2026-02-01", null, "2", null],
    ];
    for (const order of [rows, rows.toReversed()])
      expect((await shown(order)).map((row) => row[0])).toEqual(["ad 2"]);
  });

  test("facts without a day are there, those outside the window are not", async () => {
    const days = ["2026-01-31", "2026-02-01", "2026-02-03", "2026-02-04", null];
    const rows = days.map((day) => ["a", one, "ad 1", day, null, "1", null]);
    expect((await shown(rows)).map((row) => row[1])).toEqual([null, "2026-02-01", "2026-02-03"]);
  });

  test("only what was read: rows that arrived since, and those that do not say", async () => {
    const rows = [
      ["a", "2026-02-01 11:59:59+00", "ad 1", "2026-02-01", null, "1", null],
      ["a", one, "ad 2", "2026-02-01", null, "1", null],
      ["a", null, "ad 3", "2026-02-01", null, "1", null],
    ];
    const from = new Date("2026-02-01T12:00:00Z");
    expect((await shown(rows, { from })).map((row) => row[0])).toEqual(["ad 2", "ad 3"]);
    expect(await shown(rows)).toHaveLength(3);
  });

  test("without a key every row is a fact; without business days it is on the day it arrived", async () => {
    const row = ["a", two, "ad 1", "2026-01-01", null, "1", null];
    expect(await shown([row, row], { key: [], businessDate: null })).toEqual([
      ["2026-02-02", "campaign_id"],
      ["2026-02-02", "campaign_id"],
    ]);
    expect(await shown([row], { key: ["ad_id"], businessDate: null, arrival: null })).toEqual([
      ["ad 1", null, "campaign_id"],
    ]);
  });

  test("100 facts at most", async () => {
    const rows = Array.from({ length: 101 }, (_, at) => [
      "a",
      one,
      `ad ${at}`,
      "2026-02-01",
      null,
      "1",
      null,
    ]);
    expect(await shown(rows)).toHaveLength(100);
  });
});

describe("duplicates/evidence", () => {
  const shown = (
    rows: readonly (readonly Value[])[],
    parts: Partial<StatsRequest> = {},
    columns: Columns = insights,
  ) => {
    const request = aRequest(parts);
    const reading = aReading([aDay("2026-02-01", { rows: 2, facts: 1 })]);
    const it = { request, owner, money, view: null };
    return rowsOf(judgeByKey(it, reading, "none", exact, window), table(columns, rows));
  };
  const row = (ad: Value, day: Value, at: Value, spend: Value) => ["a", at, ad, day, null, spend, null];

  test("keys with more than one row, most first, with when they came and what all of them sum up to", async () => {
    expect(
      await shown([
        row("ad 1", "2026-02-01", one, "0.1"),
        row("ad 1", "2026-02-01", two, "0.2"),
        row("ad 1", "2026-02-02", two, "5"),
        row("ad 3", "2026-02-01", one, null),
        row("ad 3", "2026-02-01", one, null),
        row(null, "2026-02-01", one, "1"),
        row(null, "2026-02-01", null, "1"),
        row(null, "2026-02-01", two, "1"),
      ]),
    ).toEqual([
      [null, "2026-02-01", "3", one, two, "3"],
      ["ad 1", "2026-02-01", "2", one, two, "0.3"],
      ["ad 3", "2026-02-01", "2", one, one, null],
    ]);
  });

  test("only what was read, and without an arrival all of it", async () => {
    const rows = [
      row("ad 1", "2026-02-01", "2026-02-01 11:59:59+00", "1"),
      row("ad 1", "2026-02-01", one, "1"),
      row("ad 2", "2026-02-01", one, "1"),
      row("ad 2", "2026-02-01", null, "1"),
    ];
    const from = new Date("2026-02-01T12:00:00Z");
    expect((await shown(rows, { from })).map((it) => it[0])).toEqual(["ad 2"]);
    expect(await shown(rows, { arrival: null })).toEqual([
      ["ad 1", "2026-02-01", "2", null, null, "2"],
      ["ad 2", "2026-02-01", "2", null, null, "2"],
    ]);
  });

  test("an amount in another currency is in no sum, one inside JSON is", async () => {
    const columns = {
      extracted_at: "TIMESTAMP",
      ad_id: "STRING",
      currency: "STRING",
      metrics: "STRING",
    } as const;
    const rows = [
      [one, "ad 1", "USD", '{"spend":"1.5"}'],
      [one, "ad 1", "EUR", '{"spend":"100"}'],
      [one, "ad 1", "USD", '{"spend":"x"}'],
    ];
    const amount = { column: "metrics", jsonPath: "$.spend", currency: "USD", currencyColumn: "currency" };
    expect(await shown(rows, { key: ["ad_id"], tieBreak: [], amount }, columns)).toEqual([
      ["ad 1", "3", one, one, "1.5"],
    ]);
  });

  test("100 keys at most, and always the same ones", async () => {
    const rows = Array.from({ length: 202 }, (_, at) =>
      row(`ad ${100 + (at % 101)}`, "2026-02-01", one, "1"),
    );
    const keys = (await shown(rows)).map((it) => it[0]);
    expect(keys).toHaveLength(100);
    expect(keys).not.toContain("ad 200");
  });
});

describe("raw-vs-clean/evidence", () => {
  const kept = { extracted_at: "TIMESTAMP", ad_id: "STRING", day: "DATE", spend: "NUMERIC" } as const;
  const view = { id: "ads_clean", view: { project: "shop", dataset: "clean", table: "ads" } };

  const shown = (
    raw: readonly (readonly Value[])[],
    clean: readonly (readonly Value[])[],
    parts: Partial<StatsRequest> = {},
  ) => {
    const request = aRequest(parts);
    const result = judgeClean(
      { view, owner, money },
      aReading([aDay("2026-02-01")], { request }),
      { days: [], before: { rows: 0, amount: null } },
      { rows: exact, money: exact },
      window,
    );
    return rowsOf(result, table(insights, raw), table(kept, clean, "shop.clean.ads"));
  };
  const row = (ad: string, day: Value, spend: Value, at: Value = one) => [
    "a",
    at,
    ad,
    day,
    null,
    spend,
    null,
  ];

  test("facts of the latest version beside rows of the view, day by day, on whichever side there are any", async () => {
    expect(
      await shown(
        [
          row("ad 1", "2026-02-01", "9"),
          row("ad 1", "2026-02-01", "0.3", two),
          row("ad 2", "2026-02-01", "1"),
          row("ad 1", "2026-02-02", null),
          row("ad 1", null, "4"),
          row("ad 1", "2026-01-31", "7"),
          row("ad 2", "2026-02-04", "8"),
        ],
        [
          [one, "ad 1", "2026-02-01", "0.2"],
          [one, "ad 1", "2026-02-03", "5"],
          [one, "ad 1", null, "4"],
          [one, "ad 1", "2026-01-30", "15"],
        ],
      ),
    ).toEqual([
      ["2026-02-01", "2", "1", "1", "1.3", "0.2", "1.1"],
      ["2026-02-02", "1", "0", "1", null, null, "0"],
      ["2026-02-03", "0", "1", "-1", null, "5", "-5"],
      ["no day", "1", "1", "0", "4", "4", "0"],
      ["other days", "2", "1", "1", "15", "15", "0"],
    ]);
  });

  test("where older rows were not read, only the window's days, and only what was read", async () => {
    const raw = [
      row("ad 1", "2026-02-01", "1"),
      row("ad 2", "2026-02-01", "2", "2026-02-01 11:59:59+00"),
      row("ad 1", null, "4"),
      row("ad 1", "2026-01-31", "7"),
      row("ad 1", "2026-02-04", "7"),
    ];
    const clean = raw.map((it) => [it[1] ?? null, it[2] ?? null, it[3] ?? null, it[5] ?? null]);
    expect(await shown(raw, clean, { from: new Date("2026-02-01T12:00:00Z") })).toEqual([
      ["2026-02-01", "1", "2", "-1", "1", "3", "-2"],
    ]);
  });
});

describe("raw-vs-clean/evidence-table", () => {
  const columns = { id: "INT64", shop: "STRING", email: "STRING" } as const;
  const shown = (
    raw: readonly (readonly Value[])[],
    clean: readonly (readonly Value[])[],
    uniqueKey = ["id"],
  ) => {
    const it = aTable();
    const result = judgeCleanTable(
      { ...it, source: { ...it.source, uniqueKey } },
      aCoverage({ missingKeys: 1 }),
    );
    return rowsOf(result, table(columns, raw, "shop.raw.orders"), table(columns, clean, "shop.clean.orders"));
  };
  const row = (id: Value, shop: Value = "rome") => [id, shop, "jane@example.com"];

  test("facts that are missing, twice, or on one side only; never another value", async () => {
    expect(
      await shown(
        [row("1"), row("1"), row("2"), row("3"), row(null)],
        [row("1"), row("2"), row("2"), row("4"), row("5"), row("5")],
      ),
    ).toEqual([
      ["3", "1", "0"],
      ["4", "0", "1"],
      ["5", "0", "2"],
      ["2", "1", "2"],
    ]);
  });

  test("all columns of the key make a fact, and a row without one of them is none", async () => {
    const raw = [row("1", "rome"), row("1", "oslo"), row("1", null)];
    expect(await shown(raw, [row("1", "rome")], ["id", "shop"])).toEqual([["1", "oslo", "1", "0"]]);
    expect(await shown([row("1")], [row("2")], ["id", "shop"])).toEqual([
      ["1", "rome", "1", "0"],
      ["2", "rome", "0", "1"],
    ]);
  });

  test("100 facts at most", async () => {
    expect(
      await shown(
        Array.from({ length: 101 }, (_, at) => row(String(at))),
        [],
      ),
    ).toHaveLength(100);
  });
});

describe("volume/evidence", () => {
  const listed = {
    project_id: "STRING",
    dataset_id: "STRING",
    table_id: "STRING",
    creation_time: "INT64",
    last_modified_time: "INT64",
    row_count: "INT64",
    size_bytes: "INT64",
    type: "INT64",
  } as const;
  const line = (name: string) => ["shop", "ads", name, "1769947200000", "1770033600000", "12", "3400", "1"];
  const shown = (...names: string[]) => {
    const result = judgeVolume({ name: "shop.ads.insights", owner }, null, { rows: 12, at: noon });
    return rowsOf(result, table(listed, names.map(line), "shop.ads.__TABLES__"));
  };

  test("the table as its dataset lists it, or nothing where it is gone", async () => {
    expect(await shown("orders", "insights", "insights_2")).toEqual([["insights", "12", "3400", one, two]]);
    expect(await shown("orders")).toEqual([]);
  });
});
