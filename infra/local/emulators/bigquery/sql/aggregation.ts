import { aggregate } from "./aggregates.ts";
import type { Context } from "./context.ts";
import { expression } from "./expressions.ts";
import { orderItems } from "./order-items.ts";
import type { Resolved } from "./resolved.ts";
import { Unsupported } from "./unsupported.ts";

export function aggregateScan(node: Resolved, context: Context): string {
  const keys = node
    .children("group_by_list")
    .map((key) => ({ id: key.column().id, expr: key.child("expr") }));
  const input = context.withConjuncts([], () => context.scan(node.child("input_scan")));
  const keySql = new Map(keys.map((key) => [key.id, expression(key.expr, context)]));
  const list = [
    ...keys.map((key) => `${keySql.get(key.id)} AS ${context.columnName(key.id)}`),
    ...node
      .children("aggregate_list")
      .map((item) => `${aggregate(item.child("expr"), context)} AS ${context.columnName(item.column().id)}`),
  ];
  const sets = node.children("grouping_set_list");
  const grouping = sets.length > 0 ? groupingSets(sets, keySql) : plainGrouping(keys.length);
  return `SELECT ${list.join(", ") || "1 AS _1"} FROM (${input})${grouping}`;
}

const plainGrouping = (keys: number) =>
  keys === 0 ? "" : ` GROUP BY ${Array.from({ length: keys }, (_, i) => i + 1).join(", ")}`;

function groupingSets(sets: readonly Resolved[], keySql: ReadonlyMap<string, string>): string {
  const keys = (references: readonly Resolved[]) =>
    references.map((reference) => keySql.get(reference.column().id) ?? "NULL").join(", ");
  const levels = (lists: readonly Resolved[]) =>
    lists.map((list) => `(${keys(list.children("column_list"))})`).join(", ");
  const items = sets.map((set) => {
    if (set.has("rollup_column_list")) return `ROLLUP (${levels(set.children("rollup_column_list"))})`;
    if (set.has("cube_column_list")) return `CUBE (${levels(set.children("cube_column_list"))})`;
    return `(${keys(set.children("group_by_column_list"))})`;
  });
  return ` GROUP BY GROUPING SETS (${items.join(", ")})`;
}

export function analyticScan(node: Resolved, context: Context): string {
  const partitioned = node
    .children("function_group_list")
    .map((group) =>
      (group.optional("partition_by")?.children("partition_by_list") ?? []).map((r) => r.column().id),
    );
  // A filter on columns that every window is partitioned by removes whole windows, so it may pass below.
  const passing = context.conjuncts.filter((conjunct) =>
    partitioned.every((ids) => [...conjunct.columns].every((id) => ids.includes(id))),
  );
  const input = context.withConjuncts(passing, () => context.scan(node.child("input_scan")));
  const windows = new Map<string, string>();
  for (const group of node.children("function_group_list")) {
    const keys = (group.optional("partition_by")?.children("partition_by_list") ?? []).map((reference) =>
      context.columnSql(reference.column().id),
    );
    const order = orderItems(group.optional("order_by")?.children("order_by_item_list") ?? [], context);
    for (const item of group.children("analytic_function_list")) {
      const call = item.child("expr");
      const over = [
        keys.length > 0 ? `PARTITION BY ${keys.join(", ")}` : "",
        order ? `ORDER BY ${order}` : "",
        frame(call.optional("window_frame"), order.includes("isnan("), context),
      ];
      const sql = aggregate(call, context, ` OVER (${over.filter(Boolean).join(" ")})`);
      windows.set(item.column().id, `${sql} AS ${context.columnName(item.column().id)}`);
    }
  }
  const list = node.columns().map(({ id }) => windows.get(id) ?? context.columnSql(id));
  return `SELECT ${list.join(", ")} FROM (${input})`;
}

function frame(node: Resolved | undefined, orderedByFloat: boolean, context: Context): string {
  if (!node) return "";
  const unit = node.text("frame_unit");
  const bound = (edge: Resolved): string => {
    const type = edge.text("boundary_type");
    const offset = edge.optional("expression");
    if (!offset) return type.replace("_", " ");
    if (unit === "RANGE" && orderedByFloat) throw new Unsupported("RANGE frame with an offset over FLOAT64");
    return `${expression(offset, context)} ${type.replace("OFFSET_", "")}`;
  };
  return `${unit} BETWEEN ${bound(node.child("start_expr"))} AND ${bound(node.child("end_expr"))}`;
}
