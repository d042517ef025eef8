import type { Context } from "./context.ts";
import type { Resolved } from "./resolved.ts";
import { Unsupported } from "./unsupported.ts";

/** ORDER BY items; NULLs first when ascending unless said otherwise, and NaN before every other number. */
export function orderItems(items: readonly Resolved[], context: Context): string {
  return items
    .map((item) => {
      if (item.has("collation_name")) throw new Unsupported("COLLATE");
      const reference = item.child("column_ref");
      const sql = context.columnSql(reference.column().id);
      const descending = item.flag("is_descending");
      const nullOrder = item.text("null_order");
      const nullsFirst = nullOrder === "NULLS_FIRST" || (nullOrder !== "NULLS_LAST" && !descending);
      const direction = `${descending ? "DESC" : "ASC"} NULLS ${nullsFirst ? "FIRST" : "LAST"}`;
      const float = reference.proto().type_kind === "TYPE_DOUBLE";
      return float ? `NOT isnan(${sql}) ${direction}, ${sql} ${direction}` : `${sql} ${direction}`;
    })
    .join(", ");
}
