import type { TableName, WarehouseFile } from "../../shared/config/types.ts";
import { datasetOf } from "../../shared/config/values/table-name.ts";
import { type Listed, type Listing, listedIn } from "./listing.ts";
import { ReadPlanBuilder } from "./plan-builder.ts";
import type { PlannedRead } from "./read.ts";
import { ofOrders, ofSide, ofSource, ofView } from "./requests.ts";
import type { StatsRequest } from "./types.ts";
import { earliestArrivalOf, windowOf } from "./window.ts";

/** The reads, one for each table, and the read in which each check finds its figures. */
export interface Plan {
  readonly asked: readonly PlannedRead[];
  /** By source id. A pattern of date shards is not read, because its names contain its days. */
  readonly sources: ReadonlyMap<string, StatsRequest>;
  /** By view id; null if its raw table is too large to read the whole view. */
  readonly views: ReadonlyMap<string, StatsRequest | null>;
  /** By platform id. */
  readonly orders: ReadonlyMap<string, StatsRequest>;
  /** By pair id. */
  readonly pairs: ReadonlyMap<string, readonly [StatsRequest, StatsRequest]>;
}

/**
 * The tables whose columns are needed, by dataset: all that the file names. None for a dataset that is only
 * searched for personal data.
 */
export function tablesOf(file: WarehouseFile): ReadonlyMap<string, readonly string[]> {
  const names: TableName[] = [
    ...file.sources.map(({ table }) => table),
    ...file.dedupViews.map(({ view }) => view),
    ...file.pairs.flatMap(({ between }) => between.map(({ table }) => table)),
    ...(file.pii?.tables ?? []).map(({ clean }) => clean),
  ];
  const byDataset = Map.groupBy(names, datasetOf);
  const searched = (file.pii?.searched ?? []).filter((dataset) => !byDataset.has(dataset));
  return new Map(
    [...byDataset, ...searched.map((dataset) => [dataset, []] as const)].map(([dataset, tables]) => [
      dataset,
      [...new Set(tables.map(({ table }) => table))].filter((table) => !table.endsWith("*")).sort(),
    ]),
  );
}

/**
 * One read for each table, for all checks that need it. A table is read completely if its key or a pair needs
 * that, and otherwise only the window; a table above the configured size is never read completely. Pure.
 */
export function planReads(file: WarehouseFile, listings: ReadonlyMap<string, Listing>, now: Date): Plan {
  const builder = new ReadPlanBuilder();
  const sources = new Map(
    file.sources
      .filter(({ table }) => !table.table.endsWith("*"))
      .map((source) => [source.id, builder.add(ofSource(source, file.dedupViews, file.platforms))]),
  );
  const orders = new Map(
    file.platforms.map((platform) => [platform.id, builder.add(ofOrders(platform, file.platforms))]),
  );
  const pairs = new Map(
    file.pairs.map((pair): [string, readonly [number, number]] => {
      const [left, right] = pair.between;
      return [pair.id, [builder.add(ofSide(left, pair)), builder.add(ofSide(right, pair))]];
    }),
  );
  const limits = { now, file };
  const whole = builder.requests.map((it) => bounded(it, listedIn(listings, it.table), limits));
  const views = new Map(
    file.dedupViews.map((view) => {
      const raw = whole[sources.get(view.source.id) ?? -1];
      return [view.id, raw === undefined || raw.from !== null ? null : ofView(view)] as const;
    }),
  );
  const at = (place: number): StatsRequest => {
    const request = whole[place];
    if (request === undefined) throw new Error("a reading was not planned");
    return request;
  };
  // A view is read with its raw table in one job, so both are read at the same instant.
  const shown = whole.flatMap((request, place) => [
    request,
    ...file.dedupViews
      .filter(({ source }) => sources.get(source.id) === place)
      .flatMap(({ id }) => views.get(id) ?? []),
  ]);
  return {
    asked: shown
      .filter(({ table }) => isThere(listings, table))
      .map((request) => ({
        request,
        columns: listedIn(listings, request.table)?.columns ?? [],
        window: windowOf(now, request.timeZone, file),
      })),
    sources: new Map([...sources].map(([id, place]) => [id, at(place)])),
    views,
    orders: new Map([...orders].map(([id, place]) => [id, at(place)])),
    pairs: new Map([...pairs].map(([id, [left, right]]) => [id, [at(left), at(right)]])),
  };
}

function bounded(
  request: StatsRequest,
  listed: Listed | null,
  { now, file }: { readonly now: Date; readonly file: WarehouseFile },
): StatsRequest {
  const asksForAll = request.key.length > 0 || request.wholeDays;
  const isLarge = (listed?.bytes ?? 0) > file.reconciliation.fullScanUpToBytes;
  if (request.arrival === null || (asksForAll && !isLarge)) return request;
  return { ...request, from: earliestArrivalOf(windowOf(now, request.timeZone, file)) };
}

/**
 * A table that a listing does not name cannot be read. Without a listing, the read itself gives the error.
 */
function isThere(listings: ReadonlyMap<string, Listing>, table: TableName): boolean {
  const listing = listings.get(datasetOf(table));
  return listing === undefined || listing instanceof Error || listing.has(table.table);
}
