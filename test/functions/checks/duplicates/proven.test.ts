import { describe, expect, test } from "vitest";
import { proofOf, unprovenFrom } from "../../../../functions/checks/duplicates/proven.ts";
import type { Contradictions, Look, Question } from "../../../../functions/checks/duplicates/types.ts";
import { ago, days, noon } from "../../../support/a-source.ts";
import { aView, column, rawColumns } from "../../dedup-views/a-view.ts";

const question: Question = { view: aView(), columns: rawColumns, from: null, sinceProven: true };
const none = { groups: 0, rows: 0 };
const some = { groups: 1, rows: 2 };
const found = (parts: Partial<Contradictions> = {}): Contradictions => ({
  lookedAt: 10,
  unmarked: 0,
  conflicts: none,
  ties: none,
  ...parts,
});
const look = (proven: Look["proven"]): Look => ({
  at: ago(days(1)),
  rawRows: 10,
  cleanRows: 8,
  key: question.view.source.uniqueKey,
  overcounted: null,
  proven,
});
const yesterday = proofOf(question, found(), ago(days(1)));

describe("what a look has proved", () => {
  test("need not be looked at again, but for what may come late", () => {
    expect(unprovenFrom(question, [look(null), look(yesterday)])).toEqual(ago(days(3)));
  });

  test.each([
    ["rows of one sync contradicted the key", { conflicts: some }],
    ["the order was not total", { ties: some }],
  ])("is nothing where %s: it is found again until it is mended", (_, parts) => {
    expect(proofOf(question, found(parts), noon)).toBeNull();
    expect(unprovenFrom(question, [look(yesterday), look(null)])).toBeNull();
  });

  test.each<[string, Partial<Question>]>([
    ["another key", { view: aView(undefined, { uniqueKey: ["ad_id"] }) }],
    ["another tie-break", { view: aView("{ source: ads }") }],
    [
      "another mark of the sync",
      { view: aView("{ source: ads, tie_break: [raw_id], sync: { column: meta } }") },
    ],
    [
      "another raw table",
      { view: aView(undefined, { table: { project: "shop", dataset: "ads", table: "new" } }) },
    ],
    ["another column", { columns: [...rawColumns, column("age")] }],
    [
      "another type of a column",
      { columns: rawColumns.map((it) => (it.name === "spend" ? column("spend", "FLOAT") : it)) },
    ],
  ])("is nothing for %s", (_, parts) => {
    expect(unprovenFrom({ ...question, ...parts }, [look(yesterday)])).toBeNull();
  });

  test("does not count where everything is to be looked at", () => {
    expect(unprovenFrom({ ...question, sinceProven: false }, [look(yesterday)])).toBeNull();
    expect(unprovenFrom({ ...question, sinceProven: false, from: noon }, [look(yesterday)])).toEqual(noon);
  });

  test("is nothing before the first look", () => {
    expect(unprovenFrom(question, [])).toBeNull();
  });
});
