import type { Source } from "../../shared/config/types.ts";
import { addDays, dayOf } from "../../shared/days.ts";
import type { WarehouseError } from "../../shared/warehouse/error.ts";
import { dayOrNull, instantOf, numberOf, numberOrNull } from "../../shared/warehouse/row.ts";
import { Fragment } from "../../shared/warehouse/statement.ts";
import type { Inputs, Row, Warehouse } from "../../shared/warehouse/types.ts";
import type { Instants } from "./instants.ts";
import { inIsolation, ownFailure } from "./isolation.ts";
import { tableOf } from "./read-content.ts";
import type { DayMoney, Verdict } from "./types.ts";

/** Two weeks: seven complete days, also where the newest business day lies some days before the last arrival. */
const daysRead = 14;

/** Money per day of each silent source: the days before it fell silent, and the one it fell silent on. */
export async function readDailyMoney(
  verdicts: readonly Verdict[],
  warehouse: Warehouse,
  { seenUntil }: Instants,
): Promise<Map<Source, DayMoney[] | WarehouseError>> {
  const answers = new Map<Source, DayMoney[] | WarehouseError>();
  const read = (statement: MoneyStatement) =>
    inIsolation(
      verdicts.filter(({ source }) => moneyStatement(source) === statement),
      async (some) => {
        const shared = { params: { seen_until: seenUntil } };
        const rows = await warehouse.queryAll(statement, some.map(moneyInputs), shared);
        const byBranch = Map.groupBy(rows, (row) => numberOf(row, "n"));
        for (const [n, { source }] of some.entries()) {
          answers.set(
            source,
            ownFailure(statement, () => (byBranch.get(n) ?? []).map(dayMoneyOf)),
          );
        }
      },
      ({ source }, error) => answers.set(source, error),
    );
  await Promise.all([read("freshness/daily-money-by-key"), read("freshness/daily-money")]);
  return answers;
}

type MoneyStatement = "freshness/daily-money-by-key" | "freshness/daily-money";

export function moneyStatement({ uniqueKey }: Source): MoneyStatement {
  return uniqueKey.length > 0 ? "freshness/daily-money-by-key" : "freshness/daily-money";
}

export function moneyInputs({ source, visibleThrough }: Pick<Verdict, "source" | "visibleThrough">): Inputs {
  const { money, arrival, businessDate, timeZone, uniqueKey } = source;
  if (money === null || arrival === null || visibleThrough === null) {
    throw new Error(`${source.id} has no money to read`);
  }
  const last = dayOf(visibleThrough, timeZone);
  const first = addDays(last, -daysRead);
  return {
    names: {
      table: tableOf(source),
      arrival,
      business_day: Fragment.day(businessDate ?? arrival, "zone_{{n}}"),
      amount:
        money.jsonPath === null
          ? Fragment.column(money.column)
          : Fragment.jsonValue(money.column, money.jsonPath),
      ...(uniqueKey.length > 0 && { key: Fragment.columnList(uniqueKey) }),
    },
    params: {
      zone: timeZone,
      // A row about a day arrives on that day or later; a day to spare for time zones.
      from: new Date(Date.parse(`${first}T00:00:00Z`) - 86_400_000),
      first_day: first,
      last_day: last,
    },
    types: { from: "TIMESTAMP", first_day: "DATE", last_day: "DATE" },
  };
}

function dayMoneyOf(row: Row): DayMoney {
  return {
    day: dayOrNull(row, "business_day") ?? "",
    amount: numberOrNull(row, "amount"),
    newestArrival: instantOf(row, "newest_arrival"),
  };
}
