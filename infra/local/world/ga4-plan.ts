import { DAY_MS, dayNumber, shardSuffix } from "./calendar.ts";
import type { DayPlan } from "./day-plan.ts";
import { AS_OF, PROJECT } from "./figures.ts";
import { noise } from "./numbers.ts";

export type Ga4Property = "ga4_eu" | "ga4_us" | "ga4_ca";
export const GA4_IDS = ["ga4_eu", "ga4_us", "ga4_ca"] as const satisfies readonly Ga4Property[];

interface PropertyFacts {
  readonly id: number;
  readonly stream: string;
  /** How long after a day's end its shard is made; Google promises no hour. */
  readonly shardAfterMs: number;
  readonly events: number;
  /** Continent, country, city. */
  readonly places: readonly (readonly [string, string, string])[];
}

const minutes = (hours: number, rest: number) => (hours * 60 + rest) * 60_000;

export const GA4_PROPERTIES: Readonly<Record<Ga4Property, PropertyFacts>> = {
  ga4_eu: {
    id: 334792038,
    stream: "2612345001",
    shardAfterMs: minutes(14, 10),
    events: 900,
    places: [
      ["Europe", "Germany", "Berlin"],
      ["Europe", "France", "Paris"],
      ["Europe", "Netherlands", "Amsterdam"],
      ["Europe", "United Kingdom", "London"],
    ],
  },
  ga4_us: {
    id: 454869667,
    stream: "2612345002",
    shardAfterMs: minutes(17, 30),
    events: 1_400,
    places: [
      ["Americas", "United States", "New York"],
      ["Americas", "United States", "Los Angeles"],
      ["Americas", "United States", "Chicago"],
    ],
  },
  ga4_ca: {
    id: 454871405,
    stream: "2612345003",
    shardAfterMs: minutes(10, 40),
    events: 400,
    places: [
      ["Americas", "Canada", "Toronto"],
      ["Americas", "Canada", "Montreal"],
    ],
  },
};

/** The days of shards that the world has behind it. */
export const GA4_DAYS = 40;

/** One day of a property's traffic: each slot is one event. */
export type TrafficDay = DayPlan;

export function planTraffic(seed: number, property: Ga4Property): (day: number) => TrafficDay {
  const usual = GA4_PROPERTIES[property].events;
  return (day) => {
    const slots = Math.round(usual * (0.9 + 0.2 * noise(seed, property, day)));
    return { day, slots, morning: Math.floor(slots * 0.42) };
  };
}

export function ga4Dataset(property: Ga4Property): string {
  return `${PROJECT}.analytics_${GA4_PROPERTIES[property].id}`;
}

export function dailyShard(property: Ga4Property, day: number): string {
  return `${ga4Dataset(property)}.events_${shardSuffix(day)}`;
}

/** The running day, streamed; Google has it beside the daily shards. */
export function intradayShard(property: Ga4Property, day: number): string {
  return `${ga4Dataset(property)}.events_intraday_${shardSuffix(day)}`;
}

/** When the shard of a day is made, milliseconds since 1970. */
export function shardMadeAt(property: Ga4Property, day: number): number {
  return (day + 1) * DAY_MS + GA4_PROPERTIES[property].shardAfterMs;
}

/** The newest day whose shard is there by `at`. */
export function newestShardDay(property: Ga4Property, at: Date | number = AS_OF): number {
  return dayNumber(Number(at) - GA4_PROPERTIES[property].shardAfterMs) - 1;
}
