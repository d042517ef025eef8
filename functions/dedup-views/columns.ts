import type { DedupView } from "../shared/config/types.ts";
import { nameOf } from "../shared/config/values/table-name.ts";
import type { TableColumn } from "../shared/stores/bigquery/types.ts";
import { nearest } from "../shared/text.ts";
import { typeOf } from "./definition.ts";
import type { Refusal } from "./types.ts";

/**
 * Types that BigQuery can neither group nor number by:
 * https://cloud.google.com/bigquery/docs/reference/standard-sql/data-types#data_type_properties.
 */
const notGroupable = ["FLOAT", "JSON", "RECORD", "GEOGRAPHY", "RANGE"];
const notOrderable = ["JSON", "RECORD", "GEOGRAPHY", "RANGE"];
/** Rows are selected by the instant of their arrival. */
const instants = ["TIMESTAMP"];

interface Need {
  readonly name: string;
  readonly as: string;
  /** Allowed types. */
  readonly only?: readonly string[];
  /** Types that are not allowed. */
  readonly not?: readonly string[];
}

/** Why the raw table lacks columns of the right types for the view; null if it has all. */
export function columnRefusal(view: DedupView, columns: readonly TableColumn[]): Refusal | null {
  const { source, tieBreak, sync, money } = view;
  const needed: Need[] = [
    ...source.uniqueKey.map((name) => ({ name, as: "in its key", not: notGroupable })),
    { name: source.arrival, as: "as its arrival", only: instants },
    ...tieBreak.map((name) => ({ name, as: "to break ties", not: notOrderable })),
    ...[sync?.column ?? []].flat().map((name) => ({ name, as: "to tell syncs apart" })),
    ...[money?.column ?? []].flat().map((name) => ({ name, as: "as its money" })),
    ...[source.businessDate ?? []].flat().map((name) => ({ name, as: "as its business date" })),
  ];
  const missing = needed.filter(({ name }) => find(columns, name) === undefined);
  if (missing.length > 0) return missingColumns(view, missing, columns);
  const unfit = needed.find((it) => {
    const column = find(columns, it.name);
    if (column === undefined) return false;
    if (it.only !== undefined) return column.repeated || !it.only.includes(column.type);
    return it.not !== undefined && (column.repeated || it.not.includes(column.type));
  });
  if (unfit === undefined) return null;
  const column = find(columns, unfit.name);
  const type = column?.repeated ? "ARRAY" : column?.type;
  return {
    code: "column_type",
    text: `${unfit.name} of ${nameOf(source.table)} is ${type}, which cannot be used ${unfit.as}`,
    actions: [`Name another column in the warehouse file, or give ${unfit.name} another type in the loader`],
    retry: false,
  };
}

function missingColumns(
  { id, source }: DedupView,
  missing: readonly Need[],
  columns: readonly TableColumn[],
): Refusal {
  const list = missing.map(({ name, as }) => `${name} (${as})`).join(", ");
  const near = missing.flatMap(({ name }) => {
    const guess = nearest(
      name,
      columns.map((it) => it.name),
    );
    return guess === null
      ? []
      : [`If ${name} is called ${guess} now, say so in the warehouse file (source ${source.id})`];
  });
  return {
    code: "column_missing",
    text: `${nameOf(source.table)} has no column ${list} any more, or never had`,
    actions: [
      ...near,
      `Check what the loader changed; the view ${id} cannot be read until the column is back or the warehouse file follows`,
    ],
    retry: false,
  };
}

/** Column names are case-insensitive in BigQuery. */
function find(columns: readonly TableColumn[], name: string): TableColumn | undefined {
  return columns.find((it) => it.name.toLowerCase() === name.toLowerCase());
}

/** The changes that the view must follow: columns that were added, removed, or changed their type. */
export function columnChanges(raw: readonly TableColumn[], view: readonly TableColumn[]): string[] {
  const names = (columns: readonly TableColumn[]) => columns.map(({ name }) => name);
  const came = names(raw).filter((name) => find(view, name) === undefined);
  const went = names(view).filter((name) => find(raw, name) === undefined);
  const retyped = raw.flatMap((column) => {
    const before = find(view, column.name);
    return before === undefined || typeOf(before) === typeOf(column)
      ? []
      : [`${column.name} is ${typeOf(column)} and was ${typeOf(before)}`];
  });
  const moved =
    came.length + went.length === 0 && names(raw).join("\n") !== names(view).join("\n")
      ? ["the columns are in another order"]
      : [];
  return [
    ...(came.length === 0 ? [] : [`${came.length === 1 ? "new column" : "new columns"} ${came.join(", ")}`]),
    ...(went.length === 0 ? [] : [`${went.join(", ")} ${went.length === 1 ? "is" : "are"} gone`]),
    ...retyped,
    ...moved,
  ];
}
