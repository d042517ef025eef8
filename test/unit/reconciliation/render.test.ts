import { describe, expect, test } from "vitest";
import type { Result } from "../../../functions/checks/result.ts";
import {
  evaluatedKeys,
  moneyText,
  monitoredKeys,
  toFindingGroups,
  weeklyNews,
} from "../../../functions/reconciliation/render.ts";
import { addDays } from "../../../functions/shared/days.ts";
import { aSource } from "../../support/a-source.ts";
import { aResult, decidedOn, money } from "./a-result.ts";

const gap = aResult({
  subject: "orders",
  text: "1 of 30 days has no rows.",
  impact: money(90),
  actions: ["Load it"],
});
const nulls = aResult({
  check: "required",
  subject: "ads",
  text: "NULL in 3 facts.",
  owner: "growth",
  actions: ["Fill it"],
});
const repeats = aResult({ check: "duplicates", subject: "ads", status: "warning", text: "3 repeats." });
const well = aResult({ check: "volume", subject: "ads", status: "ok" });
const stale = aResult({ check: "freshness", subject: "clicks" });
const follows = aResult({ subject: "clicks", follows: [{ check: "freshness", subject: "clicks" }] });
const blind = aResult({ check: "parity", subject: "pair", status: "unknown" });
const busy = aResult({ check: "breakdown", subject: "by_country", status: "unknown", retry: true });

const groupOf = (...results: Result[]) => toFindingGroups(decidedOn(results))[0];
const namesOf = (matters: readonly { readonly check: string; readonly subject: string }[]) =>
  matters.map(({ check, subject }) => `${check} ${subject}`).sort();

describe("what is told in the morning", () => {
  test("all that is wrong, in one group, to everybody who is responsible", () => {
    const groups = toFindingGroups(decidedOn([gap, nulls, repeats, well]));
    expect(groups).toHaveLength(1);
    expect(groups[0]).toMatchObject({ key: "reconciliation", owners: ["shop", "growth"] });
    expect(groups[0]?.findings).toMatchObject([
      {
        check: "continuity",
        subject: "orders",
        severity: "critical",
        summary: "orders: 1 of 30 days has no rows.",
      },
      { check: "required", subject: "ads", severity: "critical" },
      { check: "duplicates", subject: "ads", severity: "warning" },
    ]);
  });

  test("with the links of the sources that are new in it, each once", () => {
    const source = aSource({ id: "orders" });
    const page = { label: "Log of the shop loader", url: "https://loader.example/shop" };
    const sources = [
      { ...source, connector: { ...source.connector, links: [page] }, links: [page] },
      { ...aSource({ id: "ads" }), links: [{ label: "Ads", url: "https://loader.example/ads" }] },
    ];
    const [group] = toFindingGroups(decidedOn([gap, nulls]), sources);
    expect(group?.messageOf?.([{ check: gap.check, subject: "orders" }]).links).toEqual([page]);
    expect(group?.message.links).toHaveLength(2);
  });

  test("nothing, where all is well", () => {
    expect(toFindingGroups(decidedOn([well]))).toEqual([]);
  });

  test.each(["freshness", "pii_hashing", "hash_matches", "pii_search"] as const)(
    "nothing of %s: others tell it",
    (check) => {
      expect(toFindingGroups(decidedOn([aResult({ check })]))).toEqual([]);
    },
  );

  test("nothing that follows from something else, whoever tells that", () => {
    expect(toFindingGroups(decidedOn([stale, follows]))).toEqual([]);
    expect(namesOf(groupOf(follows)?.findings ?? [])).toEqual(["continuity clicks"]);
  });

  test("nothing of a BigQuery that is busy; that nobody can tell, like a failure", () => {
    expect(groupOf(busy, blind)?.findings).toMatchObject([{ subject: "pair", severity: "critical" }]);
    const message = groupOf(busy, blind, gap)?.messageOf?.([{ check: "continuity", subject: "orders" }]);
    expect(message?.facts).toContainEqual({ label: "Known before", value: "1, in the whole report" });
  });
});

describe("what can be told to be over", () => {
  const decision = decidedOn([gap, well, blind, busy, stale, follows]);

  test("only what was judged and stands for itself", () => {
    expect(namesOf(evaluatedKeys(decision))).toEqual(["continuity orders", "volume ads"]);
  });

  test("what is excused or cannot be told is watched all the same, so that it is not dropped", () => {
    expect(namesOf(monitoredKeys(decision))).toEqual([
      "breakdown by_country",
      "continuity clicks",
      "continuity orders",
      "parity pair",
      "volume ads",
    ]);
  });
});

describe("the message", () => {
  const all = groupOf(gap, nulls, repeats, well);
  const said = (...news: Result[]) => all?.messageOf?.(news);
  const lines = (message: ReturnType<typeof said>) =>
    message?.details.flatMap((it) => ("items" in it ? it.items : []));

  test("names what is new and nothing else, and counts the rest", () => {
    const message = said(nulls);
    expect(message).toMatchObject({
      title: "ads: required values are missing",
      lead: "NULL in 3 facts.",
      facts: [{ label: "Known before", value: "2, in the whole report" }],
      actions: ["Fill it"],
    });
    expect(lines(message)).toEqual(["ads: NULL in 3 facts."]);
  });

  test("of several begins with the dearest, by its name, with what it costs and its steps", () => {
    const message = said(repeats, gap);
    expect(message).toMatchObject({
      title: "2 more reconciliation checks are not ok: 1 critical, 1 warning",
      lead: "orders: 1 of 30 days has no rows. $90 of revenue not visible.",
      actions: ["Load it"],
    });
    expect(lines(message)).toEqual([
      "orders: 1 of 30 days has no rows. $90 of revenue not visible.",
      "ads: 3 repeats.",
    ]);
  });

  test("speaks of what is new, where what was known has the same cause", () => {
    const known = aResult({ subject: "fees", text: "2 of 30 days have no rows.", impact: money(500) });
    const message = groupOf(known, gap)?.messageOf?.([gap]);
    expect(message).toMatchObject({
      title: "orders: days are missing",
      lead: "1 of 30 days has no rows. $90 of revenue not visible.",
    });
  });

  test("where nothing is new says all that is not over", () => {
    expect(said()).toMatchObject({
      title: "3 reconciliation checks are not ok: 2 critical, 1 warning",
      facts: [{ label: "Checks", value: "orders (continuity), ads (required), ads (duplicates)" }],
    });
    expect(lines(said())).toHaveLength(3);
    expect(all?.message).toEqual(said(gap, nulls, repeats));
  });

  test("law: every finding is named by the message in which it is new, and by no other", () => {
    const results = [gap, nulls, repeats, blind];
    for (let subset = 1; subset < 2 ** results.length; subset += 1) {
      const news = results.filter((_, at) => subset & (2 ** at));
      const message = groupOf(...results)?.messageOf?.(news);
      expect(
        lines(message)
          ?.map((line) => String(line).split(":")[0])
          .sort(),
      ).toEqual(news.map(({ subject }) => subject).sort());
      const known = results.length - news.length;
      expect(message?.facts.some(({ value }) => value === `${known}, in the whole report`)).toBe(known > 0);
    }
  });
});

describe("the report of the week", () => {
  const settings = { reportOn: 1, timeZone: "UTC", report: [], links: [] };
  const decision = decidedOn([gap, nulls, well]);
  const keyOn = (day: string, parts: Partial<typeof settings> = {}, time = "06:00:00Z") =>
    weeklyNews({ ...decision, asOf: new Date(`${day}T${time}`) }, { ...settings, ...parts }).map(
      ({ key }) => key,
    );

  test("has the same name on all days of its week, so that whoever comes first sends it, once", () => {
    for (let at = 0; at < 7; at += 1) expect(keyOn(addDays("2026-02-09", at))).toEqual(["report/2026-02-09"]);
    expect(keyOn("2026-02-08")).toEqual(["report/2026-02-02"]);
    expect(keyOn("2026-02-16")).toEqual(["report/2026-02-16"]);
  });

  test.each([0, 1, 2, 3, 4, 5, 6])("begins on day %i of the week, where the file says so", (reportOn) => {
    const [key = ""] = keyOn("2026-02-11", { reportOn });
    const began = key.replace("report/", "");
    expect(new Date(`${began}T00:00:00Z`).getUTCDay()).toBe(reportOn);
    expect(began <= "2026-02-11" && began > addDays("2026-02-11", -7)).toBe(true);
  });

  test("begins where the file is", () => {
    expect(keyOn("2026-02-08", { timeZone: "Pacific/Auckland" }, "20:00:00Z")).toEqual(["report/2026-02-09"]);
    expect(keyOn("2026-02-09", { timeZone: "America/Los_Angeles" })).toEqual(["report/2026-02-02"]);
  });

  test("is not sent where the file says never", () => {
    expect(weeklyNews(decision, { ...settings, reportOn: null })).toEqual([]);
  });

  test("says in a chat what costs most, and all of it in a mail", () => {
    const report = [{ kind: "paragraph", text: "All of it" }] as const;
    const [news] = weeklyNews(decision, { ...settings, report });
    expect(news?.message).toMatchObject({
      title: "Reconciliation report, 8 Feb 2026: 2 things to do",
      lead: expect.stringContaining("1 of 3 checks are ok, 2 are critical."),
      facts: [
        { label: "1. orders: days are missing", value: "$90 of revenue not visible" },
        { label: "2. ads: required values are missing", value: "NULL in 3 facts." },
      ],
      details: [],
      appendix: report,
    });
    expect(weeklyNews(decidedOn([gap]), settings)[0]?.message.title).toBe(
      "Reconciliation report, 8 Feb 2026: 1 thing to do",
    );
    expect(weeklyNews(decidedOn([well]), settings)[0]?.message.title).toBe(
      "Reconciliation report, 8 Feb 2026: all 1 checks are ok",
    );
  });

  test("names three of many", () => {
    const many = Array.from({ length: 7 }, (_, at) =>
      aResult({ subject: `s${at}`, code: `c${at}`, impact: money(at + 1) }),
    );
    const [news] = weeklyNews(decidedOn(many), settings);
    expect(news?.message.facts.map(({ value }) => value)).toEqual(
      [7, 6, 5].map((amount) => `$${amount} of revenue not visible`),
    );
  });
});

test.each([
  [money(90), "$90 of revenue not visible"],
  [{ ...money(90), low: 80, high: 110 }, "About $90 of revenue not visible ($80 to $110)"],
  [money(90, "EUR", "spend not visible"), "€90 of spend not visible"],
])("money is said with its range, where it is an estimate", (impact, said) => {
  expect(moneyText(impact).replaceAll("\u00a0", " ")).toBe(said);
});
