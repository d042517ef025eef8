import type { Silence } from "../../config/types.ts";
import { formatDuration, formatInstant } from "../../report/format.ts";
import { type IncidentUpdate, stableAfterMs } from "../incidents/flapping.ts";
import { findingKey, type PendingNotice } from "../incidents/incident.ts";
import { isCheckUnavailable, originalKey } from "../incidents/match.ts";
import type { Suppressions } from "../incidents/suppression.ts";
import { findingsText, isOrAre, subjectsOf } from "../incidents/words.ts";
import type { FindingIdentity, NotifyReason, SuppressReason } from "../types.ts";
import { ago, endedSilenceText, howOften, lifted, stabilisedButWrong, whyFirst } from "./sentences.ts";

/** Whether a notice is published now, with the reason as text for the reader or the log. */
export type Decision =
  | {
      readonly notify: true;
      readonly reason: NotifyReason;
      readonly why: string;
      /**
       * Id of a notice that may already be published. It is published again under the same id, in case it was
       * not.
       */
      readonly repeats?: string;
    }
  | { readonly notify: false; readonly reason: SuppressReason; readonly why: string };

/** The `notifications` section of the warehouse file; see `Notifications` there. */
export interface Policy {
  /** The wait before each reminder, in order; the last one repeats. Empty means no reminders. */
  readonly repeatAfterMs: readonly number[];
  readonly flapping: { readonly moreThan: number; readonly withinMs: number };
  readonly silences: readonly Silence[];
}

export interface Moment {
  /** The tick. */
  readonly now: Date;
  /** The latest later tick that has already run; null if this is the latest. */
  readonly decidedUntil: Date | null;
  readonly policy: Policy;
  /** Findings that do not get a notice of their own. */
  readonly suppressions: Suppressions;
}

/**
 * Compares sets of findings and reads the clock only if nothing is new, so the reminder time cannot hide a
 * finding that became worse. A pending notice counts as notified: it is published again under its own id, or
 * as what it has become. The first row that applies decides; "found" leaves out findings that are silenced or
 * follow from a notified finding.
 *
 * | the case                                              | decision            |
 * | ----------------------------------------------------- | ------------------- |
 * | a later tick has decided already                      | stale_tick          |
 * | all of it is silenced or inhibited, not notified      | silenced, inhibited |
 * | found, not notified                                   | first; flapping if all of it broke more often than allowed |
 * | found, notified as a warning and critical now         | escalated           |
 * | found, broke more often than allowed, not yet notified as flapping | flapping |
 * | found, not among the notified findings                | new_finding         |
 * | found, the notice of exactly these findings is pending | its reason again   |
 * | found, some of the notified findings are ok           | partly_recovered    |
 * | all of it is silenced or inhibited                    | silenced, inhibited |
 * | found, acknowledged, and that has not run out         | acknowledged        |
 * | found, acknowledged, and that has run out             | reminder, if there are any |
 * | all of it is flapping                                 | still_flapping      |
 * | found, all notified, the reminder time has passed     | reminder            |
 * | found, all notified, the reminder time has not passed, or no reminders are wanted | repeat_interval |
 * | not found, some of it could not be evaluated          | not_evaluated       |
 * | not found, some of it belongs to another incident now | moved               |
 * | not found, the notice of its recovery is pending      | recovered again     |
 * | not found, notified as flapping, not yet stable       | still_flapping      |
 * | not found, and none of it is monitored any more       | no_longer_monitored |
 * | not found, all of it evaluated, never notified        | never_notified      |
 * | not found, all of it evaluated                        | recovered           |
 */
export function needsNotice(it: IncidentUpdate, at: Moment): Decision {
  const { now, decidedUntil } = at;
  if (decidedUntil !== null && decidedUntil > now) {
    return suppress(
      "stale_tick",
      `This is the tick of ${formatInstant(now)}; the later tick of ${formatInstant(decidedUntil)} has already run.`,
    );
  }
  return it.group === null ? whenNotFound(it, at) : whenFound(it, at);
}

function whenFound(it: IncidentUpdate, at: Moment): Decision {
  const own = notifiable(it, at.suppressions);
  if (it.notifiedFindings.length === 0 || it.notifiedAt === null) {
    if (own.length === 0) return suppressedBy(it, at);
    const flaps = own.every((f) => it.newlyFlapping.includes(f));
    return notifyFor(flaps ? "flapping" : "first", whyFirst(it, own, at));
  }
  return whatIsNew(it, own, it.notifiedAt, at) ?? whatIsOld(it, own, it.notifiedAt, at);
}

/**
 * Findings that get a notice of their own. A finding that was never notified and cannot be evaluated now is left
 * out.
 */
export function notifiable(it: IncidentUpdate, suppressions: Suppressions): readonly FindingIdentity[] {
  const notified = new Set(it.notifiedFindings.map(findingKey));
  const unseen = new Set(it.notEvaluated.map(findingKey).filter((one) => !notified.has(one)));
  return it.findings.filter(
    (finding) => !suppressions.has(findingKey(finding)) && !unseen.has(findingKey(finding)),
  );
}

function whatIsNew(
  it: IncidentUpdate,
  own: readonly FindingIdentity[],
  notifiedAt: Date,
  { now, policy }: Moment,
): Decision | null {
  const notifiedSeverity = new Map(
    it.notifiedFindings.map((notified) => [findingKey(notified), notified.severity]),
  );
  const worse = own.filter(
    (f) => f.severity === "critical" && notifiedSeverity.get(findingKey(f)) === "warning",
  );
  const flapping = own.filter((f) => it.newlyFlapping.includes(f) && !isPending(it, f));
  const news = own.filter((f) => !notifiedSeverity.has(findingKey(f)) && !flapping.includes(f));
  if (worse.length + flapping.length + news.length === 0) return null;

  const parts = [
    ...(worse.length > 0 ? [`${subjectsOf(worse)} became critical`] : []),
    ...(news.length > 0 ? [`${findingsText(news, it.notifiedFindings)} ${isOrAre(news)} new`] : []),
    ...(flapping.length > 0 ? [howOften(it, flapping, policy)] : []),
  ];
  const reason = worse.length > 0 ? "escalated" : news.length > 0 ? "new_finding" : "flapping";
  return notifyFor(
    reason,
    `Since the last message (${ago(it, notifiedAt, now)}), ${parts.join(", and ")}.${lifted(it, now)}${endedSilenceText(it, own, policy, now)}`,
  );
}

function whatIsOld(
  it: IncidentUpdate,
  own: readonly FindingIdentity[],
  notifiedAt: Date,
  at: Moment,
): Decision {
  const { now, policy } = at;
  const pending = it.incident?.pendingNotice ?? null;
  if (pending !== null) return again(pending);

  const better = recoveredFindings(it);
  if (better.length > 0) {
    return notifyFor(
      "partly_recovered",
      `${findingsText(better, it.findings)} ${isOrAre(better)} ok again; the rest is still open.`,
    );
  }

  if (own.length === 0) return suppressedBy(it, at);
  const acknowledged = it.incident?.acknowledged ?? null;
  if (acknowledged !== null && now < acknowledged.until) {
    return suppress(
      "acknowledged",
      `Acknowledged ${formatInstant(acknowledged.at)}, and it has not grown since: no reminder before ${formatInstant(acknowledged.until)}.`,
    );
  }
  const isReminded = policy.repeatAfterMs.length > 0;
  if (acknowledged !== null && isReminded) {
    return notifyFor(
      "reminder",
      `The acknowledgement of ${formatInstant(acknowledged.at)} ran out at ${formatInstant(acknowledged.until)}, and it is still open.`,
    );
  }
  const steady = own.filter((f) => !it.stillFlapping.includes(f));
  if (steady.length === 0) return stillFlapping(it, own, policy);
  if (!isReminded) {
    return suppress(
      "repeat_interval",
      `The same findings were notified ${ago(it, notifiedAt, now)}, and the settings ask for no reminders.`,
    );
  }

  const reminders = it.incident?.reminders ?? 0;
  const wait = waitAfter(policy, reminders);
  const next = new Date(notifiedAt.getTime() + wait);
  if (now < next) {
    return suppress(
      "repeat_interval",
      `The same findings were notified ${ago(it, notifiedAt, now)}; a reminder is due at ${formatInstant(next)}.`,
    );
  }
  return notifyFor(
    "reminder",
    `A reminder: the last message was ${ago(it, notifiedAt, now)}, and it is still open. The next is due in ${formatDuration(waitAfter(policy, reminders + 1))}.${stabilisedButWrong(it)}${endedSilenceText(it, own, policy, now)}`,
  );
}

/** Notified findings that are ok again. A finding that can be evaluated again and is still wrong is not. */
export function recoveredFindings({
  notifiedFindings: notified,
  findings,
  recovered,
}: IncidentUpdate): readonly FindingIdentity[] {
  const known = new Set(notified.map(findingKey));
  const stillWrong = new Set(findings.map(findingKey));
  return recovered.filter((f) => known.has(findingKey(f)) && !stillWrong.has(findingKey(originalKey(f))));
}

/** The wait after this number of reminders; the last wait repeats. */
function waitAfter({ repeatAfterMs }: Policy, reminders: number): number {
  return repeatAfterMs[Math.min(reminders, repeatAfterMs.length - 1)] ?? 0;
}

function whenNotFound(it: IncidentUpdate, { now, policy }: Moment): Decision {
  if (it.notEvaluated.length > 0) {
    return suppress(
      "not_evaluated",
      `${subjectsOf(it.notEvaluated)} could not be evaluated this time, so it cannot be closed.`,
    );
  }
  if (it.moved.length > 0) {
    return suppress(
      "moved",
      `${subjectsOf(it.moved)}: the cause turned out to be another one; see the incident of that cause.`,
    );
  }
  const pending = it.incident?.pendingNotice ?? null;
  if (pending?.reason === "recovered") return again(pending);
  if (it.stabilising.length > 0) return stillFlapping(it, it.stabilising, policy);
  if (it.recovered.length === 0 && it.notMonitored.length > 0) {
    return suppress(
      "no_longer_monitored",
      `${subjectsOf(it.notMonitored)} ${isOrAre(it.notMonitored)} not monitored any more, so its recovery is unknown; it is closed without a notice.`,
    );
  }
  const opened = it.incident?.openedAt ?? now;
  if (it.notifiedFindings.length === 0) {
    return suppress(
      "never_notified",
      `First seen ${formatInstant(opened)}, and resolved before any message: no notice is sent.`,
    );
  }
  const everything = it.recovered.every(isCheckUnavailable)
    ? "All its checks are available again"
    : "All its findings were evaluated again and are ok";
  return notifyFor(
    "recovered",
    it.stillWrong.length === 0
      ? `${everything}.`
      : `${everything}; ${subjectsOf(it.stillWrong)} ${isOrAre(it.stillWrong)} still not ok for another reason.`,
  );
}

/**
 * True if the notice of this break is pending: it is published again and does not count as flapping once
 * more.
 */
function isPending({ incident, history }: IncidentUpdate, finding: FindingIdentity): boolean {
  const pending = incident?.pendingNotice ?? null;
  const last = history.find((one) => findingKey(one) === findingKey(finding))?.breaks.at(-1);
  return pending !== null && last !== undefined && last <= pending.at;
}

/** True if every finding is suppressed. */
function suppressedBy(it: IncidentUpdate, { suppressions }: Moment): Decision {
  const given = it.findings.flatMap((f) => suppressions.get(findingKey(f)) ?? []);
  const silenced = given.find((one) => one.kind === "silenced");
  if (silenced !== undefined) {
    const { why, until } = silenced.silence;
    return suppress("silenced", `Planned work until ${formatInstant(until)}: ${why}`);
  }
  const causes = [...new Set(given.flatMap((one) => (one.kind === "inhibited" ? [one.of] : [])))];
  return suppress(
    "inhibited",
    `${subjectsOf(it.findings)}: follows from another incident: ${causes.join("; ")}.`,
  );
}

function stillFlapping(it: IncidentUpdate, flapping: readonly FindingIdentity[], policy: Policy): Decision {
  const changed = it.history
    .filter((one) => flapping.some((f) => findingKey(f) === findingKey(one)))
    .map((one) => one.changedAt.getTime());
  const last = Math.max(...changed);
  return suppress(
    "still_flapping",
    `${subjectsOf(flapping)}: flapping; it last changed at ${formatInstant(new Date(last))}, and no notice is sent until it is stable for ${formatDuration(stableAfterMs(policy.flapping))}.`,
  );
}

function again({ notice, reason, at }: PendingNotice): Decision {
  const why = `The run of ${formatInstant(at)} that sent it did not finish; it is sent again in case it did not arrive.`;
  return { ...notifyFor(reason, why), repeats: notice };
}

function notifyFor(reason: NotifyReason, why: string): Decision & { readonly notify: true } {
  return { notify: true, reason, why };
}

function suppress(reason: SuppressReason, why: string): Decision {
  return { notify: false, reason, why };
}
