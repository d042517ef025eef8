/**
 * The warehouse file as the functions see it: durations in milliseconds, every
 * reference resolved, every default applied. `parse.ts` is the only producer.
 */
export interface WarehouseFile {
  readonly project: string;
  /** BigQuery location of the watched datasets and of every job, e.g. `US`, `EU`, `europe-west1`. */
  readonly location: string;
  /** IANA name. Business days begin and end here unless a source says otherwise. */
  readonly timeZone: string;
  /** Dataset for the bundle's own tables (runs, check_results, alert_state, alert_log, deliveries). */
  readonly opsDataset: string;
  readonly hosts: readonly Host[];
  readonly connectors: readonly Connector[];
  readonly sources: readonly Source[];
  readonly dedupViews: readonly DedupView[];
  readonly platforms: readonly Platform[];
  /** Null: nothing of people is hashed or looked for. */
  readonly pii: Pii | null;
  /** Tables that hold the same facts. */
  readonly pairs: readonly Pair[];
  readonly reconciliation: Reconciliation;
  readonly tell: Tell;
}

/** A machine or service that several connectors share; when they stop together, it is the suspect. */
export interface Host {
  readonly id: string;
  readonly name: string;
  readonly owner: string | null;
  /** Steps to take, most likely first. */
  readonly runbook: readonly string[];
  /** In the order of the file; often none. */
  readonly links: readonly Link[];
}

/** A page that helps when data stops, like the connection in Airbyte. */
export interface Link {
  /** 1 to 60 characters. */
  readonly label: string;
  /** http or https. */
  readonly url: string;
}

/** What moves data from one vendor account into the warehouse. */
export interface Connector {
  readonly id: string;
  readonly name: string;
  readonly host: Host | null;
  /** How often it is expected to deliver. */
  readonly everyMs: number;
  readonly owner: string | null;
  /** Known failure modes, most likely first; quoted as probable, never as fact. */
  readonly usualCauses: readonly string[];
  readonly runbook: readonly string[];
  /** In the order of the file; often none. */
  readonly links: readonly Link[];
}

export interface Source {
  readonly id: string;
  readonly table: TableName;
  readonly connector: Connector;
  readonly owner: string;
  readonly timeZone: string;
  /** Column that says when a row reached the warehouse; null when there is none. */
  readonly arrival: string | null;
  /** Column of the day a row is about, `_TABLE_SUFFIX` for date-sharded tables, or null. */
  readonly businessDate: string | null;
  readonly warnAfterMs: number;
  readonly criticalAfterMs: number;
  /** Anything but the loader that writes the table: its modification time then proves nothing fresh. */
  readonly alsoWrittenBy: readonly string[];
  /** Ids of the sources it is computed from; empty where a loader brings it. No circles. */
  readonly builtFrom: readonly string[];
  /** Columns that make a row one fact; empty when the loader never repeats a row. */
  readonly uniqueKey: readonly string[];
  readonly money: Money | null;
  /** Columns that must hold a value, beside those of the unique key. */
  readonly required: readonly string[];
  /** How long after a day has ended its amounts may still change, as by an ad platform's attribution window; null: nobody says. */
  readonly finalAfterMs: number | null;
  /** Null where the source is no finer cut of another one's money. */
  readonly breakdown: Breakdown | null;
  /** Steps of this source alone; the connector's and the host's are tried first. */
  readonly runbook: readonly string[];
  /** In the order of the file; often none. */
  readonly links: readonly Link[];
}

/** The money of another source once more, cut finer: by age, by country. Its totals must be the other's. */
export interface Breakdown {
  readonly of: Source & { readonly money: Money };
  readonly column: string;
  readonly jsonPath: string | null;
}

/** Two tables that hold the same facts, as the shop's own orders and a loader's copy of them. */
export interface Pair {
  readonly id: string;
  readonly owner: string;
  readonly between: readonly [PairSide, PairSide];
  /** ISO 4217 of both amounts; null where none are compared. */
  readonly currency: string | null;
}

export interface PairSide {
  readonly table: TableName;
  /** What makes a row one fact; as many columns on both sides, in the same order. Never empty. */
  readonly key: readonly string[];
  readonly businessDate: string;
  readonly timeZone: string;
  readonly amount: { readonly column: string; readonly jsonPath: string | null } | null;
}

/** How figures are compared, and when the report goes out. */
export interface Reconciliation {
  /** A difference counts only when it is larger than both: decimals in text, and a share from 0 to 1. */
  readonly moneyTolerance: { readonly absolute: string; readonly relative: number };
  readonly rowTolerance: { readonly absolute: string; readonly relative: number };
  /** Return on ad spend at which a platform earns what it costs. */
  readonly breakEvenRoas: number;
  /** Day of the week on which the whole report goes out: 0 is Sunday; null: it does not. */
  readonly reportOn: number | null;
  /** A table larger than this is read only as far as the window reaches. */
  readonly wholeUpToBytes: number;
  /** One run reads no more: what it would read is asked first. */
  readonly atMostBytes: number;
}

/** A view over a table whose loader delivers facts again: one row per fact, the version that arrived last. */
export interface DedupView {
  readonly id: string;
  /** The raw table. Its unique key is never empty here, and it has an arrival column. */
  readonly source: Source & { readonly arrival: string };
  readonly view: TableName;
  /** Which of two versions that arrived in the same instant counts: the one with the higher values. */
  readonly tieBreak: readonly string[];
  /** What is the same for all rows of one sync; null: rows that arrived in the same instant are of one. */
  readonly sync: { readonly column: string; readonly jsonPath: string | null } | null;
  /** The loader does not say which rows came together: the key is taken as it is, and `sync` is null. */
  readonly syncUnknown: boolean;
  readonly money: Money | null;
  /** Share of today's clean rows, 0 to 1: a replacement that would remove more is refused. */
  readonly removeAtMost: number;
  /** A view of that name that somebody else made is taken over. */
  readonly adopt: boolean;
}

/** What is spent on a platform and what it brings, in one currency. */
export interface Platform {
  readonly id: string;
  readonly name: string;
  /** Has money of kind spend. */
  readonly spend: Source & { readonly money: Money };
  readonly revenue: {
    /** A row is an order; has a business date. */
    readonly source: Source & { readonly businessDate: string };
    readonly column: string;
    readonly currency: string;
    readonly attributedBy: string;
    /** Values that stand for the platform; compared trimmed and in lower case. */
    readonly is: readonly string[];
    /** Column that says an order's own currency: orders in another one are in no sum. Null: all are in `currency`. */
    readonly currencyColumn: string | null;
  };
  /** Where each side names the campaign; null where they are not compared. */
  readonly campaigns: {
    readonly spend: { readonly column: string; readonly jsonPath: string | null };
    /** Column of the revenue's source. */
    readonly revenue: string;
  } | null;
}

/** Identifiers of people: hashed into clean tables, emptied in raw ones, and looked for everywhere. */
export interface Pii {
  /** Name of the secret that hashes are made with. */
  readonly keySecret: string;
  /** ISO 3166 alpha-2 of phone numbers that do not say theirs, in rows that do not say it; null: they are refused. */
  readonly country: string | null;
  /** Name of the secret that lists planted people. */
  readonly canariesSecret: string | null;
  /** Never empty. */
  readonly tables: readonly PiiTable[];
  readonly matches: readonly HashMatch[];
  /** `project.dataset` each: where no text may hold an address or a number. */
  readonly searched: readonly string[];
  /** Columns that are not searched, by `project.dataset.table.column`. */
  readonly leftOut: readonly { readonly column: string; readonly reason: string }[];
  readonly uploads: Uploads | null;
}

/** A raw table with identifiers of people, and the clean one beside it. */
export interface PiiTable {
  /** The source's. */
  readonly id: string;
  /** The raw table. Its unique key is never empty here. */
  readonly source: Source & { readonly arrival: string };
  readonly clean: TableName;
  /** Never empty. */
  readonly identifiers: readonly Identifier[];
  /** Columns that say the country of a row's phone numbers, the best first. */
  readonly countries: readonly string[];
  /** Columns that are emptied without a hash. */
  readonly erase: readonly string[];
  /** Whether what has no hash, because it is no address or number, is emptied too. */
  readonly erasesUnusable: boolean;
}

export interface Identifier {
  readonly kind: "email" | "phone";
  /** Of the raw table. */
  readonly column: string;
  /** Of the clean table. */
  readonly hash: string;
}

/** Hashes of one clean table that should be found in another. */
export interface HashMatch {
  readonly of: { readonly table: PiiTable; readonly hash: string };
  readonly among: { readonly table: PiiTable; readonly hash: string };
  /** Why the others match nothing. */
  readonly rest: string | null;
}

/** Plain hashes for ad platforms: personal data. */
export interface Uploads {
  readonly project: string;
  readonly dataset: string;
  readonly platforms: readonly ("meta" | "google" | "tiktok")[];
  readonly tiktokPlus: boolean;
}

export interface TableName {
  readonly project: string;
  readonly dataset: string;
  /** Table id; ends in `*` for a date-sharded pattern such as `events_*`. */
  readonly table: string;
}

export interface Money {
  readonly column: string;
  /** Where the amount stands when the column holds JSON, e.g. `$.spend`; null for a plain column. */
  readonly jsonPath: string | null;
  /** ISO 4217. */
  readonly currency: string;
  /** Column that says a row's own currency: rows in another one are in no sum. Null: all are in `currency`. */
  readonly currencyColumn: string | null;
  readonly kind: "spend" | "revenue";
}

export interface Tell {
  readonly channels: readonly Channel[];
  /** Never empty: without routes in the file, one that brings everything to every channel. */
  readonly routes: readonly Route[];
  /** Wait before the first reminder, the second, …; the last goes on. Never empty. */
  readonly remindAfterMs: readonly number[];
  readonly flapping: Flapping;
  readonly silences: readonly Silence[];
  /** `HH:MM` in the file's time zone: when the line of the day is due. Null: not wanted. */
  readonly allQuietAt: string | null;
  /** Null: messages have no link to acknowledge. */
  readonly acknowledge: Acknowledge | null;
}

/** Which notices go where. A notice goes wherever a route takes it; one route takes everything. */
export interface Route {
  readonly to: readonly Channel[];
  /** At least this bad; null: any, news that nothing is wrong too. */
  readonly severity: "warning" | "critical" | null;
  /** Ids of sources and of clean views over them: any of these is what it is about; null: whatever it is about. */
  readonly sources: readonly string[] | null;
  /** Any of these is responsible; null: whoever is. */
  readonly owners: readonly string[] | null;
}

/** What breaks more often than `moreThan` times within `withinMs` is flapping. */
export interface Flapping {
  readonly moreThan: number;
  readonly withinMs: number;
}

/** Planned work: nobody is told of these sources in the meantime. */
export interface Silence {
  /** Ids of sources and of clean views over them; connectors and hosts of the file are resolved to theirs. */
  readonly sources: readonly string[];
  readonly from: Date;
  readonly until: Date;
  readonly why: string;
}

export interface Acknowledge {
  /** Name of the secret that signs the links. */
  readonly secret: string;
  /** How long an acknowledgement holds the reminders. */
  readonly forMs: number;
}

export type Channel = SlackChannel | EmailChannel;

export interface SlackChannel {
  readonly kind: "slack";
  readonly id: string;
  /** Name of the secret that holds the incoming-webhook URL. */
  readonly webhookSecret: string;
}

export interface EmailChannel {
  readonly kind: "email";
  readonly id: string;
  /** Name of the secret that holds the SMTP URL, `smtps://user:password@host:465`. */
  readonly smtpSecret: string;
  readonly from: string;
  readonly to: readonly string[];
}
