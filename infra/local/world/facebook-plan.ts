import { DAY_MS, dayNumber } from "./calendar.ts";
import { type DayPlan, slotsBefore } from "./day-plan.ts";
import { FACEBOOK, LAST_30_DAYS_FROM, LAST_SYNC } from "./figures.ts";
import { apportion, noise, sum } from "./numbers.ts";

/** One day of Facebook ads: each slot is one ad that ran on it. */
export interface FacebookDay extends DayPlan {
  /** Spend once Facebook has settled it, two days later. */
  readonly settledCents: number;
  /** Rows of each breakdown when the day is complete. */
  readonly breakdownRows: Readonly<Record<Breakdown, number>>;
}

export type Breakdown = keyof typeof FACEBOOK.breakdowns;
export const BREAKDOWNS = ["ageAndGender", "country", "region"] as const satisfies readonly Breakdown[];

/** One day as one sync reports it: the day's first `rows` ads, with the spend known by then. */
export interface FacebookDelivery {
  readonly plan: FacebookDay;
  readonly rows: number;
  readonly spendCents: number;
}

const FIRST = dayNumber(FACEBOOK.firstDay);
const FIRST_SYNC = dayNumber(FACEBOOK.firstSync);
const LAST = dayNumber(LAST_SYNC.facebook);
const NOON = DAY_MS / 2;

/** Days before the day of a sync that it delivers again, with restated spend. */
const LOOKBACK_DAYS = 2;

/**
 * What a sync at `at` delivers after one at `previous` (milliseconds since 1970): everything since,
 * and the days of the look-back window once more, in append mode.
 */
export function facebookDeliveries(
  planOf: (day: number) => FacebookDay,
  previous: number | null,
  at: number,
): FacebookDelivery[] {
  const today = dayNumber(at);
  // The day before the previous sync was not settled at it, so a gap of any length is closed.
  const first = previous === null ? FIRST : Math.min(dayNumber(previous) - 1, today - LOOKBACK_DAYS);
  const deliveries: FacebookDelivery[] = [];
  for (let day = Math.max(FIRST, first); day <= today; day++) {
    const plan = planOf(day);
    const rows = slotsBefore(plan, at);
    if (rows > 0) deliveries.push({ plan, rows, spendCents: spendKnownAt(plan, at) });
  }
  return deliveries;
}

/**
 * What the legacy stream delivers in the same sync: each day once, as soon as it is
 * complete, and never restated.
 */
export function legacyDeliveries(
  planOf: (day: number) => FacebookDay,
  previous: number | null,
  at: number,
): FacebookDelivery[] {
  const first = previous === null ? dayNumber(at) - 1 : dayNumber(previous);
  const days = Array.from({ length: dayNumber(at) - first }, (_, i) => first + i);
  return days.map((day) => {
    const plan = planOf(day);
    return { plan, rows: plan.slots, spendCents: spendKnownAt(plan, (day + 1) * DAY_MS) };
  });
}

/** Facebook restates spend upwards for two days; a running day has spent in proportion to its hours. */
function spendKnownAt(plan: FacebookDay, at: number): number {
  const age = dayNumber(at) - plan.day;
  if (age >= LOOKBACK_DAYS) return plan.settledCents;
  if (age === 1) return Math.floor((plan.settledCents * 988) / 1000);
  const minutes = Math.floor((at - plan.day * DAY_MS) / 60_000);
  return Math.floor((plan.settledCents * 93 * minutes) / (100 * 1440));
}

/** The times of the syncs up to the last one of the audit, milliseconds since 1970. */
export function facebookSyncs(): number[] {
  return Array.from({ length: LAST - FIRST_SYNC + 1 }, (_, i) => (FIRST_SYNC + i) * DAY_MS + NOON);
}

/** The days of Facebook, fitted to the audit up to its last sync and alike after it. */
export function planFacebook(seed: number): (day: number) => FacebookDay {
  const days = fitHistory(seed);
  return (day) => {
    const known = days[day - FIRST];
    if (known) return known;
    if (day < FIRST) throw new RangeError(`The Facebook account's first day is ${FACEBOOK.firstDay}.`);
    const { slots, morning } = usualSize(seed, day);
    const settledCents = Math.round(2_030_000 * wave(seed, "facebook spend", day));
    const breakdownRows = {
      ageAndGender: usualRows("ageAndGender", slots),
      country: usualRows("country", slots),
      region: usualRows("region", slots),
    };
    return { day, slots, morning, settledCents, breakdownRows };
  };
}

function fitHistory(seed: number): FacebookDay[] {
  const days = Array.from({ length: LAST - FIRST + 1 }, (_, i) => FIRST + i);
  const sizes = fitSizes(seed, days);
  const spend = fitSpend(seed, days, sizes);
  const [ageAndGender, country, region] = BREAKDOWNS.map((name) => fitBreakdown(name, sizes));
  return sizes.map((size, i) => ({
    ...size,
    settledCents: spend[i] ?? 0,
    breakdownRows: {
      ageAndGender: ageAndGender?.[i] ?? 0,
      country: country?.[i] ?? 0,
      region: region?.[i] ?? 0,
    },
  }));
}

/**
 * Each day of the sync era comes three times (its morning, complete, settled): its
 * repeats are its slots and its morning. The mornings are sized to the audit's duplicates.
 */
function fitSizes(seed: number, days: readonly number[]): DayPlan[] {
  const last = usualSize(seed, LAST);
  const complete = days.slice(0, -1);
  const growth = (day: number) =>
    (0.72 + (0.56 * (day - FIRST)) / (LAST - FIRST)) * wave(seed, "facebook ads", day);
  const slots = [
    ...apportion(FACEBOOK.rows - FACEBOOK.duplicates - last.morning, complete.map(growth)),
    last.slots,
  ];
  const slotsOf = (day: number) => slots[day - FIRST] ?? 0;
  const repeatedOnce = days.filter((day) => day >= FIRST_SYNC && day < LAST);
  const repeatedTwice = repeatedOnce.slice(0, -1);
  const mornings = apportion(
    FACEBOOK.duplicates - sum(repeatedTwice.map(slotsOf)) - slotsOf(FIRST_SYNC - 1),
    repeatedOnce.map(slotsOf),
  );
  return days.map((day, i) => ({
    day,
    slots: slotsOf(day),
    morning:
      day === LAST ? last.morning : (mornings[i - (FIRST_SYNC - FIRST)] ?? Math.floor(slotsOf(day) / 2)),
  }));
}

function fitSpend(seed: number, days: readonly number[], sizes: readonly DayPlan[]): number[] {
  const spend = days.map((day) => Math.round(940_000 * wave(seed, "facebook spend", day)));
  const recent = FACEBOOK.recentDaysCents;
  recent.forEach((cents, i) => {
    const day = LAST - recent.length + i;
    // Yesterday is delivered unsettled, and the audit counts what was delivered.
    spend[day - FIRST] = day === LAST - 1 ? Math.ceil((cents * 1000) / 988) : cents;
  });
  spend[LAST - FIRST] = 2_010_000;

  const at = LAST_SYNC.facebook.getTime();
  const delivered = (day: number) => {
    const size = sizes[day - FIRST];
    if (!size) return 0;
    const breakdownRows = { ageAndGender: 0, country: 0, region: 0 };
    return spendKnownAt({ ...size, settledCents: spend[day - FIRST] ?? 0, breakdownRows }, at);
  };
  const from = dayNumber(LAST_30_DAYS_FROM);
  const given = days.filter((day) => day >= LAST - recent.length).map(delivered);
  const earlier = days.filter((day) => day >= from && day < LAST - recent.length);
  const climbing = (day: number) => (1 + (day - from) / 60) * wave(seed, "facebook spend", day);
  apportion(FACEBOOK.spendLast30DaysCents - sum(given), earlier.map(climbing)).forEach((cents, i) => {
    spend[(earlier[i] ?? 0) - FIRST] = cents;
  });
  return spend;
}

/** Rows per complete day; the days that came only once take up the difference to the audit's total. */
function fitBreakdown(name: Breakdown, sizes: readonly DayPlan[]): number[] {
  const rows = sizes.map((size) => usualRows(name, size.slots));
  const fitted = new Map(sizes.map((size, i) => [size.day, { size, rows: rows[i] ?? 0 }]));
  let delivered = 0;
  for (const [i, at] of facebookSyncs().entries()) {
    const today = dayNumber(at);
    const first = i === 0 ? FIRST_SYNC - LOOKBACK_DAYS : today - LOOKBACK_DAYS;
    for (let day = first; day <= today; day++) {
      const known = fitted.get(day);
      if (!known) continue;
      delivered += Math.floor((known.rows * slotsBefore(known.size, at)) / known.size.slots);
    }
  }
  const once = sizes.filter((size) => size.day < FIRST_SYNC - LOOKBACK_DAYS).map((size) => size.slots);
  return [...apportion(FACEBOOK.breakdowns[name] - delivered, once), ...rows.slice(once.length)];
}

function usualRows(name: Breakdown, slots: number): number {
  return Math.round((FACEBOOK.breakdowns[name] / FACEBOOK.rows) * slots);
}

function usualSize(seed: number, day: number): Pick<DayPlan, "slots" | "morning"> {
  const slots = Math.round(345 * wave(seed, "facebook ads", day));
  return { slots, morning: Math.round(slots * 0.6) };
}

/** Week and noise around 1: weekends 8 % up, ±6 % by chance. */
function wave(seed: number, stream: string, day: number): number {
  const weekday = new Date(day * DAY_MS).getUTCDay();
  return (weekday === 0 || weekday === 6 ? 1.08 : 0.97) * (0.94 + 0.12 * noise(seed, stream, day));
}
