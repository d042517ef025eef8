import type { FunctionState } from "./functions/function-process.ts";
import type { Tick } from "./scheduler.ts";

/** What the API and the console show of a running stack, and the few things they may do to it. */
export interface StackView {
  status(): Status;
  inbox(): Inbox;
  /** The newest decisions first, at most `limit`. */
  decisions(limit: number): Promise<readonly Decision[]>;
  /** What the sync watchdog answers now. */
  watchdog(): Promise<WatchdogReport>;
  /** Resolves when all ticks and their deliveries have finished. */
  advance(ms: number): Promise<Turn>;
  /** @throws Error naming the connectors there are, when `id` is none of them */
  repair(id: string): Promise<ConnectorState>;
  break(id: string): Promise<ConnectorState>;
}

export interface Status {
  readonly clock: { readonly now: string; readonly started_at: string };
  readonly functions: readonly FunctionStatus[];
  readonly connectors: readonly ConnectorState[];
  /** The newest ticks, newest first. */
  readonly ticks: readonly Tick[];
  readonly deliveries: DeliveryStatus;
  /** Changes whenever there is something new to show. */
  readonly revision: string;
}

export interface FunctionStatus {
  readonly name: string;
  readonly description: string;
  readonly state: FunctionState;
  readonly pid: number | null;
  readonly crashes: number;
  readonly last_exit: string | null;
  readonly schedule: string | null;
  readonly time_zone: string;
  readonly topic: string | null;
  readonly next_tick: string | null;
  readonly last_tick: Tick | null;
  readonly url: string;
  /** The last lines it wrote, oldest first. */
  readonly log: readonly string[];
}

export interface ConnectorState {
  readonly id: string;
  readonly name: string;
  /** Machine or service it runs on; null when it shares none. */
  readonly host: string | null;
  readonly broken: boolean;
  readonly last_sync: string | null;
  readonly every_ms: number;
}

export interface DeliveryStatus {
  /** Messages not yet acknowledged. */
  readonly pending: number;
  readonly delivered: number;
  readonly dead_lettered: number;
}

export interface Inbox {
  /** In order of arrival. */
  readonly slack: readonly SlackMessage[];
  readonly mail: readonly Mail[];
}

export interface SlackMessage {
  readonly id: string;
  /** When it arrived, on the world's clock. */
  readonly at: string;
  readonly channel: string;
  /** The incoming webhook's payload as it was sent. */
  readonly payload: Readonly<Record<string, unknown>>;
}

export interface Mail {
  readonly id: string;
  readonly at: string;
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly html: string | null;
}

/** One row of the bundle's alert log: a message sent, or a silence kept, and why. */
export interface Decision {
  readonly at: string;
  readonly function: string;
  /** The cause it was about, e.g. `connector:facebook`. */
  readonly group: string;
  readonly title: string;
  /** True for a message, false for a silence. */
  readonly spoken: boolean;
  /** The deciding rule in one word, e.g. `first`, `held`, `recovered`. */
  readonly reason: string;
  /** The reason in a sentence. */
  readonly why: string;
  /** Why the message could not be published; null when it was, and for a silence. */
  readonly failure: string | null;
}

export interface Turn {
  readonly clock: { readonly now: string };
  readonly ticks: readonly Tick[];
  /** False when some delivery was still being retried after a patient wait. */
  readonly settled: boolean;
  readonly slack_messages: number;
  readonly mails: number;
}

export type WatchdogReport =
  | { readonly ok: true; readonly report: FreshnessReport }
  | { readonly ok: false; readonly problem: string };

/** The part of `GET /sync-watchdog` that is shown. */
export interface FreshnessReport {
  readonly as_of: string;
  readonly summary: Readonly<Record<SourceStatus, number>>;
  readonly sources: readonly SourceReport[];
  readonly groups: readonly GroupReport[];
}

export type SourceStatus = "ok" | "warning" | "critical" | "unknown";

export interface SourceReport {
  readonly source: string;
  readonly status: SourceStatus;
  readonly arrival: string | null;
  readonly business_date: string | null;
  readonly modified: string | null;
  readonly age_hours: number | null;
  readonly decided_by: string | null;
  readonly finding: string | null;
  readonly impact: Impact | null;
  readonly cause: string | null;
  readonly owner: string | null;
}

export interface Impact {
  readonly amount: number;
  readonly currency: string;
  readonly kind: string;
  readonly low: number | null;
  readonly high: number | null;
  readonly basis: string | null;
}

export interface GroupReport {
  readonly key: string;
  readonly title: string;
  readonly severity: string;
  readonly since: string | null;
  readonly cause: string | null;
  readonly probable: boolean;
  readonly evidence: readonly string[];
  readonly sources: readonly string[];
  readonly impact: readonly Impact[];
  readonly actions: readonly string[];
  readonly owner: string | null;
}
