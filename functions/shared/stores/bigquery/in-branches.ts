import type { WarehouseError } from "./error.ts";
import { inIsolation, ownFailure } from "./isolation.ts";
import { numberOf } from "./row.ts";
import type { Inputs, Row, Warehouse } from "./types.ts";

/**
 * One job for all `subjects`, each a branch of a union; a subject that cannot be read does not stop the
 * others.
 */
export async function inBranches<S, T>(
  statement: string,
  subjects: readonly S[],
  inputsOf: (subject: S) => Inputs,
  answerOf: (rows: readonly Row[], subject: S) => T,
  warehouse: Warehouse,
  shared: Inputs = {},
): Promise<Map<S, T | WarehouseError>> {
  const answers = new Map<S, T | WarehouseError>();
  await inIsolation(
    subjects,
    async (some) => {
      const rows = await warehouse.queryAll(statement, some.map(inputsOf), shared);
      const byBranch = Map.groupBy(rows, (row) => numberOf(row, "n"));
      for (const [n, subject] of some.entries()) {
        answers.set(
          subject,
          ownFailure(statement, () => answerOf(byBranch.get(n) ?? [], subject)),
        );
      }
    },
    (subject, error) => answers.set(subject, error),
  );
  return answers;
}
