import type { WarehouseError } from "../shared/stores/bigquery/error.ts";
import type { Inputs } from "../shared/stores/bigquery/types.ts";
import type { CheckId } from "./registry.ts";

/** Of every check, in code, tables, answers and reports alike. `unknown` is never ok: the check could not say. */
export type Status = "ok" | "warning" | "critical" | "unknown";

/** What a check says of one subject. */
export interface Result {
  readonly check: CheckId;
  /** Source, view, table, pair or platform, as the warehouse file names it. */
  readonly subject: string;
  readonly status: Status;
  /** What is wrong, in a word that stays: `missing_days`. Null where nothing is. */
  readonly code: string | null;
  /** One sentence with its numbers, without the subject's name. */
  readonly text: string;
  /** What it rests on, by name; amounts as exact decimals in text. */
  readonly evidence: Evidence;
  /** Why it probably is so, one sentence; null where nobody can say. */
  readonly cause: string | null;
  readonly impact: Impact | null;
  /** What to do, most likely first. */
  readonly actions: readonly string[];
  readonly owner: string;
  /** When it began, where that is known. */
  readonly since: Date | null;
  /** What would explain it: while one of these is as bad, this is its consequence. */
  readonly follows: readonly ResultKey[];
  /** Shows the rows it is about. */
  readonly query: EvidenceQuery | null;
  /** A check that could not be made just now, and may be later. */
  readonly retry: boolean;
}

export type Evidence = Readonly<Record<string, string | number | boolean | null | readonly string[]>>;

export interface ResultKey {
  readonly check: CheckId;
  readonly subject: string;
}

/** Money that is at stake, as an estimate. Never added to another currency. */
export interface Impact {
  readonly amount: number;
  readonly low: number;
  readonly high: number;
  /** ISO 4217 */
  readonly currency: string;
  /** "spend not visible", "revenue counted twice" */
  readonly what: string;
  /** How it was worked out, one sentence. */
  readonly basis: string;
}

/** What an analyst asks to see the rows: a statement under `sql/bigquery`, and what it is asked of. */
export interface EvidenceQuery {
  readonly statement: string;
  readonly inputs: Inputs;
}

/** What a result is about, and who is responsible. */
export type About = Pick<Result, "check" | "subject" | "owner">;

/** Nothing is wrong. */
export function ok(about: About, text: string, evidence: Evidence): Result {
  return { ...about, ...nothing, status: "ok", text, evidence };
}

/** Something is wrong; what is not given is not known. */
export function found(
  about: About,
  wrong: Pick<Result, "status" | "code" | "text" | "evidence"> & Partial<Result>,
): Result {
  return { ...about, ...nothing, ...wrong };
}

/** Nobody can tell, and why. */
export function unknown(
  about: About,
  code: string,
  text: string,
  more: Partial<Omit<Result, keyof About>> = {},
): Result {
  return { ...about, ...nothing, status: "unknown", code, text, ...more };
}

/** What should have been looked at could not be read. */
export function notRead(about: About, { message, reason, retry }: WarehouseError): Result {
  // A table that is gone is something found out; whatever else keeps it from being read is a check that was not made.
  const code = reason === "not_found" ? "table_missing" : "not_read";
  return unknown(about, code, `It could not be read: ${message}`, { retry });
}

const nothing = {
  code: null,
  evidence: {},
  cause: null,
  impact: null,
  actions: [],
  since: null,
  follows: [],
  query: null,
  retry: false,
} as const;
