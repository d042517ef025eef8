import { judgeContinuity } from "../../checks/continuity/judge.ts";
import type { Result } from "../../checks/result.ts";
import type { Source } from "../../shared/config/types.ts";
import { dayOf } from "../../shared/days.ts";
import { WarehouseError } from "../../shared/warehouse/error.ts";
import { listedIn } from "../plan.ts";
import { completeThrough, type Delivered, earlier, type Trusted } from "../trusted.ts";
import { answerOf, type Known, listingOf, readingOf, windowIn } from "./known.ts";

/** Days that should have rows and have none, of every source that has business days. */
export function continuityResults(known: Known): Result[] {
  return known.file.sources.flatMap((source) => {
    const seen = daysOf(source, known);
    return seen === null ? [] : [judgeContinuity({ source, ...seen }, windowIn(source, known), known.now)];
  });
}

/** How far spend and revenue of each platform are complete. */
export function trustedOf(continuity: readonly Result[], known: Known): Trusted[] {
  const through = (source: Source) =>
    completeThrough(deliveredBy(source, continuity, known), windowIn(source, known));
  return known.file.platforms.map((platform) => {
    const [spend, revenue] = [through(platform.spend), through(platform.revenue.source)];
    return { platform, spend, revenue, through: earlier(spend, revenue) };
  });
}

function daysOf(source: Source, known: Known) {
  if (source.businessDate === null) return null;
  const { firstDay } = windowIn(source, known);
  if (source.table.table.endsWith("*")) {
    const days = shardDays(source, known);
    const [first] = days instanceof WarehouseError ? [] : days;
    return { days, newestArrival: null, expectedFrom: first ?? firstDay, money: null };
  }
  const answer = answerOf(source, known);
  if (answer instanceof WarehouseError)
    return { days: answer, newestArrival: null, expectedFrom: firstDay, money: null };
  const days = answer.days.flatMap(({ day }) => day ?? []);
  const created = listedIn(known.facts.listings, source.table)?.created;
  // A table that was read whole and holds nothing older began within the window; so did one that was made within it.
  const isYoung =
    answer.request.from === null
      ? answer.before.rows === 0
      : created !== undefined && dayOf(created, source.timeZone) > firstDay;
  return {
    days,
    newestArrival: answer.newestArrival,
    expectedFrom: isYoung ? (days[0] ?? firstDay) : firstDay,
    money:
      source.money === null
        ? null
        : answer.days.flatMap(({ day, clean }) =>
            day === null ? [] : [{ day, amount: clean === null ? null : Number(clean) }],
          ),
  };
}

function shardDays({ table, businessDate }: Source, known: Known): readonly string[] | WarehouseError {
  const listing = listingOf(table, known);
  if (listing instanceof WarehouseError) return listing;
  if (businessDate !== "_TABLE_SUFFIX") return [];
  const prefix = table.table.slice(0, -1);
  return [...listing.values()]
    .filter((it) => it.table.startsWith(prefix) && it.rows > 0)
    .map((it) => it.table.slice(prefix.length))
    .filter((suffix) => /^\d{8}$/.test(suffix))
    .map((suffix) => suffix.replace(/^(\d{4})(\d{2})(\d{2})$/, "$1-$2-$3"))
    .sort();
}

function deliveredBy(source: Source, continuity: readonly Result[], known: Known): Delivered | null {
  const reading = readingOf(source, known);
  if (reading === null) return null;
  const missing = continuity.find(({ subject }) => subject === source.id)?.evidence.missing;
  return {
    timeZone: source.timeZone,
    // Of that very day: what comes later may be a correction of an old one.
    newestArrival:
      reading.days.find(({ day }) => day === reading.newestDay)?.newestArrival ?? reading.newestArrival,
    newestDay: reading.newestDay,
    missing: Array.isArray(missing) ? missing : [],
  };
}
