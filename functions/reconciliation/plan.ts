import type { Listed, Listing } from "../checks/table-stats/listing.ts";
import type { PlannedRead } from "../checks/table-stats/read.ts";
import type { Amount, StatsRequest, Window } from "../checks/table-stats/types.ts";
import type {
  DedupView,
  Pair,
  PairSide,
  Platform,
  Source,
  TableName,
  WarehouseFile,
} from "../shared/config/types.ts";
import { addDays, dayMs, dayOf } from "../shared/days.ts";

/** What is read, once a table, and which check finds its figures in which reading. */
export interface Plan {
  readonly asked: readonly PlannedRead[];
  /** By source id; a pattern of date shards is not read, its names say its days. */
  readonly sources: ReadonlyMap<string, StatsRequest>;
  /** By view id; null: its raw table is too large for the whole view to be read. */
  readonly views: ReadonlyMap<string, StatsRequest | null>;
  /** By platform id. */
  readonly orders: ReadonlyMap<string, StatsRequest>;
  /** By pair id. */
  readonly pairs: ReadonlyMap<string, readonly [StatsRequest, StatsRequest]>;
}

/** Business days before today that are looked at: the window of the audit, DATE_SUB(…, INTERVAL 30 DAY). */
const daysBack = 30;

/**
 * The last 30 business days, and today as a time zone has it. All tables begin with the same day, the earliest of their time
 * zones: figures of two tables are compared day by day, and neither may lack the first.
 */
export function windowOf(
  now: Date,
  timeZone: string,
  file: Pick<WarehouseFile, "timeZone" | "sources" | "pairs">,
): Window {
  const zones = [
    file.timeZone,
    timeZone,
    ...file.sources.map((source) => source.timeZone),
    ...file.pairs.flatMap(({ between }) => between.map((side) => side.timeZone)),
  ];
  const [earliest = ""] = [...new Set(zones)].map((zone) => dayOf(now, zone)).sort();
  return { firstDay: addDays(earliest, -daysBack), lastDay: dayOf(now, timeZone) };
}

/** Names of the tables whose columns are to be known, by dataset: all that the file names. Of a dataset that is only searched for people, none. */
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
 * One reading a table, for all checks that need it. A table is read whole where its key or a pair asks for that, and as far
 * as the window reaches otherwise, or where it is larger than the file lets a table be read whole. Pure.
 */
export function planReads(file: WarehouseFile, listings: ReadonlyMap<string, Listing>, now: Date): Plan {
  const draft = new ReadPlanBuilder();
  const sources = new Map(
    file.sources
      .filter(({ table }) => !table.table.endsWith("*"))
      .map((source) => [source.id, draft.add(ofSource(source, file.dedupViews, file.platforms))]),
  );
  const orders = new Map(
    file.platforms.map((platform) => [platform.id, draft.add(ofOrders(platform, file.platforms))]),
  );
  const pairs = new Map(
    file.pairs.map((pair): [string, readonly [number, number]] => {
      const [left, right] = pair.between;
      return [pair.id, [draft.add(ofSide(left, pair)), draft.add(ofSide(right, pair))]];
    }),
  );
  const limits = { now, file };
  const whole = draft.requests.map((it) => bounded(it, listedIn(listings, it.table), limits));
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
  // A view beside its raw table: of one job they are as they were at the same instant.
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

/** Requests that can be answered by one reading become one. */
class ReadPlanBuilder {
  readonly requests: StatsRequest[] = [];

  /** @returns its place among `requests` */
  add(request: StatsRequest): number {
    const place = this.requests.findIndex((it) => isReadWith(it, request));
    const known = this.requests[place];
    if (known === undefined) return this.requests.push(request) - 1;
    this.requests[place] = {
      ...known,
      arrival: known.arrival ?? request.arrival,
      key: known.key.length > 0 ? known.key : request.key,
      tieBreak: known.tieBreak.length > 0 ? known.tieBreak : request.tieBreak,
      amount: withCurrencyColumn(known.amount ?? request.amount, known.amount, request.amount),
      required: [...new Set([...known.required, ...request.required])],
      finalAfterMs: known.finalAfterMs ?? request.finalAfterMs,
      labels: known.labels ?? request.labels,
      wholeDays: known.wholeDays || request.wholeDays,
    };
    return place;
  }
}

/** One of the two may know better which rows are in another currency. */
function withCurrencyColumn(amount: Amount | null, ...said: readonly (Amount | null)[]): Amount | null {
  const currencyColumn = said.flatMap((it) => it?.currencyColumn ?? [])[0] ?? null;
  return amount === null ? null : { ...amount, currencyColumn };
}

function isReadWith(a: StatsRequest, b: StatsRequest): boolean {
  return (
    same(a.table, b.table) &&
    a.timeZone === b.timeZone &&
    a.businessDate === b.businessDate &&
    fits(a.arrival, b.arrival) &&
    (a.key.length === 0 || b.key.length === 0 || same(a.key, b.key)) &&
    fits(
      a.amount && { ...a.amount, currencyColumn: null },
      b.amount && { ...b.amount, currencyColumn: null },
    ) &&
    fits(a.amount?.currencyColumn ?? null, b.amount?.currencyColumn ?? null) &&
    fits(a.labels, b.labels)
  );
}

/** The same, or one of them is not asked for. */
function fits(a: unknown, b: unknown): boolean {
  return a === null || b === null || same(a, b);
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function ofSource(source: Source, views: readonly DedupView[], platforms: readonly Platform[]): StatsRequest {
  const { id, table, timeZone, arrival, businessDate, uniqueKey, money, breakdown, finalAfterMs } = source;
  const own: Amount | null =
    money ??
    (breakdown === null
      ? null
      : {
          column: breakdown.column,
          jsonPath: breakdown.jsonPath,
          currency: breakdown.of.money.currency,
          currencyColumn: null,
        });
  const named = platforms.find(({ spend, campaigns }) => spend.id === id && campaigns !== null)?.campaigns;
  return {
    ...nothing,
    id,
    table,
    timeZone,
    arrival,
    businessDate,
    key: uniqueKey,
    tieBreak: views.find((view) => view.source.id === id)?.tieBreak ?? [],
    amount: own === null ? null : amountOf(own),
    required: requiredOf(source).map(({ name }) => name),
    finalAfterMs,
    labels: named ? { platforms: null, campaign: named.spend } : null,
  };
}

/** Columns that must hold a value: those of the key, the business day, and what the file names. */
export function requiredOf({
  uniqueKey,
  businessDate,
  required,
}: Source): { readonly name: string; readonly isKey: boolean }[] {
  const key = new Set([
    ...uniqueKey,
    ...(businessDate === null || businessDate === "_TABLE_SUFFIX" ? [] : [businessDate]),
  ]);
  return [
    ...[...key].map((name) => ({ name, isKey: true })),
    ...required.filter((name) => !key.has(name)).map((name) => ({ name, isKey: false })),
  ];
}

/** Platforms whose orders lie in one table, by one column, are told apart in one reading. */
function ofOrders(platform: Platform, all: readonly Platform[]): StatsRequest {
  const { source, column, currency, currencyColumn, attributedBy } = platform.revenue;
  const campaign = platform.campaigns?.revenue ?? null;
  const beside = all.filter(
    ({ revenue, campaigns }) =>
      revenue.source.id === source.id &&
      revenue.attributedBy === attributedBy &&
      revenue.column === column &&
      revenue.currency === currency &&
      (campaigns?.revenue ?? null) === campaign,
  );
  return {
    ...nothing,
    id: source.id,
    table: source.table,
    timeZone: source.timeZone,
    arrival: source.arrival,
    businessDate: source.businessDate,
    key: source.uniqueKey,
    amount: { column, jsonPath: null, currency, currencyColumn },
    labels: {
      platforms: {
        column: attributedBy,
        is: beside.map(({ id, revenue }) => ({ platform: id, values: revenue.is })),
      },
      campaign: campaign === null ? null : { column: campaign, jsonPath: null },
    },
  };
}

function ofSide({ table, key, businessDate, timeZone, amount }: PairSide, { currency }: Pair): StatsRequest {
  return {
    ...nothing,
    id: `${datasetOf(table)}.${table.table}`,
    table,
    timeZone,
    businessDate,
    key,
    amount: amount === null ? null : { ...amount, currency: currency ?? "", currencyColumn: null },
    wholeDays: true,
  };
}

function ofView({ id, view, source, money }: DedupView): StatsRequest {
  return {
    ...nothing,
    id,
    table: view,
    timeZone: source.timeZone,
    arrival: source.arrival,
    businessDate: source.businessDate,
    amount: money === null ? null : amountOf(money),
  };
}

function amountOf({ column, jsonPath, currency, currencyColumn }: Amount): Amount {
  return { column, jsonPath, currency, currencyColumn };
}

const nothing = {
  arrival: null,
  key: [],
  tieBreak: [],
  amount: null,
  required: [],
  finalAfterMs: null,
  labels: null,
  wholeDays: false,
  from: null,
} as const;

/** A row about a day arrives on that day or later; a day to spare for time zones. */
function bounded(
  request: StatsRequest,
  listed: Listed | null,
  { now, file }: { readonly now: Date; readonly file: WarehouseFile },
): StatsRequest {
  const asksForAll = request.key.length > 0 || request.wholeDays;
  const isLarge = (listed?.bytes ?? 0) > file.reconciliation.wholeUpToBytes;
  if (request.arrival === null || (asksForAll && !isLarge)) return request;
  return { ...request, from: new Date(Date.parse(windowOf(now, request.timeZone, file).firstDay) - dayMs) };
}

export function listedIn(listings: ReadonlyMap<string, Listing>, table: TableName): Listed | null {
  const listing = listings.get(datasetOf(table));
  return listing === undefined || listing instanceof Error ? null : (listing.get(table.table) ?? null);
}

/** What a listing does not name cannot be read; where there is no listing, the reading itself says why. */
function isThere(listings: ReadonlyMap<string, Listing>, table: TableName): boolean {
  const listing = listings.get(datasetOf(table));
  return listing === undefined || listing instanceof Error || listing.has(table.table);
}

export function datasetOf({ project, dataset }: Pick<TableName, "project" | "dataset">): string {
  return `${project}.${dataset}`;
}
