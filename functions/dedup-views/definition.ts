import type { DedupView } from "../shared/config/types.ts";
import { nameOf } from "../shared/config/values/table-name.ts";
import { Fragment } from "../shared/stores/bigquery/fragment.ts";
import { renderStatement } from "../shared/stores/bigquery/statement.ts";
import type { TableColumn, ViewDefinition } from "../shared/stores/bigquery/types.ts";

/** Labels that mark a view as the bundle's, with its id. */
export const ownLabels = (view: Pick<DedupView, "id">): Record<string, string> => ({
  plumbline_function: "dedup-views",
  // BigQuery allows 63 characters.
  plumbline_view: view.id.slice(0, 63),
});

/** The last change of a view, which its description states. */
export interface Change {
  /** The tick that changed it. */
  readonly at: Date;
  /** Sentence fragments, joined by "; ". */
  readonly what: string;
}

/** The order of versions of a fact: the columns to compare, the highest value first. */
export function orderOf({ source, tieBreak }: DedupView): readonly string[] {
  return [source.arrival, ...tieBreak];
}

/**
 * The GoogleSQL of a view.
 *
 * @param columns of the raw table, in their order
 * @throws Error for a column whose name cannot be written
 */
export function queryOf(view: DedupView, columns: readonly TableColumn[]): string {
  return renderStatement("dedup-views/view", {
    // The type is included so that the text changes with it: only then BigQuery computes the view's schema
    // again.
    columns: Fragment.columnLines(columns.map((it) => ({ name: it.name, note: typeOf(it) }))),
    table: nameOf(view.source.table),
    key: Fragment.columnList(view.source.uniqueKey),
    order: Fragment.descending(orderOf(view)),
  });
}

/** `NUMERIC`, `ARRAY<STRING>`, `RECORD<id INTEGER>` */
export function typeOf({ type, repeated, fields }: TableColumn): string {
  const one =
    fields === undefined ? type : `${type}<${fields.map((it) => `${it.name} ${typeOf(it)}`).join(", ")}>`;
  return repeated ? `ARRAY<${one}>` : one;
}

/** The view with labels and description. */
export function definitionOf(view: DedupView, query: string, change: Change): ViewDefinition {
  return { query, labels: ownLabels(view), description: descriptionOf(view, change) };
}

/**
 * Tells a reader of the view what it is, by which key and order, what maintains it, and when it last changed.
 */
export function descriptionOf(view: DedupView, { at, what }: Change): string {
  const { source, tieBreak } = view;
  const ties = tieBreak.length === 0 ? "" : `, then ${tieBreak.join(", ")}`;
  return (
    `One row per ${source.uniqueKey.join(", ")} of ${nameOf(source.table)}: the version that arrived last ` +
    `(${source.arrival}${ties}). Read this and not the raw table, which contains facts several times. ` +
    `Maintained by Plumbline's dedup-views from its warehouse file: manual changes are reverted. ` +
    `${lastChanged}${at.toISOString()}: ${shortened(what)}.`
  );
}

/** BigQuery allows 16,384 characters of description, which a thousand new columns would exceed. */
const maxChangeLength = 4_000;

function shortened(what: string): string {
  return what.length <= maxChangeLength
    ? what
    : `${what.slice(0, maxChangeLength).replace(/[^,;]*$/, "")} and more`;
}

const lastChanged = "Last changed ";
const changeForm = new RegExp(`${lastChanged}(\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z): (.*)\\.$`, "s");

/** The last change from a description; null if it contains none. */
export function changeIn(description: string | null): Change | null {
  const found = changeForm.exec(description ?? "");
  if (found === null) return null;
  const at = new Date(found[1] ?? "");
  return Number.isNaN(at.getTime()) ? null : { at, what: found[2] ?? "" };
}
