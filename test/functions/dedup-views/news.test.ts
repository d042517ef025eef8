import { describe, expect, test } from "vitest";
import { type Changed, newsOf, type Repeats } from "../../../functions/dedup-views/news.ts";
import { aView } from "./a-view.ts";

const noon = new Date("2026-02-08T12:00:00Z");
const dayMs = 86_400_000;
const twice: Repeats = {
  rawRows: 100,
  cleanRows: 80,
  overcounted: { amount: 1234, currency: "USD", kind: "spend" },
};

const changed = (id: string, what = "made", at = noon, figures: Repeats | null = twice): Changed => ({
  view: { ...aView(), id, view: { project: "shop", dataset: "ads", table: id } },
  change: { at, what },
  figures,
});
const done = { now: noon, allDone: true };

describe("what has changed", () => {
  test("at one tick is one piece of news, under that tick", () => {
    const [news, ...others] = newsOf([changed("clean"), changed("by_age", "the key is a and was b")], done);
    expect(others).toEqual([]);
    expect(news).toMatchObject({
      key: "changed/2026-02-08T12:00:00.000Z",
      at: noon,
      subjects: ["clean", "by_age"],
      owners: ["growth"],
      message: { title: "2 clean views were changed", lead: "8 Feb 2026 12:00 UTC: clean, by_age." },
    });
    expect(news?.message.details).toEqual([
      {
        kind: "list",
        ordered: false,
        items: [
          "clean: 80 of 100 raw rows; 20 % are repeats.",
          "by_age: The key is a and was b. 80 of 100 raw rows; 20 % are repeats.",
        ],
      },
    ]);
  });

  test("at two ticks is two", () => {
    const earlier = new Date(noon.getTime() - dayMs);
    expect(
      newsOf([changed("clean"), changed("by_age", "made", earlier)], done).map(({ key }) => key),
    ).toEqual(["changed/2026-02-08T12:00:00.000Z", "changed/2026-02-07T12:00:00.000Z"]);
  });

  test.each([
    ["a week ago is offered still", 7 * dayMs, 1],
    ["longer ago is not", 7 * dayMs + 1, 0],
    ["later than this tick, by a run that came first, is not", -1, 0],
  ])("%s", (_, ago, count) => {
    const at = new Date(noon.getTime() - ago);
    expect(newsOf([changed("clean", "made", at)], done)).toHaveLength(count);
  });

  test("at a tick that could not do all waits for its next attempt; what was changed before does not", () => {
    const earlier = new Date(noon.getTime() - 1);
    const news = newsOf([changed("clean"), changed("by_age", "made", earlier)], {
      now: noon,
      allDone: false,
    });
    expect(news.map(({ subjects }) => subjects)).toEqual([["by_age"]]);
  });
});

describe("views that were made", () => {
  test("are said with what the raw tables get wrong, the largest of each and no sum", () => {
    const more = { ...twice, cleanRows: 70, overcounted: { amount: 999, currency: "USD", kind: "spend" } };
    const [news] = newsOf([changed("clean"), changed("by_age", "made", noon, more)], done);
    expect(news?.message).toMatchObject({
      title: "2 clean views were made",
      lead: "One row per fact, its latest version. Read them instead of the raw tables: up to 30 % of their rows are repeats, and $1.2K of spend is counted more than once.",
      facts: [{ label: "Read", value: "ads.clean, ads.by_age" }],
    });
  });

  test.each<[string, Repeats | null, string]>([
    [
      "with its repeats",
      twice,
      "One row per fact, its latest version. Read it instead of the raw table: 20 % of its rows are repeats, and $1.2K of spend is counted more than once.",
    ],
    [
      "without money",
      { ...twice, overcounted: null },
      "One row per fact, its latest version. Read it instead of the raw table: 20 % of its rows are repeats.",
    ],
    [
      "without repeats",
      { rawRows: 5, cleanRows: 5, overcounted: { amount: 0, currency: "USD", kind: "spend" } },
      "One row per fact, its latest version. Read it instead of the raw table.",
    ],
    ["without rows", null, "One row per fact, its latest version. Read it instead of the raw table."],
  ])("a single one %s", (_, figures, lead) => {
    const [news] = newsOf([changed("clean", "made", noon, figures)], done);
    expect(news?.message).toMatchObject({ title: "The clean view clean was made", lead, details: [] });
  });
});

test("a single view that was changed is said in the lead, a column's name as it is", () => {
  const [news] = newsOf([changed("clean", "spend is NUMERIC and was FLOAT")], done);
  expect(news?.message).toMatchObject({
    title: "The clean view clean was changed",
    lead: "spend is NUMERIC and was FLOAT.",
    actions: ["Look at queries that name a column that changed"],
  });
});
