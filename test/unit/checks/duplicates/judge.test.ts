import { describe, expect, test } from "vitest";
import { judge } from "../../../../functions/checks/duplicates/judge.ts";
import type {
  Advice,
  Contradictions,
  Figures,
  Observation,
  PastCount,
} from "../../../../functions/checks/duplicates/types.ts";
import { WarehouseError } from "../../../../functions/shared/stores/bigquery/error.ts";
import { ago, days, noon } from "../../../support/a-source.ts";
import { aView, rawColumns } from "../../dedup-views/a-view.ts";

const view = aView("{ source: ads, tie_break: [raw_id], sync: { column: meta, json_path: $.sync } }");

const figures = (parts: Partial<Figures> = {}): Figures => ({
  rawRows: 1_500,
  cleanRows: 1_000,
  amounts: { raw: "150.5", clean: "100.25", overcounted: "50.25" },
  newestArrival: ago(days(0.25)),
  rowsInFuture: 0,
  settledRows: 1_400,
  unreadableAmounts: 0,
  rowsWithoutArrival: 0,
  keyNulls: {},
  days: [],
  ...parts,
});

const contradictions = (parts: Partial<Contradictions> = {}): Contradictions => ({
  rowsCompared: 1_500,
  unmarked: 0,
  marks: 30,
  conflicts: { groups: 0, rows: 0 },
  ties: { groups: 0, rows: 0 },
  ...parts,
});

const look = (daysAgo: number, rawRows: number, cleanRows: number, overcounted = "0"): PastCount => ({
  at: ago(days(daysAgo)),
  rawRows,
  cleanRows,
  key: view.source.uniqueKey,
  overcounted,
  proven: null,
});

function judged(parts: Partial<Observation> = {}) {
  return judge(
    {
      question: { view, columns: rawColumns, from: null },
      figures: figures(),
      contradictions: contradictions(),
      advice: null,
      history: [],
      ...parts,
    },
    noon,
  );
}

const conflicts = { groups: 3, rows: 7 };
const ties = { groups: 2, rows: 5 };
const failed = (reason: WarehouseError["reason"] = "temporary") =>
  new WarehouseError(reason, "duplicates/x", "busy");

describe("a view that is well", () => {
  test("is ok, with what its raw table counts twice, and says that nothing can be compared yet", () => {
    const verdict = judged();
    expect(verdict).toMatchObject({ status: "ok", finding: null, findings: [], actions: [], checked: true });
    expect(verdict.impact).toEqual({
      amount: 50.25,
      low: 50.25,
      high: 50.25,
      currency: "USD",
      kind: "spend",
      basis: "150.5 USD in 1,500 raw rows less 100.25 USD in 1,000 clean ones",
    });
    expect(verdict.notes).toEqual([
      "Too few earlier results to compare the rate of repeats: it takes 3 earlier ones with new rows.",
    ]);
  });

  test("NULLs of the key and rows without an arrival are notes, with their counts", () => {
    const { status, notes } = judged({
      figures: figures({ keyNulls: { ad_id: 12 }, rowsWithoutArrival: 1_200 }),
    });
    expect(status).toBe("ok");
    expect(notes).toContain("ad_id of the key is NULL in 12 rows; NULLs count as one value.");
    expect(notes.join(" ")).toContain("1,200 rows have no arrival");
    expect(judged().notes.join(" ")).not.toMatch(/NULL|arrived/);
  });

  test("money that cannot be read is a note and no impact of zero", () => {
    const { impact, notes } = judged({
      figures: figures({ amounts: { raw: null, clean: null, overcounted: null } }),
    });
    expect(impact).toBeNull();
    expect(notes).toContain("No row has a readable amount in spend.");
  });

  test("amounts that cannot be read make every sum a lower bound", () => {
    const { status, notes } = judged({ figures: figures({ unreadableAmounts: 3 }) });
    expect(status).toBe("ok");
    expect(notes).toContain(
      "3 rows have an unreadable amount in spend, so spend is at least the amount shown.",
    );
  });
});

describe("the key", () => {
  const columns: Advice = { kind: "columns", add: ["age", "gender"] };

  test("too coarse: critical, with the columns that mend it", () => {
    const verdict = judged({ contradictions: contradictions({ conflicts }), advice: columns });
    expect(verdict.status).toBe("critical");
    expect(verdict.finding).toMatchObject({
      check: "duplicate_key",
      code: "key_too_coarse",
      severity: "critical",
      text:
        "The key ad_id, day is too coarse: 7 rows in 3 groups of one sync share it and differ, and all but one of each " +
        "group would be thrown away. With age, gender added it is true.",
    });
    expect(verdict.actions[0]).toBe(
      "Set unique_key of source ads to [ad_id, day, age, gender] in the warehouse file",
    );
    expect(verdict.impact).toMatchObject({ amount: 50.25, low: 0, high: 50.25 });
  });

  test.each<[string, Advice | WarehouseError | null, string]>([
    [
      "some differ in measures only",
      { kind: "measures_only", add: ["age"], differing: ["clicks"] },
      "age tells most",
    ],
    ["the search gave up", { kind: "gave_up", rounds: 10, add: ["age"] }, "not found in 10 rounds"],
    ["nothing was found", { kind: "gave_up", rounds: 10, add: [] }, "No set of columns"],
    ["the search failed", failed(), "A fix is unknown"],
    ["nobody searched", null, "A fix is unknown"],
  ])("is too coarse also where %s", (_, advice, text) => {
    const verdict = judged({ contradictions: contradictions({ conflicts }), advice });
    expect(verdict.finding).toMatchObject({ code: "key_too_coarse", severity: "critical" });
    expect(verdict.finding?.text).toContain(text);
    expect(verdict.actions[0]).toContain("Ask the owner of ads (growth)");
  });

  test("where only measures differ, the order is not total: a warning", () => {
    const advice: Advice = { kind: "measures_only", add: [], differing: ["clicks", "spend"] };
    const verdict = judged({ contradictions: contradictions({ conflicts, ties }), advice });
    expect(verdict.findings.map(({ code }) => code)).toEqual(["order_not_total"]);
    expect(verdict.status).toBe("warning");
    expect(verdict.finding?.text).toContain("5 rows in 2 groups are equal by key and order and differ");
    expect(verdict.actions[0]).toContain("otherwise clicks, spend");
  });

  test("where only measures differ and the order is total, it picks one: a note", () => {
    const advice: Advice = { kind: "measures_only", add: [], differing: ["clicks", "spend"] };
    const ordered = judged({ contradictions: contradictions({ conflicts }), advice });
    expect(ordered).toMatchObject({ status: "ok", findings: [] });
    expect(ordered.notes).toContain(
      "7 rows in 3 groups of one sync share the key and differ in measures only: the order extracted_at, raw_id " +
        "picks one of them. They differ in clicks, spend only.",
    );
    const apart: Advice = { ...advice, add: ["age"] };
    expect(
      judged({ contradictions: contradictions({ conflicts }), advice: apart }).notes.join(" "),
    ).not.toContain("picks one");
  });

  test("ties alone are an order that is not total", () => {
    const verdict = judged({ contradictions: contradictions({ ties }) });
    expect(verdict.finding?.code).toBe("order_not_total");
    expect(verdict.finding?.text).toContain("The order extracted_at, raw_id is not total");
  });

  test("rows without a mark of their sync: all of them is unknown, some is a note", () => {
    const none = judged({ contradictions: contradictions({ unmarked: 1_500 }) });
    expect(none.finding).toMatchObject({ code: "no_sync", severity: "unknown" });
    expect(none.notes.join(" ")).not.toContain("which sync");
    const some = judged({ contradictions: contradictions({ unmarked: 1_499 }) });
    expect(some.status).toBe("ok");
    expect(some.notes).toContain("1,499 of 1,500 rows do not name their sync.");
    const nothingNew = judged({ contradictions: contradictions({ rowsCompared: 0, unmarked: 0, marks: 0 }) });
    expect(nothingNew.status).toBe("ok");
  });

  test.each([
    [1_500, 0, 750, "ok"],
    [1_500, 0, 751, "unknown"],
    [1_500, 1_480, 10, "ok"],
    [1_500, 1_480, 11, "unknown"],
    [10, 0, 10, "ok"],
    [11, 0, 11, "unknown"],
  ])("%i rows, %i of them without a mark, of %i syncs: %s", (rowsCompared, unmarked, marks, status) => {
    const found = contradictions({ rowsCompared, unmarked, marks });
    const verdict = judged({ contradictions: found });
    expect(verdict.status).toBe(status);
    expect(verdict.judged.duplicate_key).toBe(status === "ok");
    expect(verdict.proven !== null).toBe(status === "ok");
  });

  test("a mark that is nearly every row's own is none: what to say instead", () => {
    const oneEach = contradictions({ marks: 1_499 });
    const { finding } = judged({ contradictions: oneEach });
    expect(finding).toMatchObject({ check: "duplicate_key", code: "no_sync", severity: "unknown" });
    expect(finding?.text).toContain("1,500 rows have 1,499 values of meta $.sync, nearly one each");
    expect(finding?.actions.join(" ")).toContain(
      "sync: { column, json_path }); or, if the loader does not say, sync: unknown",
    );
    const byArrival = aView("{ source: ads }");
    const question = { view: byArrival, columns: rawColumns, from: null };
    expect(judged({ question, contradictions: oneEach }).finding?.text).toContain("values of extracted_at");
    const recent = { view, columns: rawColumns, from: ago(days(2)) };
    expect(judged({ question: recent, contradictions: oneEach }).status).toBe("ok");
    const wrongAnyway = judged({ contradictions: { ...oneEach, conflicts }, advice: columns });
    expect(codesOf(wrongAnyway)).toEqual(["key_too_coarse"]);
    expect(wrongAnyway.judged.duplicate_key).toBe(true);
  });

  test("where the warehouse file says that syncs are not known, the key is taken as it is", () => {
    const taken = aView("{ source: ads, tie_break: [raw_id], sync: unknown }");
    const verdict = judged({
      question: { view: taken, columns: rawColumns, from: null },
      contradictions: contradictions({ unmarked: 1_500, marks: 0 }),
    });
    expect(verdict).toMatchObject({ status: "ok", judged: { duplicate_key: true } });
    expect(verdict.notes[0]).toContain("(sync: unknown), so the key is not verified");
    expect(verdict.proven).not.toBeNull();
  });
});

describe("rows", () => {
  const empty = figures({ rawRows: 0, cleanRows: 0, newestArrival: null, amounts: null });

  test("gone altogether: critical, with what was there", () => {
    const verdict = judged({ figures: empty, history: [look(2, 900, 600), look(1, 0, 0)] });
    expect(verdict.finding).toMatchObject({
      check: "duplicate_rows",
      code: "emptied",
      severity: "critical",
      text: "Its raw table is empty; it had 900 on 6 Feb 2026 12:00 UTC.",
    });
    expect(verdict.findings).toHaveLength(1);
  });

  test("never there: unknown", () => {
    for (const history of [[], [look(1, 0, 0)], failed()]) {
      expect(judged({ figures: empty, history }).finding).toMatchObject({
        code: "no_rows",
        severity: "unknown",
      });
    }
  });

  test("never there says no more than is remembered", () => {
    expect(judged({ figures: empty }).finding?.text).toBe(
      "Its raw table is empty, and no run of the last 30 days saw rows.",
    );
    expect(judged({ figures: empty, history: failed() }).finding?.text).toContain("could not be read");
  });

  test("none says when it arrived: unknown", () => {
    const verdict = judged({ figures: figures({ newestArrival: null, rowsWithoutArrival: 1_500 }) });
    expect(verdict.finding).toMatchObject({ code: "no_arrival", severity: "unknown" });
  });

  test("of the future win in the view: a warning, with what to do", () => {
    const { finding } = judged({ figures: figures({ rowsInFuture: 2 }) });
    expect(finding).toMatchObject({
      check: "duplicate_rows",
      code: "arrival_in_future",
      severity: "warning",
    });
    expect(finding?.text).toContain("2 rows have an arrival in the future");
    expect(finding?.actions[0]).toContain("clock");
    const alone = judged({ figures: { ...empty, rowsInFuture: 2 } });
    expect(codesOf(alone)).toEqual(["no_rows", "arrival_in_future"]);
  });

  test.each([
    [1_000, 1_020, []],
    [1_000, 1_021, ["clean_rows_lost"]],
    [980, 1_000, []],
    [979, 1_000, ["clean_rows_lost"]],
    [90, 100, []],
    [89, 100, ["clean_rows_lost"]],
    [1_000, 1_000, []],
    [1_000, 900, []],
  ])("%i clean rows after %i", (cleanRows, before, codes) => {
    const verdict = judged({
      figures: figures({ rawRows: 2_000, cleanRows }),
      history: [look(1, 1_950, before)],
    });
    expect(verdict.findings.map(({ code }) => code)).toEqual(codes);
  });

  test("lost ones are critical until they are back, and for a week", () => {
    const lostTwoDaysAgo = [look(2, 1_600, 1_100), look(1, 1_500, 1_000)];
    const { finding } = judged({ history: lostTwoDaysAgo });
    expect(finding).toMatchObject({ code: "clean_rows_lost", severity: "critical" });
    expect(finding?.text).toContain(
      "1,000 clean rows, 100 fewer (9.1 %) than the 1,100 of 6 Feb 2026 12:00 UTC",
    );
    const back = figures({ rawRows: 1_600, cleanRows: 1_095 });
    expect(judged({ history: lostTwoDaysAgo, figures: back }).status).toBe("ok");
    expect(judged({ history: [look(7, 1_600, 1_100), look(1, 1_500, 1_000)] }).status).toBe("critical");
    expect(judged({ history: [look(7.01, 1_600, 1_100), look(1, 1_500, 1_000)] }).status).toBe("ok");
  });

  test("a key that has changed has lost nothing, and its rate is not compared with that of another", () => {
    const byAnother = { ...look(1, 1_500, 1_100), key: ["ad_id", "day", "country"] };
    expect(judged({ history: [byAnother] }).status).toBe("ok");
    expect(judged({ history: [byAnother] }).increment).toBeNull();
    const sameColumns = { ...byAnother, key: ["DAY", "ad_id"] };
    expect(judged({ history: [sameColumns] }).finding?.code).toBe("clean_rows_lost");
    expect(
      judged({ history: [byAnother], figures: figures({ rawRows: 0, cleanRows: 0 }) }).finding?.code,
    ).toBe("emptied");
  });
});

/** A look a day, each with so many rows and new facts more than the one before, the last of them now. */
function afterDays(increments: readonly (readonly [rows: number, facts: number])[]) {
  let [raw, clean] = [10_000, 8_000];
  const pastCounts = [look(increments.length, raw, clean, "1000")];
  for (const [at, [rows, facts]] of increments.entries()) {
    raw += rows;
    clean += facts;
    pastCounts.push(look(increments.length - 1 - at, raw, clean, `${1_000 + 10 * (at + 1)}`));
  }
  const [last] = pastCounts.splice(-1);
  return judged({
    figures: figures({
      rawRows: raw,
      cleanRows: clean,
      amounts: { raw: "9000", clean: "8000", overcounted: last?.overcounted ?? null },
    }),
    history: pastCounts,
  });
}

const codesOf = (verdict: ReturnType<typeof judged>) => verdict.findings.map(({ code }) => code);

describe("the rate of repeats", () => {
  const usual = [
    [300, 100],
    [310, 100],
    [290, 100],
  ] as const;

  test("of each increment is compared, so a rate that rises by itself is well", () => {
    expect(codesOf(afterDays([...usual, [300, 100]]))).toEqual([]);
  });

  test("rises when a look-back grows from 2 to 28 days, with what that costs a day", () => {
    const verdict = afterDays([...usual, [2_900, 100]]);
    expect(verdict.status).toBe("warning");
    expect(verdict.finding?.code).toBe("rate_rising");
    expect(verdict.finding?.text).toBe(
      "96.6 % of the 2,900 rows that came since 7 Feb 2026 12:00 UTC are repeats; usual are 66.7 %. " +
        "The sum over the raw table is too high by $10 more a day.",
    );
    expect(verdict.increment).toEqual({ rows: 2_900, repeats: 2_800, since: ago(days(1)) });
  });

  test.each([1, 2, 3, 5])("rises when a sync with a look-back of %i days runs twice", (lookBack) => {
    const rows = 100 * (lookBack + 1);
    const once = [rows, 100] as const;
    const expected = lookBack <= 4 ? ["rate_rising"] : [];
    expect(codesOf(afterDays([once, once, once, [2 * rows, 100]]))).toEqual(expected);
  });

  test("does not rise with a backfill after an outage, nor with no new rows", () => {
    expect(codesOf(afterDays([...usual, [1_200, 1_000]]))).toEqual([]);
    expect(codesOf(afterDays([...usual, [0, 0]]))).toEqual([]);
  });

  test("has nothing to be compared with before the third increment", () => {
    const two = afterDays([...usual.slice(0, 2), [2_900, 100]]);
    expect(two.status).toBe("ok");
    expect(two.notes.join(" ")).toContain("Too few earlier results");
    expect(afterDays([...usual, [300, 100]]).notes).toEqual([]);
  });

  test("increments without rows do not count among the usual", () => {
    expect(codesOf(afterDays([[0, 0], ...usual.slice(0, 2), [0, 0], [2_900, 100]]))).toEqual([]);
  });

  test.each([
    [100, 0, 1_000, 99, []],
    [100, 0, 1_000, 100, ["rate_rising"]],
    [1_000, 400, 1_000, 499, []],
    [1_000, 400, 1_000, 500, ["rate_rising"]],
    [1_000, 600, 1_000, 749, []],
    [1_000, 600, 1_000, 750, ["rate_rising"]],
    [1_000, 800, 1_000, 899, []],
    [1_000, 800, 1_000, 900, ["rate_rising"]],
  ])("usual %i rows with %i repeats, now %i with %i", (rows, repeats, nowRows, nowRepeats, codes) => {
    const each = [rows, rows - repeats] as const;
    expect(codesOf(afterDays([each, each, each, [nowRows, nowRows - nowRepeats]]))).toEqual(codes);
  });
});

describe("what was judged", () => {
  const enough = [look(4, 100, 90), look(3, 200, 180), look(2, 300, 270), look(1, 400, 360)];
  const well = figures({ rawRows: 500, cleanRows: 450 });

  test("is everything where everything could be compared", () => {
    expect(judged({ history: enough, figures: well }).judged).toEqual({
      duplicate_key: true,
      duplicate_rows: true,
      duplicate_rate: true,
    });
  });

  test.each<[string, Partial<Observation>, Partial<ReturnType<typeof judged>["judged"]>]>([
    ["contradictions", { contradictions: failed() }, { duplicate_key: false }],
    ["figures", { figures: failed() }, { duplicate_rows: false, duplicate_rate: false }],
    ["history", { history: failed() }, { duplicate_rows: false, duplicate_rate: false }],
    ["syncs", { contradictions: contradictions({ unmarked: 1_500, marks: 0 }) }, { duplicate_key: false }],
    ["new rows", { figures: figures({ rawRows: 400, cleanRows: 360 }) }, { duplicate_rate: false }],
    ["usual shares", { history: enough.slice(1) }, { duplicate_rate: false }],
  ])("is not what nobody can tell without %s", (_, parts, not) => {
    const { judged: what } = judged({ history: enough, figures: well, ...parts });
    expect(what).toEqual({ duplicate_key: true, duplicate_rows: true, duplicate_rate: true, ...not });
  });

  test("is not the syncs where no row says when it arrived and the arrival stands for them", () => {
    const question = { view: aView("{ source: ads }"), columns: rawColumns, from: null };
    const verdict = judged({ question, contradictions: contradictions({ unmarked: 1_500, marks: 0 }) });
    expect(verdict.judged.duplicate_key).toBe(false);
    expect(codesOf(verdict)).toEqual([]);
  });

  test("is a loss while it is told, and neither wrong nor well once it is remembered longer than it is told", () => {
    const lost = (daysAgo: number, cleanRows = 1_000) => {
      const verdict = judged({
        history: [look(daysAgo, 1_600, 1_100), look(1, 1_500, 1_000)],
        figures: figures({ cleanRows }),
      });
      return [codesOf(verdict), verdict.judged.duplicate_rows];
    };
    expect(lost(7)).toEqual([["clean_rows_lost"], true]);
    expect(lost(7.01)).toEqual([[], false]);
    expect(lost(7.01, 1_095)).toEqual([[], true]);
  });
});

describe("what could not be checked", () => {
  test.each([
    ["not_found", "table_missing", false],
    ["access_denied", "no_permission", false],
    ["too_expensive", "too_expensive", false],
    ["invalid", "not_checked", false],
    ["temporary", "not_checked", true],
  ] as const)("%s is unknown: %s", (reason, code, retry) => {
    for (const parts of [{ figures: failed(reason) }, { contradictions: failed(reason) }]) {
      const verdict = judged(parts);
      expect(verdict).toMatchObject({ status: "unknown", finding: { code }, checked: false, retry });
    }
  });

  test("does not hide what was seen", () => {
    const verdict = judged({ figures: failed(), contradictions: contradictions({ conflicts }) });
    expect(codesOf(verdict)).toEqual(["key_too_coarse", "not_checked"]);
    expect(verdict.checked).toBe(false);
    expect(verdict.contradictions?.conflicts).toEqual(conflicts);
  });

  test("a history that cannot be read is a note", () => {
    const verdict = judged({ history: failed() });
    expect(verdict).toMatchObject({ status: "ok", checked: true });
    expect(verdict.notes.join(" ")).toContain("Earlier results could not be read");
  });
});
