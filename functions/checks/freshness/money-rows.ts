import type { Source } from "../../shared/config/types.ts";
import { nameOf } from "../../shared/config/values/table-name.ts";
import type { WarehouseError } from "../../shared/stores/bigquery/error.ts";
import { Fragment } from "../../shared/stores/bigquery/fragment.ts";
import { inIsolation, ownFailure } from "../../shared/stores/bigquery/isolation.ts";
import { numberOf } from "../../shared/stores/bigquery/row.ts";
import type { Inputs, Row, Warehouse } from "../../shared/stores/bigquery/types.ts";

export interface MoneyRequest {
  readonly source: Source;
  /** Business days, both included. */
  readonly firstDay: string;
  readonly lastDay: string;
}

export interface MoneyQuestion<T> {
  /** One for sources with a unique key, one for sources whose loader never repeats a row. */
  readonly statements: { readonly byKey: string; readonly plain: string };
  /** Parameters of all branches. */
  readonly shared: Inputs;
  readonly rowOf: (row: Row) => T;
}

/**
 * Rows of money for each source, in at most two jobs; a source that cannot be read does not stop the others.
 */
export async function readMoneyRows<T>(
  requests: readonly MoneyRequest[],
  { statements, shared, rowOf }: MoneyQuestion<T>,
  warehouse: Warehouse,
): Promise<Map<Source, T[] | WarehouseError>> {
  const answers = new Map<Source, T[] | WarehouseError>();
  const read = (statement: string, some: readonly MoneyRequest[]) =>
    inIsolation(
      some,
      async (branches) => {
        const rows = await warehouse.queryAll(statement, branches.map(moneyRowInputs), shared);
        const byBranch = Map.groupBy(rows, (row) => numberOf(row, "n"));
        for (const [n, { source }] of branches.entries()) {
          answers.set(
            source,
            ownFailure(statement, () => (byBranch.get(n) ?? []).map(rowOf)),
          );
        }
      },
      ({ source }, error) => answers.set(source, error),
    );
  await Promise.all([
    read(statements.byKey, requests.filter(repeatsRows)),
    read(
      statements.plain,
      requests.filter((request) => !repeatsRows(request)),
    ),
  ]);
  return answers;
}

function repeatsRows({ source }: Pick<MoneyRequest, "source">): boolean {
  return source.uniqueKey.length > 0;
}

export function moneyRowInputs({ source, firstDay, lastDay }: MoneyRequest): Inputs {
  const { money, arrival, businessDate, timeZone, uniqueKey } = source;
  if (money === null || arrival === null) throw new Error(`${source.id} has no money to read`);
  return {
    names: {
      table: nameOf(source.table),
      arrival,
      business_day: Fragment.day(businessDate ?? arrival, "zone_{{n}}"),
      amount: Fragment.amount(money),
      ...(uniqueKey.length > 0 && { key: Fragment.columnList(uniqueKey) }),
    },
    params: {
      zone: timeZone,
      // A row arrives on its day or later; one extra day covers time zones.
      from: new Date(Date.parse(`${firstDay}T00:00:00Z`) - 86_400_000),
      first_day: firstDay,
      last_day: lastDay,
    },
    types: { from: "TIMESTAMP", first_day: "DATE", last_day: "DATE" },
  };
}
