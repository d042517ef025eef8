import type { DedupView, Pair, PairSide, Platform, Source } from "../../shared/config/types.ts";
import { nameOf } from "../../shared/config/values/table-name.ts";
import type { Amount, StatsRequest } from "./types.ts";

/** The request for one table of the warehouse file, for all checks. */

export function ofSource(
  source: Source,
  views: readonly DedupView[],
  platforms: readonly Platform[],
): StatsRequest {
  const { id, table, timeZone, arrival, businessDate, uniqueKey, money, breakdown, finalAfterMs } = source;
  const own: Amount | null =
    money ??
    (breakdown === null
      ? null
      : {
          column: breakdown.column,
          jsonPath: breakdown.jsonPath,
          currency: breakdown.of.money.currency,
          currencyColumn: null,
        });
  const named = platforms.find(({ spend, campaigns }) => spend.id === id && campaigns !== null)?.campaigns;
  return {
    ...nothing,
    id,
    table,
    timeZone,
    arrival,
    businessDate,
    key: uniqueKey,
    tieBreak: views.find((view) => view.source.id === id)?.tieBreak ?? [],
    amount: own === null ? null : amountOf(own),
    required: requiredOf(source).map(({ name }) => name),
    finalAfterMs,
    labels: named ? { platforms: null, campaign: named.spend } : null,
  };
}

/** Required columns: those of the key, the business day, and the ones that the file names. */
export function requiredOf({
  uniqueKey,
  businessDate,
  required,
}: Source): { readonly name: string; readonly isKey: boolean }[] {
  const key = new Set([
    ...uniqueKey,
    ...(businessDate === null || businessDate === "_TABLE_SUFFIX" ? [] : [businessDate]),
  ]);
  return [
    ...[...key].map((name) => ({ name, isKey: true })),
    ...required.filter((name) => !key.has(name)).map((name) => ({ name, isKey: false })),
  ];
}

/** If the orders of several platforms are in one table, one read separates them by a column. */
export function ofOrders(platform: Platform, all: readonly Platform[]): StatsRequest {
  const { source, column, currency, currencyColumn, attributedBy } = platform.revenue;
  const campaign = platform.campaigns?.revenue ?? null;
  const beside = all.filter(
    ({ revenue, campaigns }) =>
      revenue.source.id === source.id &&
      revenue.attributedBy === attributedBy &&
      revenue.column === column &&
      revenue.currency === currency &&
      (campaigns?.revenue ?? null) === campaign,
  );
  return {
    ...nothing,
    id: source.id,
    table: source.table,
    timeZone: source.timeZone,
    arrival: source.arrival,
    businessDate: source.businessDate,
    key: source.uniqueKey,
    amount: { column, jsonPath: null, currency, currencyColumn },
    labels: {
      platforms: {
        column: attributedBy,
        is: beside.map(({ id, revenue }) => ({ platform: id, values: revenue.is })),
      },
      campaign: campaign === null ? null : { column: campaign, jsonPath: null },
    },
  };
}

export function ofSide(
  { table, key, businessDate, timeZone, amount }: PairSide,
  { currency }: Pair,
): StatsRequest {
  return {
    ...nothing,
    id: nameOf(table),
    table,
    timeZone,
    businessDate,
    key,
    amount: amount === null ? null : { ...amount, currency: currency ?? "", currencyColumn: null },
    wholeDays: true,
  };
}

export function ofView({ id, view, source, money }: DedupView): StatsRequest {
  return {
    ...nothing,
    id,
    table: view,
    timeZone: source.timeZone,
    arrival: source.arrival,
    businessDate: source.businessDate,
    amount: money === null ? null : amountOf(money),
  };
}

function amountOf({ column, jsonPath, currency, currencyColumn }: Amount): Amount {
  return { column, jsonPath, currency, currencyColumn };
}

const nothing = {
  arrival: null,
  key: [],
  tieBreak: [],
  amount: null,
  required: [],
  finalAfterMs: null,
  labels: null,
  wholeDays: false,
  from: null,
} as const;
