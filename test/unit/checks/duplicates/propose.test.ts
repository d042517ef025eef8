import { describe, expect, test } from "vitest";
import { contentColumns, suitability } from "../../../../functions/checks/duplicates/columns.ts";
import { propose } from "../../../../functions/checks/duplicates/propose.ts";
import { aView, column } from "../../dedup-views/a-view.ts";

const view = aView("{ source: ads, tie_break: [raw_id], sync: { column: meta } }");

test("content is all but key, arrival, tie-break, mark of the sync and the loader's own, by whatever case", () => {
  const names = ["raw_id", "Extracted_At", "meta", "ad_id", "DAY", "_airbyte_meta", "age", "spend"];
  const content = contentColumns(
    view,
    names.map((name) => column(name)),
  );
  expect(content.map(({ name }) => name)).toEqual(["age", "spend"]);
});

test.each([
  ["age", "STRING", false, "dimension"],
  ["start", "DATE", false, "dimension"],
  ["is_new", "BOOLEAN", false, "dimension"],
  ["clicks", "INTEGER", false, "number"],
  ["at", "TIMESTAMP", false, "number"],
  ["cpm", "NUMERIC", false, null],
  ["ctr", "FLOAT", false, null],
  ["extra", "JSON", false, null],
  ["place", "RECORD", false, null],
  ["tags", "STRING", true, null],
  ["Spend", "STRING", false, null],
])("%s, a %s (repeated: %s), serves in a key as %s", (name, type, repeated, serves) => {
  expect(suitability(view, column(name, type, repeated))).toBe(serves);
});

describe("the proposal", () => {
  const columns = [column("age"), column("gender"), column("clicks", "INTEGER"), column("spend", "NUMERIC")];

  test("of columns that tell every pair apart, dimensions first", () => {
    const pairs = [
      [
        ["a", "x", "1", "s"],
        ["b", "x", "2", "s"],
      ],
      [
        ["a", "x", "1", "s"],
        ["a", "y", "2", "t"],
      ],
    ];
    expect(propose(view, columns, pairs)).toEqual({
      add: ["age", "gender"],
      differing: [],
      isSmallest: true,
    });
  });

  test("names the measures of pairs that nothing else tells apart, in the table's order", () => {
    const pairs = [
      [
        ["a", "x", "1", "s"],
        ["a", "x", "1", "t"],
      ],
      [
        ["a", "x", "1", "s"],
        ["a", "x", "2", "t"],
      ],
    ];
    expect(propose(view, columns, pairs)).toEqual({
      add: ["clicks"],
      differing: ["spend"],
      isSmallest: true,
    });
  });

  test("of no contradiction is nothing", () => {
    expect(propose(view, columns, [])).toEqual({ add: [], differing: [], isSmallest: true });
  });
});
