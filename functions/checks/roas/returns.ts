import type { Platform } from "../../shared/config/types.ts";
import { daysBetween } from "../../shared/days.ts";
import { type Decimal, ratioOf, sumOf } from "../../shared/decimal.ts";
import { WarehouseError } from "../../shared/stores/bigquery/error.ts";
import { type CheckInput, statsFor, statsOf, windowIn } from "../input.ts";
import type { Sums, TableStats } from "../table-stats/types.ts";
import { judge } from "./judge.ts";
import type { Trusted } from "./trusted.ts";
import type { Money, Verdict } from "./types.ts";

/** What a platform cost and brought: over the window, and as far as both are complete. */
export interface Return {
  readonly platform: Platform;
  readonly verdict: Verdict;
  /** Last day up to which both are complete. */
  readonly through: string | null;
  /** Of the days of the window up to there; null where there are none. */
  readonly complete: {
    readonly spend: Decimal | null;
    readonly revenue: Decimal | null;
    readonly roas: Decimal | null;
  } | null;
  /** Day by day, oldest first; null: nobody knows. */
  readonly days: readonly {
    readonly day: string;
    readonly spend: Decimal | null;
    readonly revenue: Decimal | null;
  }[];
}

/** Pure. */
export function returnsOf(input: CheckInput, trusted: readonly Trusted[]): Return[] {
  return trusted.map(({ platform, through, revenue: revenueThrough }) => {
    const { firstDay, lastDay } = windowIn(platform.spend, input);
    const spend = statsOf(platform.spend, input);
    const orders = statsFor(input.facts.plan.orders.get(platform.id), input);
    if (spend instanceof WarehouseError || orders instanceof WarehouseError) {
      const money = spend instanceof WarehouseError ? spend : (orders as WarehouseError);
      return {
        platform,
        verdict: judge({ platform, firstDay, lastDay, money }),
        through,
        complete: null,
        days: [],
      };
    }
    const read = { platform, spend, orders };
    return {
      platform,
      verdict: judge({ platform, firstDay, lastDay, money: moneyOf(read, firstDay, lastDay) }),
      through,
      complete: through === null || through < firstDay ? null : moneyOf(read, firstDay, through),
      days: daysOf(read, firstDay, lastDay, revenueThrough),
    };
  });
}

interface Read {
  readonly platform: Platform;
  readonly spend: TableStats;
  readonly orders: TableStats;
}

function moneyOf({ platform, spend, orders }: Read, firstDay: string, lastDay: string): Money {
  const spent = within(spend.days, firstDay, lastDay);
  const brought = attributed(platform, orders, firstDay, lastDay);
  const [clean, raw, revenue] = [
    sumOf(spent.map((it) => it.clean)),
    sumOf(spent.map((it) => it.raw)),
    sumOf(brought.map((it) => it.clean)),
  ];
  const [revenueUnreadable, spendUnreadable] = [uninputIn(brought), uninputIn(spent)];
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

function daysOf(
  { platform, spend, orders }: Read,
  firstDay: string,
  lastDay: string,
  revenueThrough: string | null,
): Return["days"] {
  const spent = new Map(within(spend.days, firstDay, lastDay).map((it) => [it.day, wholeSum([it])]));
  const brought = Map.groupBy(attributed(platform, orders, firstDay, lastDay), ({ day }) => day ?? "");
  const isKnown = new Set(within(orders.days, firstDay, lastDay).map(({ day }) => day));
  return daysBetween(firstDay, lastDay).map((day) => ({
    day,
    spend: spent.get(day) ?? null,
    // A day that is complete and has orders of others has none of this platform's: that is input.
    revenue: brought.has(day)
      ? wholeSum(brought.get(day) ?? [])
      : isKnown.has(day) && revenueThrough !== null && day <= revenueThrough
        ? "0"
        : null,
  }));
}

function attributed({ id }: Platform, { labels }: TableStats, firstDay: string, lastDay: string) {
  return within(labels, firstDay, lastDay).filter(({ platform }) => platform === id);
}

function within<T extends { readonly day: string | null }>(
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

/** Null where an amount is in no sum. */
function wholeSum(some: readonly Sums[]): Decimal | null {
  return uninputIn(some) > 0 ? null : sumOf(some.map(({ clean }) => clean));
}

function uninputIn(days: readonly Sums[]): number {
  return days.reduce((sum, { unreadable, foreign }) => sum + unreadable + foreign, 0);
}

function ratio(revenue: Decimal | null, spend: Decimal | null): Decimal | null {
  return revenue === null || spend === null ? null : ratioOf(revenue, spend, 4);
}
