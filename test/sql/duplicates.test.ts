import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  counterexampleInputs,
  type Grouping,
  groupInputs,
} from "../../functions/checks/duplicates/grouping.ts";
import { figureInputs } from "../../functions/checks/duplicates/read-figures.ts";
import { Fragment } from "../../functions/shared/stores/bigquery/fragment.ts";
import { type Names, renderStatement } from "../../functions/shared/stores/bigquery/statement.ts";
import type { TableColumn } from "../../functions/shared/stores/bigquery/types.ts";
import type { SmallTable, TypedValue } from "../../infra/local/emulators/bigquery/analyzer.ts";
import type { GoogleType, ScalarKind, Value } from "../../infra/local/emulators/bigquery/types.ts";
import { type GoogleSql, startGoogleSql } from "../support/googlesql.ts";
import { aView, column } from "../unit/dedup-views/a-view.ts";

/** Small tables → rows, through the local BigQuery's translation and through Google's own evaluator: both alike. */
let googleSql: GoogleSql;
beforeAll(async () => {
  googleSql = await startGoogleSql();
});
afterAll(() => googleSql.close());

async function rowsOf(
  statement: string,
  names: Names,
  table: SmallTable,
  parameters: Readonly<Record<string, TypedValue>>,
): Promise<readonly (readonly Value[])[]> {
  const rendered = renderStatement(statement, { n: "0", ...names });
  const isOrdered = /ORDER BY\n/.test(rendered) || statement.endsWith("counterexamples");
  const sql = isOrdered
    ? rendered
    : `${rendered}\nORDER BY 1, 2${statement.endsWith("figures") ? ", 11" : ""}`;
  const it = { sql, tables: [table], parameters: new Map(Object.entries(parameters)) };
  const oracle = await googleSql.evaluateWithOracle(it);
  expect(await googleSql.runLocally(it)).toEqual(oracle);
  return oracle.rows;
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

const text = (value: string): TypedValue => ({ type: { kind: "STRING" }, value });
const instant = (value: string): TypedValue => ({ type: { kind: "TIMESTAMP" }, value });

const one = "2026-02-01 12:00:00+00";
const two = "2026-02-02 12:00:00+00";
const later = "2026-02-09 12:00:00+00";
const seen = {
  seen_until: instant("2026-02-08 12:00:00+00"),
  from_0: instant("0001-01-01 00:00:00+00"),
  zone_0: text("UTC"),
};

const insights = {
  raw_id: "STRING",
  extracted_at: "TIMESTAMP",
  ad_id: "STRING",
  day: "DATE",
  spend: "NUMERIC",
} as const;

/** As the API spells the types of these. */
function apiColumns(columns: Columns): TableColumn[] {
  const spelt: Readonly<Record<string, string>> = { INT64: "INTEGER", FLOAT64: "FLOAT", BOOL: "BOOLEAN" };
  return Object.entries(columns).map(([name, type]) => {
    const kind = typeof type === "string" ? type : type.kind;
    return { name, type: spelt[kind] ?? kind, repeated: kind === "ARRAY" };
  });
}

const knownUntil = "2026-02-09 06:00:00+00";

describe("duplicates/figures", () => {
  const answer = (rows: readonly (readonly Value[])[], money?: string, columns: Columns = insights) =>
    rowsOf(
      "duplicates/figures",
      figureInputs({
        view: aView(`{ source: ads, tie_break: [raw_id]${money ?? ""} }`),
        columns: apiColumns(columns),
      }).names ?? {},
      table(columns, rows),
      {
        seen_until: seen.seen_until,
        known_until: instant(knownUntil),
        settled: instant(two),
        zone_0: seen.zone_0,
      },
    );
  /** What had arrived, without the last four columns. */
  const figures = async (...args: Parameters<typeof answer>) =>
    (await answer(...args)).filter((row) => row[10] === "true").map((row) => row.slice(0, 10));

  test("rows and money as they stand, and of the latest version of each fact, by day", async () => {
    expect(
      await figures([
        ["a", one, "ad 1", "2026-02-01", "0.1"],
        ["b", two, "ad 1", "2026-02-01", "0.2"],
        ["c", two, "ad 2", "2026-02-01", "1"],
        ["d", two, "ad 1", "2026-02-02", "5"],
      ]),
    ).toEqual([
      ["0", "2026-02-01", "3", "2", "1.3", "1.2", "0.1", two, "0", ["0", "0"]],
      ["0", "2026-02-02", "1", "1", "5", "5", "0", two, "0", ["0", "0"]],
    ]);
  });

  test("of one instant the highest by the tie-break counts, wherever it stands", async () => {
    const rows = [
      ["b", one, "ad 1", "2026-02-01", "1"],
      ["c", one, "ad 1", "2026-02-01", "2"],
      ["a", one, "ad 1", "2026-02-01", "3"],
    ];
    for (const order of [rows, rows.toReversed()]) {
      expect(await figures(order)).toEqual([
        ["0", "2026-02-01", "3", "1", "6", "2", "4", one, "0", ["0", "0"]],
      ]);
    }
  });

  test("NULLs of the key are one fact and counted; a row without an arrival is older than any; the future is not seen", async () => {
    expect(
      await figures([
        ["z", null, null, "2026-02-01", "9"],
        ["a", one, null, "2026-02-01", "1"],
        ["b", later, null, "2026-02-01", "100"],
        ["y", null, "ad 2", null, "7"],
      ]),
    ).toEqual([
      ["0", null, "1", "1", "7", "7", "0", null, "1", ["0", "1"]],
      ["0", "2026-02-01", "2", "1", "10", "1", "9", one, "1", ["2", "0"]],
    ]);
  });

  test("an amount that is NULL is none, and one that is no number neither", async () => {
    expect(await figures([["a", one, "ad 1", "2026-02-01", null]])).toEqual([
      ["0", "2026-02-01", "1", "1", null, null, null, one, "0", ["0", "0"]],
    ]);
    const latestUnreadable = [
      ["a", one, "ad 1", "2026-02-01", "NaN"],
      ["b", two, "ad 1", "2026-02-01", "n/a"],
      ["c", one, "ad 2", "2026-02-01", "2.5"],
    ];
    expect(
      (await figures(latestUnreadable, undefined, { ...insights, spend: "STRING" }))[0]?.slice(2, 7),
    ).toEqual(["3", "2", "2.5", "2.5", "0"]);
  });

  test("what is counted twice is all of it, where the version that counts has no amount", async () => {
    const rows = [
      ["a", one, "ad 1", "2026-02-01", "4"],
      ["b", two, "ad 1", "2026-02-01", null],
    ];
    expect((await figures(rows))[0]?.slice(4, 7)).toEqual(["4", null, "4"]);
  });

  test("money inside JSON", async () => {
    const rows = [
      ["a", one, "ad 1", "2026-02-01", '{"cost":"1.25"}'],
      ["b", two, "ad 1", "2026-02-01", '{"cost":1.5}'],
    ];
    const money = ", money: { column: spend, json_path: $.cost, currency: USD, kind: spend }";
    expect((await figures(rows, money, { ...insights, spend: "STRING" }))[0]?.slice(4, 7)).toEqual([
      "2.75",
      "1.5",
      "1.25",
    ]);
  });

  test.each<[ScalarKind, string]>([
    ["STRING", "2026-02-01"],
    ["STRING", "20260201"],
    ["DATETIME", "2026-02-01 23:30:00"],
    ["TIMESTAMP", "2026-02-01 23:30:00+00"],
  ])("the day may be a %s: %s", async (type, value) => {
    const rows = [["a", one, "ad 1", value, "1"]];
    expect((await figures(rows, undefined, { ...insights, day: type }))[0]?.[1]).toBe("2026-02-01");
  });

  test("what arrives later than now is in no figure and takes no row's place, and the future among it is counted", async () => {
    const rows = [
      ["a", one, "ad 1", "2026-02-01", "1"],
      ["b", "2026-02-09 05:00:00+00", "ad 1", "2026-02-01", "10"],
      ["c", later, "ad 1", "2026-02-01", "100"],
    ];
    const key = ["0", "0"];
    expect(await answer(rows)).toEqual([
      ["0", "2026-02-01", "2", "1", "110", "100", "10", later, "0", key, "false", "0", "0", "1"],
      ["0", "2026-02-01", "1", "1", "1", "1", "0", one, "0", key, "true", "0", "1", "0"],
    ]);
  });

  test("what arrived before an instant is counted, and what says no arrival is not", async () => {
    const at = (arrival: string | null, raw: string) => [raw, arrival, `ad ${raw}`, "2026-02-01", "1"];
    const rows = [at(one, "a"), at(one, "b"), at(two, "c"), at("2026-02-03 12:00:00+00", "d"), at(null, "e")];
    expect((await answer(rows))[0]?.[12]).toBe("2");
  });

  test.each<[ScalarKind, Value, string]>([
    ["STRING", "n/a", "1"],
    ["STRING", "", "1"],
    ["STRING", "1e40", "1"],
    ["STRING", "123456789012345678901234567890", "1"],
    ["STRING", "12.5", "0"],
    ["STRING", null, "0"],
    ["FLOAT64", "NaN", "1"],
    ["FLOAT64", "0.25", "0"],
    ["NUMERIC", "0.25", "0"],
  ])("an amount that is the %s %s is unreadable in %s rows", async (kind, spend, unreadable) => {
    const rows = [["a", one, "ad 1", "2026-02-01", spend]];
    expect((await answer(rows, undefined, { ...insights, spend: kind }))[0]?.[11]).toBe(unreadable);
  });

  test("no rows answer no row", async () => {
    expect(await figures([])).toEqual([]);
  });
});

const withSync = { ...insights, meta: "STRING", age: "STRING" } as const;
const withSyncColumns = [
  column("raw_id"),
  column("extracted_at", "TIMESTAMP"),
  column("ad_id"),
  column("day", "DATE"),
  column("spend", "NUMERIC"),
  column("meta"),
  column("age"),
];
const marked = "{ source: ads, tie_break: [raw_id], sync: { column: meta, json_path: $.sync } }";
const unmarked = "{ source: ads, tie_break: [raw_id] }";
const bare = "{ source: ads }";

/** Rows by their raw id, arrival, ad, spend, sync and age; all of one day. */
const sent = (
  raw: string,
  at: string | null,
  ad: string | null,
  spend: string,
  sync: string,
  age = "18-24",
) => [raw, at, ad, "2026-02-01", spend, sync, age];

function grouped(
  statement: "repeats" | "contradictions",
  grouping: Grouping,
  view: string,
  rows: readonly (readonly Value[])[],
  columns: Columns = withSync,
  types: readonly TableColumn[] = withSyncColumns,
  from = seen.from_0,
) {
  const names = groupInputs({ view: aView(view), columns: types, from: null }, grouping).names ?? {};
  const { seen_until } = seen;
  return rowsOf(`duplicates/${statement}`, names, table(columns, rows), { seen_until, from_0: from });
}

const s1 = '{"sync":1}';
const s2 = '{"sync":2}';

describe("duplicates/repeats", () => {
  test("rows of one sync that share the key, and not those of two syncs", async () => {
    const rows = [
      sent("a", one, "ad 1", "1", s1),
      sent("b", two, "ad 1", "1", s2),
      sent("c", one, "ad 2", "1", s1),
      sent("d", two, "ad 2", "1", s1),
    ];
    expect(await grouped("repeats", "sync", marked, rows)).toEqual([["0", "4", "0", "1", "2"]]);
    expect(await grouped("repeats", "sync", marked, rows.slice(0, 3))).toEqual([["0", "3", "0", "0", "2"]]);
  });

  test("rows that do not say their sync are no repeats, and counted", async () => {
    const rows = [sent("a", one, "ad 1", "1", "{}"), sent("b", one, "ad 1", "2", "{}")];
    expect(await grouped("repeats", "sync", marked, rows)).toEqual([["0", "2", "2", "0", "0"]]);
    expect(await grouped("repeats", "sync", unmarked, rows)).toEqual([["0", "2", "0", "1", "1"]]);
  });

  test("equal by key and whole order, also without an arrival", async () => {
    const rows = [
      sent("a", one, "ad 1", "1", s1),
      sent("b", one, "ad 1", "1", s1),
      sent("c", null, "ad 2", "1", s1),
      sent("c", null, "ad 2", "1", s2),
    ];
    expect(await grouped("repeats", "order", marked, rows)).toEqual([["0", "4", "0", "1", "1"]]);
    expect(await grouped("repeats", "order", bare, rows)).toEqual([["0", "4", "0", "2", "1"]]);
  });

  test("only what arrived in the window is looked at", async () => {
    const rows = [
      sent("a", one, "ad 1", "1", s1),
      sent("b", two, "ad 1", "1", s1),
      sent("c", later, "ad 1", "1", s1),
    ];
    const from = (at: string) =>
      grouped("repeats", "sync", marked, rows, withSync, withSyncColumns, instant(at));
    expect(await from(one)).toEqual([["0", "2", "0", "1", "1"]]);
    expect(await from(two)).toEqual([["0", "1", "0", "0", "1"]]);
    expect(await from(later)).toEqual([["0", "0", "0", "0", "0"]]);
  });
});

describe("duplicates/contradictions", () => {
  test("rows of one sync and key that differ; equal ones are plain repeats, and other syncs restate", async () => {
    const rows = [
      sent("a", one, "ad 1", "1", s1, "18-24"),
      sent("b", one, "ad 1", "1", s1, "25-34"),
      sent("c", one, "ad 1", "1", s1, "25-34"),
      sent("d", one, "ad 2", "1", s1),
      sent("e", two, "ad 2", "1", s1),
      sent("f", two, "ad 2", "2", s2),
    ];
    expect(await grouped("contradictions", "sync", marked, rows)).toEqual([["0", "1", "3"]]);
    expect(await grouped("contradictions", "sync", marked, rows.slice(3))).toEqual([["0", "0", "0"]]);
  });

  test("NULLs of the key are one value, and NULL is no empty text", async () => {
    const rows = [sent("a", one, null, "1", s1, ""), sent("b", one, null, "1", s1, null as never)];
    expect(await grouped("contradictions", "sync", marked, rows)).toEqual([["0", "1", "2"]]);
    const same = [rows[1] ?? [], rows[1] ?? []];
    expect(await grouped("contradictions", "sync", marked, same)).toEqual([["0", "0", "0"]]);
  });

  test("rows that do not say their sync contradict nothing by it, and do by their order", async () => {
    const rows = [sent("a", one, "ad 1", "1", "{}"), sent("a", one, "ad 1", "2", "{}")];
    expect(await grouped("contradictions", "sync", marked, rows)).toEqual([["0", "0", "0"]]);
    expect(await grouped("contradictions", "order", marked, rows)).toEqual([["0", "1", "2"]]);
  });

  test("a tie-break tells apart what arrived together", async () => {
    const rows = [sent("a", one, "ad 1", "1", s1), sent("b", one, "ad 1", "2", s1)];
    expect(await grouped("contradictions", "order", marked, rows)).toEqual([["0", "0", "0"]]);
    expect(await grouped("contradictions", "order", bare, rows)).toEqual([["0", "1", "2"]]);
  });

  test.each([
    ["FLOAT64", "FLOAT", "NaN", "NaN", "0"],
    ["FLOAT64", "FLOAT", "-0.0", "0.0", "0"],
    ["FLOAT64", "FLOAT", "NaN", null, "1"],
    ["FLOAT64", "FLOAT", "0.1", "0.2", "1"],
    ["JSON", "JSON", '{"a":1}', '{"a":1}', "0"],
    ["JSON", "JSON", '{"a":1}', '{"a":2}', "1"],
    ["BYTES", "BYTES", "AA==", "AQ==", "1"],
    ["BOOL", "BOOLEAN", "true", null, "1"],
  ] as const)("a %s %s: %s and %s differ in %s groups", async (kind, type, a, b, groups) => {
    const columns = { ...insights, meta: "STRING", extra: kind } as const;
    const types = [...withSyncColumns.slice(0, 6), column("extra", type)];
    const rows = [a, b].map((extra) => [...sent("a", one, "ad 1", "1", s1).slice(0, 6), extra]);
    const [found] = await grouped("contradictions", "sync", marked, rows, columns, types);
    expect(found?.[1]).toBe(groups);
  });

  test("a place is compared as text, which the evaluators here have no functions for", () => {
    expect(Fragment.comparable("place", "GEOGRAPHY", false).sql).toBe("TO_JSON_STRING(ST_ASTEXT(`place`))");
  });

  test("ARRAYs are compared by what is in them", async () => {
    const tags: GoogleType = { kind: "ARRAY", element: { kind: "STRING" } };
    const columns = { ...insights, meta: "STRING", tags } as const;
    const types = [...withSyncColumns.slice(0, 6), column("tags", "STRING", true)];
    const rows = (b: Value) =>
      [["x", "y"], b].map((it) => [...sent("a", one, "ad 1", "1", s1).slice(0, 6), it]);
    const differing = async (b: Value) =>
      (await grouped("contradictions", "sync", marked, rows(b), columns, types))[0]?.[1];
    expect(await differing(["x", "y"])).toBe("0");
    expect(await differing(["y", "x"])).toBe("1");
    expect(await differing(["x,y"])).toBe("1");
  });

  test("RECORDs are compared by what is in them, and one that is NULL is none of NULLs", async () => {
    const member = (name: string) => ({ name, type: { kind: "STRING" } as const });
    const place: GoogleType = { kind: "STRUCT", members: [member("city"), member("zip")] };
    const columns = { ...insights, meta: "STRING", place } as const;
    const types = [...withSyncColumns.slice(0, 6), column("place", "RECORD")];
    const differing = async (a: Value, b: Value) => {
      const rows = [a, b].map((it) => [...sent("a", one, "ad 1", "1", s1).slice(0, 6), it]);
      return (await grouped("contradictions", "sync", marked, rows, columns, types))[0]?.[1];
    };
    expect(await differing(["Rome", "1"], ["Rome", "1"])).toBe("0");
    expect(await differing(["Rome", "1"], ["Rome", "2"])).toBe("1");
    expect(await differing(null, [null, null])).toBe("1");
  });
});

describe("duplicates/counterexamples", () => {
  const counterexamples = (rows: readonly (readonly Value[])[], more: readonly string[] = []) => {
    const inputs = counterexampleInputs({ view: aView(marked), columns: withSyncColumns, from: null }, more);
    const { seen_until, from_0 } = seen;
    return rowsOf("duplicates/counterexamples", inputs.names ?? {}, table(withSync, rows), {
      seen_until,
      from_0,
    });
  };

  test("fingerprints of the versions of a group that differ, column by column, and no value", async () => {
    const [found, ...others] = await counterexamples([
      sent("a", one, "ad 1", "1", s1, "18-24"),
      sent("b", one, "ad 1", "1", s1, "25-34"),
      sent("c", one, "ad 1", "1", s1, "25-34"),
      sent("d", one, "ad 2", "1", s1),
      sent("e", two, "ad 2", "2", s2),
    ]);
    expect(others).toEqual([]);
    const versions = ((found?.[1] ?? []) as string[]).map((version) => version.split(","));
    expect(versions).toHaveLength(2);
    const [[spend, age], [otherSpend, otherAge]] = versions as [[string, string], [string, string]];
    expect(spend).toMatch(/^[0-9a-f]{16}$/);
    expect(spend).toBe(otherSpend);
    expect(age).not.toBe(otherAge);
  });

  test("with what tells them apart in the key there are none", async () => {
    const rows = [sent("a", one, "ad 1", "1", s1, "18-24"), sent("b", one, "ad 1", "1", s1, "25-34")];
    expect(await counterexamples(rows, ["age"])).toEqual([]);
  });

  test("the same value has another fingerprint in another group", async () => {
    const rows = ["ad 1", "ad 2"].flatMap((ad) => [
      sent("a", one, ad, "1", s1, "18-24"),
      sent("b", one, ad, "1", s1, "25-34"),
    ]);
    const it = counterexampleInputs({ view: aView(marked), columns: withSyncColumns, from: null }, []);
    const sql = renderStatement("duplicates/counterexamples", { n: "0", ...it.names });
    const { seen_until, from_0 } = seen;
    const parameters = new Map(Object.entries({ seen_until, from_0 }));
    const { rows: found } = await googleSql.runLocally({ sql, tables: [table(withSync, rows)], parameters });
    const all = found.flatMap((row) => (row[1] as string[]).map((version) => version.split(",")[0]));
    expect(all).toHaveLength(4);
    expect(new Set(all).size).toBe(2);
  });

  test("rows that do not say their sync take no place in the sample", async () => {
    const pair = (ad: string, sync: string) =>
      ["18-24", "25-34"].map((age) => sent("a", one, ad, "1", sync, age));
    const silent = Array.from({ length: 200 }, (_, ad) => pair(`ad ${ad}`, "{}")).flat();
    expect(await counterexamples([...silent, ...pair("ad 1", s1)])).toHaveLength(1);
  });

  test("50 groups at most, of 20 versions at most", async () => {
    const rows = Array.from({ length: 60 }, (_, ad) =>
      Array.from({ length: ad === 0 ? 30 : 2 }, (_, age) => sent("a", one, `ad ${ad}`, "1", s1, `${age}`)),
    ).flat();
    const it = counterexampleInputs({ view: aView(marked), columns: withSyncColumns, from: null }, []);
    const sql = renderStatement("duplicates/counterexamples", { n: "0", ...it.names });
    const { seen_until, from_0 } = seen;
    const run = (some: Value[][]) =>
      googleSql.runLocally({
        sql,
        tables: [table(withSync, some)],
        parameters: new Map(Object.entries({ seen_until, from_0 })),
      });
    expect((await run(rows)).rows).toHaveLength(50);
    expect((await run(rows.slice(0, 30))).rows[0]?.[1]).toHaveLength(20);
  });
});

describe("duplicates/history", () => {
  const columns = {
    run_id: "STRING",
    function: "STRING",
    check_name: "STRING",
    subject: "STRING",
    detail: "STRING",
    schedule_time: "TIMESTAMP",
  } as const;
  const detail = (version: number) => `{"look":{"version":${version}},"figures":{}}`;
  const found = (by: string, check: string, subject: string, at: string, version: number) => [
    `${by}/${at}`,
    by,
    check,
    subject,
    detail(version),
    at,
  ];

  test("what the check kept of earlier ticks, oldest first", async () => {
    const results = table(
      columns,
      [
        found("dedup-views", "duplicate_rows", "clean", two, 2),
        found("reconciliation", "duplicates", "clean", two, 3),
        found("dedup-views", "duplicate_rows", "clean", one, 1),
        found("dedup-views", "dedup_view", "clean", one, 4),
        found("dedup-views", "duplicate_rows", "other", one, 5),
        found("dedup-views", "duplicate_rows", "clean", later, 6),
        found("dedup-views", "duplicate_rows", "clean", "2026-01-01 12:00:00+00", 7),
      ],
      "shop.ops.check_results",
    );
    const parameters = {
      subjects: { type: { kind: "ARRAY", element: { kind: "STRING" } }, value: ["clean"] } as TypedValue,
      from: instant(one),
      now: instant(later),
    };
    expect(await rowsOf("duplicates/history", { ops: "shop.ops" }, results, parameters)).toEqual([
      ["clean", one, '{"version":1}'],
      ["clean", two, '{"version":2}'],
    ]);
  });
});
