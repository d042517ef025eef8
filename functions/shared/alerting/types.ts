import type { Block, Fact } from "../report/blocks.ts";

export type Severity = "warning" | "critical";

/**
 * One wrong thing. Its identity is check + subject + severity. Age, counts and money are evidence and not
 * part of the identity.
 */
export interface Finding {
  /** The check that found it, e.g. `freshness`. */
  readonly check: string;
  /** The id of the thing that is wrong, e.g. of a source. */
  readonly subject: string;
  readonly severity: Severity;
  /** One sentence, e.g. "facebook_ads_insights: nothing arrived for 144 h". */
  readonly summary: string;
  /**
   * Keys that would explain it, e.g. `freshness` of its source for a missing day. While one of these is
   * notified as wrong and as bad, this finding is its consequence and gets no notice of its own.
   */
  readonly follows?: readonly FindingKey[];
  /** When it began, ISO 8601, if known. A finding that began before a cause is not its consequence. */
  readonly since?: string | null;
  /** How long it may stay wrong after its cause is over, e.g. until its next rebuild; default 0. */
  readonly graceMs?: number;
}

/** Identity of a result: the severity is not part of it. */
export type FindingKey = Pick<Finding, "check" | "subject">;

/** Identity of a finding. */
export type FindingIdentity = Pick<Finding, "check" | "subject" | "severity">;

/**
 * The findings of one cause, notified together: if one connector is down, there is one notice and not seven.
 */
export interface FindingGroup {
  /** Stays the same while the cause is the same, e.g. `connector:facebook`, `host:airbyte`. */
  readonly key: string;
  readonly findings: readonly Finding[];
  /**
   * When the cause began, ISO 8601, if known. The recovery uses it to say how long it lasted. Not part of the
   * identity.
   */
  readonly since?: string | null;
  /** Owners as the warehouse file names them. Routes can select notices by owner. */
  readonly owners?: readonly string[];
  readonly message: Message;
  /**
   * For a group that grows over time: words the message of the findings that are not yet notified, or not at
   * this severity. Called with an empty list if nothing is new. Without it, `message` is used.
   */
  readonly messageOf?: (news: readonly FindingKey[]) => Message;
}

export interface MessageFact extends Fact {
  /** True for facts that only a channel with room shows, such as a mail; a chat leaves them out. */
  readonly detail?: boolean | undefined;
}

/**
 * The text of a notice, in the order in which a reader needs it: problem, severity, since when, money,
 * actions, owner; then the details.
 */
export interface Message {
  /** The problem in one line, without a severity word and without markup. */
  readonly title: string;
  /** The second line: since when, how long, how much data is missing. */
  readonly lead: string;
  /**
   * The cause first, then the extent, since when, money, owner. A chat shows the first few that are not
   * `detail`.
   */
  readonly facts: readonly MessageFact[];
  /** What to do, most likely first. */
  readonly actions: readonly string[];
  readonly details: readonly Block[];
  /**
   * Shown after the details, only on channels with room: a mail shows it, a chat does not. For example a
   * whole report.
   */
  readonly appendix?: readonly Block[];
  /** Helpful pages of other systems, e.g. the connection in Airbyte. */
  readonly links?: readonly Link[];
}

/**
 * An event that is notified once. It is not a problem and does not recover: a view has a new column, a key
 * was rotated. The function offers it at every tick for some days after it happened, from stored state and
 * not from the run's memory. So a crashed run loses nothing, and a notified key is never notified again,
 * however old.
 */
export interface News {
  /**
   * Stable for this piece of news and never reused by the same function, e.g.
   * `changed/2026-02-08T12:00:00.000Z`. If it grows after it was notified, for example because a repeated
   * tick changes more, the addition needs a new key. The key is a query parameter, so it must not contain a
   * person's name or a value of a row.
   */
  readonly key: string;
  /** When it happened. */
  readonly at: Date;
  /** The ids it is about, e.g. of views. Routes can select notices by them. */
  readonly subjects: readonly string[];
  /** Owners as the warehouse file names them. */
  readonly owners: readonly string[];
  readonly message: Message;
  /** Why the reader gets it now, one sentence; by default, that nothing is wrong and that it is sent once. */
  readonly why?: string;
  readonly links?: readonly Link[];
}

/** How long an incident lasted and what it was about; used to compute what the outage cost. */
export interface Outage {
  readonly subjects: readonly string[];
  readonly began: Date;
  readonly over: Date;
}

/** Why a notice is sent now. The topic and `alert_state` hold no other reasons. */
export const notifyReasons = [
  /** The incident was never notified. */
  "first",
  /** A finding notified as a warning is critical now. */
  "escalated",
  /** The open incident has a finding that was not notified. */
  "new_finding",
  /** The findings are the same, and the reminder time has passed. */
  "reminder",
  /** A finding keeps breaking and recovering: notified once, then not again until it is stable. */
  "flapping",
  /** Some of the notified findings are over, the rest are not. */
  "partly_recovered",
  /** Every finding of the incident was evaluated and is ok. */
  "recovered",
  /** Not an incident: the heartbeat that proves that the function is alive. */
  "heartbeat",
  /** Not an incident: an event that is worth a notice. */
  "news",
] as const;

export type NotifyReason = (typeof notifyReasons)[number];

/** Why no notice is sent now. */
export type SuppressReason =
  /** The same findings were notified, and the reminder time has not passed. */
  | "repeat_interval"
  /** Notified as flapping, and not yet stable. */
  | "still_flapping"
  /** It follows from a notified finding. */
  | "inhibited"
  /** The warehouse file names planned work, with an end. */
  | "silenced"
  /** A person is working on it, and it has not grown since. */
  | "acknowledged"
  /** One of its findings could not be evaluated, so it can be neither resolved nor worse. */
  | "not_evaluated"
  /** Its findings belong to another incident now, because the cause turned out to be different. */
  | "moved"
  /** It was over before it was notified. */
  | "never_notified"
  /** It is not monitored any more, so its recovery will never be known. */
  | "no_longer_monitored"
  /** A later tick has already run. */
  | "stale_tick";

export type NoticeReason = NotifyReason | SuppressReason;

/** The JSON message of the alerts topic. `needs-notice.ts` decides whether it is sent. */
export interface Notice extends Message {
  /**
   * Derived from the incident, the version of its state, the set of findings and the reason, so a retry makes
   * the same id.
   */
  readonly id: string;
  /** The incident it belongs to. A channel shows the messages of one incident as one thread. */
  readonly incident: string;
  readonly kind: "problem" | "recovery" | "report";
  readonly reason: NotifyReason;
  /**
   * The worst severity of the findings; for a recovery, the worst of the incident; `info` if nothing is
   * wrong.
   */
  readonly severity: Severity | "info";
  /** The ids it is about, e.g. of sources, including recovered ones; may be empty. */
  readonly subjects: readonly string[];
  /** The responsible owners; a recovery names every owner whom the problem named. */
  readonly owners: readonly string[];
  /** Name of the function, e.g. `sync-watchdog`. */
  readonly from: string;
  /** The tick, ISO 8601 in UTC. */
  readonly at: string;
  /** Why the reader gets it now, one sentence. */
  readonly why: string;
  /** Links such as "Acknowledge"; empty if the address of the functions is not known. */
  readonly links: readonly Link[];
}

export interface Link {
  readonly label: string;
  /** Absolute, http or https. */
  readonly url: string;
}
