import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { rawReadsInputs } from "../../functions/dedup-views/raw-reads.ts";
import { Fragment } from "../../functions/shared/stores/bigquery/fragment.ts";
import { type Names, renderStatement } from "../../functions/shared/stores/bigquery/statement.ts";
import type { SmallTable, TypedValue } from "../../infra/local/emulators/bigquery/analyzer.ts";
import type { GoogleType, ScalarKind, Value } from "../../infra/local/emulators/bigquery/types.ts";
import { type GoogleSql, startGoogleSql } from "../support/googlesql.ts";
import { aView } from "../unit/dedup-views/a-view.ts";

/** Small tables → rows, through the local BigQuery's translation and through Google's own evaluator: both alike. */
let googleSql: GoogleSql;
beforeAll(async () => {
  googleSql = await startGoogleSql();
});
afterAll(() => googleSql.close());

async function rowsOf(
  statement: string,
  names: Names,
  tables: readonly SmallTable[],
  parameters: Readonly<Record<string, TypedValue>> = {},
): Promise<readonly (readonly Value[])[]> {
  const rendered = renderStatement(statement, names);
  const sql = rendered.includes("ORDER BY\n") ? rendered : `${rendered}\nORDER BY 1, 2`;
  const it = { sql, tables, parameters: new Map(Object.entries(parameters)) };
  const oracle = await googleSql.evaluateWithOracle(it);
  expect(await googleSql.runLocally(it)).toEqual(oracle);
  return oracle.rows;
}

function table(
  name: string,
  columns: Readonly<Record<string, ScalarKind | GoogleType>>,
  rows: readonly (readonly Value[])[],
): SmallTable {
  return {
    name,
    columns: Object.entries(columns).map(([column, type]) => ({
      name: column,
      type: typeof type === "string" ? { kind: type } : type,
    })),
    rows,
  };
}

const text = (value: string): TypedValue => ({ type: { kind: "STRING" }, value });
const texts = (...value: string[]): TypedValue => ({
  type: { kind: "ARRAY", element: { kind: "STRING" } },
  value,
});
const instant = (value: string): TypedValue => ({ type: { kind: "TIMESTAMP" }, value });

describe("dedup-views/view", () => {
  const columns = { raw_id: "STRING", at: "TIMESTAMP", ad: "STRING", day: "DATE", spend: "NUMERIC" } as const;
  const names = {
    columns: Fragment.columnLines(Object.keys(columns).map((name) => ({ name, note: "a note" }))),
    table: "shop.ads.t",
    key: Fragment.columnList(["ad", "day"]),
    order: Fragment.descending(["at", "raw_id"]),
  };
  const [early, late] = ["2026-02-01 12:00:00+00", "2026-02-02 12:00:00+00"];
  const latest = (...rows: Value[][]) =>
    rowsOf("dedup-views/view", names, [table("shop.ads.t", columns, rows)]);

  test("the version that arrived last counts, wherever it stands in the table", async () => {
    expect(
      await latest(
        ["c", late, "ad 1", "2026-02-01", "9.99"],
        ["a", early, "ad 1", "2026-02-01", "8"],
        ["b", early, "ad 2", "2026-02-01", "1"],
        ["d", late, "ad 1", "2026-02-02", "5"],
      ),
    ).toEqual([
      ["b", early, "ad 2", "2026-02-01", "1"],
      ["c", late, "ad 1", "2026-02-01", "9.99"],
      ["d", late, "ad 1", "2026-02-02", "5"],
    ]);
  });

  test("of two of the same instant, the higher by the tie-break counts", async () => {
    const rows = [
      ["b", late, "ad 1", "2026-02-01", "1"],
      ["c", late, "ad 1", "2026-02-01", "2"],
      ["a", late, "ad 1", "2026-02-01", "3"],
    ];
    for (const order of [rows, rows.toReversed()]) {
      expect(await latest(...order)).toEqual([["c", late, "ad 1", "2026-02-01", "2"]]);
    }
  });

  test("NULLs of a key column are one fact, and a row without an arrival is older than any", async () => {
    expect(
      await latest(
        ["z", null, "ad 1", "2026-02-01", "1"],
        ["a", early, "ad 1", "2026-02-01", "2"],
        ["b", early, null, "2026-02-01", "3"],
        ["c", late, null, "2026-02-01", "4"],
        ["d", late, null, null, "5"],
      ),
    ).toEqual([
      ["a", early, "ad 1", "2026-02-01", "2"],
      ["c", late, null, "2026-02-01", "4"],
      ["d", late, null, null, "5"],
    ]);
  });
});

describe("dedup-views/removed-rows", () => {
  const columns = { ad: "STRING", day: "DATE", age: "STRING" } as const;
  const rows = [
    ["ad 1", "2026-02-01", "18-24"],
    ["ad 1", "2026-02-01", "25-34"],
    ["ad 1", "2026-02-02", null],
    ["ad 2", null, null],
  ];
  const counted = async (key: readonly string[], view: readonly Value[][], raw: readonly Value[][]) => {
    const names = { key: Fragment.columnList(key), view: "shop.ads.v", table: "shop.ads.t" };
    const tables = [table("shop.ads.v", columns, view), table("shop.ads.t", columns, raw)];
    return (await rowsOf("dedup-views/removed-rows", names, tables))[0];
  };

  test("none, where each row stays a fact, NULLs too", async () => {
    expect(await counted(["ad", "day", "age"], rows, [...rows, ...rows])).toEqual(["4", "4"]);
  });

  test("all but one of the rows that become one fact", async () => {
    expect(await counted(["ad", "day"], rows, rows)).toEqual(["4", "3"]);
    expect(await counted(["ad"], rows, rows)).toEqual(["4", "2"]);
  });

  test("facts that the raw table has not", async () => {
    expect(await counted(["ad", "day", "age"], rows, rows.slice(0, 1))).toEqual(["4", "1"]);
    expect(await counted(["ad", "day", "age"], rows, [])).toEqual(["4", "0"]);
  });

  test("of a view without rows, none", async () => {
    expect(await counted(["ad"], [], rows)).toEqual(["0", "0"]);
  });
});

describe("dedup-views/find-refusal", () => {
  const columns = {
    run_id: "STRING",
    check_name: "STRING",
    subject: "STRING",
    code: "STRING",
    detail: "STRING",
    schedule_time: "TIMESTAMP",
  } as const;
  const noon = "2026-02-08 12:00:00+00";
  const run = "dedup-views/2026-02-08T12:00:00.000Z";
  const results = table("hulken.ops.check_results", columns, [
    [run, "dedup_view", "clean", "removes_too_much", '{"a":1}', noon],
    [run, "duplicate_rate", "clean", "rate_rising", "{}", noon],
    [run, "dedup_view", "other", null, "{}", noon],
    [
      "dedup-views/2026-02-07T12:00:00.000Z",
      "dedup_view",
      "clean",
      "raw_missing",
      "{}",
      "2026-02-07 12:00:00+00",
    ],
  ]);

  test("is the view's own, of that run", async () => {
    const parameters = { run_id: text(run), view: text("clean"), schedule_time: instant(noon) };
    const names = { ops: "hulken.ops" };
    expect(await rowsOf("dedup-views/find-refusal", names, [results], parameters)).toEqual([
      ["removes_too_much", '{"a":1}'],
    ]);
    const another = { ...parameters, view: text("clear") };
    expect(await rowsOf("dedup-views/find-refusal", names, [results], another)).toEqual([]);
  });
});

describe("dedup-views/lookalikes", () => {
  test("tables with all of the columns, and not those that are known", async () => {
    const columns = { table_name: "STRING", column_name: "STRING" } as const;
    const all = ["ad_id", "day", "spend"];
    const schema = table("shop.ads.INFORMATION_SCHEMA.COLUMNS", columns, [
      ...all.map((column) => ["ads_v2", column.toUpperCase()]),
      ...all.map((column) => ["clean", column]),
      ...all.slice(1).map((column) => ["half", column]),
      ...[...all, "more"].map((column) => ["wide", column]),
    ]);
    const found = await rowsOf("dedup-views/lookalikes", { dataset: "shop.ads" }, [schema], {
      columns: texts(...all),
      known: texts("clean"),
    });
    expect(found).toEqual([["ads_v2"], ["wide"]]);
  });
});

describe("dedup-views/raw-reads", () => {
  const struct = (...members: string[]): GoogleType => ({
    kind: "STRUCT",
    members: members.map((name) => ({ name, type: { kind: "STRING" } })),
  });
  const address = struct("project_id", "dataset_id", "table_id");
  const columns = {
    creation_time: "TIMESTAMP",
    job_id: "STRING",
    user_email: "STRING",
    job_type: "STRING",
    state: "STRING",
    statement_type: "STRING",
    query: "STRING",
    error_result: struct("reason"),
    destination_table: address,
    referenced_tables: { kind: "ARRAY", element: address },
    labels: { kind: "ARRAY", element: struct("key", "value") },
  } as const;

  const view = aView();
  const raw = Object.values(view.source.table);
  const anotherRaw = [...raw.slice(0, 2), "other"];
  const analyst = "analyst@hulken.example";
  const early = "2026-02-08 11:00:00+00";
  const late = "2026-02-08 11:30:00+00";

  /** A query of an analyst over the raw table, but for what `parts` says. */
  const job = (parts: Partial<Record<keyof typeof columns, Value>> = {}): readonly Value[] =>
    Object.values({
      creation_time: early,
      job_id: "a",
      user_email: analyst,
      job_type: "QUERY",
      state: "DONE",
      statement_type: "SELECT",
      query: "SELECT SUM(spend) FROM `shop.ads.insights`",
      error_result: null,
      destination_table: null,
      referenced_tables: [raw],
      labels: [],
      ...parts,
    });

  async function listed(...jobs: readonly (readonly Value[])[]) {
    const now = new Date("2026-02-08T12:00:00Z");
    const { names, params = {} } = rawReadsInputs([view], { project: "shop", location: "US" }, now);
    const raws = params.raws as unknown as Readonly<Record<string, string>>[];
    const [first = {}] = raws;
    const parameters = new Map<string, TypedValue>([
      ["from", instant((params.from as Date).toISOString())],
      ["now", instant(now.toISOString())],
      [
        "raws",
        {
          type: { kind: "ARRAY", element: struct(...Object.keys(first)) },
          value: raws.map((each) => Object.values(each)),
        },
      ],
    ]);
    const written = "`shop`.`region-us`.INFORMATION_SCHEMA.JOBS";
    const rendered = renderStatement("dedup-views/raw-reads", names ?? {});
    expect(rendered).toContain(written);
    // The evaluator knows tables by one name.
    const it = { sql: rendered.replace(written, "jobs"), tables: [table("jobs", columns, jobs)], parameters };
    const oracle = await googleSql.evaluateWithOracle(it);
    expect(await googleSql.runLocally(it)).toEqual(oracle);
    return oracle.rows;
  }

  test("queries over the raw table, with who ran them, the newest first", async () => {
    expect(
      await listed(job(), job({ job_id: "b", creation_time: late, user_email: "bi@hulken.example" })),
    ).toEqual([
      ["clean", late, "b", "bi@hulken.example"],
      ["clean", early, "a", analyst],
    ]);
  });

  test.each<[string, Partial<Record<keyof typeof columns, Value>>]>([
    ["written without its project", { query: "SELECT 1 FROM ads.insights AS i" }],
    ["written in parts", { query: "SELECT 1 FROM `shop`.`ads`.`insights`" }],
    ["at the end of the text", { query: "SELECT 1 FROM ads.insights" }],
    [
      "into a table of his own",
      { statement_type: "CREATE_TABLE_AS_SELECT", destination_table: ["shop", "own", "copy"] },
    ],
    [
      "into a table of that name elsewhere",
      { statement_type: "INSERT", destination_table: ["shop", "own", "insights"] },
    ],
    ["beside another table", { referenced_tables: [anotherRaw, raw] }],
    ["with labels of somebody else's", { labels: [["team", "growth"]] }],
    ["7 days ago", { creation_time: "2026-02-01 12:00:00+00" }],
  ])("the raw table %s", async (_, parts) => {
    expect(await listed(job(parts))).toHaveLength(1);
  });

  test.each<[string, Partial<Record<keyof typeof columns, Value>>]>([
    ["over the view, which reads the raw table below it", { query: "SELECT 1 FROM ads.clean" }],
    [
      "over both, as whoever compares them writes it",
      { query: "SELECT 1 FROM ads.insights JOIN ads.clean USING (id)" },
    ],
    [
      "of the bundle",
      {
        labels: [
          ["team", "data"],
          ["plumbline_function", "dedup-views"],
        ],
      },
    ],
    ["of its loader", { statement_type: "MERGE", destination_table: raw }],
    [
      "over a table whose name holds the raw table's",
      {
        query: "SELECT 1 FROM `ads.insights_region`",
        referenced_tables: [[...raw.slice(0, 2), "insights_region"]],
      },
    ],
    ["over a table of that name in another dataset", { referenced_tables: [["shop", "own", "insights"]] }],
    ["over a view of his own, whose name holds the raw table's", { query: "SELECT 1 FROM ads.my_insights" }],
    ["that failed", { error_result: ["invalidQuery"] }],
    ["that still runs", { state: "RUNNING" }],
    ["that changes rows of the raw table", { statement_type: "UPDATE", destination_table: raw }],
    ["that is no query", { job_type: "COPY", statement_type: null, query: null, referenced_tables: [] }],
    ["longer ago than 7 days", { creation_time: "2026-02-01 11:59:59+00" }],
    ["after the tick", { creation_time: "2026-02-08 12:00:01+00" }],
  ])("and no job %s", async (_, parts) => {
    expect(await listed(job(parts))).toEqual([]);
  });
});
