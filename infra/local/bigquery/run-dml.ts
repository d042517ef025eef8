import type { DuckDBConnection } from "@duckdb/node-api";
import type { TableEntry } from "./catalog-store.ts";
import { invalidQuery } from "./errors.ts";
import type { Outcome } from "./jobs.ts";
import { legacyTableName } from "./names.ts";
import type { Session } from "./query.ts";
import type { Scene } from "./relations.ts";
import type { Translated } from "./sql/translated.ts";

type Dml = Extract<Translated, { readonly target: string }>;

/**
 * Runs DML alone on its table. The statement begins after the one before it has ended, so it sees what that one wrote.
 * @throws BigQueryError when streamed rows are too recent, or the target is a view
 */
export async function runDml(session: Session, dml: Dml, scene: Scene, now: Date): Promise<Partial<Outcome>> {
  const { warehouse } = session;
  const entry = scene.found.get(dml.target)?.entry;
  if (!entry) throw invalidQuery(`${dml.target} cannot be changed by DML.`);
  if (entry.view) throw invalidQuery(`DML statement cannot be run over view ${legacyTableName(entry)}`);
  const affectedRows = await warehouse.alone(entry, async () => {
    if (dml.kind !== "INSERT") refuseStreamed(session, entry, dml.kind, now);
    const affected = await warehouse.database.use((connection) => inTransaction(connection, dml));
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

async function inTransaction(connection: DuckDBConnection, dml: Dml): Promise<number> {
  await connection.run("BEGIN TRANSACTION");
  try {
    for (const check of dml.checks) await connection.run(check);
    const reader = await connection.runAndReadAll(dml.sql);
    await connection.run("COMMIT");
    return Number(reader.getRows()[0]?.[0] ?? 0);
  } catch (error) {
    await connection.run("ROLLBACK");
    throw error;
  }
}

function refuseStreamed(session: Session, entry: TableEntry, kind: Dml["kind"], now: Date): void {
  if (entry.streamed === undefined || now.getTime() - entry.streamed >= session.streamingBufferMs) return;
  const statement = kind === "TRUNCATE_TABLE" ? "TRUNCATE" : kind === "MERGE" ? "MERGE" : "UPDATE or DELETE";
  const name = `${entry.project}.${entry.dataset}.${entry.table}`;
  throw invalidQuery(
    `${statement} statement over table ${name} would affect rows in the streaming buffer, which is not supported`,
  );
}
