import type { Pair } from "../../shared/config/types.ts";
import { type Decimal, minus } from "../../shared/decimal.ts";
import type { DayStats, TableStats } from "../table-stats/types.ts";
import { differenceOf, type Tolerance } from "../tolerance.ts";

/** One side of a day. */
export interface Counted {
  readonly facts: number;
  /** Null if there are facts and no amount is readable. */
  readonly amount: Decimal | null;
  readonly unreadable: number;
}

export interface ComparedDay {
  readonly day: string;
  readonly left: Counted;
  readonly right: Counted;
  readonly rowsDiffer: boolean;
  readonly moneyDiffers: boolean;
  /** The number of facts is equal and the keys differ. */
  readonly keysDiffer: boolean;
  readonly differs: boolean;
  /** False if amounts are readable on one side only. */
  readonly isComparable: boolean;
  /** Left − right; null if amounts are not compared. */
  readonly difference: Decimal | null;
}

interface Comparison {
  /** Oldest first. */
  readonly compared: readonly ComparedDay[];
  /** Days with rows that are not compared. */
  readonly outside: readonly string[];
  readonly withoutDay: number;
}

export function compareDays(
  pair: Pair,
  left: TableStats,
  right: TableStats,
  tolerances: { readonly rows: Tolerance; readonly money: Tolerance },
): Comparison {
  const sides = [left, right].map(
    (it) => new Map(it.days.flatMap((day) => (day.day === null || day.rows === 0 ? [] : [[day.day, day]]))),
  ) as [Map<string, DayStats>, Map<string, DayStats>];
  const all = [...new Set(sides.flatMap((days) => [...days.keys()]))].sort();
  const isWithin = boundsOf(left, right, sides);
  const isCompared = Map.groupBy(all, isWithin);
  return {
    compared: (isCompared.get(true) ?? []).map((day) =>
      compareDay(day, pair, countedOf(sides[0].get(day)), countedOf(sides[1].get(day)), tolerances),
    ),
    outside: isCompared.get(false) ?? [],
    withoutDay: [left, right]
      .flatMap(({ days }) => days.filter(({ day }) => day === null))
      .reduce((sum, { facts }) => sum + facts, 0),
  };
}

/** The earlier of the two newest days is left out, because one side may hold only half of it. */
function boundsOf(
  left: TableStats,
  right: TableStats,
  [leftDays, rightDays]: readonly [ReadonlyMap<string, unknown>, ReadonlyMap<string, unknown>],
): (day: string) => boolean {
  const [a, b] = [left.newestDay, right.newestDay];
  const [first, second] = [[...leftDays.keys()].sort()[0], [...rightDays.keys()].sort()[0]];
  if (a === null || b === null || first === undefined || second === undefined) return () => false;
  const from = first > second ? first : second;
  const before = a < b ? a : b;
  return (day) => day >= from && day < before;
}

interface Side extends Counted {
  readonly foreign: number;
  readonly checksum: string | null;
}

/** A day without rows is known to be zero, which is different from an unreadable amount. */
function countedOf(day: DayStats | undefined): Side {
  if (day === undefined) return { facts: 0, amount: "0", unreadable: 0, foreign: 0, checksum: null };
  const { facts, clean, unreadable, foreign, checksum } = day;
  return { facts, amount: facts === 0 ? "0" : clean, unreadable, foreign, checksum };
}

function compareDay(
  day: string,
  { currency }: Pair,
  left: Side,
  right: Side,
  tolerances: { readonly rows: Tolerance; readonly money: Tolerance },
): ComparedDay {
  const rowsDiffer = differenceOf(String(left.facts), String(right.facts), tolerances.rows).counts;
  const money = currency === null ? null : bothOf(left.amount, right.amount);
  const moneyDiffers = money !== null && differenceOf(...money, tolerances.money).counts;
  const keysDiffer =
    left.facts === right.facts &&
    left.checksum !== null &&
    right.checksum !== null &&
    left.checksum !== right.checksum;
  return {
    day,
    left: shown(left),
    right: shown(right),
    rowsDiffer,
    moneyDiffers,
    keysDiffer,
    differs: rowsDiffer || moneyDiffers || keysDiffer,
    isComparable: currency === null || money !== null || bothWithoutAmounts(left, right),
    difference: money === null ? null : minus(...money),
  };
}

function bothOf(a: Decimal | null, b: Decimal | null): [Decimal, Decimal] | null {
  return a === null || b === null ? null : [a, b];
}

/** Both sides have no amount on that day; it is not the case that one cannot be read or summed. */
function bothWithoutAmounts(left: Side, right: Side): boolean {
  const isWithout = ({ amount, unreadable, foreign }: Side) => amount === null && unreadable + foreign === 0;
  return isWithout(left) && isWithout(right);
}

function shown({ facts, amount, unreadable }: Side): Counted {
  return { facts, amount, unreadable };
}
