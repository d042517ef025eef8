import { formatDuration, formatInstant } from "../report/format.ts";
import { type Intention, matter } from "./incident.ts";
import { type Case, isBlindness } from "./match-incidents.ts";
import type { FindingIdentity, SilentReason, SpokenReason } from "./types.ts";

/** Whether somebody must hear of a case now, and why, in words for the reader or for the log. */
export type Decision =
  | {
      readonly speak: true;
      readonly reason: SpokenReason;
      readonly why: string;
      /** Id of a notice that may have been published already: said again, in case it was not. */
      readonly repeats?: string;
    }
  | { readonly speak: false; readonly reason: SilentReason; readonly why: string };

export interface Moment {
  /** The tick. */
  readonly now: Date;
  /** The latest tick after this one that has run; null where this is the latest. */
  readonly decidedUntil: Date | null;
  /** The same findings are told again this long after they were last told. */
  readonly remindAfterMs: number;
}

/**
 * Compares sets of findings, and looks at the time only when nothing is new: so the reminder time can
 * never swallow something that got worse. What a run was about to tell when it ended counts as told, and is
 * told again under its own id, or told as what it has become.
 *
 * | the case                                              | decision          |
 * | ----------------------------------------------------- | ----------------- |
 * | a later tick has decided already                      | stale_tick        |
 * | found, nobody told                                    | first             |
 * | found, told as a warning and critical now             | escalated         |
 * | found, not among what was told                        | new_finding       |
 * | found, a run has ended while it told just that        | its reason again  |
 * | found, all told, the reminder time has passed         | reminder          |
 * | found, all told, the reminder time has not passed     | held              |
 * | not found, some of it could not be judged             | not_judged        |
 * | not found, some of it is found in another case now    | moved             |
 * | not found, a run has ended while it called it over    | recovered again   |
 * | not found, and none of it is watched any more         | no_longer_watched |
 * | not found, all of it judged, but nobody was told      | never_told        |
 * | not found, all of it judged                           | recovered         |
 */
export function needsNotice(it: Case, at: Moment): Decision {
  const { now, decidedUntil, remindAfterMs } = at;
  if (decidedUntil !== null && decidedUntil > now) {
    return silent(
      "stale_tick",
      `This is the tick of ${formatInstant(now)}; that of ${formatInstant(decidedUntil)} has decided already.`,
    );
  }
  return it.group === null ? whenNotFound(it, now) : whenFound(it, now, remindAfterMs);
}

function whenFound(it: Case, now: Date, remindAfterMs: number): Decision {
  if (it.told.length === 0 || it.toldAt === null) return speak("first", whyFirst(it, now));

  const toldSeverity = new Map(it.told.map((told) => [matter(told), told.severity]));
  const worse = it.findings.filter(
    (f) => f.severity === "critical" && toldSeverity.get(matter(f)) === "warning",
  );
  const news = it.findings.filter((f) => !toldSeverity.has(matter(f)));
  const unfinished = it.incident?.telling ?? null;
  const toldAgo =
    `${formatInstant(it.toldAt)}, ${formatDuration(now.getTime() - it.toldAt.getTime())} ago` +
    (unfinished === null ? "" : ", by a run that did not finish");

  if (worse.length > 0) {
    const also = news.length > 0 ? `, and ${subjects(news)} ${isOrAre(news)} new` : "";
    return speak(
      "escalated",
      `Since it was last told (${toldAgo}), ${subjects(worse)} became critical${also}.`,
    );
  }
  if (news.length > 0) {
    return speak(
      "new_finding",
      `Since it was last told (${toldAgo}), ${subjects(news)} ${isOrAre(news)} new.`,
    );
  }
  if (unfinished !== null) return again(unfinished);
  const next = new Date(it.toldAt.getTime() + remindAfterMs);
  if (now >= next) {
    return speak("reminder", `A reminder: it was last told ${toldAgo}, and is not over.`);
  }
  const better =
    it.recovered.length > 0 ? ` ${subjects(it.recovered)}: well again; the rest is not over.` : "";
  return silent(
    "held",
    `The same findings were told ${toldAgo}; a reminder is due at ${formatInstant(next)}.${better}`,
  );
}

function whenNotFound(it: Case, now: Date): Decision {
  if (it.notJudged.length > 0) {
    return silent(
      "not_judged",
      `${subjects(it.notJudged)} could not be judged this time, so it cannot be called over.`,
    );
  }
  if (it.moved.length > 0) {
    return silent(
      "moved",
      `${subjects(it.moved)}: the cause turned out to be another one; the story goes on there.`,
    );
  }
  const unfinished = it.incident?.telling ?? null;
  if (unfinished?.reason === "recovered") return again(unfinished);
  if (it.recovered.length === 0 && it.unwatched.length > 0) {
    return silent(
      "no_longer_watched",
      `${subjects(it.unwatched)} ${isOrAre(it.unwatched)} not watched any more, so it cannot be called over; it is dropped.`,
    );
  }
  const opened = it.incident?.openedAt ?? now;
  if (it.told.length === 0) {
    return silent(
      "never_told",
      `First seen ${formatInstant(opened)}, never told, and over: nobody needs to hear of it.`,
    );
  }
  const everything = it.recovered.every(isBlindness)
    ? "Everything it was about can be checked again"
    : "Everything it was about was judged again and is over";
  return speak(
    "recovered",
    it.stillWrong.length === 0
      ? `${everything}.`
      : `${everything}; ${subjects(it.stillWrong)} ${isOrAre(it.stillWrong)} not well for another reason.`,
  );
}

function whyFirst(it: Case, now: Date): string {
  const opened = it.incident?.openedAt ?? now;
  return opened < now
    ? `First seen ${formatInstant(opened)}; nobody could be told until now.`
    : "This is the first alert for it.";
}

function again({ notice, reason, at }: Intention): Decision {
  const why = `The run of ${formatInstant(at)} that told it did not finish; it is told again in case nobody heard.`;
  return { ...speak(reason, why), repeats: notice };
}

function speak(reason: SpokenReason, why: string): Decision & { readonly speak: true } {
  return { speak: true, reason, why };
}

function silent(reason: SilentReason, why: string): Decision {
  return { speak: false, reason, why };
}

const namesShown = 5;

function subjects(findings: readonly FindingIdentity[]): string {
  const names = [...new Set(findings.map((it) => it.subject))].sort();
  const rest = names.length - namesShown;
  return names.slice(0, namesShown).join(", ") + (rest > 0 ? ` and ${rest} more` : "");
}

function isOrAre(findings: readonly FindingIdentity[]): string {
  return new Set(findings.map((it) => it.subject)).size === 1 ? "is" : "are";
}
