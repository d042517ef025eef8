import type { Platform } from "../../shared/config/types.ts";
import { daysBetween } from "../../shared/days.ts";
import { type Decimal, sumOf } from "../../shared/decimal.ts";
import { WarehouseError } from "../../shared/stores/bigquery/error.ts";
import { type CheckInput, statsFor, statsOf, windowIn } from "../input.ts";
import type { Sums } from "../table-stats/types.ts";
import { judge } from "./judge.ts";
import { attributed, moneyOf, type PlatformStats, statsOfBoth, unknownIn, within } from "./money.ts";
import type { Trusted } from "./trusted.ts";
import type { Verdict } from "./types.ts";

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
  /** Day by day, oldest first; null if unknown. */
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
    const read = statsOfBoth(platform, spend, orders);
    if (read instanceof WarehouseError)
      return {
        platform,
        verdict: judge({ platform, firstDay, lastDay, money: read }),
        through,
        complete: null,
        days: [],
      };
    return {
      platform,
      verdict: judge({ platform, firstDay, lastDay, money: moneyOf(read, firstDay, lastDay) }),
      through,
      complete: through === null || through < firstDay ? null : moneyOf(read, firstDay, through),
      days: daysOf(read, firstDay, lastDay, revenueThrough),
    };
  });
}

function daysOf(
  { platform, spend, orders }: PlatformStats,
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
    // A day that is complete and has orders of others has none of this platform's: that is known.
    revenue: brought.has(day)
      ? wholeSum(brought.get(day) ?? [])
      : isKnown.has(day) && revenueThrough !== null && day <= revenueThrough
        ? "0"
        : null,
  }));
}

/** Null where an amount is in no sum. */
function wholeSum(some: readonly Sums[]): Decimal | null {
  return unknownIn(some) > 0 ? null : sumOf(some.map(({ clean }) => clean));
}
