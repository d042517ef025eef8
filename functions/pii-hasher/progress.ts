import { flagOf, instantOrNull, numberOf, textOf } from "../shared/stores/bigquery/row.ts";
import type { Warehouse } from "../shared/stores/bigquery/types.ts";
import type { Progress, Unusable } from "./types.ts";

/** Id of the row about the whole function. */
export const wholeFunction = "*";

export const noProgress: Progress = {
  settledAsOf: null,
  seenUntil: null,
  lookedAt: null,
  rowsHashed: 0,
  rowsLeft: 0,
  pendingRows: 0,
  pendingSince: null,
  unusable: [],
  emptiedAt: null,
  troubled: false,
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
        lookedAt: instantOrNull(row, "looked_at"),
        rowsHashed: numberOf(row, "rows_hashed"),
        rowsLeft: numberOf(row, "rows_left"),
        pendingRows: numberOf(row, "pending_rows"),
        pendingSince: instantOrNull(row, "pending_since"),
        unusable: JSON.parse(textOf(row, "unusable")) as Unusable[],
        emptiedAt: instantOrNull(row, "emptied_at"),
        troubled: flagOf(row, "troubled"),
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
        looked_at: it.lookedAt,
        rows_hashed: it.rowsHashed,
        rows_left: it.rowsLeft,
        pending_rows: it.pendingRows,
        pending_since: it.pendingSince,
        unusable: JSON.stringify(it.unusable),
        emptied_at: it.emptiedAt,
        troubled: it.troubled,
      })),
    },
    types: {
      tables: [
        {
          table_id: "STRING",
          settled_as_of: "TIMESTAMP",
          seen_until: "TIMESTAMP",
          looked_at: "TIMESTAMP",
          rows_hashed: "INT64",
          rows_left: "INT64",
          pending_rows: "INT64",
          pending_since: "TIMESTAMP",
          unusable: "STRING",
          emptied_at: "TIMESTAMP",
          troubled: "BOOL",
        },
      ],
    },
  });
}

/** Makes the next tick run even if the metadata shows no change. @throws WarehouseError */
export async function wakeNextTick(warehouse: Warehouse, now: Date): Promise<void> {
  const before = (await readProgress(warehouse)).get(wholeFunction) ?? noProgress;
  const after = { ...before, settledAsOf: null, troubled: true };
  await saveProgress(new Map([[wholeFunction, after]]), warehouse, now);
}
