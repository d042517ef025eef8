import type { PiiTable, Uploads } from "../../shared/config/types.ts";
import { nameOf } from "../../shared/config/values/table-name.ts";
import type { TableColumn, TableInfo } from "../../shared/stores/bigquery/types.ts";
import type { Layout, Refusal } from "./types.ts";

/** Columns of a clean table that the function fills. */
export const ownColumns: readonly TableColumn[] = [
  { name: "_raw_arrived_at", type: "TIMESTAMP", repeated: false },
  { name: "_hashed_at", type: "TIMESTAMP", repeated: false },
  { name: "_key_generation", type: "INTEGER", repeated: false },
  // Columns whose value is not an address or number, which explains a NULL hash.
  { name: "_unusable", type: "STRING", repeated: false },
];

/** As text these are equal in every answer, and nothing in them is lost. */
const identifierTypes = ["STRING", "INTEGER"];
const keyTypes = ["STRING", "INTEGER", "NUMERIC", "BIGNUMERIC", "DATE", "DATETIME", "TIMESTAMP", "BOOLEAN"];

/** What a table may be clustered by, https://cloud.google.com/bigquery/docs/clustered-tables. */
const maxClusterColumns = 4;

/**
 * How rows of a raw table map to its clean table, or why they cannot. Pure.
 *
 * An existing clean table decides which columns it takes. A new column of the raw table may hold anything, so
 * it is copied only once somebody has added it to the clean table.
 *
 * @param clean null if it does not exist: it is created with all columns of the raw table except those that
 *   are hashed, emptied or the loader's own
 */
export function layoutOf(
  table: PiiTable,
  raw: TableInfo,
  clean: TableInfo | null,
  uploads: Uploads | null,
): Layout | Refusal {
  const refusal = rawRefusal(table, raw) ?? (clean === null ? null : cleanRefusal(table, clean));
  if (refusal !== null) return refusal;
  const { source, identifiers, erase } = table;
  const gone = [...identifiers.map(({ column }) => column), ...erase];
  const ours = [...identifiers.map(({ hash }) => hash), ...ownColumns.map(({ name }) => name)];
  const open = raw.columns.filter(({ name }) => !isIn(gone, name) && !isIn(ours, name));
  const key = source.uniqueKey.map((name) => columnOf(raw, name));
  const offered = open.filter(({ name }) => !name.startsWith("_") || isIn(source.uniqueKey, name));
  const copied =
    clean === null
      ? offered
      : open.filter(({ name }) =>
          isIn(
            clean.columns.map((it) => it.name),
            name,
          ),
        );
  return {
    table,
    raw: nameOf(source.table),
    clean: nameOf(table.clean),
    staged: nameOf({ ...source.table, table: `plumbline_staged_${table.id}` }),
    uploads: uploads === null ? null : nameOf({ ...uploads, table: table.id }),
    key,
    arrival: source.arrival,
    erased: erase.map((name) => columnOf(raw, name)),
    copied,
    notCopied: offered.map(({ name }) => name).filter((name) => !copied.some((it) => same(it.name, name))),
  };
}

/** Columns of a new clean table. */
export function cleanColumns({ copied, table }: Layout): TableColumn[] {
  return [...copied, ...table.identifiers.map(({ hash }) => text(hash)), ...ownColumns];
}

/** With clustering, BigQuery finds a fact in some blocks instead of the whole table. */
export function clusterColumns({ key }: Layout): string[] {
  return key.slice(0, maxClusterColumns).map(({ name }) => name);
}

export const text = (name: string): TableColumn => ({ name, type: "STRING", repeated: false });

function rawRefusal({ source, identifiers, erase, countries }: PiiTable, raw: TableInfo): Refusal | null {
  const name = nameOf(source.table);
  if (raw.kind !== "table")
    return {
      code: "raw_not_a_table",
      text: `${name} is not a table, so it cannot be emptied`,
      actions: [`Name the table that the loader writes as the source ${source.id}`],
      retry: false,
    };
  if (raw.needsPartitionFilter)
    return {
      code: "needs_partition_filter",
      text: `${name} demands a range of partitions, and a row that comes late would never be found`,
      actions: [`ALTER TABLE \`${name}\` SET OPTIONS (require_partition_filter = FALSE)`],
      retry: false,
    };
  const needed = [
    ...source.uniqueKey,
    source.arrival,
    ...identifiers.map(({ column }) => column),
    ...erase,
    ...countries,
  ];
  const missing = needed.filter((column) => findColumn(raw, column) === undefined);
  if (missing.length > 0) return columnsMissing(name, missing, `pii.tables.${source.id} and its source`);
  const wrong = [
    ...identifiers.map(({ column }) => [column, identifierTypes] as const),
    ...source.uniqueKey.map((column) => [column, keyTypes] as const),
    [source.arrival, ["TIMESTAMP"]] as const,
    ...countries.map((column) => [column, ["STRING"]] as const),
  ].flatMap(([column, types]) => {
    const { type, repeated } = columnOf(raw, column);
    return repeated || !(types as readonly string[]).includes(type)
      ? [`${column} is ${repeated ? "a list" : type} and must be ${types.join(" or ")}`]
      : [];
  });
  if (wrong.length === 0) return null;
  return {
    code: "column_type",
    text: `${name}: ${wrong.join("; ")}`,
    actions: [
      "Have the loader write it as text in a column of its own; what lies inside a record or JSON can be emptied as a whole: erase: [<column>]",
    ],
    retry: false,
  };
}

function cleanRefusal({ source, identifiers, clean }: PiiTable, info: TableInfo): Refusal | null {
  const name = nameOf(clean);
  if (info.kind !== "table")
    return {
      code: "clean_not_a_table",
      text: `${name} is no table, so no row can be put into it`,
      actions: ["Give the clean table another name in the warehouse file"],
      retry: false,
    };
  const wanted = [...identifiers.map(({ hash }) => text(hash)), ...ownColumns];
  const missing = [
    ...source.uniqueKey.filter((column) => findColumn(info, column) === undefined),
    ...wanted.filter((column) => findColumn(info, column.name)?.type !== column.type).map((it) => it.name),
  ];
  if (missing.length === 0) return null;
  const added = wanted.filter((it) => missing.includes(it.name));
  const sqlTypes: Readonly<Record<string, string>> = { INTEGER: "INT64" };
  return {
    ...columnsMissing(name, missing, "the clean table"),
    actions: [
      `ALTER TABLE \`${name}\` ${added
        .map((it) => `ADD COLUMN IF NOT EXISTS ${it.name} ${sqlTypes[it.type] ?? it.type}`)
        .join(", ")}, if its rows were hashed with the registered key`,
      "Or give the clean table another name in the warehouse file: it is made then",
    ],
  };
}

function columnsMissing(name: string, missing: readonly string[], where: string): Refusal {
  return {
    code: "column_missing",
    text: `${name} has no column ${missing.join(", ")}`,
    actions: [`Compare ${where} with the table: was a column renamed or dropped?`],
    retry: false,
  };
}

function findColumn({ columns }: TableInfo, name: string): TableColumn | undefined {
  return columns.find((it) => same(it.name, name));
}

function columnOf(table: TableInfo, name: string): TableColumn {
  const found = findColumn(table, name);
  if (found === undefined) throw new Error(`there is no column ${name}, which was there before`);
  return found;
}

/** Column names are case-insensitive in BigQuery. */
const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();
const isIn = (names: readonly string[], name: string) => names.some((it) => same(it, name));
