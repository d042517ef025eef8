import type { WarehouseError } from "../shared/stores/bigquery/error.ts";
import type { FreshnessFacts } from "./freshness/check.ts";
import type { StatsFacts } from "./input.ts";
import type { Proof } from "./pii-hashing/prove.ts";
import type { SearchFacts } from "./pii-search/check.ts";

/** The input of all results of a report. */
export interface Facts extends StatsFacts, FreshnessFacts {
  /** Null if the file has no personal data. */
  readonly piiFacts: PiiFacts | null;
}

/** The facts about personal data: who is hashed, and what is readable. */
export interface PiiFacts extends SearchFacts {
  readonly proof: Proof | WarehouseError;
}
