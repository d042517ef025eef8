import { describe, expect, test } from "vitest";
import type { Incident } from "../../../../functions/shared/alerting/incident.ts";
import { matchIncidents } from "../../../../functions/shared/alerting/match-incidents.ts";
import { type Decision, needsNotice } from "../../../../functions/shared/alerting/needs-notice.ts";
import type { FindingGroup, NoticeReason } from "../../../../functions/shared/alerting/types.ts";
import { aGroup, anIncident, critical, fourHours, hoursLater, noon, warning } from "./a-case.ts";

const key = "connector:facebook";

interface Situation {
  readonly found?: readonly FindingGroup[];
  readonly remembered?: readonly Incident[];
  readonly judged?: readonly string[];
  readonly watched?: readonly string[];
  readonly now?: Date;
  readonly decidedUntil?: Date | null;
}

function decisions({
  found = [],
  remembered = [],
  judged,
  watched = ["a", "b", "c", "d", "e", "f", "g"],
  now = noon,
  decidedUntil = null,
}: Situation): Decision[] {
  const scope = { judged: new Set(judged ?? watched), watched: new Set(watched) };
  return matchIncidents(found, remembered, scope).map((it) =>
    needsNotice(it, { now, decidedUntil, remindAfterMs: fourHours }),
  );
}

const laws: readonly (readonly [string, NoticeReason, Situation])[] = [
  ["what nobody was told is told", "first", { found: [aGroup(key, critical("a"))] }],
  [
    "what was opened but could not be told is told at the next tick",
    "first",
    {
      found: [aGroup(key, critical("a"))],
      remembered: [anIncident(key, { findings: critical("a"), told: [], toldAt: null })],
      now: hoursLater(1),
    },
  ],
  [
    "the same findings are held before the reminder time",
    "held",
    {
      found: [aGroup(key, critical("a", "b"))],
      remembered: [anIncident(key, { findings: critical("a", "b") })],
      now: hoursLater(3.999),
    },
  ],
  [
    "the same findings in another order are the same findings",
    "held",
    {
      found: [aGroup(key, critical("b", "a"))],
      remembered: [anIncident(key, { findings: critical("a", "b") })],
      now: hoursLater(1),
    },
  ],
  [
    "the same findings are told again when the reminder time has passed, to the millisecond",
    "reminder",
    {
      found: [aGroup(key, critical("a", "b"))],
      remembered: [anIncident(key, { findings: critical("a", "b") })],
      now: hoursLater(4),
    },
  ],
  [
    "the reminder time counts from the last notice, not from the first",
    "held",
    {
      found: [aGroup(key, critical("a"))],
      remembered: [anIncident(key, { findings: critical("a"), toldAt: hoursLater(4) })],
      now: hoursLater(7),
    },
  ],
  [
    "a new subject in an open incident is told before the reminder time",
    "new_finding",
    {
      found: [aGroup(key, critical("a", "b"))],
      remembered: [anIncident(key, { findings: critical("a") })],
      now: hoursLater(1),
    },
  ],
  [
    "a warning that becomes critical is told before the reminder time",
    "escalated",
    {
      found: [aGroup(key, critical("a"))],
      remembered: [anIncident(key, { findings: warning("a") })],
      now: hoursLater(1),
    },
  ],
  [
    "getting worse is the reason where something is new as well",
    "escalated",
    {
      found: [aGroup(key, critical("a", "b"))],
      remembered: [anIncident(key, { findings: warning("a") })],
      now: hoursLater(1),
    },
  ],
  [
    "a critical finding that becomes a warning is no news",
    "held",
    {
      found: [aGroup(key, warning("a"))],
      remembered: [anIncident(key, { findings: critical("a") })],
      now: hoursLater(1),
    },
  ],
  [
    "and critical again is no news either, since it was told as critical",
    "held",
    {
      found: [aGroup(key, critical("a"))],
      remembered: [anIncident(key, { findings: warning("a"), told: critical("a") })],
      now: hoursLater(2),
    },
  ],
  [
    "a subject that is well while another is not waits for the recovery",
    "held",
    {
      found: [aGroup(key, critical("a"))],
      remembered: [anIncident(key, { findings: critical("a", "b") })],
      now: hoursLater(1),
    },
  ],
  [
    "another check of the same subject is news",
    "new_finding",
    {
      found: [aGroup(key, [...critical("a"), { check: "nulls", subject: "a", severity: "warning" }])],
      remembered: [anIncident(key, { findings: critical("a") })],
      now: hoursLater(1),
    },
  ],
  [
    "an incident whose subjects were all judged and are well is over",
    "recovered",
    { remembered: [anIncident(key, { findings: critical("a", "b") })], now: hoursLater(1) },
  ],
  [
    "an incident with a subject that could not be judged is not over",
    "not_judged",
    { remembered: [anIncident(key, { findings: critical("a", "b") })], judged: ["a"], now: hoursLater(1) },
  ],
  [
    "a tick that judged nothing calls nothing over",
    "not_judged",
    { remembered: [anIncident(key, { findings: critical("a") })], judged: [], now: hoursLater(1) },
  ],
  [
    "what was over before anybody was told is not announced as over",
    "never_told",
    {
      remembered: [anIncident(key, { findings: critical("a"), told: [], toldAt: null })],
      now: hoursLater(1),
    },
  ],
  [
    "a late tick says nothing of what it found once a later one has decided",
    "stale_tick",
    { found: [aGroup(key, critical("a"))], now: noon, decidedUntil: hoursLater(1) },
  ],
  [
    "a late tick says nothing of what is over once a later one has decided",
    "stale_tick",
    { remembered: [anIncident(key, { findings: critical("a") })], now: noon, decidedUntil: hoursLater(1) },
  ],
  [
    "the tick that decided last may decide again",
    "held",
    {
      found: [aGroup(key, critical("a"))],
      remembered: [anIncident(key, { findings: critical("a") })],
      now: noon,
      decidedUntil: noon,
    },
  ],
];

describe("who must hear of a case now", () => {
  test.each(laws)("%s", (_, reason, situation) => {
    expect(decisions(situation).map((it) => it.reason)).toEqual([reason]);
  });

  test("every decision speaks or is silent as its reason says, and gives the reason in a sentence", () => {
    const silent: readonly NoticeReason[] = ["held", "not_judged", "moved", "never_told", "stale_tick"];
    for (const [, reason, situation] of laws) {
      const [decision] = decisions(situation);
      expect(decision?.speak).toBe(!silent.includes(reason));
      expect(decision?.why).toMatch(/^[A-Za-z].{15,}\.$/);
    }
  });

  test("two connectors that turn out to be one host are one story: nothing new is said, nothing is over", () => {
    const remembered = [
      anIncident("connector:shopify", { findings: critical("a", "b") }),
      anIncident("connector:tiktok", { findings: critical("c") }),
    ];
    const found = [aGroup("host:airbyte", critical("a", "b", "c"))];
    expect(decisions({ found, remembered, now: hoursLater(1) }).map((it) => it.reason)).toEqual([
      "held",
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
      "held",
      "held",
    ]);
  });

  test("a subject that joins another open incident brings no news that was told elsewhere", () => {
    const remembered = [
      anIncident("host:airbyte", { findings: critical("a", "b") }),
      anIncident("connector:facebook", { findings: critical("c") }),
    ];
    const found = [aGroup("host:airbyte", critical("a", "b", "c"))];
    expect(decisions({ found, remembered, now: hoursLater(1) }).map((it) => it.reason)).toEqual([
      "held",
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
    expect(reasons).toEqual(["first", "not_judged"]);
  });

  test("the same under the same key is news as well", () => {
    const remembered = [anIncident(key, { findings: critical("a") })];
    const found = [aGroup(key, critical("a"))];
    const now = hoursLater(1);
    expect(decisions({ found, remembered, judged: [], now }).map((it) => it.reason)).toEqual(["new_finding"]);
    expect(decisions({ found, remembered, judged: ["a"], now }).map((it) => it.reason)).toEqual(["held"]);
  });

  test("a subject that can be judged again and is still stale ends only the blindness", () => {
    const blind = [{ check: "freshness: not judged", subject: "a", severity: "critical" } as const];
    const remembered = [
      anIncident(key, { findings: critical("a") }),
      anIncident("dataset:ads", { findings: blind, openedAt: hoursLater(1), toldAt: hoursLater(1) }),
    ];
    const reasons = decisions({ found: [aGroup(key, critical("a"))], remembered, now: hoursLater(2) });
    expect(reasons.map((it) => it.reason)).toEqual(["held", "recovered"]);
  });

  test("the sentence names what is new, what got worse, when it was told and when the next reminder is due", () => {
    const remembered = [anIncident(key, { findings: [...warning("a"), ...critical("b")] })];
    const worse = decisions({
      found: [aGroup(key, critical("a", "b", "c"))],
      remembered,
      now: hoursLater(1),
    });
    expect(worse[0]?.why).toBe(
      "Since it was last told (8 Feb 2026 12:00 UTC, 1 h ago), a became critical, and c is new.",
    );
    const same = decisions({ found: [aGroup(key, critical("b"))], remembered, now: hoursLater(1) });
    expect(same[0]?.why).toBe(
      "The same findings were told 8 Feb 2026 12:00 UTC, 1 h ago; a reminder is due at 8 Feb 2026 16:00 UTC. a: well again; the rest is not over.",
    );
  });
});
