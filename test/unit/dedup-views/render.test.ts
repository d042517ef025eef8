import { describe, expect, test } from "vitest";
import { decide, type Facts } from "../../../functions/dedup-views/decide.ts";
import {
  changesOf,
  evaluatedKeys,
  monitoredKeys,
  toFindingGroups,
} from "../../../functions/dedup-views/render.ts";
import { toJson } from "../../../functions/dedup-views/report/json.ts";
import type { Plan, RefusalCode } from "../../../functions/dedup-views/types.ts";
import { aVerdict, aVerdictOf, change, someFacts } from "./a-verdict.ts";
import { aView } from "./a-view.ts";

const noon = new Date("2026-02-08T12:00:00Z");
const unchanged: Plan = { action: "unchanged", query: "SELECT 1", change };
const refused = (code: RefusalCode, retry = false): Plan => ({
  action: "refused",
  refusal: { code, text: `It is ${code}`, actions: ["Mend it"], retry },
});
const named = (id: string, connector = "facebook") => {
  const view = aView();
  return { ...view, id, source: { ...view.source, connector: { ...view.source.connector, id: connector } } };
};
const lost = { code: "clean_rows_lost", severity: "critical", text: "5 fewer." } as const;

const decision = (...facts: Partial<Facts>[]) => decide(facts.map(someFacts), "dedup-views/x", noon);
const groups = (...facts: Partial<Facts>[]) => toFindingGroups(decision(...facts));
const told = (...facts: Partial<Facts>[]) =>
  groups(...facts).flatMap(({ key, findings }) =>
    findings.map(({ check, subject, severity }) => [key, check, subject, severity]),
  );

describe("what is told", () => {
  test("is nothing where all is well", () => {
    expect(groups({}, { plan: unchanged })).toEqual([]);
  });

  test("is one group for what is wrong in the same way with what one connector delivers", () => {
    const plan = refused("raw_missing");
    expect(
      told(
        { view: named("one"), plan, duplicates: null },
        { view: named("two"), plan, duplicates: null },
        { view: named("three", "tiktok"), plan, duplicates: null },
        { view: named("four"), plan: refused("not_ours"), duplicates: null },
      ),
    ).toEqual([
      ["dedup-views:raw_missing:facebook", "dedup_view", "one", "critical"],
      ["dedup-views:raw_missing:facebook", "dedup_view", "two", "critical"],
      ["dedup-views:raw_missing:tiktok", "dedup_view", "three", "critical"],
      ["dedup-views:not_ours:facebook", "dedup_view", "four", "warning"],
    ]);
  });

  test("of a view refused for its rows is said once, by its rows", () => {
    const finding = { code: "key_too_coarse", severity: "critical", text: "Too coarse." } as const;
    expect(told({ duplicates: aVerdictOf(finding) })).toEqual([
      ["dedup-views:key_too_coarse:facebook", "duplicate_key", "clean", "critical"],
    ]);
  });

  test("of a view refused for one thing whose rows say another are both", () => {
    expect(told({ plan: refused("not_ours"), duplicates: aVerdictOf(lost) })).toEqual([
      ["dedup-views:not_ours:facebook", "dedup_view", "clean", "warning"],
      ["dedup-views:clean_rows_lost:facebook", "duplicate_rows", "clean", "critical"],
    ]);
  });

  test("is not what passes by itself", () => {
    const busy = { code: "not_checked", severity: "unknown", text: "Busy." } as const;
    expect(told({ plan: refused("not_checked", true), duplicates: null })).toEqual([]);
    expect(told({ plan: unchanged, duplicates: aVerdictOf(busy, { checked: false, retry: true }) })).toEqual(
      [],
    );
  });

  test("is what could not be checked and will not be, once, as if it were critical", () => {
    const denied = aVerdictOf(
      { code: "no_permission", severity: "unknown", text: "No right." },
      { checked: false, retry: false },
    );
    expect(told({ plan: unchanged, duplicates: denied })).toEqual([
      ["dedup-views:no_permission:facebook", "duplicate_rows", "clean", "critical"],
    ]);
    expect(told({ duplicates: denied })).toEqual([
      ["dedup-views:no_permission:facebook", "duplicate_rows", "clean", "critical"],
    ]);
  });

  test("of rows that have two things against them is both, each with its own steps", () => {
    const coarse = { code: "key_too_coarse", severity: "critical", text: "Too coarse." } as const;
    expect(told({ plan: unchanged, duplicates: aVerdictOf(lost, { findings: [lost, coarse] }) })).toEqual([
      ["dedup-views:clean_rows_lost:facebook", "duplicate_rows", "clean", "critical"],
      ["dedup-views:key_too_coarse:facebook", "duplicate_key", "clean", "critical"],
    ]);
  });

  test("of rows that never came is a warning", () => {
    const finding = { code: "no_rows", severity: "unknown", text: "No rows." } as const;
    expect(told({ plan: unchanged, duplicates: aVerdictOf(finding) })).toEqual([
      ["dedup-views:no_rows:facebook", "duplicate_rows", "clean", "warning"],
    ]);
  });

  test("of a raw table that is gone is hidden behind nothing that is said of its source", () => {
    const [group] = groups({ plan: refused("raw_missing"), duplicates: null });
    expect(group?.findings[0]?.follows ?? []).toEqual([]);
  });

  test("names the views, what each costs by itself, the owner, and what to do, each thing once", () => {
    const impact = {
      amount: 20,
      low: 20,
      high: 20,
      currency: "USD",
      kind: "spend",
      basis: "100 less 80",
    } as const;
    const duplicates = aVerdictOf(lost, { impact });
    const [group] = groups(
      { view: named("one"), plan: unchanged, duplicates },
      { view: named("two"), plan: unchanged, duplicates },
    );
    expect(group?.message).toMatchObject({
      title: "2 clean views: each has lost rows",
      lead: "one, two.",
      actions: ["Look at it"],
      details: [{ items: ["one: 5 fewer.", "two: 5 fewer."] }],
    });
    expect(group?.message.facts.map(({ label }) => label)).toEqual([
      "Views",
      "Counted twice in the raw table of one",
      "Counted twice in the raw table of two",
      "Owner",
    ]);
    expect(group?.owners).toEqual(["growth"]);
  });
});

test("by a key that is too coarse nothing is called a repeat: what would be lost is said", () => {
  const coarse = { code: "key_too_coarse", severity: "critical", text: "Too coarse." } as const;
  const impact = {
    amount: 20,
    low: 0,
    high: 20,
    currency: "USD",
    kind: "spend",
    basis: "100 less 80",
  } as const;
  const duplicates = aVerdictOf(coarse, { impact });
  expect(groups({ plan: unchanged, duplicates })[0]?.message.facts).toContainEqual({
    label: "By this key clean would lose",
    value: "up to $20 of spend",
  });
  expect(changesOf(decision({ plan: unchanged, duplicates }))[0]?.figures?.overcounted).toBeNull();
  const { views } = toJson({
    decision: decision({ plan: unchanged, duplicates }),
    roas: [],
    rawReads: [],
    abandoned: [],
    runs: [],
  }) as { views: { figures: { money: unknown } }[] };
  expect(views[0]?.figures.money).toMatchObject({ raw: "100.5", clean: "80.25", overcounted: null });
});

describe("what is judged", () => {
  const judged = (facts: Partial<Facts>) => evaluatedKeys(decision(facts)).map(({ check }) => check);

  test("is what could be looked at: only that can be told to be over", () => {
    expect(judged({})).toEqual(["dedup_view", "duplicate_key", "duplicate_rows", "duplicate_rate"]);
    expect(judged({ plan: refused("not_checked"), duplicates: null })).toEqual([]);
    expect(judged({ plan: refused("raw_missing"), duplicates: null })).toEqual(["dedup_view"]);
    const unknown = aVerdictOf({ code: "no_rows", severity: "unknown", text: "No rows." });
    expect(judged({ plan: unchanged, duplicates: unknown })).toEqual([
      "dedup_view",
      "duplicate_key",
      "duplicate_rate",
    ]);
  });

  const before = { at: noon, rawRows: 10, cleanRows: 8, key: [], overcounted: null, proven: null };
  const notRows = { judged: { duplicate_key: true, duplicate_rows: false, duplicate_rate: true } };
  const watched = (facts: Partial<Facts>) => monitoredKeys(decision(facts)).map(({ check }) => check);

  test("is not dropped where it could not be checked", () => {
    const all = ["dedup_view", "duplicate_key", "duplicate_rows", "duplicate_rate"];
    expect(watched({})).toEqual(all);
    expect(watched({ plan: refused("raw_missing"), duplicates: null })).toEqual(all);
    // Earlier results could not be read.
    expect(watched({ duplicates: aVerdict(notRows) })).toEqual(all);
    expect(watched({ duplicates: aVerdict({ ...notRows, previous: before, figures: null }) })).toEqual(all);
    expect(watched({ duplicates: aVerdictOf(lost, { ...notRows, previous: before }) })).toEqual(all);
  });

  test("of rows that were lost longer ago than they are told ends without a word", () => {
    const forgotten = aVerdict({ ...notRows, previous: before });
    expect(watched({ duplicates: forgotten })).toEqual(["dedup_view", "duplicate_key", "duplicate_rate"]);
    expect(judged({ duplicates: forgotten })).toEqual(["dedup_view", "duplicate_key", "duplicate_rate"]);
  });
});

describe("what has changed", () => {
  const replace: Plan = {
    action: "replace",
    query: "q",
    etag: "e",
    reasons: ["a is b", "c is d"],
    diff: "",
    sameRows: false,
  };
  const changes = (facts: Partial<Facts>) => changesOf(decision(facts));

  test.each<[string, Partial<Facts>, object]>([
    ["made", {}, { at: noon, what: "made" }],
    ["replaced", { plan: replace, removal: null }, { at: noon, what: "a is b; c is d" }],
    ["as it was", { plan: unchanged }, change],
  ])("of a view that is %s", (_, facts, expected) => {
    expect(changes(facts)).toMatchObject([
      { change: expected, figures: { rawRows: 1_000, cleanRows: 800, overcounted: { amount: 20.25 } } },
    ]);
  });

  test("is nothing of a view that is refused, and has no figures where the rows have none", () => {
    expect(changes({ plan: refused("not_ours") })).toEqual([]);
    expect(changes({ plan: unchanged, duplicates: aVerdict({ figures: null }) })).toMatchObject([
      { figures: null },
    ]);
  });
});
