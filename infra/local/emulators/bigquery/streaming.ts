import { insertRows } from "./append.ts";
import { transaction } from "./database.ts";
import type { TableEntry } from "./entries.ts";
import { invalid } from "./errors.ts";
import { legacyTableName, physicalTable } from "./names.ts";
import { makeStreamable } from "./streaming-buffer.ts";
import { BadValue, rowText, type ValueText } from "./values.ts";
import type { Warehouse } from "./warehouse.ts";

export interface StreamedRow {
  readonly json: Readonly<Record<string, unknown>>;
  readonly insertId: string | undefined;
}

export interface StreamOptions {
  /** Insert the good rows even when others are refused. */
  readonly skipInvalidRows: boolean;
  readonly ignoreUnknownValues: boolean;
  readonly now: Date;
}

/** Why a row was not inserted, as `tabledata.insertAll` answers it. */
export interface RefusedRow {
  readonly index: number;
  readonly errors: readonly { reason: string; location: string; debugInfo: string; message: string }[];
}

/** BigQuery remembers insertIds "for at least one minute", best effort. */
const REMEMBER_INSERT_IDS_MS = 60_000;

const insertIds = new WeakMap<TableEntry, Map<string, number>>();

/** Appends rows as `tabledata.insertAll` does: all or none, unless told to skip the bad ones. */
export async function streamRows(
  warehouse: Warehouse,
  table: TableEntry,
  rows: readonly StreamedRow[],
  options: StreamOptions,
): Promise<RefusedRow[]> {
  if (table.view) throw invalid(`Cannot add rows to a view: ${legacyTableName(table)}.`);
  const refused: RefusedRow[] = [];
  const good: {
    index: number;
    insertId: string | undefined;
    text: { readonly [name: string]: ValueText };
  }[] = [];
  rows.forEach(({ json, insertId }, index) => {
    try {
      const text = rowText(json, table.fields, options.ignoreUnknownValues ? "ignore" : "refuse");
      good.push({ index, insertId, text });
    } catch (error) {
      if (!(error instanceof BadValue)) throw error;
      refused.push(refusal(index, "invalid", error.path, error.message));
    }
  });
  if (refused.length > 0 && !options.skipInvalidRows) {
    return [...refused, ...good.map(({ index }) => refusal(index, "stopped", "", ""))];
  }
  await warehouse.alone(table, async () => {
    const known = recentInsertIds(table, options.now);
    const fresh = good.filter(({ insertId }) => {
      if (insertId === undefined) return true;
      if (known.has(insertId)) return false;
      known.set(insertId, options.now.getTime());
      return true;
    });
    if (fresh.length === 0) return;
    const texts = fresh.map(({ text }) => text);
    const at = options.now.getTime();
    await warehouse.database.use(async (connection) => {
      await makeStreamable(connection, table);
      await transaction(connection, () =>
        insertRows(connection, physicalTable(table), table.fields, texts, at),
      );
    });
    warehouse.streamed(table, options.now);
  });
  return refused;
}

function refusal(index: number, reason: string, location: string, message: string): RefusedRow {
  return { index, errors: [{ reason, location, debugInfo: "", message }] };
}

function recentInsertIds(table: TableEntry, now: Date): Map<string, number> {
  const known = insertIds.get(table) ?? new Map<string, number>();
  insertIds.set(table, known);
  for (const [id, at] of known) {
    if (now.getTime() - at < REMEMBER_INSERT_IDS_MS) break;
    known.delete(id);
  }
  return known;
}
