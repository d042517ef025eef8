import { describe, expect, test } from "vitest";
import { decide, type TableResult } from "../../../functions/pii-hasher/decide.ts";
import type { Plan } from "../../../functions/pii-hasher/plan.ts";
import type { KeyProblem } from "../../../functions/pii-hasher/tables/keys.ts";
import type { Outcome, Refusal, Survey } from "../../../functions/pii-hasher/tables/types.ts";
import {
  aLayout,
  anOutcome,
  aPiiTable,
  aRaw,
  aSurvey,
  hoursAgo,
  minutesAgo,
  noon,
  settled,
} from "./a-table.ts";

const look: Plan = { action: "read", layout: aLayout(), since: null };
const rest: Plan = { action: "rest", layout: aLayout() };
const refused = (parts: Partial<Refusal> = {}): Plan => ({
  action: "refuse",
  refusal: { code: "raw_missing", text: "There is none", actions: ["Look for it"], retry: false, ...parts },
});

function decided(
  outcome: Partial<Outcome> | null,
  {
    plan = look,
    survey = {},
    key = null,
  }: { plan?: Plan; survey?: Partial<Survey>; key?: KeyProblem | null } = {},
) {
  const outcomes = new Map(outcome === null ? [] : [["orders", anOutcome(outcome)]]);
  const decision = decide([aSurvey(survey)], new Map([["orders", plan]]), outcomes, key, new Map(), noon);
  const [one] = decision.tables;
  if (one === undefined) throw new Error("nothing was decided");
  return {
    ...one,
    decision,
    status: one.findings[0]?.severity ?? "ok",
    codes: one.findings.map(({ code }) => code),
  };
}
const progressOf = (outcome: Partial<Outcome>, survey: Partial<Survey> = {}): TableResult["progress"] =>
  decided(outcome, { survey }).progress;

describe("what is remembered of a table", () => {
  test("in which nothing was to be done: as of when it was modified before the look", () => {
    expect(progressOf({ seenUntil: hoursAgo(1) })).toMatchObject({
      settledAsOf: hoursAgo(1),
      seenUntil: hoursAgo(1),
      readAt: noon,
      rowsHashed: 10,
    });
  });

  test("in which something was done: that it is to be looked at again", () => {
    const after = progressOf({ idle: false, inserted: 2, updated: 1, emptied: 3 });
    expect(after).toMatchObject({ settledAsOf: null, rowsHashed: 13, emptiedAt: noon });
  });

  test("of which something is left: not that all before was seen, nor what is unusable", () => {
    const after = progressOf(
      { complete: false, idle: false, left: 5, seenUntil: noon, unusable: [] },
      {
        progress: { ...settled, unusable: [{ column: "email", reason: "no_at", count: 1 }] },
      },
    );
    expect(after).toMatchObject({ seenUntil: settled.seenUntil, rowsLeft: 5, unusable: [{ count: 1 }] });
  });

  test("that failed: neither that it was looked at", () => {
    const failure = { code: "not_done", text: "no", actions: [], retry: true } as const;
    const after = progressOf({ complete: false, idle: false, failure });
    expect(after).toMatchObject({ readAt: settled.readAt, settledAsOf: null });
  });

  test("that was not looked at: what was remembered before", () => {
    expect(decided(null, { plan: rest }).progress).toEqual(settled);
    expect(decided(null, { plan: refused() }).progress).toEqual(settled);
    expect(decided(null, { survey: { progress: null } }).progress.readAt).toBeNull();
  });

  test("never lies in the future, whenever its rows say that they arrived", () => {
    expect(progressOf({ seenUntil: hoursAgo(-9_000) }).seenUntil).toEqual(noon);
    expect(progressOf({ seenUntil: hoursAgo(5) }).seenUntil).toEqual(settled.seenUntil);
    expect(progressOf({ seenUntil: hoursAgo(1) }).seenUntil).toEqual(hoursAgo(1));
    const ahead = { ...settled, seenUntil: hoursAgo(-9_000) };
    expect(progressOf({ seenUntil: null }, { progress: ahead }).seenUntil).toEqual(noon);
  });
});

describe("rows in the streaming buffer", () => {
  const pending = (pendingSince: Date, parts: Partial<Outcome> = {}) =>
    decided({ pending: 3, pendingSince, idle: false, ...parts });

  test.each<[string, Date, string[], string]>([
    ["for half an hour are no finding", minutesAgo(30), [], "ok"],
    ["for two hours are none", hoursAgo(2), [], "ok"],
    ["for longer are a warning", minutesAgo(121), ["pending_too_long"], "warning"],
    ["for more than a day are critical", hoursAgo(25), ["pending_too_long"], "critical"],
  ])("%s", (_, since, codes, status) => expect(pending(since)).toMatchObject({ codes, status }));

  test("say how many they are, since when, and what the loader can do", () => {
    const [finding] = pending(hoursAgo(3)).findings;
    expect(finding?.text).toBe(
      "3 rows of its raw table are hashed and can still be read: they have been in the streaming buffer since 2026-02-08T09:00:00.000Z, which usually empties within 90 minutes",
    );
    expect(finding?.actions.join()).toMatch(/insertAll.*Storage Write API/s);
  });

  test("of which none could be emptied wait since the first time, however young the buffer's oldest row is", () => {
    const before = { ...settled, pendingRows: 1, pendingSince: hoursAgo(5) };
    const since = (emptied: number) =>
      progressOf({ pending: 2, pendingSince: minutesAgo(20), emptied }, { progress: before }).pendingSince;
    expect(since(0)).toEqual(hoursAgo(5));
    expect(since(1)).toEqual(minutesAgo(20));
    expect(progressOf({}, { progress: before }).pendingSince).toBeNull();
  });
});

describe("values without a hash", () => {
  const some = [
    { column: "email", reason: "no_at", count: 2 },
    { column: "phone", reason: "letters", count: 1 },
  ];

  test("are told by column, count and reason, with two ways out", () => {
    const { findings, status } = decided({ unusable: some });
    expect(status).toBe("warning");
    expect(findings).toEqual([
      {
        code: "unusable",
        severity: "warning",
        text: "3 values are no address or number and have no hash; they stay readable in the raw table: email: 2 (no @ in it), phone: 1 (letters in it)",
        actions: [
          expect.stringContaining("Correct them"),
          expect.stringContaining("unusable: erase, at pii.tables.orders"),
        ],
      },
    ]);
  });

  test("are not told where they are erased", () => {
    expect(decided({ unusable: some }, { survey: { table: aPiiTable(["unusable: erase"]) } })).toMatchObject({
      codes: [],
      status: "ok",
    });
  });

  test("because the row does not say which it is, are another matter, erased or not", () => {
    const withoutKey = { unusable: [{ column: "", reason: "no_key", count: 1 }] };
    for (const lines of [[], ["unusable: erase"]]) {
      const { findings } = decided(withoutKey, { survey: { table: aPiiTable(lines) } });
      expect(findings).toMatchObject([
        {
          code: "no_key",
          text: "1 row can be read and have no complete key (id is NULL): they are neither hashed nor emptied",
        },
      ]);
    }
  });

  test("of an earlier look are told as long as they were not looked at again", () => {
    expect(decided(null, { plan: rest, survey: { progress: { ...settled, unusable: some } } }).codes).toEqual(
      ["unusable"],
    );
  });
});

describe("a failure", () => {
  test("that may pass is no finding, and makes the run incomplete", () => {
    for (const it of [
      decided(null, { plan: refused({ code: "not_checked", retry: true }) }),
      decided({ complete: false, failure: { code: "not_done", text: "busy", actions: [], retry: true } }),
    ])
      expect(it).toMatchObject({ codes: [], checked: false, retry: true, decision: { complete: false } });
  });

  test("that does not pass is critical, and makes the run incomplete where nothing could be looked at or done", () => {
    for (const code of ["not_checked", "not_done"] as const)
      expect(
        decided({ complete: false, failure: { code, text: "no", actions: ["mend it"], retry: false } }),
      ).toMatchObject({
        codes: [code],
        status: "critical",
        checked: false,
        decision: { complete: false },
      });
  });

  test("that is a refusal is a finding of a run that did all there was to do", () => {
    expect(decided(null, { plan: refused() })).toMatchObject({
      codes: ["raw_missing"],
      status: "critical",
      checked: true,
      decision: { complete: true },
    });
  });
});

describe("a run", () => {
  const trouble = (retry: boolean): KeyProblem => ({
    code: retry ? "key_unreadable" : "key_refused",
    text: "no",
    actions: [],
    retry,
  });

  test("of which rows are left for the next one is complete", () => {
    expect(decided({ complete: false, idle: false, left: 7 }).decision).toMatchObject({
      complete: true,
      summary: { left: 7 },
    });
  });

  test("with a key that is refused is complete, and with a Secret Manager that is busy it is not", () => {
    expect(decided(null, { key: trouble(false) }).decision.complete).toBe(true);
    expect(decided(null, { key: trouble(true) }).decision.complete).toBe(false);
  });

  test("adds up what it did to all tables", () => {
    const other = { ...aPiiTable(), id: "others" };
    const both = new Map([
      ["orders", anOutcome({ inserted: 1, updated: 2, emptied: 3, left: 4, pending: 5, complete: false })],
      [
        "others",
        anOutcome({ inserted: 10, emptied: 30, unusable: [{ column: "email", reason: "no_at", count: 6 }] }),
      ],
    ]);
    const plans = new Map([
      ["orders", look],
      ["others", look],
    ]);
    const surveys = [aSurvey(), aSurvey({ table: other, raw: aRaw() })];
    expect(decide(surveys, plans, both, null, new Map(), noon).summary).toEqual({
      inserted: 11,
      updated: 2,
      emptied: 33,
      left: 4,
      pending: 5,
      unusable: 6,
    });
  });
});
