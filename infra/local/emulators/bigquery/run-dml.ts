import type { DuckDBConnection } from "@duckdb/node-api";
import { transaction } from "./database.ts";
import type { TableEntry } from "./entries.ts";
import { invalidQuery } from "./errors.ts";
import type { Outcome } from "./jobs.ts";
import { legacyTableName, tableName } from "./names.ts";
import type { Scene } from "./relations.ts";
import type { Translated } from "./sql/translated.ts";
import { isBuffered, oldestEntry } from "./streaming-buffer.ts";
import type { Warehouse } from "./warehouse.ts";

type Dml = Extract<Translated, { readonly target: string }>;

/**
 * Runs DML alone on its table. The statement begins after the one before it has ended, so it sees what that one wrote.
 * @throws BigQueryError when it would change rows in the streaming buffer, or the target is a view
 */
export async function runDml(
  warehouse: Warehouse,
  dml: Dml,
  scene: Scene,
  now: Date,
): Promise<Partial<Outcome>> {
  const entry = scene.found.get(dml.target)?.entry;
  if (!entry) throw invalidQuery(`${dml.target} cannot be changed by DML.`);
  if (entry.view) throw invalidQuery(`DML statement cannot be run over view ${legacyTableName(entry)}`);
  const affectedRows = await warehouse.alone(entry, async () => {
    const affected = await warehouse.database.use((connection) =>
      transaction(connection, () => runAlone(connection, dml, entry)),
    );
    if (affected > 0 && dml.kind === "INSERT") warehouse.appended(entry, now);
    else if (affected > 0) warehouse.rewritten(entry, now);
    return affected;
  });
  const none = { inserted: 0, updated: 0, deleted: 0 };
  const counts = {
    INSERT: "inserted",
    UPDATE: "updated",
    DELETE: "deleted",
    TRUNCATE_TABLE: "deleted",
  } as const;
  return {
    affectedRows,
    ...(dml.kind === "MERGE" ? {} : { dml: { ...none, [counts[dml.kind]]: affectedRows } }),
  };
}

async function runAlone(connection: DuckDBConnection, dml: Dml, entry: TableEntry): Promise<number> {
  await refuseBuffered(connection, dml, entry);
  for (const check of dml.checks) await connection.run(check);
  const reader = await connection.runAndReadAll(dml.sql);
  return Number(reader.getRows()[0]?.[0] ?? 0);
}

async function refuseBuffered(connection: DuckDBConnection, dml: Dml, entry: TableEntry): Promise<void> {
  if (oldestEntry(entry) === undefined) return;
  for (const rows of dml.touched) {
    const sql = `SELECT 1 FROM ${rows} AND ${isBuffered(entry, "t.")} LIMIT 1`;
    const found = await connection.runAndReadAll(sql);
    if (found.currentRowCount > 0) throw invalidQuery(wouldAffect(dml.kind, entry));
  }
}

function wouldAffect(kind: Dml["kind"], entry: TableEntry): string {
  const statement = kind === "TRUNCATE_TABLE" ? "TRUNCATE" : kind === "MERGE" ? "MERGE" : "UPDATE or DELETE";
  return `${statement} statement over table ${tableName(entry)} would affect rows in the streaming buffer, which is not supported`;
}
