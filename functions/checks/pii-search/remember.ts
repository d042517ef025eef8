import { WarehouseError } from "../../shared/stores/bigquery/error.ts";
import { flagOf, instantOf, instantOrNull, numberOf, textOf } from "../../shared/stores/bigquery/row.ts";
import type { Warehouse } from "../../shared/stores/bigquery/types.ts";
import type { Found, HashColumn, Search } from "./types.ts";

/** The last search of each table. Empty before the first run: that run creates the table. */
export async function readSearches(
  datasets: readonly string[],
  warehouse: Warehouse,
  now: Date,
): Promise<ReadonlyMap<string, Search>> {
  try {
    const rows = await warehouse.query("pii-search/read-searches", {
      params: { datasets, now },
      types: { datasets: ["STRING"] },
    });
    return new Map(
      rows.map((row) => {
        const search: Search = {
          table: textOf(row, "searched_table"),
          modified: instantOrNull(row, "modified"),
          fingerprint: textOf(row, "fingerprint"),
          rows: numberOf(row, "row_count"),
          whole: flagOf(row, "whole"),
          found: JSON.parse(textOf(row, "found")) as Found[],
          hashColumns: JSON.parse(textOf(row, "hash_columns")) as HashColumn[],
          searchedAt: instantOf(row, "schedule_time"),
        };
        return [search.table, search];
      }),
    );
  } catch (error) {
    if (error instanceof WarehouseError && error.reason === "not_found") return new Map();
    throw error;
  }
}

/**
 * Stores the searches of a tick for the next ones. Idempotent.
 * @throws WarehouseError
 */
export async function rememberSearches(
  searches: readonly Search[],
  warehouse: Warehouse,
  tick: Date,
): Promise<void> {
  if (searches.length === 0) return;
  await warehouse.execute("pii-search/record-searches", {
    params: {
      schedule_time: tick,
      searches: searches.map((search) => ({
        searched_table: search.table,
        modified: search.modified,
        fingerprint: search.fingerprint,
        row_count: search.rows,
        whole: search.whole,
        found: JSON.stringify(search.found),
        hash_columns: JSON.stringify(search.hashColumns),
      })),
    },
    types: {
      searches: [
        {
          searched_table: "STRING",
          modified: "TIMESTAMP",
          fingerprint: "STRING",
          row_count: "INT64",
          whole: "BOOL",
          found: "STRING",
          hash_columns: "STRING",
        },
      ],
    },
  });
}
