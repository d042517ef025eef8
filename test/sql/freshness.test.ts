import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Fragment } from "../../functions/shared/stores/bigquery/fragment.ts";
import { type Names, renderStatement } from "../../functions/shared/stores/bigquery/statement.ts";
import type { SmallTable, TypedValue } from "../../infra/local/emulators/bigquery/analyzer.ts";
import type { ScalarKind, Value } from "../../infra/local/emulators/bigquery/types.ts";
import { type GoogleSql, startGoogleSql } from "../support/googlesql.ts";

/**
 * Small tables → rows, through the local BigQuery's translation and through Google's own evaluator. Both must
 * answer alike, and as a person works it out.
 */
let googleSql: GoogleSql;
beforeAll(async () => {
  googleSql = await startGoogleSql();
});
afterAll(() => googleSql.close());

const text = (value: string): TypedValue => ({ type: { kind: "STRING" }, value });
const instant = (value: string): TypedValue => ({ type: { kind: "TIMESTAMP" }, value });
const date = (value: string): TypedValue => ({ type: { kind: "DATE" }, value });
const texts = (value: readonly string[]): TypedValue => ({
  type: { kind: "ARRAY", element: { kind: "STRING" } },
  value: [...value],
});

async function rowsOf(
  statement: string,
  names: Names,
  table: SmallTable,
  parameters: Readonly<Record<string, TypedValue>>,
): Promise<readonly (readonly Value[])[]> {
  const rendered = renderStatement(statement, { n: "0", ...names });
  const sql = rendered.includes("ORDER BY\n") ? rendered : `${rendered}\nORDER BY 1, 2`;
  const it = { sql, tables: [table], parameters: new Map(Object.entries(parameters)) };
  const oracle = await googleSql.evaluateWithOracle(it);
  expect(await googleSql.runLocally(it)).toEqual(oracle);
  return oracle.rows;
}

function table(
  columns: Readonly<Record<string, ScalarKind>>,
  rows: readonly (readonly Value[])[],
  name = "shop.ads.t",
): SmallTable {
  return {
    name,
    columns: Object.entries(columns).map(([column, kind]) => ({ name: column, type: { kind } })),
    rows,
  };
}

const noon = "2026-02-08 12:00:00+00";

describe("freshness/metadata", () => {
  const columns = {
    table_id: "STRING",
    creation_time: "INT64",
    last_modified_time: "INT64",
    row_count: "INT64",
    type: "INT64",
  } as const;
  const at = String(Date.parse("2026-02-08T11:00:00Z"));
  const tables = table(
    columns,
    ["orders", "orders_old", "events_20260207", "events_intraday_20260208", "events"].map((id) => [
      id,
      at,
      at,
      "5",
      "1",
    ]),
    "shop.ads.__TABLES__",
  );
  const parameters = (ids: string[], prefixes: string[]) => ({
    tables: texts(ids),
    prefixes: texts(prefixes),
  });

  test("answers the tables asked for and every shard of a prefix, and no other", async () => {
    const rows = await rowsOf(
      "freshness/metadata",
      { dataset: "shop.ads" },
      tables,
      parameters(["orders", "gone"], ["events_"]),
    );
    expect(rows.map(([id]) => id)).toEqual(["events_20260207", "events_intraday_20260208", "orders"]);
    expect(rows[2]).toEqual(["orders", "2026-02-08 11:00:00+00", "2026-02-08 11:00:00+00", "5", "1"]);
  });

  test("answers nothing for nothing", async () => {
    expect(await rowsOf("freshness/metadata", { dataset: "shop.ads" }, tables, parameters([], []))).toEqual(
      [],
    );
  });
});

describe("freshness/content-clocks", () => {
  const parameters = {
    now: instant(noon),
    seen_until: instant(noon),
    known_until: instant(noon),
    zone_0: text("America/New_York"),
    from_0: instant("2026-02-01 00:00:00+00"),
  };
  const clocks = (kind: ScalarKind, rows: readonly (readonly Value[])[]) =>
    rowsOf(
      "freshness/content-clocks",
      { table: "shop.ads.t", arrival: "arrived", business_day: Fragment.day("day", "zone_{{n}}") },
      table({ arrived: "TIMESTAMP", day: kind }, rows),
      parameters,
    );

  test("leaves what lies outside the window unread, and counts the future apart", async () => {
    expect(
      await clocks("DATE", [
        ["2026-01-31 23:59:59+00", "2026-02-07"],
        ["2026-02-07 06:00:00+00", "2026-02-06"],
        ["2026-02-07 05:00:00+00", "2026-02-05"],
        ["2026-02-08 12:00:01+00", "2026-02-08"],
        [null, "2026-02-08"],
      ]),
    ).toEqual([["0", "2026-02-07 06:00:00+00", "2026-02-06", "1", "2026-02-08 12:00:01+00"]]);
  });

  test("an empty window answers NULL, not a pass", async () => {
    expect(await clocks("DATE", [])).toEqual([["0", null, null, "0", null]]);
  });

  test.each([
    ["a DATE is a day", "DATE", "2026-02-06", "2026-02-06"],
    ["a DATETIME is on its own day", "DATETIME", "2026-02-06 01:00:00", "2026-02-06"],
    ["a TIMESTAMP is on a day where the source lives", "TIMESTAMP", "2026-02-06 01:00:00+00", "2026-02-05"],
    ["text of a day", "STRING", "2026-02-06", "2026-02-06"],
    ["text of a compact day", "STRING", "20260206", "2026-02-06"],
    ["text of an instant", "STRING", "2026-02-06T01:00:00Z", "2026-02-05"],
    ["text of an instant with an offset", "STRING", "2026-02-06T01:00:00-05:00", "2026-02-06"],
    ["text of a time without a zone is on its own day", "STRING", "2026-02-06T01:00:00", "2026-02-06"],
    ["a number that reads as a day", "INT64", "20260206", "2026-02-06"],
    ["text of nothing", "STRING", "yesterday", null],
    ["a day in the future is not the newest", "DATE", "2026-02-09", null],
  ] as const)("%s", async (_, kind, written, day) => {
    expect((await clocks(kind, [["2026-02-07 06:00:00+00", written]]))[0]?.[2]).toBe(day);
  });
});

describe("freshness/business-clock", () => {
  test("is the newest day that is not in the future", async () => {
    const days = table({ day: "DATE" }, [["2026-02-06"], ["2026-02-08"], ["2026-03-01"], [null]]);
    const names = { table: "shop.ads.t", business_day: Fragment.day("day", "zone_{{n}}") };
    const parameters = { now: instant(noon), zone_0: text("UTC") };
    const sql = `${renderStatement("freshness/business-clock", { n: "0", ...names })}`;
    const it = { sql, tables: [days], parameters: new Map(Object.entries(parameters)) };
    const oracle = await googleSql.evaluateWithOracle(it);
    expect(await googleSql.runLocally(it)).toEqual(oracle);
    expect(oracle.rows).toEqual([["0", "2026-02-08"]]);
  });
});

describe("money per day", () => {
  const parameters = {
    seen_until: instant(noon),
    zone_0: text("UTC"),
    from_0: instant("2026-02-01 00:00:00+00"),
    first_day_0: date("2026-02-03"),
    last_day_0: date("2026-02-05"),
  };
  const columns = { ad: "STRING", arrived: "TIMESTAMP", day: "DATE", spend: "NUMERIC" } as const;
  const names = {
    table: "shop.ads.t",
    arrival: "arrived",
    business_day: Fragment.day("day", "zone_{{n}}"),
    amount: Fragment.column("spend"),
  };
  const early = "2026-02-05 01:00:00+00";
  const late = "2026-02-05 02:00:00+00";

  test("freshness/daily-money sums rows as they are, within the days and up to now", async () => {
    const rows = table(columns, [
      ["a", early, "2026-02-03", "1.5"],
      ["a", late, "2026-02-03", "1.5"],
      ["a", late, "2026-02-05", null],
      ["a", late, "2026-02-06", "100"],
      ["a", "2026-02-09 00:00:00+00", "2026-02-04", "100"],
      ["a", "2026-01-31 00:00:00+00", "2026-02-04", "100"],
    ]);
    expect(await rowsOf("freshness/daily-money", names, rows, parameters)).toEqual([
      ["0", "2026-02-03", "3", late],
      ["0", "2026-02-05", null, late],
    ]);
  });

  test("freshness/daily-money-by-key counts the latest version of each fact, once", async () => {
    const rows = table(columns, [
      ["a", early, "2026-02-03", "1"],
      ["a", late, "2026-02-03", "4"],
      ["b", early, "2026-02-03", "2"],
      ["b", early, "2026-02-03", "2"],
    ]);
    const key = Fragment.columnList(["ad", "day"]);
    expect(await rowsOf("freshness/daily-money-by-key", { ...names, key }, rows, parameters)).toEqual([
      ["0", "2026-02-03", "6", late],
    ]);
  });

  test("freshness/daily-money-by-key: two versions of one instant give the same sum in any order", async () => {
    const key = Fragment.columnList(["ad", "day"]);
    const versions = [
      ["a", late, "2026-02-03", "1"],
      ["a", late, "2026-02-03", "4"],
    ] as const;
    for (const order of [versions, [...versions].reverse()]) {
      expect(
        await rowsOf("freshness/daily-money-by-key", { ...names, key }, table(columns, order), parameters),
      ).toEqual([["0", "2026-02-03", "4", late]]);
    }
  });

  test("freshness/daily-money reads an amount inside JSON, and passes over what is no number", async () => {
    const rows = table({ ...columns, spend: "STRING" }, [
      ["a", late, "2026-02-03", '{"spend":"2.25"}'],
      ["b", late, "2026-02-03", '{"spend":1}'],
      ["c", late, "2026-02-03", '{"clicks":1}'],
      ["d", late, "2026-02-03", '{"spend":"n/a"}'],
    ]);
    const amount = Fragment.jsonValue("spend", "$.spend");
    expect(await rowsOf("freshness/daily-money", { ...names, amount }, rows, parameters)).toEqual([
      ["0", "2026-02-03", "3.25", late],
    ]);
  });

  test.each(["freshness/daily-money", "freshness/daily-money-by-key"])(
    "%s: what is in another currency, or in none, is in no sum",
    async (statement) => {
      const rows = table({ ...columns, currency: "STRING" }, [
        ["a", late, "2026-02-03", "1.5", "USD"],
        ["b", late, "2026-02-03", "100", "EUR"],
        ["c", late, "2026-02-03", "100", null],
        ["d", late, "2026-02-04", "100", "EUR"],
      ]);
      const money = { column: "spend", jsonPath: null, currency: "USD", currencyColumn: "currency" };
      const mixed = { ...names, amount: Fragment.amount(money), key: Fragment.columnList(["ad", "day"]) };
      expect(await rowsOf(statement, mixed, rows, parameters)).toEqual([
        ["0", "2026-02-03", "1.5", late],
        ["0", "2026-02-04", null, late],
      ]);
    },
  );
});

describe("money of an outage", () => {
  const parameters = {
    began: instant("2026-02-05 12:00:00+00"),
    seen_until: instant(noon),
    zone_0: text("UTC"),
    from_0: instant("2026-02-01 00:00:00+00"),
    first_day_0: date("2026-02-03"),
    last_day_0: date("2026-02-08"),
  };
  const columns = { ad: "STRING", arrived: "TIMESTAMP", day: "DATE", spend: "NUMERIC" } as const;
  const names = {
    table: "shop.ads.t",
    arrival: "arrived",
    business_day: Fragment.day("day", "zone_{{n}}"),
    amount: Fragment.column("spend"),
  };
  const before = "2026-02-05 11:00:00+00";
  const atTheEdge = "2026-02-05 12:00:00+00";
  const since = "2026-02-08 08:00:00+00";
  const later = "2026-02-08 09:00:00+00";

  test("freshness/outage-money parts what was there when it began from what arrived since", async () => {
    const rows = table(columns, [
      ["a", before, "2026-02-05", "1.5"],
      ["b", atTheEdge, "2026-02-05", "2"],
      ["c", since, "2026-02-05", "4"],
      ["a", later, "2026-02-06", "8"],
      ["b", since, "2026-02-06", "8"],
      ["a", later, "2026-02-07", null],
      ["a", "2026-02-08 12:00:01+00", "2026-02-07", "100"],
      ["a", since, "2026-02-09", "100"],
    ]);
    expect(await rowsOf("freshness/outage-money", names, rows, parameters)).toEqual([
      ["0", "2026-02-05", "3.5", "7.5", atTheEdge, since],
      ["0", "2026-02-06", null, "16", null, since],
      ["0", "2026-02-07", null, null, null, later],
    ]);
  });

  test("freshness/outage-money-by-key counts of each fact the version of then, and the version of now", async () => {
    const key = Fragment.columnList(["ad", "day"]);
    const rows = table(columns, [
      ["a", "2026-02-05 10:00:00+00", "2026-02-05", "100"],
      ["a", before, "2026-02-05", "1"],
      ["a", since, "2026-02-05", "3"],
      ["a", later, "2026-02-05", "5"],
      ["b", before, "2026-02-05", "2"],
      ["a", since, "2026-02-06", "9"],
      ["a", later, "2026-02-06", "7"],
      ["a", later, "2026-02-06", "7"],
    ]);
    expect(await rowsOf("freshness/outage-money-by-key", { ...names, key }, rows, parameters)).toEqual([
      ["0", "2026-02-05", "3", "7", before, since],
      ["0", "2026-02-06", null, "7", null, since],
    ]);
  });
});
