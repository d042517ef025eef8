import { type Result, unknown } from "../../checks/result.ts";
import { judgeVolume } from "../../checks/volume/judge.ts";
import type { TableName, WarehouseFile } from "../../shared/config/types.ts";
import { WarehouseError } from "../../shared/warehouse/error.ts";
import { type Known, listingOf, nameOf } from "./known.ts";

/** How large each table is that the file names, and what has become of it since the last run. Any other is its owner's own. */
export function volumeResults(known: Known): Result[] {
  const memory = known.facts.memory instanceof WarehouseError ? null : known.facts.memory;
  return namedTables(known.file).map(({ table, owner }) => {
    const name = nameOf(table);
    if (known.isLookBack) {
      const about = { check: "volume", subject: name, owner } as const;
      return unknown(about, "looked_back", "How large it was then is not kept.");
    }
    const listing = listingOf(table, known);
    const last = memory?.results.find(({ check, subject }) => check === "volume" && subject === name);
    return judgeVolume(
      { name, owner },
      listing instanceof WarehouseError ? listing : (listing.get(table.table) ?? null),
      last?.size ?? null,
    );
  });
}

/** Tables that hold something, with who is responsible; views hold nothing of their own. */
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
