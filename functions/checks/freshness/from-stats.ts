import type { Source, WarehouseFile } from "../../shared/config/types.ts";
import { datasetOf } from "../../shared/config/values/table-name.ts";
import { addDays, dayOf } from "../../shared/days.ts";
import type { Instants } from "../../shared/instants.ts";
import { WarehouseError } from "../../shared/stores/bigquery/error.ts";
import type { Warehouse } from "../../shared/stores/bigquery/types.ts";
import type { Listing } from "../table-stats/listing.ts";
import type { StatsAnswer, TableStats } from "../table-stats/types.ts";
import { judgeSources, type SourceFacts } from "./judge-sources.ts";
import { failureOf, metadataOf } from "./read-metadata.ts";
import { daysRead } from "./read-money.ts";
import type { Content, DayMoney, Verdict } from "./types.ts";

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
  const facts = sources.map(async (source): Promise<SourceFacts> => {
    const dataset = datasetOf(source.table);
    const listing = known.listings.get(dataset);
    const isListed = listing !== undefined && !(listing instanceof WarehouseError);
    const answer = known.answers.get(source.id);
    const stats = answer === undefined || answer instanceof WarehouseError ? null : answer;
    return {
      source,
      metadata: isListed ? metadataOf(source, listing, instants) : null,
      failure:
        listing instanceof WarehouseError
          ? await failureOf(listing, dataset, warehouse, file.location)
          : null,
      content: answer instanceof WarehouseError ? answer : contentOf(source, stats),
      from: stats?.request.from ?? null,
      daysBefore: (verdict) => daysBefore(verdict, stats),
    };
  });
  return judgeSources(await Promise.all(facts), file, warehouse, instants);
}

function contentOf({ arrival, businessDate }: Source, stats: TableStats | null): Content | null {
  if (stats === null) return null;
  const newestBusinessDay = businessDate === null ? null : stats.newestDay;
  if (arrival === null)
    return { newestArrival: null, newestBusinessDay, arrivalsInFuture: 0, farthestArrival: null };
  const { newestArrival, arrivalsInFuture, farthestArrival } = stats;
  return { newestArrival, newestBusinessDay, arrivalsInFuture, farthestArrival };
}

/** Null unless the days before the source stopped are among the days that were read one by one. */
function daysBefore({ source, visibleThrough }: Verdict, stats: TableStats | null): DayMoney[] | null {
  const days = (stats?.days ?? []).flatMap(({ day, ...it }) => (day === null ? [] : [{ day, ...it }]));
  const [first] = days;
  if (first === undefined || visibleThrough === null) return null;
  const needed = addDays(dayOf(visibleThrough, source.timeZone), -daysRead);
  // A younger source has no earlier days: then everything it has was read.
  const isYounger = stats?.request.from === null && stats.before.rows === 0;
  if (first.day > needed && !isYounger) return null;
  return days.flatMap(({ day, clean, newestArrival }) =>
    newestArrival === null ? [] : [{ day, amount: clean === null ? null : Number(clean), newestArrival }],
  );
}
