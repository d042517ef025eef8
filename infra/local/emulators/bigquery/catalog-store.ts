import type { Database } from "./database.ts";
import type { DatasetEntry, TableEntry } from "./entries.ts";
import { notFound } from "./errors.ts";
import { legacyDatasetName, legacyTableName, type TableId, tableName } from "./names.ts";
import { leaveBuffer } from "./streaming-buffer.ts";

const SCHEMA = "plumbline_catalog";

/** By which tables expire and streamed rows leave the buffer. */
export interface Times {
  readonly clock: () => Date;
  readonly streamingBufferMs: number;
}

/**
 * Datasets and tables: held in memory, by dataset so that 10,000 tables in one
 * cost nothing to the others, and kept in the DuckDB file beside the data.
 * A change is written by the next `save()`.
 */
export class CatalogStore {
  readonly #database: Database;
  readonly #times: Times;
  readonly #datasets = new Map<string, DatasetEntry>();
  readonly #tables = new Map<string, Map<string, TableEntry>>();
  readonly #unsaved = new Map<string, { kind: "datasets" | "tables"; entry: object | null }>();

  readonly #expired: TableId[] = [];

  private constructor(database: Database, times: Times) {
    this.#database = database;
    this.#times = times;
  }

  static async open(database: Database, times: Times): Promise<CatalogStore> {
    const store = new CatalogStore(database, times);
    if (database.inMemory) return store;
    await database.use(async (connection) => {
      await connection.run(`CREATE SCHEMA IF NOT EXISTS ${SCHEMA}`);
      for (const kind of ["datasets", "tables"]) {
        await connection.run(
          `CREATE TABLE IF NOT EXISTS ${SCHEMA}.${kind} (name VARCHAR PRIMARY KEY, entry VARCHAR NOT NULL)`,
        );
      }
    });
    for (const entry of await store.#read<DatasetEntry>("datasets")) store.#hold(entry);
    for (const entry of await store.#read<TableEntry>("tables")) {
      store.#tables.get(`${entry.project}.${entry.dataset}`)?.set(entry.table, entry);
    }
    return store;
  }

  async #read<T>(kind: "datasets" | "tables"): Promise<T[]> {
    const sql = `SELECT entry FROM ${SCHEMA}.${kind} ORDER BY name`;
    const reader = await this.#database.use((connection) => connection.runAndReadAll(sql));
    return reader.getRows().map(([entry]) => JSON.parse(String(entry)));
  }

  #hold(entry: DatasetEntry): void {
    const name = `${entry.project}.${entry.dataset}`;
    this.#datasets.set(name, entry);
    if (!this.#tables.has(name)) this.#tables.set(name, new Map());
  }

  allDatasets(): DatasetEntry[] {
    return [...this.#datasets.values()].sort((a, b) => (a.dataset < b.dataset ? -1 : 1));
  }

  datasets(project: string): DatasetEntry[] {
    return this.allDatasets().filter((entry) => entry.project === project);
  }

  findDataset(id: Omit<TableId, "table">): DatasetEntry | undefined {
    return this.#datasets.get(`${id.project}.${id.dataset}`);
  }

  /** @throws BigQueryError `notFound` */
  dataset(id: Omit<TableId, "table">): DatasetEntry {
    const entry = this.findDataset(id);
    if (!entry) throw notFound(`Not found: Dataset ${legacyDatasetName(id)}`);
    return entry;
  }

  /** Tables and views of a dataset by name. @throws BigQueryError `notFound` when the dataset is missing */
  tables(id: Omit<TableId, "table">): TableEntry[] {
    this.dataset(id);
    const entries = [...(this.#tables.get(`${id.project}.${id.dataset}`)?.values() ?? [])];
    const now = this.#times.clock().getTime();
    return entries.filter((entry) => this.#lives(entry, now)).sort((a, b) => (a.table < b.table ? -1 : 1));
  }

  findTable(id: TableId): TableEntry | undefined {
    const entry = this.#tables.get(`${id.project}.${id.dataset}`)?.get(id.table);
    return entry && this.#lives(entry, this.#times.clock().getTime()) ? entry : undefined;
  }

  /** Brings an entry up to the time. False: it has expired. */
  #lives(entry: TableEntry, now: number): boolean {
    if (entry.expires !== undefined && entry.expires <= now) {
      this.removeTable(entry);
      this.#expired.push(entry);
      return false;
    }
    if (leaveBuffer(entry, now, this.#times.streamingBufferMs)) this.changed(entry);
    return true;
  }

  /** Tables that expired since the last call: their rows are still stored. */
  takeExpired(): TableId[] {
    return this.#expired.splice(0);
  }

  /** @throws BigQueryError `notFound`, of the dataset or of the table */
  table(id: TableId): TableEntry {
    this.dataset(id);
    const entry = this.findTable(id);
    if (!entry) throw notFound(`Not found: Table ${legacyTableName(id)}`);
    return entry;
  }

  putDataset(entry: DatasetEntry): void {
    this.#hold(entry);
    this.#unsaved.set(`datasets ${entry.project}.${entry.dataset}`, { kind: "datasets", entry });
  }

  putTable(entry: TableEntry): void {
    this.#tables.get(`${entry.project}.${entry.dataset}`)?.set(entry.table, entry);
    this.changed(entry);
  }

  /** Says that a property of an entry was assigned. */
  changed(entry: TableEntry): void {
    this.#unsaved.set(`tables ${tableName(entry)}`, { kind: "tables", entry });
  }

  removeTable(id: TableId): void {
    this.#tables.get(`${id.project}.${id.dataset}`)?.delete(id.table);
    this.#unsaved.set(`tables ${tableName(id)}`, { kind: "tables", entry: null });
  }

  removeDataset(id: Omit<TableId, "table">): void {
    const name = `${id.project}.${id.dataset}`;
    this.#datasets.delete(name);
    this.#tables.delete(name);
    this.#unsaved.set(`datasets ${name}`, { kind: "datasets", entry: null });
  }

  /** Writes what changed since the last call into the file. */
  async save(): Promise<void> {
    if (this.#database.inMemory) this.#unsaved.clear();
    if (this.#unsaved.size === 0) return;
    const changes = [...this.#unsaved].map(([key, { kind, entry }]) => ({
      kind,
      name: key.slice(kind.length + 1),
      entry: entry === null ? null : JSON.stringify(entry),
    }));
    this.#unsaved.clear();
    const rows = `SELECT r.name, r.entry FROM (SELECT unnest(from_json($1::JSON, '[{"name":"VARCHAR","entry":"VARCHAR"}]')) AS r)`;
    for (const kind of ["datasets", "tables"] as const) {
      const put = changes.filter((change) => change.kind === kind && change.entry !== null);
      const removed = changes.filter((change) => change.kind === kind && change.entry === null);
      if (put.length > 0) {
        await this.#run(`INSERT OR REPLACE INTO ${SCHEMA}.${kind} ${rows}`, [JSON.stringify(put)]);
      }
      if (removed.length > 0) {
        const names = `SELECT unnest(from_json($1::JSON, '["VARCHAR"]'))`;
        const values = [JSON.stringify(removed.map((change) => change.name))];
        await this.#run(`DELETE FROM ${SCHEMA}.${kind} WHERE name IN (${names})`, values);
      }
    }
  }

  async #run(sql: string, values: string[]): Promise<void> {
    await this.#database.use((connection) => connection.run(sql, values));
  }
}
