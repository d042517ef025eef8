import { type ErrorKind, PlumblineError } from "../../errors.ts";

/**
 * Why a statement could not be run:
 * - `not_found`: no table or dataset has that name in this location;
 * - `access_denied`: the function's service account may not read it;
 * - `too_expensive`: it would scan more than the ceiling, or needs more than BigQuery gives a query;
 * - `invalid`: BigQuery refuses the statement, e.g. because a column is missing;
 * - `temporary`: rate limits, back-end errors, time-outs: the same call may succeed later.
 */
export type WarehouseErrorReason = "not_found" | "access_denied" | "too_expensive" | "invalid" | "temporary";

export class WarehouseError extends PlumblineError {
  readonly kind: ErrorKind;
  readonly retry: boolean;
  readonly reason: WarehouseErrorReason;
  /** Name under `sql/bigquery`. */
  readonly statement: string;

  constructor(reason: WarehouseErrorReason, statement: string, message: string, cause?: unknown) {
    super(`${statement}: ${message}`, { cause });
    this.retry = reason === "temporary";
    this.kind = this.retry ? "temporary" : "permanent";
    this.reason = reason;
    this.statement = statement;
  }
}

/** The answer, or the error as a value if the warehouse could not give one. */
export async function orError<T>(ask: () => Promise<T>): Promise<T | WarehouseError> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof WarehouseError) return error;
    throw error;
  }
}

/** The fields of the client's ApiError and of a job's errorResult that are used here. */
interface ApiFailure {
  readonly code?: unknown;
  readonly message?: unknown;
  readonly errors?: readonly { readonly reason?: unknown; readonly message?: unknown }[];
}

const reasons: Readonly<Record<string, WarehouseErrorReason>> = {
  notFound: "not_found",
  accessDenied: "access_denied",
  bytesBilledLimitExceeded: "too_expensive",
  resourcesExceeded: "too_expensive",
  billingTierLimitExceeded: "too_expensive",
  responseTooLarge: "too_expensive",
  invalidQuery: "invalid",
  invalid: "invalid",
  rateLimitExceeded: "temporary",
  jobRateLimitExceeded: "temporary",
  quotaExceeded: "temporary",
  backendError: "temporary",
  internalError: "temporary",
  jobBackendError: "temporary",
  jobInternalError: "temporary",
  tableUnavailable: "temporary",
  timeout: "temporary",
  stopped: "temporary",
};

/** Reasons as listed in https://cloud.google.com/bigquery/docs/error-messages. */
export function warehouseError(statement: string, failure: unknown): WarehouseError {
  const { code, message, errors } = failure as ApiFailure;
  const first = errors?.[0];
  const text = String(first?.message ?? message ?? failure);
  const reason = isConflict(text) ? "temporary" : (reasons[String(first?.reason)] ?? byCode(code));
  return new WarehouseError(reason, statement, text, failure);
}

/**
 * Two statements changed one table at the same time. BigQuery calls it an invalid query; a retry succeeds.
 */
function isConflict(text: string): boolean {
  return /Could not serialize access to table|due to concurrent update|Too many DML statements outstanding/i.test(
    text,
  );
}

/**
 * An HTTP status (499: a job that its own time-out stopped), or the name of a network failure. Any other
 * error is a bug here.
 */
function byCode(code: unknown): WarehouseErrorReason {
  if (code === 404) return "not_found";
  if (code === 401 || code === 403) return "access_denied";
  if (code === 400) return "invalid";
  if (typeof code === "number" && (code === 408 || code === 429 || code === 499 || code >= 500))
    return "temporary";
  if (typeof code === "string" && /^(E[A-Z]+|UND_ERR_\w+|ERR_STREAM_PREMATURE_CLOSE)$/.test(code))
    return "temporary";
  return "invalid";
}
