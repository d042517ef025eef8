import type { TableName, WarehouseFile } from "../../shared/config/types.ts";
import { nameOf } from "../../shared/config/values/table-name.ts";
import { WarehouseError } from "../../shared/stores/bigquery/error.ts";
import type { Check } from "../check.ts";
import { listingOf } from "../input.ts";
import { rememberedOf } from "../memory.ts";
import { unknown } from "../result.ts";
import { judgeVolume } from "./judge.ts";
import { lastSize } from "./last-size.ts";

/**
 * Checks that no table of the warehouse file has lost rows since the last run. Other tables are not checked.
 */
export const volume = {
  id: "volume",
  judge: (input) =>
    namedTables(input.file).map(({ table, owner }) => {
      const name = nameOf(table);
      if (input.isLookBack) {
        const about = { check: "volume", subject: name, owner } as const;
        return unknown(about, "looked_back", "How large it was then is not kept.");
      }
      const listing = listingOf(table, input);
      return judgeVolume(
        { name, owner },
        listing instanceof WarehouseError ? listing : (listing.get(table.table) ?? null),
        rememberedOf(input.facts.memory, "volume", name)?.size ?? null,
      );
    }),
  remember: (result, { facts, now }) => ({
    size: lastSize(result, rememberedOf(facts.memory, "volume", result.subject)?.size ?? null, now),
  }),
} as const satisfies Check;

/** The tables, with their owners. Views hold no rows of their own. */
function namedTables(file: WarehouseFile): { readonly table: TableName; readonly owner: string }[] {
  const named = [
    ...file.sources.map(({ table, owner }) => ({ table, owner })),
    ...(file.pii?.tables ?? []).map(({ clean, source }) => ({ table: clean, owner: source.owner })),
    ...file.pairs.flatMap(({ between, owner }) => between.map(({ table }) => ({ table, owner }))),
  ].filter(({ table }) => !table.table.endsWith("*"));
  const views = new Set(file.dedupViews.map(({ view }) => nameOf(view)));
  return [...new Map(named.map((it) => [nameOf(it.table), it])).values()].filter(
    ({ table }) => !views.has(nameOf(table)),
  );
}
