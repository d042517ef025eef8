import { describe, expect, test } from "vitest";
import type { FindingGroup, NoticeReason } from "../../../../../functions/shared/alerting/types.ts";
import { aGroup, anIncident, critical, freshness, hoursLater, warning } from "../a-case.ts";
import { decisions, key, laws } from "./decision-table.ts";

describe("who must hear of a case now", () => {
  test.each(laws)("%s", (_, reason, situation) => {
    expect(decisions(situation).map((it) => it.reason)).toEqual([reason]);
  });

  test("every decision speaks or is silent as its reason says, and gives the reason in a sentence", () => {
    const silent: readonly NoticeReason[] = [
      "repeat_interval",
      "still_flapping",
      "inhibited",
      "silenced",
      "acknowledged",
      "not_evaluated",
      "moved",
      "never_notified",
      "stale_tick",
    ];
    for (const [, reason, situation] of laws) {
      const [decision] = decisions(situation);
      expect(decision?.notify).toBe(!silent.includes(reason));
      expect(decision?.why).toMatch(/^[A-Za-z].{15,}$/);
    }
  });

  test("two connectors that turn out to be one host are one story: nothing new is said, nothing is over", () => {
    const remembered = [
      anIncident("connector:shopify", { findings: critical("a", "b") }),
      anIncident("connector:tiktok", { findings: critical("c") }),
    ];
    const found = [aGroup("host:airbyte", critical("a", "b", "c"))];
    expect(decisions({ found, remembered, now: hoursLater(1) }).map((it) => it.reason)).toEqual([
      "repeat_interval",
      "moved",
    ]);
  });

  test("a host that turns out to be two connectors is the same story twice: nothing new is said, nothing is over", () => {
    const remembered = [anIncident("host:airbyte", { findings: critical("a", "b", "c") })];
    const found = [
      aGroup("connector:shopify", critical("a", "b")),
      aGroup("connector:tiktok", critical("c")),
    ];
    expect(decisions({ found, remembered, now: hoursLater(1) }).map((it) => it.reason)).toEqual([
      "repeat_interval",
      "repeat_interval",
    ]);
  });

  test("a subject that joins another open incident brings no news that was told elsewhere", () => {
    const remembered = [
      anIncident("host:airbyte", { findings: critical("a", "b") }),
      anIncident("connector:facebook", { findings: critical("c") }),
    ];
    const found = [aGroup("host:airbyte", critical("a", "b", "c"))];
    expect(decisions({ found, remembered, now: hoursLater(1) }).map((it) => it.reason)).toEqual([
      "repeat_interval",
      "moved",
    ]);
  });

  test("a subject that joins another incident and got worse on the way is news", () => {
    const remembered = [
      anIncident("host:airbyte", { findings: critical("a") }),
      anIncident("connector:facebook", { findings: warning("c") }),
    ];
    const found = [aGroup("host:airbyte", critical("a", "c"))];
    expect(decisions({ found, remembered, now: hoursLater(1) }).map((it) => it.reason)).toEqual([
      "escalated",
      "moved",
    ]);
  });

  test("a subject that cannot be judged any more is news, and leaves its old incident open", () => {
    const remembered = [anIncident(key, { findings: critical("a") })];
    const found = [aGroup("dataset:ads", critical("a"))];
    const reasons = decisions({ found, remembered, judged: [], now: hoursLater(1) }).map((it) => it.reason);
    expect(reasons).toEqual(["first", "not_evaluated"]);
  });

  test("the same under the same key is news as well", () => {
    const remembered = [anIncident(key, { findings: critical("a") })];
    const found = [aGroup(key, critical("a"))];
    const now = hoursLater(1);
    expect(decisions({ found, remembered, judged: [], now }).map((it) => it.reason)).toEqual(["new_finding"]);
    expect(decisions({ found, remembered, judged: freshness("a"), now }).map((it) => it.reason)).toEqual([
      "repeat_interval",
    ]);
  });

  test("a subject that can be judged again and is still stale ends only the blindness", () => {
    const blind = [{ check: "freshness: not evaluated", subject: "a", severity: "critical" } as const];
    const remembered = [
      anIncident(key, { findings: critical("a") }),
      anIncident("dataset:ads", { findings: blind, openedAt: hoursLater(1), notifiedAt: hoursLater(1) }),
    ];
    const reasons = decisions({ found: [aGroup(key, critical("a"))], remembered, now: hoursLater(2) });
    expect(reasons.map((it) => it.reason)).toEqual(["repeat_interval", "recovered"]);
  });

  test("the sentence names what is new, what got worse, when it was told and when the next reminder is due", () => {
    const remembered = [anIncident(key, { findings: [...warning("a"), ...critical("b")] })];
    const worse = decisions({
      found: [aGroup(key, critical("a", "b", "c"))],
      remembered,
      now: hoursLater(1),
    });
    expect(worse[0]?.why).toBe(
      "Since the last message (8 Feb 2026 12:00 UTC, 1 h ago), a became critical, and c is new.",
    );
    const same = decisions({
      found: [aGroup(key, [...warning("a"), ...critical("b")])],
      remembered,
      now: hoursLater(1),
    });
    expect(same[0]?.why).toBe(
      "The same findings were notified 8 Feb 2026 12:00 UTC, 1 h ago; a reminder is due at 8 Feb 2026 16:00 UTC.",
    );
  });
});

describe("what follows from something", () => {
  const follow = (key: string, subject: string, ...causes: string[]): FindingGroup => {
    const group = aGroup(key, critical(subject));
    const follows = causes.map((cause) => ({ check: "freshness", subject: cause }));
    return { ...group, findings: group.findings.map((it) => ({ ...it, follows })) };
  };
  const reasons = (found: readonly FindingGroup[]) => decisions({ found }).map((it) => it.reason);

  test("is a consequence at the very tick at which its cause is told", () => {
    expect(reasons([aGroup("x", critical("a")), follow("y", "b", "a")])).toEqual(["first", "inhibited"]);
    expect(reasons([follow("y", "b", "a"), aGroup("x", critical("a"))])).toEqual(["inhibited", "first"]);
  });

  test("is a consequence of the first cause, through others", () => {
    const chain = [follow("z", "c", "b"), follow("y", "b", "a"), aGroup("x", critical("a"))];
    expect(reasons(chain)).toEqual(["inhibited", "inhibited", "first"]);
    const [decision] = decisions({ found: chain });
    expect(decision?.why).toBe("c: follows from another incident: x stopped.");
  });

  test("two that are said to follow from each other do not silence each other", () => {
    expect(reasons([follow("x", "a", "b"), follow("y", "b", "a")]).sort()).toEqual(["first", "inhibited"]);
    const ring = [follow("x", "a", "b"), follow("y", "b", "c"), follow("z", "c", "a")];
    expect(reasons(ring).filter((it) => it === "first")).toHaveLength(1);
  });

  test("what is said to follow from itself is told", () => {
    expect(reasons([follow("x", "a", "a")])).toEqual(["first"]);
  });

  test("a cause that cannot be judged any more still explains", () => {
    const found = [aGroup("x", critical("a")), follow("y", "b", "a")];
    const judged = freshness("b", "c");
    expect(decisions({ found, judged }).map((it) => it.reason)).toEqual(["first", "inhibited"]);
  });
});
