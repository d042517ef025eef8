import type { Source } from "../../shared/config/types.ts";
import { addDays } from "../../shared/days.ts";
import { tablesPerQuery } from "../../shared/warehouse/bigquery.ts";
import { WarehouseError } from "../../shared/warehouse/error.ts";
import { dayOrNull, instantOf, instantOrNull, numberOf } from "../../shared/warehouse/row.ts";
import { Fragment } from "../../shared/warehouse/statement.ts";
import type { Inputs, Row, Warehouse } from "../../shared/warehouse/types.ts";
import { typicalPeriod } from "./impact.ts";
import type { Content, DayMoney, Verdict } from "./types.ts";

export interface ContentRequest {
  readonly source: Source;
  /** Rows that arrived earlier are not read. */
  readonly from: Date;
}

/** The content clocks of many sources, in as few jobs as BigQuery's limit of 1,000 tables a query allows. */
export async function readContent(
  requests: readonly ContentRequest[],
  warehouse: Warehouse,
  now: Date,
  knownUntil: Date,
): Promise<Map<Source, Content | WarehouseError>> {
  const answers = new Map<Source, Content | WarehouseError>();
  const read = (statement: string, all: readonly ContentRequest[], shared: Inputs) =>
    inIsolation(
      all,
      async (some) => {
        const rows = await warehouse.queryAll(statement, some.map(contentInputs), shared);
        const byBranch = new Map(rows.map((row) => [numberOf(row, "n"), row]));
        for (const [n, { source }] of some.entries()) answers.set(source, contentOf(byBranch.get(n), source));
      },
      ({ source }, error) => answers.set(source, error),
    );
  const [withArrival, without] = split(requests, ({ source }) => source.arrival !== null);
  await Promise.all([
    read("freshness/content-clocks", withArrival, { params: { now, known_until: knownUntil } }),
    read("freshness/business-clock", without, { params: { now } }),
  ]);
  return answers;
}

export function contentInputs({ source, from }: ContentRequest): Inputs {
  const { arrival, businessDate, timeZone } = source;
  const names = {
    table: tableOf(source),
    business_day: businessDate === null ? Fragment.noDay : Fragment.day(businessDate, "zone_{{n}}"),
  };
  if (arrival === null) return { names, params: { zone: timeZone } };
  return { names: { ...names, arrival }, params: { zone: timeZone, from }, types: { from: "TIMESTAMP" } };
}

function contentOf(row: Row | undefined, source: Source): Content {
  if (row === undefined) throw new Error(`no answer for ${source.id} among the content clocks`);
  const newestBusinessDay = source.businessDate === null ? null : dayOrNull(row, "newest_business_day");
  if (source.arrival === null) {
    return { newestArrival: null, newestBusinessDay, arrivalsInFuture: 0, farthestArrival: null };
  }
  return {
    newestArrival: instantOrNull(row, "newest_arrival"),
    newestBusinessDay,
    arrivalsInFuture: numberOf(row, "arrivals_in_future"),
    farthestArrival: instantOrNull(row, "farthest_arrival"),
  };
}

/** Money per day of each silent source: the last complete days, and the one it fell silent on. */
export async function readDailyMoney(
  verdicts: readonly Verdict[],
  warehouse: Warehouse,
  now: Date,
): Promise<Map<Source, DayMoney[] | WarehouseError>> {
  const answers = new Map<Source, DayMoney[] | WarehouseError>();
  const read = (statement: string, all: readonly Verdict[]) =>
    inIsolation(
      all,
      async (some) => {
        const rows = await warehouse.queryAll(statement, some.map(moneyInputs), { params: { now } });
        const byBranch = Map.groupBy(rows, (row) => numberOf(row, "n"));
        for (const [n, { source }] of some.entries())
          answers.set(source, (byBranch.get(n) ?? []).map(dayMoneyOf));
      },
      ({ source }, error) => answers.set(source, error),
    );
  const [repeating, plain] = split(verdicts, ({ source }) => source.uniqueKey.length > 0);
  await Promise.all([read("freshness/daily-money-by-key", repeating), read("freshness/daily-money", plain)]);
  return answers;
}

function dayMoneyOf(row: Row): DayMoney {
  return {
    day: dayOrNull(row, "business_day") ?? "",
    amount: numberOf(row, "amount"),
    newestArrival: instantOf(row, "newest_arrival"),
  };
}

export function moneyInputs({ source, visibleThrough }: Pick<Verdict, "source" | "visibleThrough">): Inputs {
  const { money, arrival, businessDate, timeZone, uniqueKey } = source;
  if (money === null || visibleThrough === null) throw new Error(`${source.id} has no money to read`);
  const { first, last } = typicalPeriod(visibleThrough, timeZone);
  const amount =
    money.jsonPath === null
      ? Fragment.column(money.column)
      : Fragment.jsonValue(money.column, money.jsonPath);
  return {
    names: {
      table: tableOf(source),
      arrival: arrival ?? "",
      business_day: Fragment.day(businessDate ?? arrival ?? "", "zone_{{n}}"),
      amount,
      ...(uniqueKey.length > 0 && { key: Fragment.columnList(uniqueKey) }),
    },
    params: {
      zone: timeZone,
      // A row about a day arrives on that day or later; a day to spare for time zones.
      from: new Date(Date.parse(`${first}T00:00:00Z`) - 86_400_000),
      first_day: first,
      // The day it fell silent on is not complete, but holds its newest rows.
      last_day: addDays(last, 1),
    },
    types: { from: "TIMESTAMP", first_day: "DATE", last_day: "DATE" },
  };
}

/**
 * One source's failure must not stop the others: a job that fails is halved until the
 * sources that make it fail stand alone. A busy BigQuery fails them all at once.
 */
async function inIsolation<T>(
  all: readonly T[],
  run: (some: readonly T[]) => Promise<void>,
  failed: (one: T, error: WarehouseError) => void,
): Promise<void> {
  if (all.length === 0) return;
  if (all.length > tablesPerQuery) {
    for (let start = 0; start < all.length; start += tablesPerQuery) {
      await inIsolation(all.slice(start, start + tablesPerQuery), run, failed);
    }
    return;
  }
  try {
    await run(all);
  } catch (error) {
    if (!(error instanceof WarehouseError)) throw error;
    const [only] = all;
    if (only !== undefined && (all.length === 1 || error.retry)) {
      for (const one of all) failed(one, error);
      return;
    }
    const half = Math.ceil(all.length / 2);
    await Promise.all([
      inIsolation(all.slice(0, half), run, failed),
      inIsolation(all.slice(half), run, failed),
    ]);
  }
}

function split<T>(all: readonly T[], test: (one: T) => boolean): [T[], T[]] {
  return [all.filter(test), all.filter((one) => !test(one))];
}

function tableOf(source: Source): string {
  return `${source.table.project}.${source.table.dataset}.${source.table.table}`;
}
