import { describe, expect, test } from "vitest";
import { type Effect, rootCauses } from "../../../functions/shared/causes.ts";

const warning = (key: string, ...follows: string[]): Effect => ({ key, rank: 1, follows });
const critical = (key: string, ...follows: string[]): Effect => ({ key, rank: 2, follows });

/** Key → the key of its root cause. */
function roots(wrong: readonly Effect[], everyLink = true): Record<string, string> {
  return Object.fromEntries([...rootCauses(wrong, { everyLink })].map(([it, root]) => [it.key, root.key]));
}

describe("the root cause", () => {
  test("is the end of the chain", () => {
    const chain = [critical("report", "mart"), critical("mart", "raw"), critical("raw")];
    expect(roots(chain)).toEqual({ report: "raw", mart: "raw", raw: "raw" });
  });

  test("is never less bad than what follows from it: then the next cause counts", () => {
    const wrong = [critical("mart", "ads", "gone", "orders"), warning("ads"), critical("orders")];
    expect(roots(wrong)).toEqual({ mart: "orders", ads: "ads", orders: "orders" });
  });

  test("may lie behind a cause that is less bad, unless every link counts", () => {
    const wrong = [critical("report", "mart"), warning("mart", "raw"), critical("raw")];
    expect(roots(wrong, true)).toEqual({ report: "report", mart: "raw", raw: "raw" });
    expect(roots(wrong, false)).toEqual({ report: "raw", mart: "raw", raw: "raw" });
  });

  test.each([true, false])("is a root itself, in circles too (every link counts: %s)", (everyLink) => {
    const wrong = [
      warning("a", "c"),
      critical("b", "c"),
      critical("c", "c", "b"),
      critical("d", "e", "f"),
      critical("e", "f", "d"),
      critical("f", "d", "e"),
    ];
    const found = roots(wrong, everyLink);
    expect([...new Set(Object.values(found))].filter((root) => found[root] !== root)).toEqual([]);
    expect(new Set([found.a, found.b, found.c]).size).toBe(1);
    expect(new Set([found.d, found.e, found.f]).size).toBe(1);
  });

  test("is one of several that have the key", () => {
    const [warned, raised, after] = [warning("raw"), critical("raw"), critical("mart", "raw")];
    expect(rootCauses([warned, raised, after], { everyLink: true }).get(after)).toBe(raised);
  });
});
