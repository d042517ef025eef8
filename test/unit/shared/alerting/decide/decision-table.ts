import { decideNotices } from "../../../../../functions/shared/alerting/decide/decide.ts";
import type { Decision, Policy } from "../../../../../functions/shared/alerting/decide/needs-notice.ts";
import type {
  FindingHistory,
  Incident,
} from "../../../../../functions/shared/alerting/incidents/incident.ts";
import type { KnownElsewhere } from "../../../../../functions/shared/alerting/incidents/suppression.ts";
import type {
  FindingGroup,
  FindingIdentity,
  FindingKey,
  NoticeReason,
  Severity,
} from "../../../../../functions/shared/alerting/types.ts";
import type { Silence } from "../../../../../functions/shared/config/types.ts";
import { aGroup, anIncident, aPolicy, critical, freshness, hoursLater, noon, warning } from "../a-case.ts";

export const key = "connector:facebook";

export interface Situation {
  readonly found?: readonly FindingGroup[];
  readonly remembered?: readonly Incident[];
  readonly judged?: readonly FindingKey[];
  readonly watched?: readonly FindingKey[];
  readonly now?: Date;
  readonly decidedUntil?: Date | null;
  readonly recent?: readonly Incident[];
  readonly elsewhere?: readonly KnownElsewhere[];
  readonly policy?: Partial<Policy>;
}

/** Two checks of each subject. */
const everything: readonly FindingKey[] = freshness("a", "b", "c", "d", "e", "f", "g").flatMap((it) => [
  it,
  { ...it, check: "nulls" },
]);

export function decisions({
  found = [],
  remembered = [],
  judged,
  watched = everything,
  now = noon,
  decidedUntil = null,
  recent = [],
  elsewhere = [],
  policy = {},
}: Situation): Decision[] {
  return decideNotices({
    groups: found,
    open: remembered,
    recent,
    elsewhere,
    evaluatedKeys: judged ?? watched,
    monitoredKeys: watched,
    policy: { ...aPolicy, ...policy },
    now,
    decidedUntil,
  }).map(({ decision }) => decision);
}

const hours = (count: number) => count * 3_600_000;

function aHistory(
  subject: string,
  breaks: readonly number[],
  flappingSince: Date | null = null,
): FindingHistory {
  const times = breaks.map(hoursLater);
  return { check: "freshness", subject, breaks: times, changedAt: times.at(-1) ?? noon, flappingSince };
}

/** An incident that is over, of a subject that broke at these hours. */
function mended(subject: string, breaks: readonly number[]): Incident {
  return anIncident(key, {
    findings: [],
    notified: [],
    openedAt: hoursLater(breaks[0] ?? 0),
    history: [aHistory(subject, breaks)],
  });
}

/** Told to be flapping at noon, when it last broke or mended. */
function flapping(
  subject: string,
  {
    wrong,
    notified = critical(subject),
  }: { readonly wrong: boolean; readonly notified?: readonly FindingIdentity[] },
): Incident {
  return anIncident(key, {
    findings: wrong ? notified : [],
    notified,
    severity: "critical",
    history: [aHistory(subject, [-6, -4, -2, 0], noon)],
  });
}

function acknowledgedUntil(hour: number): Incident["acknowledged"] {
  return { at: noon, until: hoursLater(hour) };
}

function silence(subject: string, from: number, until: number): Silence {
  return { sources: [subject], from: hoursLater(from), until: hoursLater(until), why: "Airbyte moves" };
}

/** What would be explained by the other. */
function aConsequence(subject: string, severity: Severity, of: string): FindingGroup {
  const group = aGroup(`missing:${subject}`, [{ check: "freshness", subject, severity }]);
  const follows = [{ check: "freshness", subject: of }];
  return { ...group, findings: group.findings.map((it) => ({ ...it, follows })) };
}

/** Previous state × findings × time → reason. */
export const laws: readonly (readonly [string, NoticeReason, Situation])[] = [
  ["what nobody was told is told", "first", { found: [aGroup(key, critical("a"))] }],
  [
    "what was opened but could not be told is told at the next tick",
    "first",
    {
      found: [aGroup(key, critical("a"))],
      remembered: [anIncident(key, { findings: critical("a"), notified: [], notifiedAt: null })],
      now: hoursLater(1),
    },
  ],
  [
    "the same findings are held before the reminder time",
    "repeat_interval",
    {
      found: [aGroup(key, critical("a", "b"))],
      remembered: [anIncident(key, { findings: critical("a", "b") })],
      now: hoursLater(3.999),
    },
  ],
  [
    "the same findings in another order are the same findings",
    "repeat_interval",
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
    "repeat_interval",
    {
      found: [aGroup(key, critical("a"))],
      remembered: [anIncident(key, { findings: critical("a"), notifiedAt: hoursLater(4) })],
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
    "repeat_interval",
    {
      found: [aGroup(key, warning("a"))],
      remembered: [anIncident(key, { findings: critical("a") })],
      now: hoursLater(1),
    },
  ],
  [
    "and critical again is no news either, since it was told as critical",
    "repeat_interval",
    {
      found: [aGroup(key, critical("a"))],
      remembered: [anIncident(key, { findings: warning("a"), notified: critical("a") })],
      now: hoursLater(2),
    },
  ],
  [
    "a subject that is well while another is not is told, once",
    "partly_recovered",
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
    "not_evaluated",
    {
      remembered: [anIncident(key, { findings: critical("a", "b") })],
      judged: freshness("a"),
      now: hoursLater(1),
    },
  ],
  [
    "a tick that judged nothing calls nothing over",
    "not_evaluated",
    { remembered: [anIncident(key, { findings: critical("a") })], judged: [], now: hoursLater(1) },
  ],
  [
    "what was over before anybody was told is not announced as over",
    "never_notified",
    {
      remembered: [anIncident(key, { findings: critical("a"), notified: [], notifiedAt: null })],
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
    "repeat_interval",
    {
      found: [aGroup(key, critical("a"))],
      remembered: [anIncident(key, { findings: critical("a") })],
      now: noon,
      decidedUntil: noon,
    },
  ],
  [
    "what is well of an incident that nobody was told of all of is told as far as people knew of it",
    "repeat_interval",
    {
      found: [aGroup(key, critical("a"))],
      remembered: [anIncident(key, { findings: critical("a", "b"), notified: critical("a") })],
      now: hoursLater(1),
    },
  ],
  [
    "a subject that is well and another that is new: the new one is the reason",
    "new_finding",
    {
      found: [aGroup(key, critical("a", "c"))],
      remembered: [anIncident(key, { findings: critical("a", "b") })],
      now: hoursLater(1),
    },
  ],
  // Reminders that back off.
  [
    "the second reminder waits for the second of the waits",
    "repeat_interval",
    {
      found: [aGroup(key, critical("a"))],
      remembered: [anIncident(key, { findings: critical("a"), reminders: 1 })],
      policy: { repeatAfterMs: [hours(4), hours(12), hours(24)] },
      now: hoursLater(11.999),
    },
  ],
  [
    "and comes when it has passed, to the millisecond",
    "reminder",
    {
      found: [aGroup(key, critical("a"))],
      remembered: [anIncident(key, { findings: critical("a"), reminders: 1 })],
      policy: { repeatAfterMs: [hours(4), hours(12), hours(24)] },
      now: hoursLater(12),
    },
  ],
  [
    "the last of the waits goes on for ever",
    "repeat_interval",
    {
      found: [aGroup(key, critical("a"))],
      remembered: [anIncident(key, { findings: critical("a"), reminders: 9 })],
      policy: { repeatAfterMs: [hours(4), hours(12), hours(24)] },
      now: hoursLater(23.999),
    },
  ],
  [
    "where no reminders are wanted none comes, however long it lasts",
    "repeat_interval",
    {
      found: [aGroup(key, critical("a"))],
      remembered: [anIncident(key, { findings: critical("a") })],
      policy: { repeatAfterMs: [] },
      now: hoursLater(24 * 365 * 20),
    },
  ],
  [
    "where no reminders are wanted it is told all the same that it got worse",
    "escalated",
    {
      found: [aGroup(key, critical("a"))],
      remembered: [anIncident(key, { findings: warning("a") })],
      policy: { repeatAfterMs: [] },
      now: hoursLater(1),
    },
  ],
  [
    "a long wait swallows no escalation",
    "escalated",
    {
      found: [aGroup(key, critical("a"))],
      remembered: [anIncident(key, { findings: warning("a"), reminders: 9 })],
      policy: { repeatAfterMs: [hours(24)] },
      now: hoursLater(1),
    },
  ],
  [
    "without reminders nothing is told again, however long it lasts",
    "repeat_interval",
    {
      found: [aGroup(key, critical("a"))],
      remembered: [anIncident(key, { findings: critical("a") })],
      policy: { repeatAfterMs: [] },
      now: hoursLater(24 * 3_650),
    },
  ],
  [
    "nor when an acknowledgement has run out",
    "repeat_interval",
    {
      found: [aGroup(key, critical("a"))],
      remembered: [anIncident(key, { findings: critical("a"), acknowledged: acknowledgedUntil(2) })],
      policy: { repeatAfterMs: [] },
      now: hoursLater(2),
    },
  ],
  [
    "but what becomes critical is",
    "escalated",
    {
      found: [aGroup(key, critical("a"))],
      remembered: [anIncident(key, { findings: warning("a") })],
      policy: { repeatAfterMs: [] },
      now: hoursLater(1),
    },
  ],
  // Flapping: more than three breaks in 24 hours, still for eight.
  [
    "what breaks for the third time within a day is told as ever",
    "first",
    { found: [aGroup(key, critical("a"))], recent: [mended("a", [-20, -10])] },
  ],
  [
    "what breaks for the fourth time within a day is told to be flapping",
    "flapping",
    { found: [aGroup(key, critical("a"))], recent: [mended("a", [-20, -10, -5])] },
  ],
  [
    "breaks a day ago do not count",
    "first",
    { found: [aGroup(key, critical("a"))], recent: [mended("a", [-24, -10, -5])] },
  ],
  [
    "what flaps in an incident that goes on is told to be flapping there",
    "flapping",
    {
      found: [aGroup(key, critical("a", "b"))],
      remembered: [
        anIncident(key, {
          findings: critical("b"),
          history: [aHistory("a", [-6, -4, -2])],
          openedAt: hoursLater(-6),
        }),
      ],
    },
  ],
  [
    "what is known to be flapping breaks without a word",
    "still_flapping",
    {
      found: [aGroup(key, critical("a"))],
      remembered: [flapping("a", { wrong: false })],
      now: hoursLater(1),
    },
  ],
  [
    "and is not brought to mind while it flaps",
    "still_flapping",
    {
      found: [aGroup(key, critical("a"))],
      remembered: [flapping("a", { wrong: true })],
      now: hoursLater(7.9),
    },
  ],
  [
    "and mends without a word",
    "still_flapping",
    { remembered: [flapping("a", { wrong: true })], now: hoursLater(1) },
  ],
  [
    "and is not over before it has held still",
    "still_flapping",
    { remembered: [flapping("a", { wrong: false })], now: hoursLater(7.999) },
  ],
  [
    "and is over when it has",
    "recovered",
    { remembered: [flapping("a", { wrong: false })], now: hoursLater(8) },
  ],
  [
    "and is brought to mind when it has held still and is wrong",
    "reminder",
    { found: [aGroup(key, critical("a"))], remembered: [flapping("a", { wrong: true })], now: hoursLater(8) },
  ],
  [
    "an escalation breaks through flapping",
    "escalated",
    {
      found: [aGroup(key, critical("a"))],
      remembered: [flapping("a", { wrong: false, notified: warning("a") })],
      now: hoursLater(1),
    },
  ],
  [
    "another subject breaks through the flapping of the first",
    "new_finding",
    {
      found: [aGroup(key, critical("a", "b"))],
      remembered: [flapping("a", { wrong: true })],
      now: hoursLater(1),
    },
  ],
  // Acknowledged.
  [
    "an acknowledgement holds the reminder",
    "acknowledged",
    {
      found: [aGroup(key, critical("a"))],
      remembered: [anIncident(key, { findings: critical("a"), acknowledged: acknowledgedUntil(24) })],
      now: hoursLater(23.999),
    },
  ],
  [
    "an acknowledgement that has run out is told at once, whatever the next reminder time",
    "reminder",
    {
      found: [aGroup(key, critical("a"))],
      remembered: [
        anIncident(key, {
          findings: critical("a"),
          notifiedAt: hoursLater(1),
          reminders: 5,
          acknowledged: acknowledgedUntil(2),
        }),
      ],
      policy: { repeatAfterMs: [hours(24)] },
      now: hoursLater(2),
    },
  ],
  [
    "an acknowledgement does not hold an escalation",
    "escalated",
    {
      found: [aGroup(key, critical("a"))],
      remembered: [anIncident(key, { findings: warning("a"), acknowledged: acknowledgedUntil(24) })],
      now: hoursLater(1),
    },
  ],
  [
    "an acknowledgement does not hold a new subject",
    "new_finding",
    {
      found: [aGroup(key, critical("a", "b"))],
      remembered: [anIncident(key, { findings: critical("a"), acknowledged: acknowledgedUntil(24) })],
      now: hoursLater(1),
    },
  ],
  [
    "an acknowledgement does not hold the recovery",
    "recovered",
    {
      remembered: [anIncident(key, { findings: critical("a"), acknowledged: acknowledgedUntil(24) })],
      now: hoursLater(1),
    },
  ],
  // Silenced.
  [
    "planned work is not told",
    "silenced",
    { found: [aGroup(key, critical("a"))], policy: { silences: [silence("a", -1, 4)] } },
  ],
  [
    "planned work that has not begun excuses nothing",
    "first",
    { found: [aGroup(key, critical("a"))], policy: { silences: [silence("a", 1, 4)] } },
  ],
  [
    "planned work ends to the millisecond, and what is still wrong is told",
    "first",
    {
      found: [aGroup(key, critical("a"))],
      remembered: [anIncident(key, { findings: critical("a"), notified: [], notifiedAt: null })],
      policy: { silences: [silence("a", -1, 4)] },
      now: hoursLater(4),
    },
  ],
  [
    "planned work on one source does not excuse another",
    "first",
    { found: [aGroup(key, critical("a", "b"))], policy: { silences: [silence("a", -1, 4)] } },
  ],
  [
    "planned work holds the reminders of what was told before it",
    "silenced",
    {
      found: [aGroup(key, critical("a"))],
      remembered: [anIncident(key, { findings: critical("a") })],
      policy: { silences: [silence("a", 1, 9)] },
      now: hoursLater(8),
    },
  ],
  [
    "what was told before planned work and is over in the midst of it is told to be over",
    "recovered",
    {
      remembered: [anIncident(key, { findings: critical("a") })],
      policy: { silences: [silence("a", -1, 4)] },
      now: hoursLater(1),
    },
  ],
  [
    "what began and ended within planned work was never there",
    "never_notified",
    {
      remembered: [anIncident(key, { findings: critical("a"), notified: [], notifiedAt: null })],
      policy: { silences: [silence("a", -1, 4)] },
      now: hoursLater(1),
    },
  ],
  // Consequences.
  [
    "what follows from something another function has told is not told by itself",
    "inhibited",
    {
      found: [aConsequence("b", "critical", "a")],
      elsewhere: [{ title: "a stopped", notified: critical("a") }],
    },
  ],
  [
    "what would follow from something that is well is told",
    "first",
    {
      found: [aConsequence("b", "critical", "a")],
      elsewhere: [{ title: "c stopped", notified: critical("c") }],
    },
  ],
  [
    "a consequence that is worse than what was told of its cause is told",
    "first",
    {
      found: [aConsequence("b", "critical", "a")],
      elsewhere: [{ title: "a stopped", notified: warning("a") }],
    },
  ],
  [
    "a consequence that stays when its cause is over is told",
    "first",
    {
      found: [aConsequence("b", "critical", "a")],
      remembered: [anIncident("missing:b", { findings: critical("b"), notified: [], notifiedAt: null })],
      now: hoursLater(1),
    },
  ],
  [
    "a consequence that was told before its cause was known is not brought to mind",
    "inhibited",
    {
      found: [aConsequence("b", "critical", "a")],
      remembered: [anIncident("missing:b", { findings: critical("b") })],
      elsewhere: [{ title: "a stopped", notified: critical("a") }],
      now: hoursLater(4),
    },
  ],
];
