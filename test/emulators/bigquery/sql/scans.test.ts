import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type Analyzer,
  type AnalyzerTable,
  startAnalyzer,
} from "../../../../infra/local/emulators/bigquery/analyzer.ts";
import type {
  Environment,
  PhysicalTable,
} from "../../../../infra/local/emulators/bigquery/sql/environment.ts";
import { tablesRead, translate } from "../../../../infra/local/emulators/bigquery/sql/translate.ts";
import type { Scan } from "../../../../infra/local/emulators/bigquery/sql/translated.ts";
import { scalar } from "../../../../infra/local/emulators/bigquery/types.ts";

let analyzer: Analyzer;
beforeAll(async () => {
  analyzer = await startAnalyzer();
});
afterAll(() => analyzer.close());

const events: PhysicalTable = {
  from: '"p.d"."events"',
  columns: [
    { name: "id", type: scalar("INT64") },
    { name: "day", type: scalar("DATE") },
    { name: "kind", type: scalar("STRING") },
    { name: "amount", type: scalar("NUMERIC") },
  ],
};
const shards: PhysicalTable = {
  from: "(SELECT 1)",
  columns: [
    { name: "id", type: scalar("INT64") },
    { name: "_TABLE_SUFFIX", type: scalar("STRING") },
  ],
};

async function scansOf(
  sql: string,
  view?: { readonly name: string; readonly query: string },
): Promise<readonly Scan[]> {
  const physical = new Map<string, PhysicalTable>([
    ["p.d.events", events],
    ["p.d.events_*", shards],
  ]);
  const environment: Environment = {
    table: (name) => physical.get(name) ?? { from: name, columns: [] },
    parameter: () => ({ type: scalar("DATE"), value: "2026-02-01" }),
    now: new Date("2026-02-08T12:00:00Z"),
    user: "local@localhost",
  };
  const tables = (): AnalyzerTable[] =>
    [...physical].map(([name, { columns }]) => ({ path: [name], name, columns }));
  const options = { parameters: new Map([["since", scalar("DATE")]]) };
  if (view) {
    const statement = await analyzer.analyze(view.query, tables(), options);
    const selected = translate(statement, environment);
    if (selected.kind !== "SELECT") throw new Error("a view is a SELECT");
    physical.set(view.name, { from: "", columns: selected.schema, view: { statement, environment } });
  }
  const statement = await analyzer.analyze(sql, tables(), options);
  const translated = translate(statement, environment);
  return "scans" in translated ? translated.scans : [];
}

const columnsOf = (scans: readonly Scan[]) => scans.map((scan) => [...scan.columns].sort());
const filteredOn = (scans: readonly Scan[]) =>
  scans.map((scan) => scan.filters.map((filter) => filter.column));

describe("a scan says which columns are read and which filters bound it", () => {
  test("only the columns a statement needs are read", async () => {
    expect(columnsOf(await scansOf("SELECT SUM(amount) AS s FROM `p.d.events` WHERE kind = 'buy'"))).toEqual([
      ["amount", "kind"],
    ]);
  });

  test("COUNT(*) reads no column", async () => {
    expect(columnsOf(await scansOf("SELECT COUNT(*) AS n FROM `p.d.events`"))).toEqual([[]]);
  });

  test("a filter on one column is given as SQL over that column alone", async () => {
    const [scan] = await scansOf(
      "SELECT id FROM `p.d.events` WHERE day >= @since AND kind = 'buy' AND id > 1",
    );
    expect(scan?.filters.map((filter) => filter.column)).toEqual(["day", "kind", "id"]);
    expect(scan?.filters[0]?.sql).toBe(`("day" >= DATE '2026-02-01')`);
  });

  test("a filter of two columns, or with a subquery, bounds nothing", async () => {
    const scans = await scansOf(
      "SELECT id FROM `p.d.events` WHERE CAST(id AS STRING) = kind AND id IN (SELECT id FROM `p.d.events_*`)",
    );
    expect(filteredOn(scans)).toEqual([[], []]);
  });

  test("_TABLE_SUFFIX is a column like the others", async () => {
    const [scan] = await scansOf(
      "SELECT COUNT(id) AS n FROM `p.d.events_*` WHERE _TABLE_SUFFIX = '20260201'",
    );
    expect(scan?.filters.map((filter) => filter.column)).toEqual(["_TABLE_SUFFIX"]);
  });

  test("a filter above a LIMIT bounds nothing below it", async () => {
    const scans = await scansOf(
      "SELECT * FROM (SELECT id, day FROM `p.d.events` LIMIT 10) WHERE day = @since",
    );
    expect(filteredOn(scans)).toEqual([[]]);
  });

  test("a filter passes below a window partitioned by its column, and no other", async () => {
    const numbered = (key: string) =>
      scansOf(
        `SELECT id FROM (SELECT id, day, ROW_NUMBER() OVER (PARTITION BY ${key} ORDER BY id) AS n FROM \`p.d.events\`) WHERE day = @since AND n = 1`,
      );
    expect(filteredOn(await numbered("day"))).toEqual([["day"]]);
    expect(filteredOn(await numbered("kind"))).toEqual([[]]);
  });

  test("the right side of a LEFT JOIN is bounded by ON, not by WHERE", async () => {
    const scans = await scansOf(
      "SELECT a.id FROM `p.d.events` a LEFT JOIN `p.d.events` b ON a.id = b.id AND b.kind = 'buy' WHERE a.day = @since AND b.day IS NULL",
    );
    expect(filteredOn(scans)).toEqual([["day"], ["kind"]]);
  });

  test("a filter reaches the table below a view", async () => {
    const view = { name: "p.d.buys", query: "SELECT id, day AS on_day FROM `p.d.events` WHERE kind = 'buy'" };
    const scans = await scansOf("SELECT id FROM `p.d.buys` WHERE on_day >= @since", view);
    expect(scans.map((scan) => scan.table)).toEqual(["p.d.events"]);
    expect(filteredOn(scans)).toEqual([["day", "kind"]]);
  });
});

test("what a statement reads of each table is known before translation", async () => {
  const tables: AnalyzerTable[] = [{ path: ["p.d.events"], name: "p.d.events", columns: events.columns }];
  const statement = await analyzer.analyze("SELECT id FROM `p.d.events` WHERE kind = 'x'", tables);
  const environment: Environment = {
    table: () => events,
    parameter: () => ({ type: scalar("DATE"), value: null }),
    now: new Date(0),
    user: "",
  };
  expect([...(tablesRead(statement, environment).get("p.d.events") ?? [])].sort()).toEqual(["id", "kind"]);
});
