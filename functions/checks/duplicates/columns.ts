import type { DedupView } from "../../shared/config/types.ts";
import type { TableColumn } from "../../shared/stores/bigquery/types.ts";

/**
 * The columns with the facts of a row: all except the key, the arrival, the tie-break, the sync mark, and the
 * loader's own columns, whose names begin with `_`. Rows of one sync and one key that differ in one of these
 * are two facts.
 */
export function contentColumns(view: DedupView, columns: readonly TableColumn[]): readonly TableColumn[] {
  const { source, tieBreak, sync } = view;
  const others = [...source.uniqueKey, source.arrival, ...tieBreak, sync?.column ?? ""].map(lower);
  return columns.filter(({ name }) => !name.startsWith("_") && !others.includes(lower(name)));
}

/** How well a column suits a key; null if it does not. */
export type Suitability = "dimension" | "number" | null;

const dimensions = ["STRING", "DATE", "BOOLEAN", "BYTES"];
const numbers = ["INTEGER", "TIMESTAMP", "DATETIME", "TIME"];

/**
 * A sync may restate measures, so a key that contains one would make each restatement a separate fact:
 * NUMERIC, FLOAT and the money column are never used. JSON, RECORD, GEOGRAPHY and repeated columns cannot be
 * grouped by. A whole number or an instant may be an id or a measure; it is used only if no dimension
 * separates the rows.
 */
export function suitability({ money }: DedupView, { name, type, repeated }: TableColumn): Suitability {
  if (repeated || lower(name) === lower(money?.column ?? "")) return null;
  if (dimensions.includes(type)) return "dimension";
  return numbers.includes(type) ? "number" : null;
}

function lower(name: string): string {
  return name.toLowerCase();
}
