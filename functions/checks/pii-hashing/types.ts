import type { PiiTable } from "../../shared/config/types.ts";
import type { Status } from "../result.ts";

/** Counts of one identifier's column and of the column of its hash. */
export interface Column {
  readonly column: string;
  readonly hash: string;
  /** Values that can be read in the raw table. */
  readonly readable: number;
  /** 64 lower-case hex digits in the clean table. */
  readonly hashed: number;
  /** No hash, because nobody gave anything. */
  readonly neverGiven: number;
  /** No hash, because what was given is no address or number. */
  readonly unusable: number;
  /** Neither a hash nor NULL. */
  readonly otherFormat: number;
}

export interface Coverage {
  readonly rawRows: number;
  /** Rows of the raw table in which something of a person can be read. */
  readonly readableRows: number;
  readonly cleanRows: number;
  /** Different facts among them. */
  readonly cleanKeys: number;
  /** Facts of the raw table that the clean one does not have. */
  readonly missingKeys: number;
  /** Rows hashed by another key than the registered one. */
  readonly otherGenerations: number;
  readonly columns: readonly Column[];
}

/** Until when what was emptied can still be had from older versions of the raw table. */
export interface Recoverable {
  readonly emptiedAt: Date | null;
  /** Anybody who may read the table can query its older versions until then. */
  readonly queryableUntil: Date | null;
  /** Google's support can bring them back until then; the fail-safe's length cannot be set. */
  readonly failSafeUntil: Date | null;
  /** Of the raw dataset; null where it may not be seen. */
  readonly timeTravelHours: number | null;
}

/** What the hashing function remembers of a table. */
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
  /** Of the last hour's runs, without the line that each writes of itself. */
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

/** One thing that is claimed, with what it rests on. */
export interface Claim {
  /** `hashed`, `readable`, `format`, … */
  readonly claim: string;
  /** Source id, table, or what else it is about. */
  readonly subject: string;
  /** `warning`: hashed, and the warehouse does not let go of the plaintext yet. */
  readonly status: Status;
  /** One sentence with its numbers. Never a value. */
  readonly text: string;
  /** What to do where it does not hold. */
  readonly actions: readonly string[];
}

/** Everything about one table. */
export interface TableProof {
  readonly table: PiiTable;
  /** Null where it could not be counted. */
  readonly coverage: Coverage | null;
  readonly recoverable: Recoverable;
  readonly claims: readonly Claim[];
}
