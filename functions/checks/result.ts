import type { Money } from "../shared/config/types.ts";
import type { WarehouseError } from "../shared/stores/bigquery/error.ts";
import type { Inputs } from "../shared/stores/bigquery/types.ts";
import type { CheckId } from "./registry.ts";

/**
 * The statuses of every check, in code, tables, answers and reports. `unknown` means that the check could not
 * be made, and never counts as ok.
 */
export type Status = "ok" | "warning" | "critical" | "unknown";

/** The result of a check for one subject. */
export interface Result {
  readonly check: CheckId;
  /** Id of the source, view, table, pair or platform in the warehouse file. */
  readonly subject: string;
  readonly status: Status;
  /** A stable word for the problem: `missing_days`. Null if there is none. */
  readonly code: string | null;
  /** One sentence with its numbers, without the subject's name. */
  readonly text: string;
  /** The values behind it, by name; amounts as exact decimals in text. */
  readonly evidence: Evidence;
  /** The probable cause, one sentence; null if unknown. */
  readonly cause: string | null;
  readonly impact: Impact | null;
  /** Actions, most likely first. */
  readonly actions: readonly string[];
  readonly owner: string;
  /** When it began, if known. */
  readonly since: Date | null;
  /** Results that would explain it. While one of them is as bad, this one is its consequence. */
  readonly follows: readonly ResultKey[];
  /** A query that shows the affected rows. */
  readonly query: EvidenceQuery | null;
  /** True if the check could not be made now and may succeed later. */
  readonly retry: boolean;
}

export type Evidence = Readonly<Record<string, string | number | boolean | null | readonly string[]>>;

export interface ResultKey {
  readonly check: CheckId;
  readonly subject: string;
}

/** Money at stake, as an estimate. Amounts of different currencies are never added. */
export interface Impact {
  readonly amount: number;
  readonly low: number;
  readonly high: number;
  /** ISO 4217 */
  readonly currency: string;
  /** "spend not visible", "revenue counted twice" */
  readonly what: string;
  /** How it was computed, one sentence. */
  readonly basis: string;
}

/** The same, of a table whose amounts are all spend or all revenue. */
export interface MoneyImpact extends Omit<Impact, "what"> {
  readonly kind: Money["kind"];
}

/** A query that shows an analyst the affected rows: a statement under `sql/bigquery` and its inputs. */
export interface EvidenceQuery {
  readonly statement: string;
  readonly inputs: Inputs;
}

/** The subject of a result and its owner. */
export type About = Pick<Result, "check" | "subject" | "owner">;

export function ok(about: About, text: string, evidence: Evidence): Result {
  return { ...about, ...nothing, status: "ok", text, evidence };
}

/** A problem; fields that are not given are unknown. */
export function found(
  about: About,
  wrong: Pick<Result, "status" | "code" | "text" | "evidence"> & Partial<Result>,
): Result {
  return { ...about, ...nothing, ...wrong };
}

/** The check could not be made, and why. */
export function unknown(
  about: About,
  code: string,
  text: string,
  more: Partial<Omit<Result, keyof About>> = {},
): Result {
  return { ...about, ...nothing, status: "unknown", code, text, ...more };
}

/** The data of the check could not be read. */
export function notRead(about: About, { message, reason, retry }: WarehouseError): Result {
  // A missing table is a result of the check. For any other error, the check was not made.
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
