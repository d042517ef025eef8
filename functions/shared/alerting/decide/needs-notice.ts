import type { Silence } from "../../config/types.ts";
import { formatDuration, formatInstant } from "../../report/format.ts";
import { type IncidentUpdate, stableAfterMs } from "../incidents/flapping.ts";
import { type Intention, matter } from "../incidents/incident.ts";
import { isCheckUnavailable, originalKey } from "../incidents/match.ts";
import type { Suppressions } from "../incidents/suppression.ts";
import { isOrAre, mattersOf, subjectsOf } from "../incidents/words.ts";
import type { FindingIdentity, SilentReason, SpokenReason } from "../types.ts";
import { ago, howOften, lifted, silenceOver, stabilisedButWrong, whyFirst } from "./sentences.ts";

/** Whether a notice is published now, with the reason as text for the reader or the log. */
export type Decision =
  | {
      readonly speak: true;
      readonly reason: SpokenReason;
      readonly why: string;
      /**
       * Id of a notice that may already be published. It is published again under the same id, in case it was
       * not.
       */
      readonly repeats?: string;
    }
  | { readonly speak: false; readonly reason: SilentReason; readonly why: string };

/** The `notifications` section of the warehouse file; see `Tell` there. */
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
 * | all of it is silenced or a consequence, not notified  | silenced, consequence |
 * | found, not notified                                   | first; flapping if all of it broke more often than allowed |
 * | found, notified as a warning and critical now         | escalated           |
 * | found, broke more often than allowed, not yet notified as flapping | flapping |
 * | found, not among the notified findings                | new_finding         |
 * | found, the notice of exactly these findings is pending | its reason again   |
 * | found, some of the notified findings are ok           | partly_recovered    |
 * | all of it is silenced or a consequence                | silenced, consequence |
 * | found, acknowledged, and that has not run out         | acknowledged        |
 * | found, acknowledged, and that has run out             | reminder, if there are any |
 * | all of it is flapping                                 | still_flapping      |
 * | found, all notified, the reminder time has passed     | reminder            |
 * | found, all notified, the reminder time has not passed, or no reminders are wanted | held |
 * | not found, some of it could not be judged             | not_judged          |
 * | not found, some of it belongs to another incident now | moved               |
 * | not found, the notice of its recovery is pending      | recovered again     |
 * | not found, notified as flapping, not yet stable       | still_flapping      |
 * | not found, and none of it is watched any more         | no_longer_watched   |
 * | not found, all of it judged, never notified           | never_told          |
 * | not found, all of it judged                           | recovered           |
 */
export function needsNotice(it: IncidentUpdate, at: Moment): Decision {
  const { now, decidedUntil } = at;
  if (decidedUntil !== null && decidedUntil > now) {
    return silent(
      "stale_tick",
      `This is the tick of ${formatInstant(now)}; that of ${formatInstant(decidedUntil)} has decided already.`,
    );
  }
  return it.group === null ? whenNotFound(it, at) : whenFound(it, at);
}

function whenFound(it: IncidentUpdate, at: Moment): Decision {
  const own = tellable(it, at.suppressions);
  if (it.told.length === 0 || it.toldAt === null) {
    if (own.length === 0) return suppressed(it, at);
    const flaps = own.every((f) => it.newlyFlapping.includes(f));
    return speak(flaps ? "flapping" : "first", whyFirst(it, own, at));
  }
  return whatIsNew(it, own, it.toldAt, at) ?? whatIsOld(it, own, it.toldAt, at);
}

/**
 * Findings that get a notice of their own. A finding that was never notified and cannot be judged now is left
 * out.
 */
export function tellable(it: IncidentUpdate, suppressions: Suppressions): readonly FindingIdentity[] {
  const told = new Set(it.told.map(matter));
  const unseen = new Set(it.notJudged.map(matter).filter((one) => !told.has(one)));
  return it.findings.filter((finding) => !suppressions.has(matter(finding)) && !unseen.has(matter(finding)));
}

function whatIsNew(
  it: IncidentUpdate,
  own: readonly FindingIdentity[],
  toldAt: Date,
  { now, policy }: Moment,
): Decision | null {
  const toldSeverity = new Map(it.told.map((told) => [matter(told), told.severity]));
  const worse = own.filter((f) => f.severity === "critical" && toldSeverity.get(matter(f)) === "warning");
  const flapping = own.filter((f) => it.newlyFlapping.includes(f) && !wasBeingTold(it, f));
  const news = own.filter((f) => !toldSeverity.has(matter(f)) && !flapping.includes(f));
  if (worse.length + flapping.length + news.length === 0) return null;

  const parts = [
    ...(worse.length > 0 ? [`${subjectsOf(worse)} became critical`] : []),
    ...(news.length > 0 ? [`${mattersOf(news, it.told)} ${isOrAre(news)} new`] : []),
    ...(flapping.length > 0 ? [howOften(it, flapping, policy)] : []),
  ];
  const reason = worse.length > 0 ? "escalated" : news.length > 0 ? "new_finding" : "flapping";
  return speak(
    reason,
    `Since the last message (${ago(it, toldAt, now)}), ${parts.join(", and ")}.${lifted(it, now)}${silenceOver(it, own, policy, now)}`,
  );
}

function whatIsOld(it: IncidentUpdate, own: readonly FindingIdentity[], toldAt: Date, at: Moment): Decision {
  const { now, policy } = at;
  const unfinished = it.incident?.telling ?? null;
  if (unfinished !== null) return again(unfinished);

  const better = wellAgain(it);
  if (better.length > 0) {
    return speak(
      "partly_recovered",
      `${mattersOf(better, it.findings)} ${isOrAre(better)} ok again; the rest is not over.`,
    );
  }

  if (own.length === 0) return suppressed(it, at);
  const acknowledged = it.incident?.acknowledged ?? null;
  if (acknowledged !== null && now < acknowledged.until) {
    return silent(
      "acknowledged",
      `Acknowledged ${formatInstant(acknowledged.at)}, and it has not grown since: no reminder before ${formatInstant(acknowledged.until)}.`,
    );
  }
  const isReminded = policy.repeatAfterMs.length > 0;
  if (acknowledged !== null && isReminded) {
    return speak(
      "reminder",
      `The acknowledgement of ${formatInstant(acknowledged.at)} ran out at ${formatInstant(acknowledged.until)}, and it is not over.`,
    );
  }
  const steady = own.filter((f) => !it.stillFlapping.includes(f));
  if (steady.length === 0) return stillFlapping(it, own, policy);
  if (!isReminded) {
    return silent(
      "held",
      `The same findings were told ${ago(it, toldAt, now)}, and the settings ask for no reminders.`,
    );
  }

  const reminders = it.incident?.reminders ?? 0;
  const wait = waitAfter(policy, reminders);
  const next = new Date(toldAt.getTime() + wait);
  if (now < next) {
    return silent(
      "held",
      `The same findings were told ${ago(it, toldAt, now)}; a reminder is due at ${formatInstant(next)}.`,
    );
  }
  return speak(
    "reminder",
    `A reminder: the last message was ${ago(it, toldAt, now)}, and it is not over. The next is due in ${formatDuration(waitAfter(policy, reminders + 1))}.${stabilisedButWrong(it)}${silenceOver(it, own, policy, now)}`,
  );
}

/** Notified findings that are over. A finding that can be judged again and is still wrong is not over. */
export function wellAgain({ told, findings, recovered }: IncidentUpdate): readonly FindingIdentity[] {
  const known = new Set(told.map(matter));
  const stillWrong = new Set(findings.map(matter));
  return recovered.filter((f) => known.has(matter(f)) && !stillWrong.has(matter(originalKey(f))));
}

/** The wait after this number of reminders; the last wait repeats. */
function waitAfter({ repeatAfterMs }: Policy, reminders: number): number {
  return repeatAfterMs[Math.min(reminders, repeatAfterMs.length - 1)] ?? 0;
}

function whenNotFound(it: IncidentUpdate, { now, policy }: Moment): Decision {
  if (it.notJudged.length > 0) {
    return silent(
      "not_judged",
      `${subjectsOf(it.notJudged)} could not be judged this time, so it cannot be called over.`,
    );
  }
  if (it.moved.length > 0) {
    return silent(
      "moved",
      `${subjectsOf(it.moved)}: the cause turned out to be another one; the story goes on there.`,
    );
  }
  const unfinished = it.incident?.telling ?? null;
  if (unfinished?.reason === "recovered") return again(unfinished);
  if (it.stabilising.length > 0) return stillFlapping(it, it.stabilising, policy);
  if (it.recovered.length === 0 && it.unwatched.length > 0) {
    return silent(
      "no_longer_watched",
      `${subjectsOf(it.unwatched)} ${isOrAre(it.unwatched)} not watched any more, so it cannot be called over; it is dropped.`,
    );
  }
  const opened = it.incident?.openedAt ?? now;
  if (it.told.length === 0) {
    return silent(
      "never_told",
      `First seen ${formatInstant(opened)}, and over before any message: none is sent.`,
    );
  }
  const everything = it.recovered.every(isCheckUnavailable)
    ? "Everything it was about can be checked again"
    : "Everything it was about was judged again and is over";
  return speak(
    "recovered",
    it.stillWrong.length === 0
      ? `${everything}.`
      : `${everything}; ${subjectsOf(it.stillWrong)} ${isOrAre(it.stillWrong)} not well for another reason.`,
  );
}

/**
 * True if the notice of this break is pending: it is published again and does not count as flapping once
 * more.
 */
function wasBeingTold({ incident, history }: IncidentUpdate, finding: FindingIdentity): boolean {
  const telling = incident?.telling ?? null;
  const last = history.find((one) => matter(one) === matter(finding))?.breaks.at(-1);
  return telling !== null && last !== undefined && last <= telling.at;
}

/** True if every finding is suppressed. */
function suppressed(it: IncidentUpdate, { suppressions }: Moment): Decision {
  const given = it.findings.flatMap((f) => suppressions.get(matter(f)) ?? []);
  const silenced = given.find((one) => one.kind === "silenced");
  if (silenced !== undefined) {
    const { why, until } = silenced.silence;
    return silent("silenced", `Planned work until ${formatInstant(until)}: ${why}`);
  }
  const causes = [...new Set(given.flatMap((one) => (one.kind === "consequence" ? [one.of] : [])))];
  return silent(
    "consequence",
    `${subjectsOf(it.findings)}: follows from what is known: ${causes.join("; ")}.`,
  );
}

function stillFlapping(it: IncidentUpdate, flapping: readonly FindingIdentity[], policy: Policy): Decision {
  const changed = it.history
    .filter((one) => flapping.some((f) => matter(f) === matter(one)))
    .map((one) => one.changedAt.getTime());
  const last = Math.max(...changed);
  return silent(
    "still_flapping",
    `${subjectsOf(flapping)}: flapping; changed last at ${formatInstant(new Date(last))}, and nothing is said before it has held still for ${formatDuration(stableAfterMs(policy.flapping))}.`,
  );
}

function again({ notice, reason, at }: Intention): Decision {
  const why = `The run of ${formatInstant(at)} that sent it did not finish; it is sent again in case it did not arrive.`;
  return { ...speak(reason, why), repeats: notice };
}

function speak(reason: SpokenReason, why: string): Decision & { readonly speak: true } {
  return { speak: true, reason, why };
}

function silent(reason: SilentReason, why: string): Decision {
  return { speak: false, reason, why };
}
