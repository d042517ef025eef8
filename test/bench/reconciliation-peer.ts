import type { Source, TableName, WarehouseFile } from "../../functions/shared/config/types.ts";
import { datasetOf } from "../../functions/shared/config/values/table-name.ts";
import type { TableColumn, Tables } from "../../functions/shared/stores/bigquery/types.ts";

/** A statement for each check and subject, over whole tables: what an analyst would write and run one by one. */
export async function oneByOne(file: WarehouseFile, warehouse: Tables): Promise<readonly string[]> {
  const columns = new Map<string, readonly TableColumn[]>();
  for (const table of tablesIn(file))
    columns.set(name(table), (await warehouse.table(name(table)))?.columns ?? []);
  const day = (table: TableName, column: string) =>
    dayOf(column, columns.get(name(table))?.find((it) => it.name === column)?.type);
  const daysOf = (source: Source) => day(source.table, source.businessDate ?? source.arrival ?? "");

  const { sources, dedupViews, pairs, platforms } = file;
  const datasets = new Set(sources.map(({ table }) => datasetOf(table)));
  return [
    ...[...datasets].map(
      (dataset) => `SELECT table_id, row_count, size_bytes FROM \`${dataset}.__TABLES__\``,
    ),
    ...sources.flatMap((source) =>
      source.table.table.endsWith("*") ? ofShards(source) : ofSource(source, daysOf(source)),
    ),
    ...dedupViews.flatMap(({ source, view, money }) => {
      const sum = money === null ? "COUNT(*)" : `SUM(${amount(money)})`;
      const by = `${daysOf(source)} AS day, COUNT(*) AS row_count, ${sum} AS total`;
      return [
        `SELECT ${by} FROM \`${name(view)}\` GROUP BY day`,
        `SELECT ${by} FROM ${latest(source)} GROUP BY day`,
      ];
    }),
    ...pairs.flatMap(({ between: [left, right] }) => {
      const side = ({ table, businessDate, amount: place }: typeof left) =>
        `(SELECT ${day(table, businessDate)} AS day, COUNT(*) AS row_count, ${place === null ? "0" : `SUM(${amount(place)})`} AS total
          FROM \`${name(table)}\` GROUP BY day)`;
      const same = left.key.map((column, nth) => `a.${column} = b.${right.key[nth]}`).join(" AND ");
      return [
        `SELECT a.day, a.row_count, a.total, b.row_count AS other_rows, b.total AS other_total FROM ${side(left)} AS a FULL JOIN ${side(right)} AS b ON a.day = b.day`,
        `SELECT COUNT(*) AS missing FROM \`${name(left.table)}\` AS a FULL JOIN \`${name(right.table)}\` AS b ON ${same}
         WHERE a.${left.key[0]} IS NULL OR b.${right.key[0]} IS NULL`,
      ];
    }),
    ...sources.flatMap((source) => {
      if (source.breakdown === null) return [];
      const { of, ...place } = source.breakdown;
      const byDay = (it: Source, what: typeof place) =>
        `(SELECT ${daysOf(it)} AS day, SUM(${amount(what)}) AS total FROM ${latest(it)} GROUP BY day)`;
      return [
        `SELECT a.day, a.total, b.total AS whole FROM ${byDay(source, place)} AS a FULL JOIN ${byDay(of, of.money)} AS b ON a.day = b.day`,
      ];
    }),
    ...platforms.flatMap(({ spend, revenue, campaigns }) => {
      const { source, column, attributedBy, is } = revenue;
      const values = is.map((value) => `'${value}'`).join(", ");
      const own = `LOWER(TRIM(${attributedBy})) IN (${values})`;
      const foreign = spend.money.currencyColumn;
      return [
        `SELECT ${daysOf(spend)} AS day, SUM(${amount(spend.money)}) AS total, COUNTIF(${amount(spend.money)} IS NULL) AS unreadable,
           COUNTIF(${foreign === null ? "FALSE" : `${foreign} != '${spend.money.currency}'`}) AS other_currency
         FROM ${latest(spend)} GROUP BY day`,
        `SELECT (SELECT SUM(${amount({ column, jsonPath: null })}) FROM ${latest(source)} WHERE ${own})
           / (SELECT SUM(${amount(spend.money)}) FROM ${latest(spend)}) AS roas`,
        ...(campaigns === null
          ? []
          : [
              `SELECT a.campaign, a.total, b.campaign AS named FROM
                 (SELECT ${campaigns.revenue} AS campaign, SUM(${amount({ column, jsonPath: null })}) AS total
                  FROM ${latest(source)} WHERE ${own} GROUP BY campaign) AS a
               LEFT JOIN (SELECT DISTINCT ${text(campaigns.spend)} AS campaign FROM \`${name(spend.table)}\`) AS b
               ON TRIM(a.campaign) = TRIM(b.campaign)`,
            ]),
      ];
    }),
  ];
}

function tablesIn({ sources, pairs }: WarehouseFile): readonly TableName[] {
  const all = [...sources, ...pairs.flatMap(({ between }) => between)].map(({ table }) => table);
  return all.filter(({ table }) => !table.endsWith("*"));
}

/** Freshness, continuity. */
function ofShards({ table }: Source): string[] {
  return [
    `SELECT MAX(_TABLE_SUFFIX) AS newest FROM \`${name(table)}\``,
    `SELECT _TABLE_SUFFIX AS day, COUNT(*) AS row_count FROM \`${name(table)}\` GROUP BY day`,
  ];
}

/** Freshness, continuity, NULLs, repeats by the key, money raw and by the latest versions, and as it was when final. */
function ofSource(source: Source, day: string): string[] {
  const { table, arrival, businessDate, uniqueKey, required, money, finalAfterMs } = source;
  const raw = `\`${name(table)}\``;
  const wanted = [...new Set([...uniqueKey, ...(businessDate === null ? [] : [businessDate]), ...required])];
  return [
    ...(arrival === null ? [] : [`SELECT MAX(${arrival}) AS newest FROM ${raw}`]),
    `SELECT ${day} AS day, COUNT(*) AS row_count FROM ${raw} GROUP BY day`,
    ...(wanted.length === 0
      ? []
      : [
          `SELECT ${wanted.map((column) => `COUNTIF(${column} IS NULL) AS no_${column}`).join(", ")} FROM ${raw}`,
        ]),
    ...(uniqueKey.length === 0
      ? []
      : [
          `SELECT COUNT(*) AS facts, SUM(row_count) AS all_rows FROM
             (SELECT ${uniqueKey.join(", ")}, COUNT(*) AS row_count FROM ${raw} GROUP BY ${uniqueKey.join(", ")})`,
        ]),
    ...(money === null
      ? []
      : [
          `SELECT SUM(${amount(money)}) AS total FROM ${raw}`,
          `SELECT SUM(${amount(money)}) AS total FROM ${latest(source)}`,
        ]),
    ...(money === null || arrival === null || finalAfterMs === null
      ? []
      : [
          `SELECT ${day} AS day, SUM(${amount(money)}) AS total FROM ${latest(source, `${arrival} <= TIMESTAMP_ADD(TIMESTAMP(DATE_ADD(${day}, INTERVAL 1 DAY)), INTERVAL ${finalAfterMs / 1_000} SECOND)`)}
           GROUP BY day`,
        ]),
  ];
}

/** One row a fact, the version that arrived last. */
function latest({ table, uniqueKey, arrival }: Source, where = "TRUE"): string {
  if (uniqueKey.length === 0 || arrival === null) return `(SELECT * FROM \`${name(table)}\` WHERE ${where})`;
  return `(SELECT * FROM \`${name(table)}\` WHERE ${where}
    QUALIFY ROW_NUMBER() OVER (PARTITION BY ${uniqueKey.join(", ")} ORDER BY ${arrival} DESC) = 1)`;
}

interface Place {
  readonly column: string;
  readonly jsonPath: string | null;
}

function text({ column, jsonPath }: Place): string {
  return jsonPath === null ? column : `JSON_VALUE(${column}, '${jsonPath}')`;
}

function amount(place: Place): string {
  return `SAFE_CAST(CAST(${text(place)} AS STRING) AS NUMERIC)`;
}

function dayOf(column: string, type: string | undefined): string {
  if (type === "DATE") return column;
  if (type === "TIMESTAMP" || type === "DATETIME") return `DATE(${column})`;
  return `SAFE_CAST(SUBSTR(CAST(${column} AS STRING), 1, 10) AS DATE)`;
}

function name({ project, dataset, table }: TableName): string {
  return `${project}.${dataset}.${table}`;
}
