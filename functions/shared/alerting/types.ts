import type { Block, Fact } from "../report/blocks.ts";

export type Severity = "warning" | "critical";

/**
 * One thing that is wrong. Its identity is check + subject + severity; age,
 * counts and money are evidence and never part of it.
 */
export interface Finding {
  /** The check that found it, e.g. `freshness`. */
  readonly check: string;
  /** What it is about, e.g. a source id. */
  readonly subject: string;
  readonly severity: Severity;
  /** One sentence, e.g. "facebook_ads_insights: nothing arrived for 144 h". */
  readonly summary: string;
  /**
   * What would explain it, e.g. the missing day by `freshness` of its source. While people know that one of
   * these is wrong, and as badly, this finding is its consequence and not told by itself.
   */
  readonly follows?: readonly Matter[];
  /** When it began, ISO 8601, where that is known: what began before a cause does not follow from it. */
  readonly since?: string | null;
  /** How long it may stay wrong once what explained it is over, e.g. until its next rebuild; 0 unless said. */
  readonly graceMs?: number;
}

/** What a finding is about, whatever its severity. */
export type Matter = Pick<Finding, "check" | "subject">;

/** What makes two findings the same one. */
export type FindingIdentity = Pick<Finding, "check" | "subject" | "severity">;

/** The findings of one cause, told together: one connector down is one notice, not seven. */
export interface FindingGroup {
  /** Stable while the cause is the same, e.g. `connector:facebook`, `host:airbyte`. */
  readonly key: string;
  readonly findings: readonly Finding[];
  /** When the cause began, ISO 8601, where it is known: the recovery says how long it lasted. Not identity. */
  readonly since?: string | null;
  /** Who is responsible, as the warehouse file names them; notices can be routed by it. */
  readonly owners?: readonly string[];
  readonly message: Message;
  /**
   * Of a group that is told as it grows: the message for what people do not know yet, or not as that bad. Asked with none of
   * it where nothing is new. Without it, `message` is told whatever is new.
   */
  readonly messageOf?: (news: readonly Matter[]) => Message;
}

export interface MessageFact extends Fact {
  /** For a channel with room, like a mail; a chat leaves it out. */
  readonly detail?: boolean | undefined;
}

/**
 * What a notice says, in the order a reader needs it: what, how bad, since when,
 * how much money, what to do, who owns it; then the details.
 */
export interface Message {
  /** What is wrong, in one line; no severity word, no channel markup. */
  readonly title: string;
  /** The second line: since when, how long, how much is not visible. */
  readonly lead: string;
  /** Cause first, then how bad, since when, money, owner. A chat shows the first few that are no detail. */
  readonly facts: readonly MessageFact[];
  /** What to do, most likely first. */
  readonly actions: readonly string[];
  readonly details: readonly Block[];
  /**
   * What only a channel with room shows, after the details, like a whole report: a mail does, a chat does not.
   */
  readonly appendix?: readonly Block[];
  /** Pages of others that help, e.g. the connection in Airbyte. */
  readonly links?: readonly Link[];
}

/**
 * Something people are told once, that is not wrong and will not be over: a view has a new column, a key was rotated.
 * Offer it at every tick for some days after it happened, from what is remembered elsewhere than in the run: so a run
 * that dies loses nothing, and a key that was told is never told again, however long ago.
 */
export interface News {
  /**
   * Stable for this piece of news and never used for another of the same function, e.g. `changed/2026-02-08T12:00:00.000Z`.
   * What grows after it was told, as when a tick that is tried again changes more, is told of only under another key.
   * It stands in query parameters: no name of a person and no value of a row.
   */
  readonly key: string;
  /** When it happened. */
  readonly at: Date;
  /** What it is about, e.g. view ids; notices can be routed by it. */
  readonly subjects: readonly string[];
  /** Who is responsible, as the warehouse file names them. */
  readonly owners: readonly string[];
  readonly message: Message;
  /** Why the reader hears of it now, one sentence; that nothing is wrong and it is said once unless said. */
  readonly why?: string;
  /** Where to go from it. */
  readonly links?: readonly Link[];
}

/** How long an incident lasted, and what it was about: what a bill is made out for. */
export interface Outage {
  readonly subjects: readonly string[];
  readonly began: Date;
  readonly over: Date;
}

/** Why people are notified now. The topic and `alert_state` hold no other. */
export const spokenReasons = [
  /** Nothing of this incident was ever told. */
  "first",
  /** A finding told as a warning is critical now. */
  "escalated",
  /** The open incident has a finding that was not told. */
  "new_finding",
  /** The same findings, and the reminder time has passed. */
  "reminder",
  /** Something keeps breaking and mending: said once, then nothing until it is stable. */
  "flapping",
  /** Some of what was told is over, the rest is not. */
  "partly_recovered",
  /** Everything the incident was about was judged and is over. */
  "recovered",
  /** No incident: the heartbeat that proves the function is alive. */
  "all_quiet",
  /** No incident: something has happened that people should know of. */
  "news",
] as const;

export type SpokenReason = (typeof spokenReasons)[number];

/** Why nobody hears of it now. */
export type SilentReason =
  /** The same findings were told less than the reminder time ago. */
  | "held"
  /** Told to be flapping, and it has not held still since. */
  | "still_flapping"
  /** It follows from something people know of. */
  | "consequence"
  /** Planned work: the warehouse file says so, with an end. */
  | "silenced"
  /** Somebody has said that they are on it; it has not grown since. */
  | "acknowledged"
  /** Something it is about could not be judged, so it can be neither over nor worse. */
  | "not_judged"
  /** Its findings belong to another incident now: the cause turned out to be another one. */
  | "moved"
  /** It was over before anybody could be told. */
  | "never_told"
  /** What it was about is not watched any more, so nobody will ever know whether it is over. */
  | "no_longer_watched"
  /** A later tick has decided already. */
  | "stale_tick";

export type NoticeReason = SpokenReason | SilentReason;

/** What the alerts topic carries, as JSON. `needs-notice.ts` decides that it exists. */
export interface Notice extends Message {
  /** Derived from the incident, the state it moves from, the set of findings and the reason: a retry makes the same id. */
  readonly id: string;
  /** The incident it belongs to; messages of one incident form one thread. */
  readonly incident: string;
  readonly kind: "problem" | "recovery" | "report";
  readonly reason: SpokenReason;
  /** Worst severity among the findings; of a recovery, the worst there was; `info` where nothing is wrong. */
  readonly severity: Severity | "info";
  /** What it is about, e.g. source ids, the recovered ones too; empty where it is about nothing in particular. */
  readonly subjects: readonly string[];
  /** Who is responsible; a recovery names everybody whom the problem named. */
  readonly owners: readonly string[];
  /** Function that speaks, e.g. `sync-watchdog`. */
  readonly from: string;
  /** The tick it speaks of, ISO 8601 in UTC. */
  readonly at: string;
  /** Why the reader hears of it now, one sentence. */
  readonly why: string;
  /** Where to go from here, e.g. to acknowledge; empty where no address of the functions is known. */
  readonly links: readonly Link[];
}

export interface Link {
  readonly label: string;
  /** Absolute, http or https. */
  readonly url: string;
}
