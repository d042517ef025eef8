import type { DedupView } from "../../shared/config/types.ts";
import type { TableColumn } from "../../shared/stores/bigquery/types.ts";

/**
 * The columns that say what a row is about: all but the key, the arrival, the tie-break, the mark of the sync, and
 * the loader's own, whose names begin with `_`. Rows of one sync and one key that differ in any of these are two facts.
 */
export function contentColumns(view: DedupView, columns: readonly TableColumn[]): readonly TableColumn[] {
  const { source, tieBreak, sync } = view;
  const others = [...source.uniqueKey, source.arrival, ...tieBreak, sync?.column ?? ""].map(lower);
  return columns.filter(({ name }) => !name.startsWith("_") && !others.includes(lower(name)));
}

/** How well a column serves in a key; null: not at all. */
export type Suitability = "dimension" | "number" | null;

const dimensions = ["STRING", "DATE", "BOOLEAN", "BYTES"];
const numbers = ["INTEGER", "TIMESTAMP", "DATETIME", "TIME"];

/**
 * Measures are restated from sync to sync, so a key with one in it would make each restatement a fact of its own:
 * NUMERIC, FLOAT and the money column never serve. JSON, RECORD, GEOGRAPHY and repeated columns cannot be grouped by.
 * A whole number or an instant may be an id or a measure; it is taken only where no dimension tells rows apart.
 */
export function suitability({ money }: DedupView, { name, type, repeated }: TableColumn): Suitability {
  if (repeated || lower(name) === lower(money?.column ?? "")) return null;
  if (dimensions.includes(type)) return "dimension";
  return numbers.includes(type) ? "number" : null;
}

function lower(name: string): string {
  return name.toLowerCase();
}
