/** An error as BigQuery's REST API reports it. `code` is the HTTP status. */
export class BigQueryError extends Error {
  readonly code: number;
  readonly reason: string;
  readonly location: string | undefined;

  constructor(code: number, reason: string, message: string, location?: string) {
    super(message);
    this.name = "BigQueryError";
    this.code = code;
    this.reason = reason;
    this.location = location;
  }
}

export const invalidQuery = (message: string) => new BigQueryError(400, "invalidQuery", message, "query");
export const invalid = (message: string) => new BigQueryError(400, "invalid", message);
export const notFound = (message: string) => new BigQueryError(404, "notFound", message);
export const duplicate = (message: string) => new BigQueryError(409, "duplicate", message);
/** What an `If-Match` that does not hold answers. */
export const conditionNotMet = () => new BigQueryError(412, "conditionNotMet", "Precondition check failed.");
export const accessDenied = (message: string) => new BigQueryError(403, "accessDenied", message);

/** What BigQuery has and the local one does not: refused by name, never answered differently. */
export const notSupported = (construct: string) =>
  new BigQueryError(400, "invalidQuery", `not supported by the local BigQuery: ${construct}`, "query");
