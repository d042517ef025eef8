import type { WarehouseError } from "../shared/stores/bigquery/error.ts";
import type { FreshnessFacts } from "./freshness/check.ts";
import type { StatsFacts } from "./input.ts";
import type { Proof } from "./pii-hashing/prove.ts";
import type { SearchFacts } from "./pii-search/check.ts";

/** All that the results of a report rest on. */
export interface Facts extends StatsFacts, FreshnessFacts {
  /** Null: the file has no personal data to look after. */
  readonly people: People | null;
}

/** What is known of personal data: who is hashed, and what can be read. */
export interface People extends SearchFacts {
  readonly proof: Proof | WarehouseError;
}
