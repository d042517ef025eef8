import type { PiiTable } from "../../shared/config/types.ts";
import { nameOf } from "../../shared/config/values/table-name.ts";
import { formatCount } from "../../shared/report/format.ts";
import { WarehouseError } from "../../shared/stores/bigquery/error.ts";
import { Fragment } from "../../shared/stores/bigquery/fragment.ts";
import type { Coverage } from "../pii-hashing/types.ts";
import { type EvidenceQuery, found, notRead, ok, type Result, unknown } from "../result.ts";

/**
 * Checks that the clean table of hashes holds each fact of its raw table once. The tolerance is zero, because
 * the hasher writes each fact once. More facts than the raw table has rows are a difference too: the raw
 * table has lost some. Pure.
 *
 * @param coverage null if there is no such table
 */
export function judgeCleanTable(table: PiiTable, coverage: Coverage | WarehouseError | null): Result {
  const about = { check: "raw_vs_clean", subject: table.id, owner: table.source.owner } as const;
  if (coverage instanceof WarehouseError) return notRead(about, coverage);
  if (coverage === null)
    return unknown(about, "no_clean", `There is no table ${nameOf(table.clean)} to compare with.`);
  const { rawRows, cleanRows, cleanKeys, missingKeys } = coverage;
  if (rawRows === 0 && cleanRows === 0)
    return unknown(about, "empty", "Neither the raw table nor the clean one has a row.");

  const twice = cleanRows - cleanKeys;
  const surplus = Math.max(0, cleanKeys - rawRows);
  const evidence = {
    raw_rows: rawRows,
    clean_rows: cleanRows,
    clean_facts: cleanKeys,
    missing_facts: missingKeys,
  };
  const wrong = [
    ...(missingKeys > 0
      ? [`${formatCount(missingKeys, "fact")} of the raw table missing in the clean one`]
      : []),
    ...(twice > 0 ? [`${formatCount(twice, "row")} of the clean table too many for its facts`] : []),
    ...(surplus > 0
      ? [`at least ${formatCount(surplus, "fact")} of the clean table not in the raw one`]
      : []),
  ];
  const counts = `${formatCount(rawRows, "row")} in the raw table, ${formatCount(cleanRows, "row")} of ${formatCount(cleanKeys, "fact")} in the clean one`;
  if (wrong.length === 0) return ok(about, `All facts are there once: ${counts}.`, evidence);
  return found(about, {
    status: "critical",
    code: "clean_differs",
    text: `${wrong.join("; ")}: ${counts}.`,
    evidence,
    actions: [
      ...(missingKeys > 0
        ? ["Wait for the hasher's next run; if they stay, GET /pii-hasher shows the reason"]
        : []),
      ...(twice > 0
        ? ["Only the hasher may write the clean table: find the other writer, and delete the duplicate rows"]
        : []),
      ...(surplus > 0
        ? [
            `Find who deleted rows of ${nameOf(table.source.table)}; if it was meant, delete them in the clean table too`,
          ]
        : []),
    ],
    query: queryOf(table),
  });
}

function queryOf({ source, clean }: PiiTable): EvidenceQuery {
  const key = source.uniqueKey;
  const either = key.map((column) => Fragment.of`COALESCE(raw.${column}, kept.${column}) AS ${column}`);
  return {
    statement: "raw-vs-clean/evidence-table",
    inputs: {
      names: {
        table: nameOf(source.table),
        clean: nameOf(clean),
        key: Fragment.columnList(key),
        either_key: Fragment.of`${Fragment.list(either)},`,
        has_key: Fragment.all(key.map((column) => Fragment.of`${column} IS NOT NULL`)),
        // Only equalities, because a FULL JOIN accepts no other condition.
        same_key: key
          .map((column) => Fragment.of`kept.${column} = raw.${column}`)
          .reduce((all, one) => Fragment.of`${all} AND ${one}`),
      },
    },
  };
}
