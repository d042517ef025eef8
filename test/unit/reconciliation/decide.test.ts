import { describe, expect, test } from "vitest";
import type { CheckId } from "../../../functions/checks/registry.ts";
import type { Result, Status } from "../../../functions/checks/result.ts";
import type { Trusted } from "../../../functions/checks/roas/trusted.ts";
import { decide } from "../../../functions/reconciliation/decide.ts";
import { noon } from "../../support/a-source.ts";
import { aResult, decidedOn, remembered } from "./a-result.ts";

const follows = (subject: string, check: CheckId = "freshness") => [{ check, subject }];

/** Subject → what it is a consequence of. */
function causes(...results: Result[]): Record<string, string | null> {
  return Object.fromEntries(
    decidedOn(results).results.map(({ subject, consequenceOf }) => [subject, consequenceOf?.subject ?? null]),
  );
}

describe("what follows from something else", () => {
  const stale = (status: Status) => aResult({ check: "freshness", subject: "ads", status });
  const missing = (status: Status) => aResult({ subject: "days", status, follows: follows("ads") });

  test.each<[Status, Status, boolean]>([
    ["warning", "warning", true],
    ["warning", "critical", true],
    ["warning", "unknown", true],
    ["critical", "critical", true],
    ["critical", "unknown", true],
    ["unknown", "critical", true],
    ["unknown", "unknown", true],
    ["critical", "warning", false],
    ["unknown", "warning", false],
    ["warning", "ok", false],
    ["critical", "ok", false],
    ["ok", "critical", false],
  ])("%s after %s: a consequence, %s", (status, cause, isOne) => {
    expect(causes(stale(cause), missing(status))).toEqual({ ads: null, days: isOne ? "ads" : null });
  });

  test("stands for itself where nobody looks at what would explain it", () => {
    expect(causes(missing("critical"))).toEqual({ days: null });
  });

  test("is told by check and subject together: another check of the subject explains nothing", () => {
    expect(causes(aResult({ check: "required", subject: "ads" }), missing("critical"))).toEqual({
      ads: null,
      days: null,
    });
  });

  test("may follow from any of several: the first that is as bad", () => {
    const either = aResult({ subject: "mart", follows: [...follows("ads"), ...follows("orders")] });
    const orders = aResult({ check: "freshness", subject: "orders" });
    expect(causes(either, stale("warning"), orders).mart).toBe("orders");
    expect(causes(either, stale("critical"), orders).mart).toBe("ads");
  });
});

describe("chains", () => {
  const link = (subject: string, status: Status, ...of: string[]) =>
    aResult({ check: "freshness", subject, status, follows: of.flatMap((it) => follows(it)) });

  test("lead to what is wrong in the end, in whatever order they are looked at", () => {
    const chain = [
      link("report", "critical", "mart"),
      link("mart", "critical", "raw"),
      link("raw", "critical"),
    ];
    const expected = { report: "raw", mart: "raw", raw: null };
    expect(causes(...chain)).toEqual(expected);
    expect(causes(...chain.toReversed())).toEqual(expected);
  });

  test("end at what is worse than its cause", () => {
    const chain = [
      link("report", "warning", "mart"),
      link("mart", "critical", "raw"),
      link("raw", "warning"),
    ];
    expect(causes(...chain)).toEqual({ report: "mart", mart: null, raw: null });
  });

  test("are cut by a link that is well", () => {
    const chain = [link("report", "critical", "mart"), link("mart", "ok", "raw"), link("raw", "critical")];
    expect(causes(...chain)).toEqual({ report: null, mart: null, raw: null });
  });

  test.each([
    [["a", "b"]],
    [["b", "a"]],
    [["a", "b", "c"]],
    [["c", "a", "b"]],
    [["b", "c", "a", "outside"]],
    [["outside", "a", "b", "c"]],
  ])("in a circle one stands for itself, and all others follow from it: %j", (order) => {
    const ring = order.filter((it) => it !== "outside").sort();
    const next = (it: string) =>
      it === "outside" ? "a" : (ring[(ring.indexOf(it) + 1) % ring.length] ?? "");
    const found = causes(...order.map((it) => link(it, "critical", next(it))));
    const roots = Object.keys(found).filter((it) => found[it] === null);
    expect(roots).toHaveLength(1);
    expect(new Set(Object.values(found))).toEqual(new Set([null, ...roots]));
  });

  test("what follows from itself stands for itself", () => {
    expect(causes(link("a", "critical", "a"))).toEqual({ a: null });
  });

  test("whatever is wrong is on the list, by itself or under its cause, once", () => {
    const all = [
      link("report", "critical", "mart"),
      link("mart", "critical", "raw"),
      link("raw", "critical", "report"),
      link("x", "warning", "raw", "gone"),
      link("y", "critical", "x"),
      link("z", "ok"),
    ];
    const { items } = decidedOn(all);
    const listed = items.flatMap(({ results, consequences }) => [...results, ...consequences]);
    expect(listed.map(({ subject }) => subject).sort()).toEqual(["mart", "raw", "report", "x", "y"]);
  });
});

describe("since the last run", () => {
  const of = (before: Status | null, now: Status) => {
    const last = remembered(...(before === null ? [] : [["continuity", "orders", before] as const]));
    const { changes } = decidedOn([aResult({ status: now })], last);
    return [changes.fresh.length, changes.resolved.length];
  };

  test.each<[Status | null, Status, readonly [fresh: number, resolved: number]]>([
    ["ok", "warning", [1, 0]],
    ["ok", "critical", [1, 0]],
    ["ok", "unknown", [1, 0]],
    ["warning", "critical", [1, 0]],
    [null, "warning", [1, 0]],
    ["warning", "warning", [0, 0]],
    ["critical", "critical", [0, 0]],
    ["critical", "warning", [0, 0]],
    ["warning", "ok", [0, 1]],
    ["critical", "ok", [0, 1]],
    ["unknown", "ok", [0, 1]],
    ["ok", "ok", [0, 0]],
    [null, "ok", [0, 0]],
  ])("%s, and %s now: [new, resolved] %j", (before, now, expected) => {
    expect(of(before, now)).toEqual(expected);
  });

  test("another check of the same subject was another matter", () => {
    const { changes } = decidedOn(
      [aResult({ subject: "orders" })],
      remembered(["required", "orders", "critical"]),
    );
    expect(changes.fresh).toHaveLength(1);
  });

  test("nothing is new where nothing was found before", () => {
    expect(decidedOn([aResult()]).changes).toEqual({ since: null, fresh: [], resolved: [] });
  });
});

describe("the whole", () => {
  test("counts every result once", () => {
    const results = (["ok", "ok", "warning", "critical", "unknown"] as const).map((status) =>
      aResult({ status }),
    );
    expect(decidedOn(results).summary).toEqual({ ok: 2, warning: 1, critical: 1, unknown: 1 });
  });

  test.each([
    ["not_read", false],
    ["not_checked", false],
    ["no_permission", false],
    ["wrong_location", false],
    ["no_rows", true],
    ["nothing_compared", true],
    ["table_missing", true],
    [null, true],
  ])("with %s every check was made: %s", (code, complete) => {
    expect(decidedOn([aResult({ status: "ok" }), aResult({ status: "unknown", code })]).complete).toBe(
      complete,
    );
  });

  test("can be trusted as far as the platform that is furthest behind", () => {
    const through = (...days: (string | null)[]) =>
      decide(
        { results: [], returns: [], trusted: days.map((day) => ({ through: day }) as Trusted) },
        [],
        null,
        noon,
      ).trustedThrough;
    expect(through("2026-02-04", "2026-02-01", "2026-02-07")).toBe("2026-02-01");
    expect(through("2026-02-04", null)).toBeNull();
    expect(through(null, "2026-02-04")).toBeNull();
    expect(through()).toBeNull();
  });
});
