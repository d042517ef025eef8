import { describe, expect, test } from "vitest";
import { judge } from "../../../functions/checks/freshness/judge.ts";
import { problemsOf } from "../../../functions/checks/freshness/problems.ts";
import { type Item, itemsOf, titleFor } from "../../../functions/reconciliation/action-list.ts";
import type { Marked } from "../../../functions/reconciliation/causes.ts";
import {
  aConnector,
  ago,
  aHost,
  aSource,
  atNoon,
  days,
  metadata,
  noon,
  observation,
} from "../../support/a-source.ts";
import { anOwn, money } from "./a-result.ts";

/** Each with a code of its own, so that each is an item. */
const one = (subject: string, parts: Partial<Marked> = {}) => anOwn({ subject, code: subject, ...parts });
const order = (...results: Marked[]) => itemsOf(results, []).map(({ results: [first] }) => first?.subject);
const priced = ({ impact }: Item) => impact.map(({ amount, currency }) => `${amount} ${currency}`);

/** Every order of three. */
const orders = [
  [0, 1, 2],
  [0, 2, 1],
  [1, 0, 2],
  [1, 2, 0],
  [2, 0, 1],
  [2, 1, 0],
];

function inAnyOrder(expected: readonly string[], three: readonly Marked[]): void {
  for (const places of orders) expect(order(...places.flatMap((at) => three[at] ?? []))).toEqual(expected);
}

describe("what comes first", () => {
  test("the most expensive, whatever is older or worse", () => {
    inAnyOrder(
      ["dear", "cheap", "free"],
      [
        one("free", { since: ago(days(300)) }),
        one("cheap", { impact: money(10), since: ago(days(200)) }),
        one("dear", { impact: money(11), status: "warning", since: ago(days(1)) }),
      ],
    );
  });

  test("then the oldest; what began at an unknown time comes after it", () => {
    inAnyOrder(
      ["old", "young", "nobody knows"],
      [
        one("nobody knows", { impact: money(10) }),
        one("young", { impact: money(10), since: ago(days(1)) }),
        one("old", { impact: money(10), status: "warning", since: ago(days(2)) }),
      ],
    );
  });

  test("then the worst: critical, unknown, warning", () => {
    inAnyOrder(
      ["fails", "unknown", "warns"],
      [one("warns", { status: "warning" }), one("fails"), one("unknown", { status: "unknown" })],
    );
  });

  test("then by name, so that two looks say the same", () => {
    inAnyOrder(["a", "b", "c"], [one("c"), one("a"), one("b")]);
  });
});

describe("money in several currencies", () => {
  test("the currency of most items comes first, however large the numbers of another are", () => {
    expect(
      order(
        one("yen", { impact: money(9_000_000, "JPY") }),
        one("small", { impact: money(1) }),
        one("large", { impact: money(2) }),
      ),
    ).toEqual(["large", "small", "yen"]);
  });

  test("of others one comes after the other; their numbers are never compared", () => {
    const dollars = [
      one("a", { impact: money(3) }),
      one("b", { impact: money(2) }),
      one("c", { impact: money(1) }),
    ];
    const pounds = [one("p", { impact: money(20, "GBP") }), one("q", { impact: money(10, "GBP") })];
    const ordered = order(
      one("yen", { impact: money(15, "JPY") }),
      ...pounds,
      one("free"),
      ...dollars,
      one("francs", { impact: money(900, "CHF") }),
    );
    expect(ordered).toEqual(["a", "b", "c", "p", "q", "francs", "yen", "free"]);
  });

  test("a loss without a known price comes after every one that has one", () => {
    const some = [one("free"), one("yen", { impact: money(1, "JPY") }), one("dollars", { impact: money(1) })];
    expect(order(...some).at(-1)).toBe("free");
  });

  test("one cause in two currencies is one item with both, added up in neither", () => {
    const [item, ...others] = itemsOf(
      [
        anOwn({ subject: "us", impact: money(100) }),
        anOwn({ subject: "uk", impact: money(900, "GBP") }),
        anOwn({ subject: "ca", impact: money(20) }),
      ],
      [],
    );
    expect(others).toEqual([]);
    expect(item && priced(item).sort()).toEqual(["120 USD", "900 GBP"]);
  });
});

describe("what has one cause is one item", () => {
  test("by check, code, owner and cause: any other is another item", () => {
    const same = {
      check: "required",
      code: "nulls",
      owner: "growth",
      cause: "A column was renamed.",
    } as const;
    expect(itemsOf([anOwn(same), anOwn({ ...same, subject: "other" })], [])).toHaveLength(1);
    for (const different of [
      { check: "duplicates" },
      { code: "repeats" },
      { owner: "shop" },
      { cause: null },
    ] as const) {
      const both = itemsOf([anOwn(same), anOwn({ ...same, subject: "other", ...different })], []);
      expect(both, JSON.stringify(different)).toHaveLength(2);
    }
  });

  test("it is as bad as the worst of them, as old as the oldest, and names each step and owner once", () => {
    const [item] = itemsOf(
      [
        anOwn({ subject: "a", status: "warning", since: ago(days(2)), actions: ["Ask", "Load"] }),
        anOwn({ subject: "b", status: "critical", since: ago(days(5)), actions: ["Load", "Look"] }),
        anOwn({ subject: "c", status: "unknown", since: null, actions: [] }),
      ],
      [],
    );
    expect(item).toMatchObject({
      title: "a, b, c: days are missing",
      status: "critical",
      since: ago(days(5)),
      actions: ["Ask", "Load", "Look"],
      owners: ["shop"],
    });
  });

  test("money of one kind is added up, with how each part was worked out; of two kinds it is not", () => {
    const [item] = itemsOf(
      [
        anOwn({ subject: "a", impact: { ...money(10), low: 8, high: 13, basis: "1 day" } }),
        anOwn({ subject: "b", impact: { ...money(20), low: 15, high: 27, basis: "2 days" } }),
        anOwn({ subject: "c", impact: money(500, "USD", "spend not visible") }),
      ],
      [],
    );
    expect(item?.impact).toEqual([
      money(500, "USD", "spend not visible"),
      { ...money(30), low: 23, high: 40, basis: "1 day; 2 days" },
    ]);
  });

  test("the parts of a whole never add to the money of the whole", () => {
    // The same spend stands in the table and, cut finer, in its breakdown: what differs there is no further loss.
    const items = itemsOf(
      [
        anOwn({
          check: "breakdown",
          subject: "by_country",
          impact: money(70, "USD", "spend missing in the breakdown"),
        }),
        anOwn({ check: "continuity", subject: "spend", impact: money(100, "USD", "spend not visible") }),
        anOwn({ check: "continuity", subject: "by_country", impact: null }),
      ],
      [],
    );
    expect(items.map(priced)).toEqual([["100 USD"], ["70 USD"]]);
  });

  test("stale sources are merged by what stands behind them, and told in its words", () => {
    const host = aHost();
    const source = (id: string, name: string) =>
      aSource({ id, businessDate: null, connector: aConnector({ id: name, name, host }) });
    const stale = (it: ReturnType<typeof source>) =>
      judge(
        observation({ source: it, metadata: metadata({ modified: ago(days(3)) }), content: null }),
        atNoon,
      );
    const verdicts = [stale(source("orders", "Shopify")), stale(source("tiktok", "TikTok"))];
    const alone = judge(
      observation({
        source: aSource({ id: "crm", businessDate: null, connector: aConnector({ id: "crm", name: "CRM" }) }),
        metadata: metadata({ modified: ago(days(9)) }),
        content: null,
      }),
      atNoon,
    );
    const results = ["orders", "tiktok", "crm"].map((subject) =>
      anOwn({ check: "freshness", subject, code: "stale" }),
    );
    const items = itemsOf(results, problemsOf([...verdicts, alone], noon));
    expect(items.map(({ results: some }) => some.map(({ subject }) => subject)).sort()).toEqual([
      ["crm"],
      ["orders", "tiktok"],
    ]);
    expect(items.map(({ title }) => title).sort()).toEqual([
      expect.stringMatching(/^CRM stopped/),
      expect.stringMatching(/Shopify and TikTok stopped together/),
    ]);
  });

  test("a stale source that no cause names is an item of its own", () => {
    const results = ["a", "b"].map((subject) => anOwn({ check: "freshness", subject }));
    expect(itemsOf(results, [])).toHaveLength(2);
  });
});

describe("what follows from something", () => {
  const cause = anOwn({ check: "freshness", subject: "ads", impact: money(10) });
  const missing: Marked = {
    ...anOwn({ subject: "ads", impact: money(99) }),
    consequenceOf: { check: "freshness", subject: "ads" },
  };

  test("stands under its cause, and costs nothing more", () => {
    const items = itemsOf([missing, cause], []);
    expect(items).toHaveLength(1);
    expect(items[0]).toMatchObject({ results: [cause], consequences: [missing], impact: [money(10)] });
  });

  test("what is well is on no list", () => {
    expect(itemsOf([anOwn({ status: "ok" })], [])).toEqual([]);
  });
});

test.each([
  [["a"], "a: days are missing"],
  [["a", "b", "c"], "a, b, c: days are missing"],
  [["a", "b", "c", "d"], "a, b and 2 more: days are missing"],
])("%j are called: %s", (subjects, title) => {
  const some = subjects.map((subject) => anOwn({ subject }));
  expect(titleFor({ check: "continuity", status: "critical" }, some)).toBe(title);
});

test("what nobody can tell is called that", () => {
  expect(titleFor({ check: "raw_vs_clean", status: "unknown" }, [anOwn({ subject: "v" })])).toBe(
    "v: raw vs clean is unknown",
  );
});
