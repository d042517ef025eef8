import type { Plan } from "../decide/remember.ts";
import type { DampedCase } from "../incidents/flapping.ts";
import { digest, type Incident } from "../incidents/incident.ts";
import type { Link, Message, Notice, SpokenReason } from "../types.ts";

/**
 * What people are told once, though nothing is wrong and nothing will be over: the line of the day, and news. Kept
 * among the incidents, so that it is claimed, told and remembered as they are: once, whoever comes.
 */
export const reportKeys = { line: "all-quiet/", news: "news/" } as const;

export function isReport({ key }: Pick<Incident, "key">): boolean {
  return Object.values(reportKeys).some((prefix) => key.startsWith(prefix));
}

/**
 * The record of a report nobody was told of. Its id is made of its key alone: two runs that open it at once open
 * one, and where the state was lost it is told again under the same notice id, which the notifier delivers once.
 */
export function openedReport(
  key: string,
  { title, since, from, now }: { readonly title: string; readonly since: Date | null } & Speaking,
): Incident {
  return {
    id: digest([from, key]).slice(0, 16),
    key,
    version: 0,
    findings: [],
    told: [],
    toldAt: null,
    telling: null,
    reminders: 0,
    acknowledged: null,
    history: [],
    owners: [],
    severity: "warning",
    title,
    since,
    openedAt: now,
    changedAt: now,
  };
}

interface Speaking {
  readonly from: string;
  readonly now: Date;
}

interface Report {
  readonly reason: SpokenReason;
  readonly why: string;
  readonly message: Message;
  readonly subjects: readonly string[];
  readonly owners: readonly string[];
  readonly links?: readonly Link[];
}

/** The plan to tell it. A run that ended while it told it has left its id: the notifier delivers that once. */
export function planToReport(
  incident: Incident,
  { reason, why, message, subjects, owners, links = [] }: Report,
  { from, now }: Speaking,
): Plan & { readonly notice: Notice } {
  const repeats = incident.telling?.notice;
  return {
    case: nothing(incident),
    incident,
    known: [],
    decision: { speak: true, reason, why, ...(repeats !== undefined && { repeats }) },
    notice: {
      ...message,
      id: repeats ?? `${incident.id}-${reason.replaceAll("_", "-")}`,
      incident: incident.id,
      kind: "report",
      reason,
      severity: "info",
      subjects,
      owners,
      from,
      at: now.toISOString(),
      why,
      links,
    },
  };
}

/** The plan for one that a run began, and that will not be told any more. */
export function planToDrop(incident: Incident, why: string): Plan {
  return {
    case: nothing(incident),
    incident,
    known: [],
    decision: { speak: false, reason: "never_told", why },
    notice: null,
  };
}

function nothing(incident: Incident): DampedCase {
  return {
    group: null,
    incident,
    findings: [],
    recovered: [],
    moved: [],
    notJudged: [],
    unwatched: [],
    stillWrong: [],
    told: [],
    toldAt: null,
    history: [],
    newlyFlapping: [],
    stillFlapping: [],
    calmed: [],
    settling: [],
  };
}
