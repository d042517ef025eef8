import { nameOf } from "../../shared/config/values/table-name.ts";
import { beginning } from "../../shared/instants.ts";
import { Fragment } from "../../shared/stores/bigquery/fragment.ts";
import type { Inputs, ParamType, ParamValue } from "../../shared/stores/bigquery/types.ts";
import type { Column } from "./listing.ts";
import type { StatsRequest, Window } from "./types.ts";

/**
 * The inputs of the statement `table-stats/table` for one table.
 *
 * @param columns of the table, if known: then the type of a day need not be detected for each row
 */
export function statsInputs(request: StatsRequest, columns: readonly Column[], window: Window): Inputs {
  const { table, arrival, businessDate, amount, required, finalAfterMs, labels, from } = request;
  const day = businessDate ?? arrival;
  const dayType = columns.find(({ name }) => name.toLowerCase() === day?.toLowerCase())?.type;
  const keyNames = columnsOf(request, "key");
  return {
    names: {
      table: nameOf(table),
      arrival: arrival === null ? Fragment.of`CAST(NULL AS TIMESTAMP)` : Fragment.column(arrival),
      business_day: day === null ? Fragment.noDay : Fragment.day(day, "zone_{{n}}", dayType),
      // Computing this in a time zone for each row is expensive.
      day_end:
        day === null || finalAfterMs === null
          ? Fragment.of`CAST(NULL AS TIMESTAMP)`
          : Fragment.of`TIMESTAMP(DATE_ADD(${Fragment.day(day, "zone_{{n}}", dayType)}, INTERVAL 1 DAY), @zone_{{n}})`,
      is_told_apart: request.wholeDays
        ? Fragment.always
        : Fragment.of`(business_day IS NULL OR business_day >= @first_day_{{n}})`,
      // The attribution of five years of orders for each day would be a very long answer, so it is limited.
      is_labelled: request.wholeDays ? Fragment.of`business_day >= @first_day_{{n}}` : Fragment.always,
      amount: amount === null ? Fragment.amount(null) : Fragment.amount({ ...amount }),
      is_foreign: isForeign(request),
      null_flags: Fragment.nulls(required),
      null_counts: nullCounts(required.length),
      version: versionOf(request, Fragment.of`is_seen`),
      version_when_final:
        finalAfterMs === null || keyNames.length === 0
          ? Fragment.of`CAST(NULL AS INT64)`
          : versionOf(request, Fragment.of`is_seen, is_known_when_final`),
      key_columns: Fragment.list(
        orNone([...renamed(request, "key", columns), ...renamed(request, "tie", columns)]),
      ),
      key_names: Fragment.list(orNone([...keyNames, ...columnsOf(request, "tie")])),
      key_checksum: request.wholeDays && request.key.length > 0 ? checksumOf(request.key) : noChecksum,
      platform: labels?.platforms
        ? Fragment.labelled(labels.platforms.column, labels.platforms.is.length)
        : noLabel,
      campaign: labels?.campaign ? campaignOf(labels.campaign) : noLabel,
      arrived:
        arrival === null ? Fragment.always : Fragment.of`(${arrival} >= @from_{{n}} OR ${arrival} IS NULL)`,
    },
    params: {
      zone: request.timeZone,
      first_day: window.firstDay,
      last_day: window.lastDay,
      final_after: Math.ceil((finalAfterMs ?? 0) / 1_000),
      // A bound below every value costs nothing, and a table may require one on its partitions.
      ...(arrival !== null && { from: from ?? beginning }),
      ...labelParams(request),
    },
    types: {
      first_day: "DATE",
      last_day: "DATE",
      final_after: "INT64",
      ...(arrival !== null && { from: "TIMESTAMP" }),
      ...labelTypes(request),
    },
  };
}

const noLabel = Fragment.of`CAST(NULL AS STRING)`;
const noChecksum = Fragment.of`CAST(NULL AS INT64)`;

/** The statement must select a column here; a constant reads no bytes. */
function orNone(pieces: readonly Fragment[]): readonly Fragment[] {
  return pieces.length > 0 ? pieces : [Fragment.of`0 AS key_0`];
}

/** BigQuery cannot partition by FLOAT64 or JSON, so their text is used. */
function renamed(
  { key, tieBreak }: StatsRequest,
  as: "key" | "tie",
  columns: readonly Column[],
): readonly Fragment[] {
  const isTelling = (name: string) =>
    /^(FLOAT|JSON)/.test(columns.find((it) => it.name.toLowerCase() === name.toLowerCase())?.type ?? "");
  return Fragment.renamed(as === "key" ? key : tieBreak, as, isTelling);
}

function columnsOf({ key, tieBreak }: StatsRequest, as: "key" | "tie"): readonly Fragment[] {
  return (as === "key" ? key : tieBreak).map((_, at) => Fragment.column(`${as}_${at}`));
}

/**
 * The latest comes first; if two arrived in the same instant and no tie-break decides, the higher amount
 * comes first.
 */
function versionOf(request: StatsRequest, among: Fragment): Fragment {
  const key = columnsOf(request, "key");
  if (key.length === 0) return Fragment.onlyVersion;
  const facts = Fragment.list([among, ...key]);
  const order = Fragment.list(
    [Fragment.of`arrival`, ...columnsOf(request, "tie"), Fragment.of`amount`].map(
      (it) => Fragment.of`${it} DESC`,
    ),
  );
  return Fragment.of`ROW_NUMBER() OVER (PARTITION BY ${facts} ORDER BY ${order})`;
}

function isForeign({ amount }: StatsRequest): Fragment {
  if (amount === null || amount.currencyColumn === null) return Fragment.of`FALSE`;
  return Fragment.of`COALESCE(CAST(${amount.currencyColumn} AS STRING) != ${Fragment.quotedName(amount.currency)}, TRUE)`;
}

function nullCounts(columns: number): Fragment {
  const one = (_: unknown, at: number) => Fragment.nthFlag("null_flags", at);
  return Fragment.array(
    Array.from({ length: columns }, one).map((flag) => Fragment.of`COUNTIF(is_fact AND ${flag})`),
  );
}

/**
 * A number from a hash of the key. XORed over facts, it is equal for the same keys in any order. Keys are
 * compared as text. Of eighteen hexadecimal digits, a to f become 0 to 5: the result is a decimal number that
 * fits INT64.
 */
function checksumOf(key: readonly string[]): Fragment {
  const texts = key.map((column) => Fragment.of`COALESCE(CAST(${column} AS STRING), 'NULL'), '|'`);
  return Fragment.of`CAST(TRANSLATE(SUBSTR(TO_HEX(MD5(CONCAT(${Fragment.list(texts)}))), 1, 18), 'abcdef', '012345') AS INT64)`;
}

function campaignOf({ column, jsonPath }: { readonly column: string; readonly jsonPath: string | null }) {
  const name = jsonPath === null ? Fragment.column(column) : Fragment.jsonValue(column, jsonPath);
  return Fragment.of`CAST(${name} AS STRING)`;
}

function labelParams({ labels }: StatsRequest): Record<string, ParamValue> {
  const is = labels?.platforms?.is ?? [];
  return Object.fromEntries(
    is.flatMap(({ platform, values }, at): [string, ParamValue][] => [
      [`is_${at}`, values.map((value) => value.trim().toLowerCase())],
      [`label_${at}`, platform],
    ]),
  );
}

function labelTypes({ labels }: StatsRequest): Record<string, ParamType> {
  const is = labels?.platforms?.is ?? [];
  return Object.fromEntries(is.map((_, at): [string, ParamType] => [`is_${at}`, ["STRING"]]));
}
