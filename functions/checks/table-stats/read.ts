import { sumOf } from "../../shared/decimal.ts";
import type { Instants } from "../../shared/instants.ts";
import { latest } from "../../shared/instants.ts";
import { inBranches } from "../../shared/stores/bigquery/in-branches.ts";
import {
  dayOrNull,
  decimalOrNull,
  flagOf,
  instantOrNull,
  numberOf,
  numbersOf,
  textOf,
} from "../../shared/stores/bigquery/row.ts";
import type { Row, Warehouse } from "../../shared/stores/bigquery/types.ts";
import { statsInputs } from "./inputs.ts";
import type { Column } from "./listing.ts";
import type { DayStats, LabelStats, StatsAnswer, StatsRequest, Sums, TableStats, Window } from "./types.ts";

/**
 * Far below BigQuery's limits of 1 MB of query text and 10,000 parameters, at about 3 kB and 4 a table, and 2
 * more a platform.
 */
const tablesPerJob = 100;

/** A request with the facts about its table. */
export interface PlannedRead {
  readonly request: StatsRequest;
  readonly columns: readonly Column[];
  readonly window: Window;
}

/**
 * Reads each table once, many in one job, jobs in parallel. A table that cannot be read does not stop the
 * others.
 *
 * @returns an answer for each request
 */
export async function readTableStats(
  asked: readonly PlannedRead[],
  warehouse: Warehouse,
  instants: Pick<Instants, "now" | "seenUntil" | "knownUntil">,
): Promise<ReadonlyMap<StatsRequest, StatsAnswer>> {
  const jobs = Array.from({ length: Math.ceil(asked.length / tablesPerJob) }, (_, at) =>
    asked.slice(at * tablesPerJob, (at + 1) * tablesPerJob),
  );
  const answers = await Promise.all(jobs.map((some) => readSome(some, warehouse, instants)));
  return new Map(answers.flatMap((it) => [...it].map(([{ request }, answer]) => [request, answer] as const)));
}

function readSome(
  asked: readonly PlannedRead[],
  warehouse: Warehouse,
  { now, seenUntil, knownUntil }: Pick<Instants, "now" | "seenUntil" | "knownUntil">,
) {
  return inBranches(
    "table-stats/table",
    asked,
    ({ request, columns, window }) => statsInputs(request, columns, window),
    (rows, { request }) => readingOf(rows, request),
    warehouse,
    { params: { now, seen_until: seenUntil, known_until: knownUntil } },
  );
}

/** A row of the answer: facts of one day and one attribution. */
interface Group extends Sums {
  readonly day: string | null;
  readonly isBefore: boolean;
  readonly platform: string | null;
  readonly campaign: string | null;
  readonly nulls: readonly number[];
  readonly whenFinal: string | null;
  readonly wasWhole: boolean;
  readonly newestArrival: Date | null;
  readonly newestDay: string | null;
  readonly arrivalsInFuture: number;
  readonly farthestArrival: Date | null;
  readonly checksum: bigint | null;
}

function readingOf(rows: readonly Row[], request: StatsRequest): TableStats {
  const groups = rows.map(groupOf);
  const before = groups.filter(({ isBefore }) => isBefore);
  const days = Map.groupBy(
    groups.filter(({ isBefore, rows: count }) => !isBefore && count > 0),
    ({ day }) => day,
  );
  const isLabelled = request.labels !== null;
  return {
    request,
    days: [...days]
      .map(([day, some]) => dayReadingOf(day, some, request))
      .toSorted((a, b) => ((a.day ?? "") < (b.day ?? "") ? -1 : 1)),
    before: { ...sumsOf(before), nulls: nullsOf(before, request) },
    labels: isLabelled ? groups.filter(({ facts }) => facts > 0).map(labelReadingOf) : [],
    newestArrival: latest(groups.map(({ newestArrival }) => newestArrival)),
    newestDay:
      groups
        .flatMap(({ newestDay }) => newestDay ?? [])
        .sort()
        .at(-1) ?? null,
    arrivalsInFuture: total(groups.map(({ arrivalsInFuture }) => arrivalsInFuture)),
    farthestArrival: latest(groups.map(({ farthestArrival }) => farthestArrival)),
  };
}

function dayReadingOf(day: string | null, groups: readonly Group[], request: StatsRequest): DayStats {
  const checksums = groups.flatMap(({ checksum }) => checksum ?? []);
  return {
    day,
    ...sumsOf(groups),
    nulls: nullsOf(groups, request),
    whenFinal: groups.some(({ wasWhole }) => wasWhole)
      ? sumOf(groups.map(({ whenFinal }) => whenFinal))
      : null,
    newestArrival: latest(groups.map(({ newestArrival }) => newestArrival)),
    checksum: checksums.length === 0 ? null : String(checksums.reduce((all, it) => all ^ it)),
  };
}

function labelReadingOf({ day, isBefore, platform, campaign, ...group }: Group): LabelStats {
  const { rows, facts, raw, clean, unreadable, foreign, withoutAmount } = group;
  const sums = { rows, facts, raw, clean, unreadable, foreign, withoutAmount };
  return { ...sums, day: isBefore ? null : day, platform, campaign };
}

function sumsOf(groups: readonly Group[]): Sums {
  return {
    rows: total(groups.map((it) => it.rows)),
    facts: total(groups.map((it) => it.facts)),
    raw: sumOf(groups.map((it) => it.raw)),
    clean: sumOf(groups.map((it) => it.clean)),
    unreadable: total(groups.map((it) => it.unreadable)),
    foreign: total(groups.map((it) => it.foreign)),
    withoutAmount: total(groups.map((it) => it.withoutAmount)),
  };
}

function nullsOf(groups: readonly Group[], { required }: StatsRequest): readonly number[] {
  return required.map((_, at) => total(groups.map(({ nulls }) => nulls[at] ?? 0)));
}

function groupOf(row: Row): Group {
  return {
    day: dayOrNull(row, "day"),
    isBefore: flagOf(row, "is_before"),
    platform: row.shown_platform === null ? null : textOf(row, "shown_platform"),
    campaign: row.shown_campaign === null ? null : textOf(row, "shown_campaign"),
    rows: numberOf(row, "row_count"),
    facts: numberOf(row, "facts"),
    raw: decimalOrNull(row, "amount_raw"),
    clean: decimalOrNull(row, "amount_clean"),
    unreadable: numberOf(row, "unreadable"),
    foreign: numberOf(row, "other_currency"),
    withoutAmount: numberOf(row, "without_amount"),
    nulls: numbersOf(row, "null_counts"),
    whenFinal: decimalOrNull(row, "amount_when_final"),
    wasWhole: flagOf(row, "was_whole_when_final"),
    newestArrival: instantOrNull(row, "newest_arrival"),
    newestDay: dayOrNull(row, "newest_day"),
    arrivalsInFuture: numberOf(row, "arrivals_in_future"),
    farthestArrival: instantOrNull(row, "farthest_arrival"),
    checksum: row.checksum === null ? null : BigInt(textOf(row, "checksum")),
  };
}

function total(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
