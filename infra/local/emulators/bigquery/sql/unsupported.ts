/** Something GoogleSQL has and the local BigQuery does not: refused by name, never answered differently. */
export class Unsupported extends Error {
  constructor(construct: string) {
    super(`not supported by the local BigQuery: ${construct}`);
    this.name = "Unsupported";
  }
}

/** An error of the statement itself, in BigQuery's words. */
export class SqlError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "SqlError";
  }
}
