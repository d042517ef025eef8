import { randomBytes } from "node:crypto";
import type { Field } from "./catalog.ts";
import { BigQueryError, duplicate, notFound } from "./errors.ts";
import type { TableId } from "./names.ts";
import type { ResultRows } from "./result-rows.ts";

/** What a job did, as far as it got. */
export interface Outcome {
  /** As BigQuery names it, e.g. `SELECT`, `MERGE`, `CREATE_TABLE_AS_SELECT`. */
  readonly statementType?: string;
  readonly bytesProcessed: number;
  readonly bytesBilled: number;
  /** Columns of the result; absent for DML and DDL. */
  readonly fields?: readonly Field[];
  readonly rows?: ResultRows;
  /** Tables read, those below views and a wildcard's shards included; never a view. */
  readonly referencedTables: readonly TableId[];
  /** Where rows went: the target of DML or CREATE TABLE AS SELECT, of a load or a copy, or the table a SELECT fills. */
  readonly destination?: TableId;
  readonly dml?: { readonly inserted: number; readonly updated: number; readonly deleted: number };
  readonly affectedRows?: number;
  readonly ddlTarget?: TableId;
  readonly ddlOperation?: "CREATE" | "REPLACE" | "SKIP" | "DROP" | "ALTER";
  readonly load?: { readonly inputBytes: number; readonly outputRows: number };
}

/** A job as it is known in process: tests and the bench count them. */
export interface JobRecord {
  readonly id: string;
  readonly project: string;
  readonly location: string;
  readonly type: "QUERY" | "LOAD" | "COPY";
  /** Address of the person or service account that started it. */
  readonly user: string;
  readonly labels: Readonly<Record<string, string>>;
  /** The GoogleSQL text of a query job. */
  readonly query: string | undefined;
  /** As the client sent it. */
  readonly configuration: Readonly<Record<string, unknown>>;
  /** Milliseconds since 1970, by the engine's clock. */
  readonly created: number;
  readonly ended: number | undefined;
  readonly statementType: string | undefined;
  readonly bytesProcessed: number;
  readonly bytesBilled: number;
  readonly referencedTables: readonly TableId[];
  readonly destination: TableId | undefined;
  readonly error: BigQueryError | undefined;
}

export interface NewJob {
  readonly project: string;
  /** The client's own; absent: one is made. */
  readonly id: string | undefined;
  readonly location: string | undefined;
  readonly type: JobRecord["type"];
  readonly user: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly query: string | undefined;
  readonly configuration: Readonly<Record<string, unknown>>;
}

/** Work in two steps, as BigQuery does it: what is refused at once, and what may fail while it runs. */
export interface Work {
  /** Where the job runs, once its tables are known. */
  readonly location: string;
  readonly planned: Outcome;
  readonly run: () => Promise<Outcome>;
}

export class Job implements JobRecord {
  readonly id: string;
  readonly project: string;
  location: string;
  readonly type: JobRecord["type"];
  readonly user: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly query: string | undefined;
  readonly configuration: Readonly<Record<string, unknown>>;
  readonly created: number;
  ended: number | undefined;
  error: BigQueryError | undefined;
  outcome: Outcome = { bytesProcessed: 0, bytesBilled: 0, referencedTables: [] };
  /** Settles when the job is taken on or refused. Never rejects: see `error`. */
  accepted: Promise<void> = Promise.resolve();
  /** Settles when the job has ended. Never rejects: see `error`. */
  done: Promise<void> = Promise.resolve();

  constructor(request: NewJob, created: number) {
    this.id = request.id ?? `job_${randomBytes(12).toString("base64url")}`;
    this.project = request.project;
    this.location = request.location ?? "US";
    this.type = request.type;
    this.user = request.user;
    this.labels = request.labels;
    this.query = request.query;
    this.configuration = request.configuration;
    this.created = created;
  }

  get statementType() {
    return this.outcome.statementType;
  }
  get bytesProcessed() {
    return this.outcome.bytesProcessed;
  }
  get bytesBilled() {
    return this.outcome.bytesBilled;
  }
  get referencedTables() {
    return this.outcome.referencedTables;
  }
  get destination() {
    return this.outcome.destination;
  }
}

/** Results are kept for as many rows as this, newest jobs first. */
const ROWS_KEPT = 2_000_000;

/** The jobs of one engine, oldest first. */
export class Jobs {
  readonly #jobs = new Map<string, Job>();
  readonly #clock: () => Date;

  constructor(clock: () => Date) {
    this.#clock = clock;
  }

  /** @throws BigQueryError `duplicate` when the client's id is taken */
  start(request: NewJob, plan: (job: Job) => Promise<Work>): Job {
    const job = new Job(request, this.#clock().getTime());
    const key = `${job.project}:${job.id}`;
    if (this.#jobs.has(key)) throw duplicate(`Already Exists: Job ${job.project}:${job.location}.${job.id}`);
    this.#jobs.set(key, job);
    const planned = plan(job);
    job.accepted = planned.then(
      ({ location, planned: outcome }) => {
        job.location = location;
        job.outcome = outcome;
      },
      (error) => this.#fail(job, error),
    );
    job.done = planned
      .then(({ run }) => run())
      .then(
        (outcome) => {
          job.outcome = outcome;
          job.ended = this.#clock().getTime();
          this.#forgetOldRows();
        },
        (error) => this.#fail(job, error),
      );
    return job;
  }

  #fail(job: Job, error: unknown): void {
    job.error ??=
      error instanceof BigQueryError
        ? error
        : new BigQueryError(500, "internalError", error instanceof Error ? error.message : String(error));
    job.ended ??= this.#clock().getTime();
  }

  /** @throws BigQueryError `notFound`, also when the job runs in another location */
  get(project: string, id: string, location?: string): Job {
    const job = this.#jobs.get(`${project}:${id}`);
    const elsewhere = location && job && location.toLowerCase() !== job.location.toLowerCase();
    if (!job || elsewhere) throw notFound(`Not found: Job ${project}:${location ? `${location}.` : ""}${id}`);
    return job;
  }

  list(): readonly Job[] {
    return [...this.#jobs.values()];
  }

  /** Settles when no job runs any more. */
  async idle(): Promise<void> {
    await Promise.all(this.list().map((job) => job.done));
  }

  delete(job: Job): void {
    this.#jobs.delete(`${job.project}:${job.id}`);
  }

  #forgetOldRows(): void {
    let rows = 0;
    for (const job of this.list().toReversed()) {
      const kept = job.outcome.rows?.length ?? 0;
      rows += kept;
      if (rows <= ROWS_KEPT || kept === 0 || rows === kept) continue;
      const { rows: _, ...rest } = job.outcome;
      job.outcome = rest;
    }
  }
}
