import type { Subjects } from "../alerting/ask/why.ts";
import type { NotifyParts } from "../alerting/notify.ts";
import type { WarehouseFile } from "../config/types.ts";
import type { Call, Paths } from "../http/handle.ts";
import type { Answer } from "../http/respond.ts";
import type { Instants } from "../instants.ts";
import type { CheckResult, Run } from "../runs/runs.ts";
import type { Bulk, Tables, Warehouse } from "../stores/bigquery/types.ts";
import type { Estimate } from "./dry-run.ts";
import type { Missed } from "./incomplete.ts";

/** What one call of a function works with. */
export interface Context {
  readonly file: WarehouseFile;
  /** Known parameters only, each at most once. */
  readonly query: Call["query"];
  /** The instant to decide by, and up to when rows count as seen. */
  readonly at: Instants;
  readonly warehouse: Warehouse & Tables & Bulk;
  /** The run of a tick; null for a GET, which writes nothing and sends no notice. */
  readonly run: Run | null;
}

/** What every decision says of itself, whatever it is about. */
export interface Decided {
  /** Counts for the log line of the request. */
  readonly summary: object;
  /** Every check could be made and every change was done; a run where one was not is a failed run. */
  readonly complete: boolean;
}

/** A tick that has nothing to do. */
export interface Skipped {
  readonly answer: object;
  /** Summary of the run that is recorded; null: none is. */
  readonly record: object | null;
}

/**
 * A function: what it reads, how it decides, what it changes, what it shows. All that functions do alike stands in this
 * room: ticks and repeated ticks, GET, dry runs, run records, the lease, the deadline, `/why`, `/ack`, incomplete runs.
 */
export interface FunctionDefinition<Facts, Decision extends Decided> {
  /** As in `function.json`. */
  readonly name: string;
  /** Query parameters that `GET /` takes. */
  readonly parameters: readonly string[];
  /** Query parameters that the tick takes. */
  readonly tickParameters?: readonly string[];
  /** What `/why` can be asked about; sources unless said. */
  readonly subjects?: Subjects;
  /** Paths beside `/`, `/why` and `/ack`. */
  readonly paths?: Paths;
  /** Bytes that no single statement may bill; the store's own limit unless said. */
  readonly maximumBytesBilled?: (file: WarehouseFile) => number;
  /** One tick at a time works. */
  readonly lease?: boolean;
  /** Asked before anything else at a tick: nothing to do. */
  readonly skip?: (context: Context) => Promise<Skipped | null>;
  /** Reads. @throws WarehouseError */
  readonly gather: (context: Context) => Promise<Facts>;
  /** Pure. */
  readonly decide: (facts: Facts, context: Context) => Decision;
  /** Changes data, where the function does; answers with what came of it. Only at a tick. */
  readonly apply?: (decision: Decision, facts: Facts, context: Context) => Promise<Decision>;
  /** After everybody is notified, before the run is recorded. Only at a tick. */
  readonly afterNotify?: (decision: Decision, facts: Facts, context: Context) => Promise<void>;
  /** Runs, in a warehouse that only estimates them, the queries of a GET. */
  readonly estimate: (context: Context) => Promise<Estimate>;
  readonly present: {
    /** Of a GET. */
    readonly answer: (decision: Decision, facts: Facts, context: Context) => Answer;
    /** What alerting decides about. */
    readonly notices: (decision: Decision, facts: Facts, context: Context) => NotifyParts;
    /** What the run leaves in `runs`, and the tick answers. */
    readonly summary: (decision: Decision, facts: Facts, context: Context) => object;
    /** Rows of `check_results`. */
    readonly results: (decision: Decision, facts: Facts) => readonly CheckResult[];
    /** What could not be checked or done. */
    readonly missed: (decision: Decision) => Missed;
    /** Whether a GET that found this out knows nothing at all, and is an error. */
    readonly knowsNothing?: (decision: Decision) => boolean;
  };
}
