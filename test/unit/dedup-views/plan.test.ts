import { describe, expect, test } from "vitest";
import { definitionOf, queryOf } from "../../../functions/dedup-views/definition.ts";
import { planOf } from "../../../functions/dedup-views/plan.ts";
import type { Plan, RefusalCode } from "../../../functions/dedup-views/types.ts";
import type { DedupView } from "../../../functions/shared/config/types.ts";
import { WarehouseError } from "../../../functions/shared/stores/bigquery/error.ts";
import type { TableColumn, TableInfo } from "../../../functions/shared/stores/bigquery/types.ts";
import { aTable, aView, column, rawColumns } from "./a-view.ts";

const noon = new Date("2026-02-08T12:00:00Z");

/** The view as it stands after it was made for these columns. */
function madeFor(view: DedupView, columns: readonly TableColumn[] = rawColumns): TableInfo {
  const { query, labels, description } = definitionOf(view, queryOf(view, columns), {
    at: noon,
    what: "made",
  });
  return aTable(columns, { kind: "view", etag: "view-1", query, labels, description, rows: null });
}

const plan = (
  view: DedupView,
  deployed: TableInfo | null | WarehouseError,
  raw: TableInfo | null | WarehouseError = aTable(),
  lookalikes: readonly string[] = [],
): Plan => planOf({ view, raw, deployed, lookalikes });

const reasonsOf = (it: Plan) => (it.action === "replace" ? it.reasons : it.action);
const refusalOf = (it: Plan): RefusalCode | string => (it.action === "refused" ? it.refusal.code : it.action);

describe("where nothing stands", () => {
  test("the view is made, of all columns in their order, each named", () => {
    const made = plan(aView(), null);
    expect(made).toEqual({ action: "create", query: expect.any(String) });
    expect(made.action === "create" && made.query).toBe(
      [
        "SELECT",
        "  `raw_id`, -- STRING",
        "  `extracted_at`, -- TIMESTAMP",
        "  `ad_id`, -- STRING",
        "  `day`, -- DATE",
        "  `spend` -- NUMERIC",
        "FROM",
        "  `shop.ads.insights`",
        "WHERE",
        "  TRUE",
        "QUALIFY",
        "  ROW_NUMBER() OVER (PARTITION BY `ad_id`, `day` ORDER BY `extracted_at` DESC, `raw_id` DESC) = 1",
      ].join("\n"),
    );
  });
});

describe("where the bundle's own view stands", () => {
  test("as it is wanted, nothing is done", () => {
    expect(plan(aView(), madeFor(aView()))).toMatchObject({
      action: "unchanged",
      change: { at: noon, what: "made" },
    });
  });

  test("labels of others do not matter", () => {
    const made = madeFor(aView());
    const deployed = { ...made, labels: { ...made.labels, team: "growth" } };
    expect(plan(aView(), deployed).action).toBe("unchanged");
  });

  test.each<[string, DedupView, readonly string[]]>([
    ["another key", aView(undefined, { uniqueKey: ["ad_id"] }), ["the key is ad_id and was ad_id, day"]],
    [
      "another tie-break",
      aView("{ source: ads, tie_break: [spend] }"),
      ["the order is extracted_at DESC, spend DESC and was extracted_at DESC, raw_id DESC"],
    ],
    [
      "another raw table",
      aView(undefined, { table: { project: "shop", dataset: "ads", table: "insights_v2" } }),
      ["the raw table is shop.ads.insights_v2 and was shop.ads.insights"],
    ],
  ])("%s replaces it, and says what differs", (_, wanted, reasons) => {
    const replaced = plan(wanted, madeFor(aView()));
    expect(reasonsOf(replaced)).toEqual(reasons);
    expect(replaced).toMatchObject({ etag: "view-1" });
    expect(replaced.action === "replace" && replaced.diff).toMatch(/^-.*ORDER BY|^-.*insights`/m);
  });

  test.each<[string, readonly TableColumn[], readonly string[]]>([
    ["a new column", [...rawColumns, column("cpc", "NUMERIC")], ["new column cpc"]],
    ["two columns more", [column("a"), ...rawColumns, column("b")], ["new columns a, b"]],
    ["a column less", rawColumns.filter(({ name }) => name !== "extra"), ["extra is gone"]],
    [
      "another type",
      rawColumns.map((it) => (it.name === "spend" ? column("spend", "FLOAT") : it)),
      ["spend is FLOAT and was NUMERIC"],
    ],
    [
      "another field within a record",
      [...rawColumns, { ...column("meta", "RECORD"), fields: [column("a"), column("b")] }],
      ["meta is RECORD<a STRING, b STRING> and was RECORD<a STRING>"],
    ],
    ["another order of columns", rawColumns.toReversed(), ["the columns are in another order"]],
  ])("%s of the raw table replaces it", (what, columns, reasons) => {
    const before =
      what === "a column less"
        ? [...rawColumns, column("extra")]
        : what.includes("record")
          ? [...rawColumns, { ...column("meta", "RECORD"), fields: [column("a")] }]
          : rawColumns;
    expect(reasonsOf(plan(aView(), madeFor(aView(), before), aTable(columns)))).toEqual(reasons);
  });

  test("what somebody changed by hand is changed back", () => {
    const made = madeFor(aView());
    expect(reasonsOf(plan(aView(), { ...made, query: "SELECT 1 AS raw_id" }))).toEqual([
      "its query was another one",
    ]);
    expect(reasonsOf(plan(aView(), { ...made, query: `${made.query} ` }))).toEqual([
      "its query was another one",
    ]);
    expect(reasonsOf(plan(aView(), { ...made, description: "my view" }))).toEqual([
      "its description was another one",
    ]);
    expect(reasonsOf(plan(aView(), { ...made, description: null }))).toEqual([
      "its description was another one",
    ]);
    const labels = { plumbline_function: "dedup-views", plumbline_view: "other" };
    expect(reasonsOf(plan(aView(), { ...made, labels }))).toEqual(["its labels were others"]);
  });

  test("a change of the description alone has no lines to compare", () => {
    const replaced = plan(aView(), { ...madeFor(aView()), description: "my view" });
    expect(replaced).toMatchObject({ action: "replace", diff: "" });
  });
});

describe("where somebody else's stands", () => {
  const theirs = { ...madeFor(aView()), labels: {} };

  test("it is left alone", () => {
    expect(refusalOf(plan(aView(), theirs))).toBe("not_ours");
    expect(refusalOf(plan(aView(), { ...theirs, labels: { plumbline_function: "marts" } }))).toBe("not_ours");
  });

  test("a view is taken over where the warehouse file says so", () => {
    expect(reasonsOf(plan(aView("{ source: ads, tie_break: [raw_id], adopt: true }"), theirs))).toEqual([
      "a view of another owner was taken over",
    ]);
  });

  test.each(["table", "other"] as const)("a %s is never overwritten, whatever the file says", (kind) => {
    const taken = plan(aView("{ source: ads, adopt: true }"), { ...theirs, kind, query: null });
    expect(refusalOf(taken)).toBe("name_taken");
  });
});

describe("the raw table", () => {
  test("that is gone is told, with the tables it may be now", () => {
    const gone = plan(aView(), madeFor(aView()), null, ["shop.ads.insights_v2"]);
    expect(gone).toMatchObject({ refusal: { code: "raw_missing", retry: false } });
    expect(gone.action === "refused" && gone.refusal.text).toBe(
      "The raw table shop.ads.insights is not there; shop.ads.clean cannot be read until it is back",
    );
    expect(gone.action === "refused" && gone.refusal.actions[0]).toContain("shop.ads.insights_v2");
  });

  test.each<[string, DedupView, RefusalCode]>([
    ["has no column of the key", aView(undefined, { uniqueKey: ["ad_id", "dayy"] }), "column_missing"],
    ["has no arrival", aView(undefined, { arrival: "arrived" }), "column_missing"],
    ["has no tie-break", aView("{ source: ads, tie_break: [id] }"), "column_missing"],
    ["has no sync mark", aView("{ source: ads, sync: { column: meta } }"), "column_missing"],
    [
      "has no money",
      aView("{ source: ads, money: { column: cost, currency: USD, kind: spend } }"),
      "column_missing",
    ],
    ["has no business date", aView(undefined, { businessDate: "date" }), "column_missing"],
    ["has an arrival that is no instant", aView(undefined, { arrival: "raw_id" }), "column_type"],
  ])("that %s is refused", (_, view, code) => {
    expect(refusalOf(plan(view, null))).toBe(code);
  });

  test("names columns in whatever case", () => {
    expect(plan(aView(undefined, { uniqueKey: ["AD_ID", "Day"] }), null).action).toBe("create");
  });

  test.each(["FLOAT", "JSON", "RECORD", "GEOGRAPHY"])("with a key column of type %s is refused", (type) => {
    const columns = rawColumns.map((it) => (it.name === "ad_id" ? column("ad_id", type) : it));
    expect(refusalOf(plan(aView(), null, aTable(columns)))).toBe("column_type");
  });

  test("with an array in its key or its order is refused, a float in the order is not", () => {
    const typed = (name: string, type: string, repeated: boolean) =>
      aTable(rawColumns.map((it) => (it.name === name ? column(name, type, repeated) : it)));
    expect(refusalOf(plan(aView(), null, typed("ad_id", "STRING", true)))).toBe("column_type");
    expect(refusalOf(plan(aView(), null, typed("raw_id", "STRING", true)))).toBe("column_type");
    expect(refusalOf(plan(aView(), null, typed("raw_id", "FLOAT", false)))).toBe("create");
  });

  test("says what a lost column may be called now", () => {
    const renamed = aTable(rawColumns.map((it) => (it.name === "ad_id" ? column("ad_ids") : it)));
    const refused = plan(aView(), madeFor(aView()), renamed);
    expect(refused.action === "refused" && refused.refusal.actions[0]).toBe(
      "If ad_id is called ad_ids now, say so in the warehouse file (source ads)",
    );
  });

  test("that asks for partitions, or is none, is refused", () => {
    expect(refusalOf(plan(aView(), null, aTable(rawColumns, { needsPartitionFilter: true })))).toBe(
      "needs_partition_filter",
    );
    expect(refusalOf(plan(aView(), null, aTable(rawColumns, { kind: "view" })))).toBe("raw_not_a_table");
  });

  test("with a name that cannot be written is refused, and nothing of it is run", () => {
    const odd = aTable([...rawColumns, column("a` FROM x; --")]);
    expect(refusalOf(plan(aView(), null, odd))).toBe("column_name");
  });

  test("or a view that cannot be looked at is not decided about", () => {
    const busy = new WarehouseError("temporary", "tables.get", "try later");
    const denied = new WarehouseError("access_denied", "tables.get", "no right");
    expect(plan(aView(), null, busy)).toMatchObject({ refusal: { code: "not_checked", retry: true } });
    expect(plan(aView(), denied)).toMatchObject({ refusal: { code: "not_checked", retry: false } });
  });
});
