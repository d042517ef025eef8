import { describe, expect, test } from "vitest";
import { afterApplying, decide, type Facts } from "../../../functions/dedup-views/decide.ts";
import type { Plan, Refusal, RefusalCode } from "../../../functions/dedup-views/types.ts";
import { WarehouseError } from "../../../functions/shared/stores/bigquery/error.ts";
import { aVerdictOf, change, someFacts } from "./a-verdict.ts";
import { aView } from "./a-view.ts";

const noon = new Date("2026-02-08T12:00:00Z");
const runId = "dedup-views/2026-02-08T12:00:00.000Z";
const replace: Plan = {
  action: "replace",
  query: "SELECT 2",
  etag: "e",
  reasons: ["the key is a and was b"],
  diff: "-b\n+a",
  sameRows: false,
};
const unchanged: Plan = { action: "unchanged", query: "SELECT 1", change };
const refusedPlan = (code: RefusalCode, retry = false): Plan => ({
  action: "refused",
  refusal: { code, text: "no", actions: [], retry },
});
const tooCoarse = { code: "key_too_coarse", severity: "critical", text: "The key is too coarse." } as const;
const busy = new WarehouseError("temporary", "dedup-views/removed-rows", "busy");

function decided(parts: Partial<Facts> = {}, run: string | null = runId) {
  const { views, summary, complete } = decide([someFacts(parts)], run, noon);
  const [it] = views;
  if (it === undefined) throw new Error("nothing was decided");
  return { ...it, summary, complete, code: it.refusal?.code ?? null };
}

describe("a view over rows that are well", () => {
  test.each([
    ["create", { action: "create", query: "SELECT 1" } as Plan],
    ["replace", replace],
    ["unchanged", unchanged],
  ])("is as it is planned: %s", (action, plan) => {
    expect(decided({ plan })).toMatchObject({
      plan: { action },
      status: "ok",
      refusal: null,
      complete: true,
      summary: { [action]: 1, refused: 0 },
    });
  });
});

const contradictions = (ties: number) => ({
  rowsCompared: 1_000,
  unmarked: 0,
  marks: 2,
  conflicts: { groups: 3, rows: 6 },
  ties: { groups: ties, rows: 2 * ties },
});

describe("a key that lies, or an order that is not total", () => {
  const findings = [
    tooCoarse,
    { code: "order_not_total", severity: "warning", text: "The order is not total." } as const,
  ];
  test.each(findings)("refuses to make or replace a view: $code", (finding) => {
    for (const plan of [replace, { action: "create", query: "SELECT 1" } as const]) {
      expect(
        decided({ plan, duplicates: aVerdictOf(finding, { contradictions: contradictions(1) }) }),
      ).toMatchObject({
        code: finding.code,
        status: finding.severity,
        plan: { action: "refused" },
        wanted: { action: plan.action },
        refusal: { text: finding.text, actions: ["Look at it"], retry: false },
        complete: true,
        summary: { refused: 1, [plan.action]: 0 },
      });
    }
  });

  test("versions that differ in measures alone, and come in an order, hold nothing up", () => {
    const finding = { code: "order_not_total", severity: "warning", text: "Measures only." } as const;
    const ordered = aVerdictOf(finding, { contradictions: contradictions(0) });
    expect(decided({ duplicates: ordered })).toMatchObject({ code: null, plan: { action: "create" } });
    const lying = aVerdictOf(tooCoarse, { contradictions: contradictions(0) });
    expect(decided({ duplicates: lying }).code).toBe("key_too_coarse");
  });

  test("leaves one that stands as wanted as it is, and says so by its rows alone", () => {
    const it = decided({ plan: unchanged, duplicates: aVerdictOf(tooCoarse) });
    expect(it).toMatchObject({ code: null, status: "ok", plan: { action: "unchanged" } });
  });

  test("is seen behind a worse finding too", () => {
    const emptied = { code: "emptied", severity: "critical", text: "Empty." } as const;
    const duplicates = aVerdictOf(emptied, { findings: [emptied, tooCoarse] });
    expect(decided({ duplicates }).code).toBe("key_too_coarse");
  });

  test("does not keep a view that has this key already from following its columns", () => {
    const plan: Plan = { ...replace, sameRows: true, reasons: ["new column cpc"] };
    expect(decided({ plan, duplicates: aVerdictOf(tooCoarse) })).toMatchObject({
      code: null,
      plan: { action: "replace" },
    });
  });

  test("that nothing can prove is refused as a warning", () => {
    const unproved = { code: "no_sync", severity: "unknown", text: "Nobody can tell." } as const;
    expect(decided({ duplicates: aVerdictOf(unproved) })).toMatchObject({
      code: "no_sync",
      status: "warning",
    });
  });

  test.each(["emptied", "clean_rows_lost", "rate_rising", "no_rows", "no_arrival"] as const)(
    "is not %s: that holds nothing up",
    (code) => {
      const duplicates = aVerdictOf({ code, severity: "critical", text: "Something." });
      expect(decided({ plan: replace, duplicates })).toMatchObject({
        code: null,
        plan: { action: "replace" },
      });
    },
  );
});

describe("rows that could not be checked", () => {
  const failed = (retry: boolean) =>
    aVerdictOf({ code: "not_checked", severity: "unknown", text: "Busy." }, { checked: false, retry });

  test.each([true, false])("refuse what would be changed, may it be tried again: %s", (retry) => {
    expect(decided({ duplicates: failed(retry) })).toMatchObject({
      code: "not_checked",
      status: "unknown",
      refusal: { retry, text: expect.stringContaining("Busy.") },
      complete: false,
    });
  });

  test("that nobody asked, because the table could not be read, are tried again", () => {
    expect(decided({ duplicates: null })).toMatchObject({
      code: "not_checked",
      refusal: { retry: true },
      complete: false,
    });
  });

  test("leave a view that stands, and the run is not complete", () => {
    expect(decided({ plan: unchanged, duplicates: failed(true) })).toMatchObject({
      code: null,
      complete: false,
      plan: { action: "unchanged" },
    });
    expect(decided({ plan: unchanged, duplicates: null }).complete).toBe(true);
  });
});

describe("the breaker", () => {
  const removing = (removed: number, parts: Partial<Facts> = {}) =>
    decided({ plan: replace, removal: { today: 1_000, removed }, ...parts });

  test.each([
    [0, null],
    [20, null],
    [21, "removes_too_much"],
  ])("of 1,000 rows %i may go: %s", (removed, code) => {
    expect(removing(removed).code).toBe(code);
  });

  test("is critical, names run and view, and keeps what was wanted", () => {
    const it = removing(1_000);
    expect(it).toMatchObject({ status: "critical", wanted: replace, complete: true });
    expect(it.refusal?.actions.at(-1)).toContain(`POST /dedup-views?override=${runId}&view=clean`);
  });

  test("of a look names no run, because there is none to override", () => {
    const it = decided({ plan: replace, removal: { today: 10, removed: 10 } }, null);
    expect(it.refusal?.actions.at(-1)).not.toContain("POST");
    expect(it.code).toBe("removes_too_much");
  });

  test("is held off by an override, by nothing to remove, and does not hold up what is made", () => {
    expect(removing(1_000, { overridden: true }).code).toBeNull();
    expect(removing(0, { removal: null }).code).toBeNull();
    expect(removing(1_000, { plan: { action: "create", query: "SELECT 1" } }).code).toBeNull();
  });

  test("an override does not make a lying key true", () => {
    expect(removing(1_000, { overridden: true, duplicates: aVerdictOf(tooCoarse) }).code).toBe(
      "key_too_coarse",
    );
  });

  test("that could not count refuses, and is tried again", () => {
    expect(decided({ plan: replace, removal: busy })).toMatchObject({
      code: "not_checked",
      refusal: { retry: true },
      complete: false,
    });
    const denied = new WarehouseError("access_denied", "dedup-views/removed-rows", "no right");
    expect(decided({ plan: replace, removal: denied }).refusal?.retry).toBe(false);
  });
});

test.each<[RefusalCode, string, boolean]>([
  ["raw_missing", "critical", true],
  ["column_missing", "critical", true],
  ["not_ours", "warning", true],
  ["name_taken", "warning", true],
  ["column_type", "warning", true],
  ["needs_partition_filter", "warning", true],
  ["raw_not_a_table", "warning", true],
  ["not_checked", "unknown", false],
])("a plan refused for %s is %s", (code, status, complete) => {
  expect(decided({ plan: refusedPlan(code), duplicates: null })).toMatchObject({ code, status, complete });
});

describe("after it was applied", () => {
  const decision = decide(
    [someFacts(), someFacts({ view: { ...aView(), id: "other" }, plan: replace })],
    runId,
    noon,
  );

  test("what was done stands", () => {
    const after = afterApplying(
      decision,
      new Map([
        ["clean", { done: "created" }],
        ["other", { done: "replaced" }],
      ]),
    );
    expect(after).toEqual(decision);
    expect(afterApplying(decision, new Map())).toEqual(decision);
    expect(afterApplying({ ...decision, complete: false }, new Map()).complete).toBe(false);
  });

  test.each([
    ["clean", "made", true],
    ["other", "replaced", false],
  ])("%s could not be %s: not complete, the other view stands", (id, word, retry) => {
    const after = afterApplying(decision, new Map([[id, { done: "failed", why: "no right", retry }]]));
    const [failed, stands] = after.views.toSorted((a) => (a.view.id === id ? -1 : 1));
    const refusal: Partial<Refusal> = { code: "not_done", retry };
    expect(failed).toMatchObject({ status: "unknown", refusal, plan: { action: "refused" } });
    expect(failed?.refusal?.text).toMatch(new RegExp(`could not be ${word}: no right`));
    expect(failed?.refusal?.actions[0]).toContain(retry ? "retried" : "right");
    expect(stands?.refusal).toBeNull();
    expect(after.complete).toBe(false);
  });
});
