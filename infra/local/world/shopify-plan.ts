import { DAY_MS, dayNumber } from "./calendar.ts";
import { type DayPlan, slotsBefore } from "./day-plan.ts";
import { LAST_30_DAYS_FROM, LAST_SYNC, SHOPIFY } from "./figures.ts";
import { apportion, noise, share, shuffle, sum } from "./numbers.ts";

/** One day of the shop: each slot is one order. */
export interface ShopDay extends DayPlan {
  /** Orders of all days before this one: the number of the day's first order. */
  readonly ordersBefore: number;
  /** Revenue of the complete day. */
  readonly revenueCents: number;
  /** The part of it that came through each platform's links, by first touch. */
  readonly attributedCents: Readonly<Record<AttributedPlatform, number>>;
}

/** One day of sign-ups without an order: each slot is one customer. */
export interface SignupDay extends DayPlan {
  readonly signupsBefore: number;
}

export type AttributedPlatform = "facebook" | "tiktok";
const PLATFORMS = ["facebook", "tiktok"] as const;

/**
 * Which slots of a day came through a platform: every `every`-th from `first`. The
 * two never meet, as 84 is a multiple of 6 and 7 leaves another remainder than 2.
 */
export const ATTRIBUTED: Readonly<Record<AttributedPlatform, { first: number; every: number }>> = {
  facebook: { first: 2, every: 6 },
  tiktok: { first: 7, every: 84 },
};

/** How many of a day's first `slots` slots came through the platform. */
function attributedSlots(platform: AttributedPlatform, slots: number): number {
  const { first, every } = ATTRIBUTED[platform];
  return Math.max(0, Math.floor((slots - first + every - 1) / every));
}

const FIRST = dayNumber(SHOPIFY.firstDay);
const LIVE_FIRST = dayNumber(SHOPIFY.liveFirstDay);
const SHOP_STOPPED = dayNumber(LAST_SYNC.shopify);
const AS_OF_DAY = dayNumber(LAST_SYNC.shopifyUtm);
const NOON = DAY_MS / 2;

/** From the day Shopify's connector stopped to the day of the audit. */
const DAYS_SINCE_THE_STOP: readonly DayPlan[] = [
  { day: SHOP_STOPPED, slots: 347, morning: 171 },
  { day: SHOP_STOPPED + 1, slots: 351, morning: 174 },
  { day: SHOP_STOPPED + 2, slots: 355, morning: 177 },
  { day: AS_OF_DAY, slots: 338, morning: 168 },
];

/** The number of the first order that the live tables hold; a multiple of ten, see `orders.ts`. */
export const FIRST_LIVE_ORDER = liveOffset();

/** The times of the Shopify syncs up to the last one of the audit, milliseconds since 1970. */
export function shopifySyncs(): number[] {
  return Array.from({ length: SHOP_STOPPED - LIVE_FIRST + 1 }, (_, i) => (LIVE_FIRST + i) * DAY_MS + NOON);
}

/** Orders after the last Shopify sync that the UTM loader has seen by the audit. */
function ordersSinceTheStop(): number {
  return DAYS_SINCE_THE_STOP.reduce((orders, plan) => {
    const seen = slotsBefore(plan, LAST_SYNC.shopifyUtm.getTime());
    return orders + seen - (plan.day === SHOP_STOPPED ? plan.morning : 0);
  }, 0);
}

function liveOffset(): number {
  const offset = SHOPIFY.utmOrders - SHOPIFY.liveOrders - ordersSinceTheStop();
  if (offset % 10 !== 0) throw new Error(`The live orders must begin at a multiple of ten, not ${offset}.`);
  return offset;
}

/** The days of the shop, fitted to the audit up to its day and alike after it. */
export function planShop(seed: number): (day: number) => ShopDay {
  const days = fitHistory(seed);
  return (day) => {
    if (day < FIRST) throw new RangeError(`The shop's first day is ${SHOPIFY.firstDay}.`);
    for (let next = FIRST + days.length; next <= day; next++) {
      const previous = days.at(-1);
      const slots = Math.round(344 * wave(seed, "orders", next));
      const revenueCents = Math.round(9_000_000 * wave(seed, "revenue", next));
      days.push({
        day: next,
        slots,
        morning: Math.floor(slots / 2),
        ordersBefore: previous ? previous.ordersBefore + previous.slots : 0,
        revenueCents,
        attributedCents: usualAttribution(slots, revenueCents),
      });
    }
    const known = days[day - FIRST];
    if (!known) throw new RangeError(`No plan for day ${day}.`);
    return known;
  };
}

/** The days of sign-ups, which the live customers have beside those who ordered. */
export function planSignups(seed: number): (day: number) => SignupDay {
  const complete = Array.from({ length: SHOP_STOPPED - LIVE_FIRST }, (_, i) => LIVE_FIRST + i);
  const lastMorning = 84;
  const total = SHOPIFY.liveCustomers - SHOPIFY.orderEmailsOfCustomers - lastMorning;
  const slots = [
    ...apportion(
      total,
      complete.map((day) => wave(seed, "signups", day)),
    ),
    2 * lastMorning,
  ];
  const days: SignupDay[] = [];
  const add = (count: number) => {
    const previous = days.at(-1);
    const signupsBefore = previous ? previous.signupsBefore + previous.slots : 0;
    days.push({ day: LIVE_FIRST + days.length, slots: count, morning: Math.floor(count / 2), signupsBefore });
  };
  slots.forEach(add);
  return (day) => {
    while (LIVE_FIRST + days.length <= day) {
      add(Math.round(168 * wave(seed, "signups", LIVE_FIRST + days.length)));
    }
    const known = days[day - LIVE_FIRST];
    if (!known) throw new RangeError(`The live customers' first day is ${SHOPIFY.liveFirstDay}.`);
    return known;
  };
}

function fitHistory(seed: number): ShopDay[] {
  const between = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);
  const before = between(FIRST, LIVE_FIRST);
  const live = between(LIVE_FIRST, SHOP_STOPPED);
  const growth = (day: number) =>
    (0.75 + (0.2 * (day - FIRST)) / (LIVE_FIRST - FIRST)) * wave(seed, "orders", day);
  const rising = (day: number) => (1 + (day - LIVE_FIRST) / 50) * wave(seed, "orders", day);
  const stopped = DAYS_SINCE_THE_STOP[0]?.morning ?? 0;
  const slots = [
    ...apportion(FIRST_LIVE_ORDER, before.map(growth)),
    ...apportion(SHOPIFY.liveOrders - stopped, live.map(rising)),
  ];
  const sizes: DayPlan[] = [
    ...slots.map((count, i) => ({ day: FIRST + i, slots: count, morning: Math.floor(count / 2) })),
    ...DAYS_SINCE_THE_STOP,
  ];
  const revenue = fitRevenue(seed, sizes);
  const attributed = PLATFORMS.map((platform) => fitAttribution(seed, platform, sizes, revenue));
  let ordersBefore = 0;
  return sizes.map((size, i) => {
    const day = {
      ...size,
      ordersBefore,
      revenueCents: revenue[i] ?? 0,
      attributedCents: { facebook: attributed[0]?.[i] ?? 0, tiktok: attributed[1]?.[i] ?? 0 },
    };
    ordersBefore += size.slots;
    return day;
  });
}

function fitRevenue(seed: number, sizes: readonly DayPlan[]): number[] {
  const revenue = sizes.map(({ day, slots }) =>
    Math.round(slots * 25_900 * (0.96 + 0.08 * noise(seed, "order value", day))),
  );
  const recent = SHOPIFY.recentDaysCents;
  revenue.splice(SHOP_STOPPED - recent.length - FIRST, recent.length, ...recent);
  return revenue;
}

/** Revenue by platform: as usual, and over the last 30 days exactly the audit's. */
function fitAttribution(
  seed: number,
  platform: AttributedPlatform,
  sizes: readonly DayPlan[],
  revenue: readonly number[],
): number[] {
  const cents = sizes.map(({ slots }, i) => usualAttribution(slots, revenue[i] ?? 0)[platform]);
  const today = sizes.at(-1);
  const todayCents = cents.at(-1) ?? 0;
  if (!today) return cents;
  const orders = attributedSlots(platform, today.slots);
  const seen = attributedSlots(platform, slotsBefore(today, LAST_SYNC.shopifyUtm.getTime()));
  const todaySeen = Array.from({ length: seen }, (_, i) =>
    share(todayCents, shuffle(i, orders, today.day), orders),
  );
  const from = dayNumber(LAST_30_DAYS_FROM) - FIRST;
  const complete = sizes.slice(from, -1);
  const rest = SHOPIFY.attributedLast30DaysCents[platform] - sum(todaySeen);
  const weights = complete.map(
    ({ day, slots }) => attributedSlots(platform, slots) * (0.9 + 0.2 * noise(seed, platform, day)),
  );
  cents.splice(from, complete.length, ...apportion(rest, weights));
  return cents;
}

function usualAttribution(slots: number, revenueCents: number): Record<AttributedPlatform, number> {
  const part = (platform: AttributedPlatform) =>
    Math.round((revenueCents * attributedSlots(platform, slots)) / slots);
  return { facebook: part("facebook"), tiktok: part("tiktok") };
}

/** Week and noise around 1: weekends 6 % down, ±5 % by chance. */
function wave(seed: number, stream: string, day: number): number {
  const weekday = new Date(day * DAY_MS).getUTCDay();
  return (weekday === 0 || weekday === 6 ? 0.94 : 1.02) * (0.95 + 0.1 * noise(seed, stream, day));
}
