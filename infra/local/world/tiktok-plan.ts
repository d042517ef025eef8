import { DAY_MS, dayNumber } from "./calendar.ts";
import { type DayPlan, slotsBefore } from "./day-plan.ts";
import { LAST_30_DAYS_FROM, LAST_SYNC, TIKTOK } from "./figures.ts";
import { apportion, noise, share, shuffle, sum } from "./numbers.ts";

/** One day of TikTok ads: each slot is one ad that ran on it, reported once. */
export interface TikTokDay extends DayPlan {
  readonly spendCents: number;
  /** Rows of the audience report by province when the day is complete. */
  readonly provinceRows: number;
}

const FIRST = dayNumber(TIKTOK.firstDay);
const LAST = dayNumber(LAST_SYNC.tiktok);
const PROVINCES_PER_AD = TIKTOK.provinceRows / TIKTOK.rows;

/** The times of the syncs up to the last one of the audit, milliseconds since 1970. */
export function tiktokSyncs(): number[] {
  return Array.from({ length: LAST - FIRST + 1 }, (_, i) => (FIRST + i) * DAY_MS + DAY_MS / 2);
}

/** The days of TikTok, fitted to the audit up to its last sync and alike after it. */
export function planTikTok(seed: number): (day: number) => TikTokDay {
  const days = fitHistory(seed);
  return (day) => {
    const known = days[day - FIRST];
    if (known) return known;
    if (day < FIRST) throw new RangeError(`The TikTok account's first day is ${TIKTOK.firstDay}.`);
    const size = usualSize(seed, day);
    return {
      ...size,
      spendCents: Math.round(200_000 * wave(seed, "tiktok spend", day)),
      provinceRows: Math.round(size.slots * PROVINCES_PER_AD),
    };
  };
}

function fitHistory(seed: number): TikTokDay[] {
  const complete = Array.from({ length: LAST - FIRST }, (_, i) => FIRST + i);
  const last = usualSize(seed, LAST);
  const slots = apportion(
    TIKTOK.rows - last.morning,
    complete.map((day) => wave(seed, "tiktok ads", day)),
  );
  const sizes: DayPlan[] = complete.map((day, i) => ({
    day,
    slots: slots[i] ?? 0,
    morning: Math.floor((slots[i] ?? 0) / 2),
  }));
  const lastProvinces = Math.round(last.slots * PROVINCES_PER_AD);
  const provinces = apportion(
    TIKTOK.provinceRows - Math.floor((lastProvinces * last.morning) / last.slots),
    slots,
  );
  const spend = fitSpend(seed, last);
  const days = sizes.map((size, i) => ({
    ...size,
    spendCents: spend[i] ?? 0,
    provinceRows: provinces[i] ?? 0,
  }));
  return [...days, { ...last, spendCents: spend[LAST - FIRST] ?? 0, provinceRows: lastProvinces }];
}

function fitSpend(seed: number, last: DayPlan): number[] {
  const spend = Array.from({ length: LAST - FIRST }, (_, i) =>
    Math.round(88_000 * wave(seed, "tiktok spend", FIRST + i)),
  );
  const lastCents = 203_000;
  spend.push(lastCents);
  const recent = TIKTOK.recentDaysCents;
  spend.splice(LAST - FIRST - recent.length, recent.length, ...recent);

  const happened = slotsBefore(last, LAST_SYNC.tiktok.getTime());
  const morning = Array.from({ length: happened }, (_, i) =>
    share(lastCents, shuffle(i, last.slots, LAST), last.slots),
  );
  const from = dayNumber(LAST_30_DAYS_FROM);
  const earlier = Array.from({ length: LAST - recent.length - from }, (_, i) => from + i);
  const climbing = (day: number) => (1 + (day - from) / 40) * wave(seed, "tiktok spend", day);
  const rest = TIKTOK.spendLast30DaysCents - sum(recent) - sum(morning);
  spend.splice(from - FIRST, earlier.length, ...apportion(rest, earlier.map(climbing)));
  return spend;
}

function usualSize(seed: number, day: number): DayPlan {
  const slots = Math.round(58 * wave(seed, "tiktok ads", day));
  return { day, slots, morning: Math.floor(slots / 2) };
}

/** ±8 % by chance: the account is small and its week flat. */
function wave(seed: number, stream: string, day: number): number {
  return 0.92 + 0.16 * noise(seed, stream, day);
}
