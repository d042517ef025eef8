import type { PiiTable } from "../../shared/config/types.ts";
import type { Status } from "../result.ts";

/** Counts of one identifier's column and of the column of its hash. */
export interface Column {
  readonly column: string;
  readonly hash: string;
  /** Readable values in the raw table. */
  readonly readable: number;
  /** 64 lower-case hex digits in the clean table. */
  readonly hashed: number;
  /** Values without a hash because nothing was given. */
  readonly neverGiven: number;
  /** Values without a hash because the given text is not an address or number. */
  readonly unusable: number;
  /** Neither a hash nor NULL. */
  readonly otherFormat: number;
}

export interface Coverage {
  readonly rawRows: number;
  /** Rows of the raw table in which an identifier of a person is readable. */
  readonly readableRows: number;
  readonly cleanRows: number;
  /** Different facts among them. */
  readonly cleanKeys: number;
  /** Facts of the raw table that the clean one does not have. */
  readonly missingKeys: number;
  /** Rows hashed with another key than the registered one. */
  readonly otherGenerations: number;
  readonly columns: readonly Column[];
}

/** Until when deleted plaintext can be read from older versions of the raw table. */
export interface Recoverable {
  readonly emptiedAt: Date | null;
  /** Every reader of the table can query its older versions until then. */
  readonly queryableUntil: Date | null;
  /** Google's support can restore them until then; the length of the fail-safe is fixed. */
  readonly failSafeUntil: Date | null;
  /** Time travel of the raw dataset; null if it cannot be read. */
  readonly timeTravelHours: number | null;
}

/** The stored state of a table of the hashing function. */
export interface Remembered {
  readonly pendingRows: number;
  readonly pendingSince: Date | null;
  readonly rowsLeft: number;
  readonly emptiedAt: Date | null;
}

export interface Health {
  readonly runs: number;
  readonly failedRuns: number;
  readonly quietRuns: number;
  /** Bytes of the last hour's runs, without the log line that each run writes. */
  readonly bytesBilled: number;
  readonly lastRun: Date | null;
  readonly lastFinished: Date | null;
}

export interface RegisteredKey {
  readonly generation: number;
  readonly secretVersion: string;
  readonly fingerprint: string;
  readonly registeredAt: Date;
}

/** One claim and its evidence. */
export interface Claim {
  /** `hashed`, `readable`, `format`, … */
  readonly claim: string;
  /** Source id, table, or another subject. */
  readonly subject: string;
  /** `warning` means that everything is hashed and the warehouse still keeps old plaintext. */
  readonly status: Status;
  /** One sentence with its numbers. Never a value. */
  readonly text: string;
  /** Actions if the claim does not hold. */
  readonly actions: readonly string[];
}

/** Everything about one table. */
export interface TableProof {
  readonly table: PiiTable;
  /** Null if it could not be counted. */
  readonly coverage: Coverage | null;
  readonly recoverable: Recoverable;
  readonly claims: readonly Claim[];
}
