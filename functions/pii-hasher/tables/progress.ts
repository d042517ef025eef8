import { flagOf, instantOrNull, numberOf, textOf } from "../../shared/stores/bigquery/row.ts";
import type { Warehouse } from "../../shared/stores/bigquery/types.ts";
import type { Progress, Unusable } from "./types.ts";

/** Id of the row about the whole function. */
export const wholeFunction = "*";

export const noProgress: Progress = {
  settledAsOf: null,
  seenUntil: null,
  readAt: null,
  rowsHashed: 0,
  rowsLeft: 0,
  pendingRows: 0,
  pendingSince: null,
  unusable: [],
  emptiedAt: null,
  hasProblem: false,
};

/** The stored progress of each raw table, by the id of its source. @throws WarehouseError */
export async function readProgress(warehouse: Warehouse): Promise<ReadonlyMap<string, Progress>> {
  const rows = await warehouse.query("pii-hasher/tables");
  return new Map(
    rows.map((row) => [
      textOf(row, "table_id"),
      {
        settledAsOf: instantOrNull(row, "settled_as_of"),
        seenUntil: instantOrNull(row, "seen_until"),
        readAt: instantOrNull(row, "read_at"),
        rowsHashed: numberOf(row, "rows_hashed"),
        rowsLeft: numberOf(row, "rows_left"),
        pendingRows: numberOf(row, "pending_rows"),
        pendingSince: instantOrNull(row, "pending_since"),
        unusable: JSON.parse(textOf(row, "unusable")) as Unusable[],
        emptiedAt: instantOrNull(row, "emptied_at"),
        hasProblem: flagOf(row, "has_problem"),
      },
    ]),
  );
}

/** @param now the tick @throws WarehouseError */
export async function saveProgress(
  changed: ReadonlyMap<string, Progress>,
  warehouse: Warehouse,
  now: Date,
): Promise<void> {
  if (changed.size === 0) return;
  await warehouse.execute("pii-hasher/save-tables", {
    params: {
      now,
      tables: [...changed].map(([id, it]) => ({
        table_id: id,
        settled_as_of: it.settledAsOf,
        seen_until: it.seenUntil,
        read_at: it.readAt,
        rows_hashed: it.rowsHashed,
        rows_left: it.rowsLeft,
        pending_rows: it.pendingRows,
        pending_since: it.pendingSince,
        unusable: JSON.stringify(it.unusable),
        emptied_at: it.emptiedAt,
        has_problem: it.hasProblem,
      })),
    },
    types: {
      tables: [
        {
          table_id: "STRING",
          settled_as_of: "TIMESTAMP",
          seen_until: "TIMESTAMP",
          read_at: "TIMESTAMP",
          rows_hashed: "INT64",
          rows_left: "INT64",
          pending_rows: "INT64",
          pending_since: "TIMESTAMP",
          unusable: "STRING",
          emptied_at: "TIMESTAMP",
          has_problem: "BOOL",
        },
      ],
    },
  });
}

/** Makes the next tick run even if the metadata shows no change. @throws WarehouseError */
export async function wakeNextTick(warehouse: Warehouse, now: Date): Promise<void> {
  const before = (await readProgress(warehouse)).get(wholeFunction) ?? noProgress;
  const after = { ...before, settledAsOf: null, hasProblem: true };
  await saveProgress(new Map([[wholeFunction, after]]), warehouse, now);
}
