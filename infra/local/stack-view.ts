import type { FunctionState } from "./functions/function-process.ts";
import type { Tick } from "./scheduler.ts";

/** The part of a running stack that the API and the console show and change. */
export interface StackView {
  status(): Status;
  inbox(): Inbox;
  /** The newest decisions first, at most `limit`. */
  decisions(limit: number): Promise<readonly Decision[]>;
  /** The answer of the sync watchdog now. */
  watchdog(): Promise<WatchdogReport>;
  /**
   * The clean views, as `dedup-views` answers now. It counts rows, which takes seconds.
   *
   * @param timeoutMs after this time it returns the last answer, not `current`; without it, it waits for the answer
   */
  cleanViews(timeoutMs?: number): Promise<CleanViews>;
  /** Whether all PII is hashed and no readable PII is left, as `pii-hasher` proves it now. @param timeoutMs as above */
  pii(timeoutMs?: number): Promise<Pii>;
  /** The reconciliation report of the last run. @param timeoutMs as above */
  reconciliation(timeoutMs?: number): Promise<Reconciliation>;
  /** Resolves when all ticks and their deliveries have finished. */
  advance(ms: number): Promise<Turn>;
  /** @throws Error that lists the connectors if `id` is not one of them */
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

/** One row of the alert log: a notice that was sent or suppressed, and why. */
export interface Decision {
  readonly at: string;
  readonly function: string;
  /** The cause it was about, e.g. `connector:facebook`. */
  readonly group: string;
  readonly title: string;
  /** False if the notice was suppressed. */
  readonly notified: boolean;
  /** The deciding rule in one word, e.g. `first`, `repeat_interval`, `recovered`. */
  readonly reason: string;
  /** The reason in a sentence. */
  readonly why: string;
  /** Why the notice could not be published; null if it was published or suppressed. */
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

/** The answer of a function, or why it could not answer. */
export type Answered<Report> =
  | { readonly ok: true; readonly report: Report }
  | { readonly ok: false; readonly problem: string };

export type WatchdogReport = Answered<FreshnessReport>;

/** The part of `GET /sync-watchdog` that is shown. */
export interface FreshnessReport {
  readonly as_of: string;
  readonly summary: Readonly<Record<CheckStatus, number>>;
  readonly sources: readonly SourceReport[];
  readonly groups: readonly GroupReport[];
}

export interface SourceReport {
  readonly source: string;
  readonly status: CheckStatus;
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

/** The answer of a slow request. */
export interface Latest<Report> {
  /** Null if there is no answer yet. */
  readonly answer: Answered<Report> | null;
  /** False if the world has changed since and rows are being counted again. */
  readonly current: boolean;
}

export type CleanViews = Latest<CleanViewsReport>;

/** The part of `GET /dedup-views` that is shown. */
export interface CleanViewsReport {
  readonly as_of: string;
  readonly summary: Readonly<Record<CleanViewAction, number>>;
  readonly views: readonly CleanView[];
  readonly roas: readonly RoasReport[];
  readonly raw_reads: {
    readonly checked: boolean;
    readonly why: string | null;
    /** The newest first. */
    readonly jobs: readonly RawRead[];
  };
}

export type CleanViewAction = "create" | "replace" | "unchanged" | "refused";

export interface CleanView {
  readonly view: string;
  readonly key: readonly string[];
  readonly action: CleanViewAction;
  readonly status: CheckStatus;
  readonly finding: { readonly severity: string; readonly text: string } | null;
  readonly to_do: readonly string[];
  /** What differs from the deployed view, in words and as lines of the two texts. */
  readonly reasons: readonly string[];
  readonly diff: string | null;
  readonly last_changed: { readonly at: string; readonly what: string } | null;
  readonly figures: {
    readonly raw_rows: number;
    readonly clean_rows: number;
    readonly duplicates: number;
    /** 0 to 1 */
    readonly rate: number | null;
    readonly money: RepeatedMoney | null;
  } | null;
  readonly owner: string | null;
}

/** Amounts are decimals in text. */
export interface RepeatedMoney {
  readonly raw: string | null;
  readonly clean: string | null;
  readonly overcounted: string | null;
  readonly currency: string;
  readonly kind: string;
}

export interface RoasReport {
  readonly platform: string;
  readonly from: string;
  readonly through: string;
  readonly status: "ok" | "warning" | "unknown";
  readonly text: string;
  readonly finding: string | null;
  /** Return on ad spend, as a decimal in text; null if it is unknown. */
  readonly roas: string | null;
  /** The same from the raw table. */
  readonly roasRaw: string | null;
}

export interface RawRead {
  readonly view: string;
  readonly at: string;
  readonly job: string;
  readonly reader: string;
}

/** Null in place of a proof: the warehouse file has no section pii. */
export type Pii = Latest<PiiProof | null>;

/** The part of `GET /pii-hasher/proof` that is shown. It has names of tables and columns, and no value. */
export interface PiiProof {
  readonly as_of: string;
  readonly status: CheckStatus;
  readonly claims: readonly Claim[];
  readonly tables: readonly PiiTable[];
  readonly search: { readonly tables: readonly SearchedTable[] };
}

export interface Claim {
  readonly claim: string;
  readonly subject: string;
  readonly status: CheckStatus;
  readonly text: string;
  readonly actions: readonly string[];
}

export interface PiiTable {
  readonly table: string;
  readonly clean_rows: number | null;
  /** Counts of values: hashed, without a hash and why, readable in the raw table. */
  readonly columns: readonly {
    readonly column: string;
    readonly hashed: number;
    readonly never_given: number;
    readonly unusable: number;
    readonly readable: number;
  }[];
  /** Until when emptied values can be restored from older versions of the raw table. */
  readonly recoverable: {
    readonly emptied_at: string | null;
    readonly queryable_until: string | null;
    readonly fail_safe_until: string | null;
  };
}

export type Reconciliation = Latest<ReconciliationReport>;

/** The part of `GET /reconciliation` that is shown. */
export interface ReconciliationReport {
  readonly as_of: string;
  readonly summary: Readonly<Record<CheckStatus, number>>;
  /** Last days up to which spend and revenue are complete; null if unknown. */
  readonly trusted_through: {
    readonly jointly: string | null;
    readonly platforms: readonly { readonly platform: string; readonly through: string | null }[];
  };
  /** The most expensive first. */
  readonly to_do: readonly ThingToDo[];
  readonly since_last_run: {
    /** Null if there is no earlier run. */
    readonly at: string | null;
    readonly new: readonly CheckedSubject[];
    readonly resolved: readonly CheckedSubject[];
  };
}

export type CheckStatus = "ok" | "warning" | "critical" | "unknown";

export interface ThingToDo {
  readonly title: string;
  readonly status: Exclude<CheckStatus, "ok">;
  readonly impact: readonly { readonly amount: number; readonly currency: string; readonly what: string }[];
  readonly since: string | null;
  readonly actions: readonly string[];
}

export interface CheckedSubject {
  readonly check: string;
  readonly subject: string;
  readonly status: CheckStatus;
  readonly text: string;
}

export interface SearchedTable {
  readonly table: string;
  readonly findings: readonly { readonly code: string; readonly text: string }[];
}
