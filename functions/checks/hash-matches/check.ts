import { WarehouseError } from "../../shared/stores/bigquery/error.ts";
import type { Check } from "../check.ts";
import type { StatsFacts } from "../input.ts";
import type { Result } from "../result.ts";

interface MatchFacts extends StatsFacts {
  readonly piiFacts: {
    readonly proof: { readonly matches: readonly { readonly result: Result }[] } | WarehouseError;
  } | null;
}

/**
 * Checks that hashes appear in the tables in which they should. Each pair of columns is judged on its own.
 */
export const hashMatches = {
  id: "hash_matches",
  judge: ({ file: { pii }, facts: { piiFacts } }) =>
    pii === null || piiFacts === null || piiFacts.proof instanceof WarehouseError
      ? []
      : piiFacts.proof.matches.map(({ result }) => result),
} as const satisfies Check<MatchFacts>;
