import type { Source, WarehouseFile } from "../../shared/config/types.ts";
import { addDays, dayOf } from "../../shared/days.ts";
import { beginning, type Instants } from "../../shared/instants.ts";
import { WarehouseError } from "../../shared/stores/bigquery/error.ts";
import type { Warehouse } from "../../shared/stores/bigquery/types.ts";
import type { Listing } from "../table-stats/listing.ts";
import type { StatsAnswer, TableStats } from "../table-stats/types.ts";
import { hasPrice, withPrice } from "./impact.ts";
import { judge } from "./judge.ts";
import { readContent } from "./read-content.ts";
import { failureOf, metadataOf } from "./read-metadata.ts";
import { daysRead, readDailyMoney } from "./read-money.ts";
import type { Content, DayMoney, Observation, Verdict } from "./types.ts";

/** Facts that other checks have already read. */
export interface Known {
  /** By dataset, `project.dataset`. */
  readonly listings: ReadonlyMap<string, Listing>;
  /** By source id. */
  readonly answers: ReadonlyMap<string, StatsAnswer>;
}

/**
 * Freshness of every source from the statistics that other checks need too. It reads more only for sources
 * that stopped before the days they cover. The answers are in the order of `sources`.
 */
export async function freshnessFromStats(
  sources: readonly Source[],
  known: Known,
  file: Pick<WarehouseFile, "location">,
  warehouse: Warehouse,
  instants: Instants,
): Promise<Verdict[]> {
  const unanswered = sources.filter((source) => {
    const answer = readingOf(source, known);
    return answer !== null && answer.request.from !== null && isBlank(answer) && source.arrival !== null;
  });
  const more = await readContent(
    unanswered.map((source) => ({ source, from: beginning })),
    warehouse,
    instants,
  );
  const verdicts = await Promise.all(
    sources.map(async (source) =>
      judge(await observed(source, known, more.get(source), file, warehouse, instants), instants),
    ),
  );
  const unread = verdicts.filter((verdict) => hasPrice(verdict) && !isReadFor(verdict, known));
  const money = await readDailyMoney(unread, warehouse, instants);
  return verdicts.map((verdict) => {
    if (!hasPrice(verdict)) return verdict;
    const days = money.get(verdict.source) ?? moneyOf(readingOf(verdict.source, known));
    return withPrice(verdict, days, instants.now);
  });
}

async function observed(
  source: Source,
  known: Known,
  more: Content | WarehouseError | undefined,
  { location }: Pick<WarehouseFile, "location">,
  warehouse: Warehouse,
  instants: Instants,
): Promise<Observation> {
  const dataset = `${source.table.project}.${source.table.dataset}`;
  const listing = known.listings.get(dataset);
  const answer = more instanceof WarehouseError ? more : known.answers.get(source.id);
  const error =
    listing instanceof WarehouseError ? listing : answer instanceof WarehouseError ? answer : null;
  const tables =
    listing === undefined || listing instanceof WarehouseError
      ? null
      : new Map([...listing].map(([id, it]) => [id, { ...it, isTable: it.kind === "table" }]));
  return {
    source,
    metadata: tables === null ? null : metadataOf(source, tables, instants),
    content:
      more !== undefined && !(more instanceof WarehouseError)
        ? more
        : contentOf(source, readingOf(source, known)),
    failure: error === null ? null : await failureOf(error, dataset, warehouse, location),
  };
}

function readingOf(source: Source, { answers }: Known): TableStats | null {
  const answer = answers.get(source.id);
  return answer === undefined || answer instanceof WarehouseError ? null : answer;
}

function contentOf({ arrival, businessDate }: Source, reading: TableStats | null): Content | null {
  if (reading === null) return null;
  const newestBusinessDay = businessDate === null ? null : reading.newestDay;
  if (arrival === null)
    return { newestArrival: null, newestBusinessDay, arrivalsInFuture: 0, farthestArrival: null };
  const { newestArrival, arrivalsInFuture, farthestArrival } = reading;
  return { newestArrival, newestBusinessDay, arrivalsInFuture, farthestArrival };
}

function isBlank({ newestArrival, newestDay }: TableStats): boolean {
  return newestArrival === null && newestDay === null;
}

/** Whether the days before the source stopped are among the days that were read one by one. */
function isReadFor({ source, visibleThrough }: Verdict, known: Known): boolean {
  const reading = readingOf(source, known);
  const [first] = reading?.days.filter(({ day }) => day !== null) ?? [];
  if (first === undefined || first.day === null || visibleThrough === null) return false;
  const needed = addDays(dayOf(visibleThrough, source.timeZone), -daysRead);
  // A younger source has no earlier days: then everything it has was read.
  return first.day <= needed || (reading?.request.from === null && reading.before.rows === 0);
}

function moneyOf(reading: TableStats | null): DayMoney[] {
  return (reading?.days ?? []).flatMap(({ day, clean, newestArrival }) =>
    day === null || newestArrival === null
      ? []
      : [{ day, amount: clean === null ? null : Number(clean), newestArrival }],
  );
}
