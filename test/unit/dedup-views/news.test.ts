import { describe, expect, test } from "vitest";
import {
  abandonedNews,
  type Changed,
  newsOf,
  type Repeats,
  wordedTogether,
} from "../../../functions/dedup-views/news.ts";
import { aView } from "./a-view.ts";

const noon = new Date("2026-02-08T12:00:00Z");
const dayMs = 86_400_000;
const twice: Repeats = {
  rawRows: 100,
  cleanRows: 80,
  overcounted: { amount: 1234, currency: "USD", kind: "spend" },
};

const changed = (
  id: string,
  what = "made",
  parts: Partial<Changed> & { readonly at?: Date } = {},
): Changed => ({
  view: { ...aView(), id, view: { project: "shop", dataset: "ads", table: id } },
  change: { at: parts.at ?? noon, what },
  figures: twice,
  diff: null,
  ...parts,
});

function together(...all: Changed[]) {
  const news = newsOf(all, noon);
  return wordedTogether(news, news);
}

describe("what has changed", () => {
  test("is a piece of news for each view and tick, whatever else was done at it", () => {
    const earlier = new Date(noon.getTime() - dayMs);
    const news = newsOf([changed("clean"), changed("by_age", "new column cpc", { at: earlier })], noon);
    expect(news).toMatchObject([
      { key: "changed/2026-02-08T12:00:00.000Z/clean", at: noon, subjects: ["clean"], owners: ["growth"] },
      { key: "changed/2026-02-07T12:00:00.000Z/by_age", at: earlier, subjects: ["by_age"] },
    ]);
  });

  test.each([
    ["a week ago is offered still", 7 * dayMs, 1],
    ["longer ago is not", 7 * dayMs + 1, 0],
    ["later than this tick, by a run that came first, is not", -1, 0],
  ])("%s", (_, ago, count) => {
    const at = new Date(noon.getTime() - ago);
    expect(newsOf([changed("clean", "made", { at })], noon)).toHaveLength(count);
  });

  test("of one view is said in the lead, a column's name as it is, with the lines that differ", () => {
    const diff = "-a\n+b";
    const [news] = newsOf([changed("clean", "spend is NUMERIC and was FLOAT", { diff })], noon);
    expect(news?.message).toMatchObject({
      title: "The clean view clean was changed",
      lead: "spend is NUMERIC and was FLOAT.",
      actions: ["Check queries that name a changed column"],
    });
    expect(news?.message.details.at(-1)).toEqual({ kind: "code", language: "diff", text: diff });
  });

  test("long differences are cut", () => {
    const [news] = newsOf([changed("clean", "new column cpc", { diff: "x".repeat(2_501) })], noon);
    expect(news?.message.details.at(-1)).toMatchObject({ text: `${"x".repeat(2_500)}\n…` });
  });

  test("of several views at once is one message", () => {
    expect(together(changed("clean"), changed("by_age", "the key is a and was b"))).toMatchObject({
      title: "2 clean views were changed",
      lead: "clean, by_age.",
      details: [
        {
          kind: "list",
          items: [
            "clean: Made. 80 of 100 raw rows; 20 % are repeats.",
            "by_age: The key is a and was b. 80 of 100 raw rows; 20 % are repeats.",
          ],
        },
      ],
    });
  });

  test("only what is told now is in the message", () => {
    const all = newsOf([changed("clean"), changed("by_age")], noon);
    expect(wordedTogether(all.slice(1), all).title).toBe("The clean view by_age was made");
  });
});

describe("views that are not kept any more", () => {
  const [gone, other] = abandonedNews(["shop.ads.old", "shop.ads.older"], noon);

  test("are a piece of news each, under their name", () => {
    expect(gone).toMatchObject({
      key: "not-kept/shop.ads.old",
      message: { title: "The view shop.ads.old is not kept any more" },
    });
  });

  test("are one message together, and a line where something has changed as well", () => {
    const changes = newsOf([changed("clean")], noon);
    const all = [gone, other].flatMap((it) => it ?? []);
    const items = [
      "The view shop.ads.old is not kept any more",
      "The view shop.ads.older is not kept any more",
    ];
    expect(wordedTogether(all, changes)).toMatchObject({
      title: "2 views are not kept any more",
      details: [{ kind: "list", items }],
    });
    const both = wordedTogether([...all, ...changes], changes);
    expect(both.title).toBe("The clean view clean was made");
    expect(both.details.at(-1)).toMatchObject({ kind: "list", items });
  });
});

describe("views that were made", () => {
  test("are said with what the raw tables get wrong, the largest of each and no sum", () => {
    const figures = { ...twice, cleanRows: 70, overcounted: { amount: 999, currency: "USD", kind: "spend" } };
    expect(together(changed("clean"), changed("by_age", "made", { figures }))).toMatchObject({
      title: "2 clean views were made",
      lead: "One row per fact, its latest version. Read them instead of the raw tables: up to 30 % of their rows are repeats, and $1.2K of spend is counted more than once.",
      facts: [{ label: "Read", value: "ads.clean, ads.by_age" }],
      actions: [],
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
    const [news] = newsOf([changed("clean", "made", { figures })], noon);
    expect(news?.message).toMatchObject({ title: "The clean view clean was made", lead, details: [] });
  });
});
