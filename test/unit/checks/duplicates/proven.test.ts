import { describe, expect, test } from "vitest";
import { cameUnseen, proofOf, unprovenFrom } from "../../../../functions/checks/duplicates/proven.ts";
import type {
  Contradictions,
  Figures,
  PastCount,
  Question,
} from "../../../../functions/checks/duplicates/types.ts";
import { ago, days, noon } from "../../../support/a-source.ts";
import { aView, column, rawColumns } from "../../dedup-views/a-view.ts";

const question: Question = { view: aView(), columns: rawColumns, from: null, sinceProven: true };
const none = { groups: 0, rows: 0 };
const some = { groups: 1, rows: 2 };
const found = (parts: Partial<Contradictions> = {}): Contradictions => ({
  rowsCompared: 10,
  unmarked: 0,
  marks: 2,
  conflicts: none,
  ties: none,
  ...parts,
});
const figures = (rawRows: number, settledRows: number): Figures => ({
  rawRows,
  settledRows,
  cleanRows: 8,
  amounts: null,
  newestArrival: noon,
  rowsInFuture: 0,
  rowsWithoutArrival: 0,
  unreadableAmounts: 0,
  keyNulls: {},
  days: [],
});
const look = (proven: PastCount["proven"]): PastCount => ({
  at: ago(days(1)),
  rawRows: 10,
  cleanRows: 8,
  key: question.view.source.uniqueKey,
  overcounted: null,
  proven,
});
const yesterday = proofOf(question, found(), figures(10, 7), ago(days(1)));

describe("what a look has proved", () => {
  test("need not be looked at again, but for what may come late", () => {
    expect(unprovenFrom(question, [look(null), look(yesterday)])).toEqual(ago(days(3)));
  });

  test.each([
    ["rows of one sync contradicted the key", { conflicts: some }],
    ["the order was not total", { ties: some }],
  ])("is nothing where %s: it is found again until it is mended", (_, parts) => {
    expect(proofOf(question, found(parts), figures(10, 7), noon)).toBeNull();
    expect(unprovenFrom(question, [look(yesterday), look(null)])).toBeNull();
  });

  test.each<[string, Partial<Contradictions>, Date | null]>([
    ["no row says its sync", { unmarked: 10, marks: 0 }, null],
    ["no recent row says its sync", { unmarked: 10, marks: 0 }, ago(days(3))],
    ["each row says a sync of its own", { rowsCompared: 500, marks: 500 }, null],
  ])("is nothing where %s", (_, parts, from) => {
    expect(proofOf({ ...question, from }, found(parts), figures(500, 7), noon)).toBeNull();
  });

  test("stays where nothing came since", () => {
    const since = { ...question, from: ago(days(3)) };
    expect(proofOf(since, found({ rowsCompared: 0, marks: 0 }), figures(10, 10), noon)).not.toBeNull();
  });

  test("is not enough where more rows came than have an arrival that is looked at", () => {
    const pastCounts = [look(yesterday)];
    const unseen = (rawRows: number, rowsCompared: number, it = question, some = pastCounts) =>
      cameUnseen(it, some, figures(rawRows, 0), found({ rowsCompared }));
    expect(unseen(12, 5)).toBe(false);
    expect(unseen(13, 5)).toBe(true);
    expect(unseen(11, 5)).toBe(false);
    expect(unseen(13, 5, question, [look(null)])).toBe(false);
    expect(unseen(13, 5, { ...question, sinceProven: false })).toBe(false);
  });

  test.each<[string, Partial<Question>]>([
    ["another key", { view: aView(undefined, { uniqueKey: ["ad_id"] }) }],
    ["another tie-break", { view: aView("{ source: ads }") }],
    [
      "another mark of the sync",
      { view: aView("{ source: ads, tie_break: [raw_id], sync: { column: meta } }") },
    ],
    ["syncs that are not known", { view: aView("{ source: ads, tie_break: [raw_id], sync: unknown }") }],
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
