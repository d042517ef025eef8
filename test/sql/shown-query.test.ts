import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { shownQuery } from "../../functions/reconciliation/report/query.ts";
import type { ParamType, ParamValue } from "../../functions/shared/stores/bigquery/types.ts";
import { type LocalBigQuery, startLocalBigQuery } from "../support/local-bigquery.ts";

/** What an analyst pastes into the console runs as it stands. */
let bigquery: LocalBigQuery;
beforeAll(async () => {
  bigquery = await startLocalBigQuery({ project: "shop" });
  await bigquery.engine.createDataset("shop.data", { location: "US", at: new Date() });
});
afterAll(() => bigquery.close());

async function rowsOf(query: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const [rows] = await bigquery.client().query({ query, location: "US" });
  return rows;
}

const about = (value: ParamValue, type?: ParamType) => ({
  statement: "volume/evidence",
  inputs: {
    names: { dataset: "shop.data" },
    params: { table: value },
    ...(type !== undefined && { types: { table: type } }),
  },
});

const [before = "", after = ""] = shownQuery(about("here")).split("'here'");

/** What stands in the statement for a value; the rest of it is as ever. */
function written(value: ParamValue, type?: ParamType): string {
  const shown = shownQuery(about(value, type));
  expect(shown.startsWith(before) && shown.endsWith(after)).toBe(true);
  return shown.slice(before.length, shown.length - after.length);
}

async function readBack(literal: string): Promise<unknown> {
  const [row] = await rowsOf(`SELECT ${literal} AS it`);
  const it = row?.it;
  return typeof it === "object" && it !== null && "value" in it ? it.value : it;
}

describe("a value", () => {
  test.each<[string, ParamValue, ParamType | undefined, string, unknown]>([
    ["a text", "data", undefined, "'data'", "data"],
    ["a day", "2026-02-08", "DATE", "DATE '2026-02-08'", "2026-02-08"],
    [
      "an instant",
      new Date("2026-02-08T12:00:00.123Z"),
      undefined,
      "TIMESTAMP '2026-02-08T12:00:00.123Z'",
      "2026-02-08T12:00:00.123Z",
    ],
    [
      "an instant as text",
      "2026-02-08T12:00:00Z",
      "TIMESTAMP",
      "TIMESTAMP '2026-02-08T12:00:00Z'",
      "2026-02-08T12:00:00.000Z",
    ],
    ["a whole number", 42, "INT64", "42", 42],
    ["one below zero", -42, undefined, "-42", -42],
    ["a fraction", 0.5, "FLOAT64", "0.5", 0.5],
    ["yes", true, undefined, "TRUE", true],
    ["no", false, undefined, "FALSE", false],
    ["nothing", null, "STRING", "NULL", null],
  ])("%s", async (_, value, type, literal, back) => {
    expect(written(value, type)).toBe(literal);
    expect(await readBack(literal)).toEqual(back);
  });

  test("an exact decimal stays exact", async () => {
    const literal = written("12345678901234567890.123456789", "NUMERIC");
    expect(literal).toBe("NUMERIC '12345678901234567890.123456789'");
    expect(String(await readBack(`CAST(${literal} AS STRING)`))).toBe("12345678901234567890.123456789");
  });

  test("a list, of whatever its items are", async () => {
    expect(written(["2026-02-07", "2026-02-08"], ["DATE"])).toBe("[DATE '2026-02-07', DATE '2026-02-08']");
    expect(written(["it's", "b"])).toBe("['it\\'s', 'b']");
    expect(await readBack(`ARRAY_LENGTH(${written(["a", "b", "c"])})`)).toBe(3);
    expect(await readBack(`DATE '2026-02-08' IN UNNEST(${written([], ["DATE"])})`)).toBe(false);
  });

  test("a record is refused: no statement asks for one", () => {
    expect(() => written({ a: 1 })).toThrow("cannot be written as a literal");
  });
});

describe("no text ends its literal", () => {
  test.each([
    "it's",
    "'; DROP TABLE data.orders; --",
    "\\",
    "\\'",
    "\\\\' OR TRUE --",
    "ends with a backslash\\",
    "'''",
    '"',
    "`",
    "two\nlines",
    "two\r\nlines",
    "a\ttab",
    "-- a comment",
    "/* a comment */ #",
    "@table and @first_day",
    "{{table}} {{dataset}}",
    "$& $1 $` $'",
    "%s %d \\n \\x41 \\u0041",
    "žluťoučký 🐎 \u2028\u2029",
    "",
  ])("%j", async (hostile) => {
    const literal = written(hostile);
    expect(literal).not.toMatch(/[\n\r]/);
    expect(await readBack(literal)).toBe(hostile);
    // And the statement runs: it finds no table of that name.
    expect(await rowsOf(shownQuery(about(hostile)))).toEqual([]);
  });
});

test("what is asked for and not given is left as it is, and nothing is invented", () => {
  const shown = shownQuery({
    statement: "volume/evidence",
    inputs: { names: { dataset: "shop.data" }, params: {} },
  });
  expect(shown).toContain("@table");
});
