import type { Platform } from "../../shared/config/types.ts";
import { type Decimal, ratioOf, sumOf } from "../../shared/decimal.ts";
import { WarehouseError } from "../../shared/stores/bigquery/error.ts";
import type { StatsAnswer, Sums, TableStats } from "../table-stats/types.ts";
import type { Money } from "./types.ts";

/** What was read of what a platform cost and brought. */
export interface PlatformStats {
  readonly platform: Platform;
  readonly spend: TableStats;
  readonly orders: TableStats;
}

/** Both; or why one of them could not be read. */
export function statsOfBoth(
  platform: Platform,
  spend: StatsAnswer,
  orders: StatsAnswer,
): PlatformStats | WarehouseError {
  if (spend instanceof WarehouseError) return spend;
  return orders instanceof WarehouseError ? orders : { platform, spend, orders };
}

/** Of the days from `firstDay` to `lastDay`, both included. ROAS is null where an amount is in no sum. Pure. */
export function moneyOf(
  { platform, spend, orders }: PlatformStats,
  firstDay: string,
  lastDay: string,
): Money {
  const spent = within(spend.days, firstDay, lastDay);
  const brought = attributed(platform, orders, firstDay, lastDay);
  const [clean, raw, revenue] = [
    sumOf(spent.map((it) => it.clean)),
    sumOf(spent.map((it) => it.raw)),
    sumOf(brought.map((it) => it.clean)),
  ];
  const [revenueUnreadable, spendUnreadable] = [unknownIn(brought), unknownIn(spent)];
  // What both are at least says nothing of one by the other.
  const isWhole = revenueUnreadable + spendUnreadable === 0;
  return {
    revenue,
    orders: brought.reduce((sum, { facts: count }) => sum + count, 0),
    lastRevenueDay: lastOf(within(orders.days, firstDay, lastDay)),
    spend: clean,
    spendRaw: raw,
    lastSpendDay: lastOf(spent.filter((it) => it.clean !== null)),
    roas: isWhole ? ratio(revenue, clean) : null,
    roasRaw: isWhole ? ratio(revenue, raw) : null,
    revenueUnreadable,
    spendUnreadable,
  };
}

export function attributed({ id }: Platform, { labels }: TableStats, firstDay: string, lastDay: string) {
  return within(labels, firstDay, lastDay).filter(({ platform }) => platform === id);
}

export function within<T extends { readonly day: string | null }>(
  days: readonly T[],
  firstDay: string,
  lastDay: string,
): T[] {
  return days.filter(({ day }) => day !== null && day >= firstDay && day <= lastDay);
}

function lastOf(days: readonly { readonly day: string | null }[]): string | null {
  return (
    days
      .flatMap(({ day }) => day ?? [])
      .sort()
      .at(-1) ?? null
  );
}

/** Amounts that are in no sum: they cannot be read, or are in another currency. */
export function unknownIn(days: readonly Sums[]): number {
  return days.reduce((sum, { unreadable, foreign }) => sum + unreadable + foreign, 0);
}

function ratio(revenue: Decimal | null, spend: Decimal | null): Decimal | null {
  return revenue === null || spend === null ? null : ratioOf(revenue, spend, 4);
}
