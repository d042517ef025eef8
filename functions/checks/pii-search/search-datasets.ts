import { WarehouseError } from "../../shared/stores/bigquery/error.ts";
import { ownFailure } from "../../shared/stores/bigquery/isolation.ts";
import type { Warehouse } from "../../shared/stores/bigquery/types.ts";
import { fieldsOf, pathOf } from "./fields.ts";
import { judge, judgeEmptyDataset, type Observation } from "./judge.ts";
import { timePartitioning } from "./partitions.ts";
import { fingerprintOf, planSearch } from "./plan.ts";
import { readPartitions, readTables } from "./read.ts";
import { readSearches } from "./remember.ts";
import { type Reading, search } from "./search.ts";
import type { Field, LeftOut, Listed, Scope, Search, Verdict } from "./types.ts";

/**
 * Searches every text of every table of the datasets for readable personal data. It reads only data written
 * since the last search, and writes nothing: verdicts with `read` hold the new `search`, for
 * `rememberSearches`. A table or dataset that cannot be searched is `unknown` and does not stop the others.
 *
 * @param atMostBytes tables beyond this are left for a later run, recently read ones first. At least one
 *   table is read, however large; none with 0
 * @param remembered stored searches
 * @returns a verdict for each table, by name, and one for each dataset that has no tables or cannot be listed
 */
export async function searchForPii(
  scope: Scope,
  warehouse: Warehouse,
  now: Date,
  atMostBytes = Number.POSITIVE_INFINITY,
  remembered: typeof readSearches = readSearches,
): Promise<Verdict[]> {
  const [listed, before] = await Promise.all([
    readTables(scope.datasets, warehouse),
    remembered(scope.datasets, warehouse, now),
  ]);
  const verdicts: Verdict[] = [];
  let bytesLeft = atMostBytes;
  for (const [dataset, tables] of listed) {
    if (tables instanceof WarehouseError) verdicts.push(judge(failed(dataset, tables)));
    else if (tables.length === 0) verdicts.push(judgeEmptyDataset(dataset));
    else {
      const { found, bytes } = await searchDataset(dataset, tables, before, scope, warehouse, now, bytesLeft);
      verdicts.push(...found);
      bytesLeft = Math.max(0, bytesLeft - bytes);
    }
  }
  return verdicts.toSorted((a, b) => (a.subject < b.subject ? -1 : 1));
}

async function searchDataset(
  dataset: string,
  tables: readonly Listed[],
  before: ReadonlyMap<string, Search>,
  scope: Scope,
  warehouse: Warehouse,
  now: Date,
  atMostBytes: number,
): Promise<{ readonly found: readonly Verdict[]; readonly bytes: number }> {
  const observations: Observation[] = [];
  const moved: Subject[] = [];
  for (const table of tables) {
    const fields = ownFailure("pii-search/search", () => searchedFields(table, scope.leftOut));
    if (fields instanceof WarehouseError) {
      observations.push(failed(table.table, fields, before.get(table.table)));
      continue;
    }
    const subject = subjectOf(table, fields, before.get(table.table) ?? null, scope);
    const plan = planSearch(table, subject.before, subject.fingerprint, null);
    if (plan.kind === "as_before") observations.push(observed(subject, plan.search, false));
    else moved.push(subject);
  }

  const { due, bytes, putOff } = within(atMostBytes, moved, now);
  for (const [{ table, before: last, leftOut }, until] of putOff)
    observations.push({
      subject: table.table,
      search: last,
      read: false,
      failure: null,
      missing: [],
      leftOut,
      putOff: until,
    });

  const partitioned = due.filter(
    ({ table, before: last }) => last !== null && timePartitioning(table.columns) !== null,
  );
  const names = partitioned.map(({ table }) => table.table);
  const partitions = names.length === 0 ? new Map() : await readPartitions(dataset, names, warehouse);

  const readings = new Map<Reading, Subject>();
  for (const subject of due) {
    const { table, fields, hashPaths } = subject;
    const plan = planSearch(table, subject.before, subject.fingerprint, partitions.get(table.table) ?? null);
    if (plan.kind === "as_before") continue;
    const { partitioning, ranges } = plan;
    const reading = { table: table.table, bytes: table.bytes, fields, hashPaths, partitioning, ranges };
    if (fields.length > 0) readings.set(reading, subject);
    else observations.push(observed(subject, searchOf(subject, nothing, true, now), true));
  }
  for (const [reading, seen] of await search([...readings.keys()], scope, warehouse)) {
    const subject = readings.get(reading);
    if (subject === undefined) throw new Error("an unexpected table was read");
    observations.push(
      seen instanceof WarehouseError
        ? { ...failed(subject.table.table, seen, subject.before ?? undefined), leftOut: subject.leftOut }
        : observed(subject, searchOf(subject, seen, reading.ranges === null, now), true),
    );
  }
  return { found: observations.map(judge), bytes };
}

/**
 * The tables that fit: never searched ones first, then the longest unsearched ones, so that a table that
 * changes all the time does not delay a new one.
 */
function within(atMostBytes: number, moved: readonly Subject[], now: Date) {
  const readAt = ({ before }: Subject) => before?.searchedAt.getTime() ?? 0;
  const due: Subject[] = [];
  const putOff = new Map<Subject, "to_next_run" | "to_tomorrow">();
  let bytes = 0;
  for (const subject of moved.toSorted((a, b) => readAt(a) - readAt(b))) {
    // BigQuery records no size for an external table: it counts as zero, and is read by any run that may read
    // at all.
    const fits = atMostBytes > 0 && (due.length === 0 || bytes + subject.table.bytes <= atMostBytes);
    if (atMostBytes !== Number.POSITIVE_INFINITY && isReadToday(subject, now))
      putOff.set(subject, "to_tomorrow");
    else if (!fits) putOff.set(subject, "to_next_run");
    else {
      bytes += subject.table.bytes;
      due.push(subject);
    }
  }
  return { due, bytes, putOff };
}

/** A larger table of this kind is always read completely, so it is not read every hour. */
const largeBytes = 256 * 2 ** 20;
const dayMs = 86_400_000;

function isReadToday({ table, before }: Subject, now: Date): boolean {
  return (
    before !== null &&
    table.bytes > largeBytes &&
    timePartitioning(table.columns) === null &&
    now.getTime() - before.searchedAt.getTime() < dayMs
  );
}

const nothing = { rows: 0, found: [], hashColumns: [] };

/** A table and the facts needed to search it. */
interface Subject {
  readonly table: Listed;
  readonly fields: readonly Field[];
  readonly hashPaths: readonly string[];
  readonly leftOut: readonly LeftOut[];
  readonly fingerprint: string;
  readonly before: Search | null;
}

function subjectOf(table: Listed, fields: readonly Field[], before: Search | null, scope: Scope): Subject {
  const prefix = `${table.table}.`;
  return {
    table,
    fields,
    hashPaths: scope.hashColumns.filter((it) => it.startsWith(prefix)).map((it) => it.slice(prefix.length)),
    leftOut: scope.leftOut.filter(({ column }) => column.startsWith(prefix)),
    fingerprint: fingerprintOf(table, fields, scope),
    before,
  };
}

function searchedFields({ table, columns }: Listed, leftOut: readonly LeftOut[]): Field[] {
  const isLeftOut = (path: string) =>
    leftOut.some(({ column }) => {
      const full = `${table}.${path}`;
      return full === column || full.startsWith(`${column}.`) || full.startsWith(`${column}[]`);
    });
  return fieldsOf(columns).filter((field) => !isLeftOut(pathOf(field)));
}

function searchOf(
  { table, fingerprint }: Subject,
  seen: Pick<Search, "rows" | "found" | "hashColumns">,
  whole: boolean,
  now: Date,
): Search {
  return { table: table.table, modified: table.modified, fingerprint, whole, searchedAt: now, ...seen };
}

function observed(
  { table, fields, hashPaths, leftOut }: Subject,
  search: Search,
  read: boolean,
): Observation {
  const paths = new Set(fields.map(pathOf));
  const missing = hashPaths.filter((path) => !paths.has(path));
  return { subject: table.table, search, read, failure: null, missing, leftOut, putOff: null };
}

function failed(subject: string, failure: WarehouseError, before?: Search): Observation {
  return { subject, search: before ?? null, read: false, failure, missing: [], leftOut: [], putOff: null };
}
