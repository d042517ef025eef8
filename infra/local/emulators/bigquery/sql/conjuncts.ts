import { quoteIdentifier } from "../types.ts";
import type { Conjunct, Context } from "./context.ts";
import type { PhysicalColumn } from "./environment.ts";
import { expression } from "./expressions.ts";
import { functionName, type Resolved } from "./resolved.ts";
import type { ScanFilter } from "./translated.ts";
import { Unsupported } from "./unsupported.ts";

/** The parts of a condition that must each hold. A part with a subquery says nothing beforehand. */
export function conjunctsOf(condition: Resolved): Conjunct[] {
  if (condition.kind === "function_call" && functionName(condition) === "$and") {
    return condition.children("argument_list").flatMap(conjunctsOf);
  }
  const columns = new Set<string>();
  for (const node of condition.descendants()) {
    if (node.kind === "column_ref") columns.add(node.column().id);
    if (node.kind === "subquery_expr") return [];
  }
  return columns.size === 0 ? [] : [{ columns, render: (context) => expression(condition, context) }];
}

/** Conditions known above that speak of one column of this scan alone. */
export function filtersFor(
  read: readonly { readonly id: string; readonly physical: PhysicalColumn }[],
  context: Context,
): ScanFilter[] {
  const filters: ScanFilter[] = [];
  for (const conjunct of context.conjuncts) {
    if (conjunct.columns.size !== 1) continue;
    const column = read.find(({ id }) => conjunct.columns.has(id));
    if (!column) continue;
    const sql = renderedWith(
      conjunct,
      new Map([[column.id, quoteIdentifier(column.physical.name)]]),
      context,
    );
    if (sql !== undefined) filters.push({ column: column.physical.name, sql });
  }
  return filters;
}

function renderedWith(
  conjunct: Conjunct,
  names: ReadonlyMap<string, string>,
  context: Context,
): string | undefined {
  const before = new Map(context.columns);
  try {
    for (const [id, sql] of names) context.columns.set(id, sql);
    return conjunct.render(context);
  } catch (error) {
    // The condition itself is translated, and refused, where it stands; here it only fails to prune.
    if (error instanceof Unsupported) return undefined;
    throw error;
  } finally {
    context.columns.clear();
    for (const [id, sql] of before) context.columns.set(id, sql);
  }
}

/** The conditions on a view's columns, as conditions on the columns inside it. */
export function intoView(
  pairs: readonly { readonly outer: string; readonly inner: string }[],
  outer: Context,
): Conjunct[] {
  const innerOf = new Map(pairs.map((pair) => [pair.outer, pair.inner]));
  return outer.conjuncts.flatMap((conjunct) => {
    const ids = [...conjunct.columns];
    if (!ids.every((id) => innerOf.has(id))) return [];
    const render = (inner: Context) => {
      const names = new Map(ids.map((id) => [id, inner.columnSql(innerOf.get(id) ?? "")]));
      return renderedWith(conjunct, names, outer) ?? "TRUE";
    };
    return [{ columns: new Set(ids.map((id) => innerOf.get(id) ?? "")), render }];
  });
}
