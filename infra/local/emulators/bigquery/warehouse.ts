import type { DuckDBConnection } from "@duckdb/node-api";
import type { Fill } from "./append.ts";
import type { Field, TableDefinition } from "./catalog.ts";
import type { CatalogStore } from "./catalog-store.ts";
import { type Database, transaction } from "./database.ts";
import type { DatasetEntry, Partitioning, TableEntry, TableStatistics } from "./entries.ts";
import { BigQueryError, duplicate, invalid, notFound } from "./errors.ts";
import { duckdbType } from "./fields.ts";
import { Locks } from "./locks.ts";
import {
  legacyDatasetName,
  legacyTableName,
  physicalSchema,
  physicalTable,
  requireValidId,
  type TableId,
  tableName,
} from "./names.ts";
import { requireSameSchema } from "./schema-change.ts";
import { countBuffer, countStored, countTable } from "./statistics.ts";
import { enterBuffer, oldestEntry } from "./streaming-buffer.ts";
import { quoteIdentifier } from "./types.ts";

export interface DatasetOptions {
  readonly location: string;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly description?: string | undefined;
  readonly friendlyName?: string | undefined;
  readonly maxTimeTravelHours?: number | undefined;
}

export interface NewTable extends Omit<TableDefinition, "partitionBy"> {
  readonly partitionBy?: Partitioning | undefined;
  readonly friendlyName?: string | undefined;
  readonly requirePartitionFilter?: boolean | undefined;
  /** When it is gone by itself, milliseconds since 1970. */
  readonly expires?: number | undefined;
}

export type WriteDisposition = "WRITE_APPEND" | "WRITE_TRUNCATE" | "WRITE_EMPTY";

/** The table that a job fills. */
export interface WriteTarget {
  readonly table: TableId;
  readonly write: WriteDisposition;
  readonly mayCreate: boolean;
}

/** What to do when the table is already there; `fail` answers 409. */
export type IfExists = "fail" | "keep" | "replace";

const EMPTY_STATISTICS: TableStatistics = { rows: 0, bytes: 0, partitions: [], countedUpTo: 0 };

/** Datasets and tables as a whole: the catalog's entry and DuckDB's relation, always changed together. */
export class Warehouse {
  readonly store: CatalogStore;
  readonly database: Database;
  readonly #locks = new Locks();
  /** Counts the changes of an entry, to see whether one fell into a count of its rows. */
  readonly #changes = new WeakMap<TableEntry, number>();

  constructor(database: Database, store: CatalogStore) {
    this.database = database;
    this.store = store;
  }

  /**
   * Statements that change one table run one after another: the second of two
   * MERGEs sees what the first wrote, which compare-and-set relies on.
   */
  alone<T>(table: TableId, work: () => Promise<T>): Promise<T> {
    return this.#locks.hold(tableName(table), work);
  }

  async createDataset(
    id: Omit<TableId, "table">,
    options: DatasetOptions,
    at: Date,
    ifExists: Exclude<IfExists, "replace"> = "fail",
  ): Promise<DatasetEntry> {
    requireValidId("dataset", id.dataset);
    const known = this.store.findDataset(id);
    if (known && ifExists === "keep") return known;
    if (known) throw duplicate(`Already Exists: Dataset ${legacyDatasetName(id)}`);
    requireTimeTravel(options.maxTimeTravelHours);
    const entry: DatasetEntry = {
      project: id.project,
      dataset: id.dataset,
      location: canonicalLocation(options.location),
      created: at.getTime(),
      modified: at.getTime(),
      labels: { ...options.labels },
      description: options.description,
      friendlyName: options.friendlyName,
      maxTimeTravelHours: options.maxTimeTravelHours,
    };
    this.store.putDataset(entry);
    await this.database.use((c) => c.run(`CREATE SCHEMA IF NOT EXISTS ${physicalSchema(id)}`));
    await this.store.save();
    return entry;
  }

  /** @throws BigQueryError `notFound`; `invalid` for an option out of its bounds */
  changeDataset(id: Omit<TableId, "table">, at: Date, options: Partial<DatasetOptions>): DatasetEntry {
    const entry = this.store.dataset(id);
    requireTimeTravel(options.maxTimeTravelHours);
    Object.assign(entry, options, { modified: at.getTime() });
    this.store.putDataset(entry);
    return entry;
  }

  /** @throws BigQueryError `resourceInUse` when tables are in it and `withTables` is false */
  async dropDataset(id: Omit<TableId, "table">, withTables: boolean): Promise<void> {
    const tables = this.store.tables(id);
    if (tables.length > 0 && !withTables) {
      throw new BigQueryError(400, "resourceInUse", `Dataset ${legacyDatasetName(id)} is still in use`);
    }
    for (const table of tables) this.store.removeTable(table);
    this.store.removeDataset(id);
    await this.database.use((c) => c.run(`DROP SCHEMA IF EXISTS ${physicalSchema(id)} CASCADE`));
    await this.store.save();
  }

  /** @param fill gives it its rows */
  async createTable(
    id: TableId,
    definition: NewTable,
    at: Date,
    ifExists: IfExists = "fail",
    fill?: Fill,
  ): Promise<TableEntry> {
    await this.#dropExpired();
    return this.alone(id, async () => {
      const known = this.#existing(id, ifExists);
      if (known && ifExists === "keep") return known;
      return this.#make(id, definition, at, known, fill);
    });
  }

  async #make(
    id: TableId,
    definition: NewTable,
    at: Date,
    known: TableEntry | undefined,
    fill: Fill | undefined,
  ): Promise<TableEntry> {
    checkDefinition(definition);
    requireFuture(definition.expires, at);
    await this.database.use(async (connection) => {
      if (known || fill) await replaceRelation(connection, id, definition.fields, fill);
      else
        await connection.run(
          `CREATE OR REPLACE TABLE ${physicalTable(id)} (${columnsSql(definition.fields)})`,
        );
    });
    return this.#put(newEntry(id, definition, at, fill ? null : EMPTY_STATISTICS));
  }

  /**
   * Gives the rows of a job to its table, which is made, emptied or refused as the job's dispositions say.
   * All or nothing: what `fill` throws leaves the table as it was.
   * @param definition of a table to be made, or replaced; no fields: the table's own
   */
  async write(to: WriteTarget, definition: NewTable, at: Date, fill: Fill): Promise<void> {
    await this.#dropExpired();
    await this.alone(to.table, async () => {
      const known = this.#existing(to.table, "keep");
      if (!known && !to.mayCreate) throw notFound(`Not found: Table ${legacyTableName(to.table)}`);
      if (!known) return this.#make(to.table, definition, at, undefined, fill);
      if (known.view) {
        throw invalid(
          `${legacyTableName(known)} is not allowed for this operation because it is currently a VIEW.`,
        );
      }
      if (to.write === "WRITE_TRUNCATE") return this.#replaceRows(known, definition, at, fill);
      if (to.write === "WRITE_EMPTY" && (await this.statistics(known)).rows > 0) {
        throw duplicate(`Already Exists: Table ${legacyTableName(known)}`);
      }
      if (definition.fields.length > 0) requireSameSchema(known, definition.fields);
      await this.database.use((connection) =>
        transaction(connection, () => fill(connection, physicalTable(known), known.fields)),
      );
      this.appended(known, at);
      return known;
    });
  }

  /** Another schema and other rows; all else of the table stays, its age and its rights too. */
  async #replaceRows(known: TableEntry, definition: NewTable, at: Date, fill: Fill): Promise<void> {
    const replaced = {
      fields: definition.fields.length > 0 ? definition.fields : known.fields,
      partitionBy: samePartitioning(known, definition.partitionBy),
      clusterBy: definition.clusterBy ?? known.clusterBy,
      description: definition.description ?? known.description,
    };
    checkDefinition(replaced);
    await this.database.use((connection) => replaceRelation(connection, known, replaced.fields, fill));
    Object.assign(known, replaced, { buffered: undefined });
    this.rewritten(known, at);
    await this.store.save();
  }

  /** Frees the storage of expired tables. */
  async #dropExpired(): Promise<void> {
    for (const id of this.store.takeExpired()) {
      await this.alone(id, async () => {
        if (this.store.findTable(id) || !this.store.findDataset(id)) return;
        await this.database.use((c) => c.run(`DROP TABLE IF EXISTS ${physicalTable(id)}`));
      });
    }
  }

  /** A view is its GoogleSQL, translated anew in each query: DuckDB holds nothing of it. */
  async createView(
    id: TableId,
    definition: NewTable & { readonly view: string },
    at: Date,
    ifExists: IfExists = "fail",
  ): Promise<TableEntry> {
    return this.alone(id, async () => {
      const known = this.#existing(id, ifExists);
      if (known && ifExists === "keep") return known;
      if (known && !known.view)
        throw invalid(`${legacyTableName(id)} is a table; drop it before making a view.`);
      const entry = newEntry(id, definition, at, EMPTY_STATISTICS);
      // Rights on a view survive its replacement.
      const kept = { policy: known?.policy, revision: (known?.revision ?? 0) + 1 };
      return this.#put({ ...entry, ...kept, view: definition.view });
    });
  }

  #existing(id: TableId, ifExists: IfExists): TableEntry | undefined {
    requireValidId("table", id.table);
    this.store.dataset(id);
    const known = this.store.findTable(id);
    if (known && ifExists === "fail") throw duplicate(`Already Exists: Table ${legacyTableName(id)}`);
    return known;
  }

  async #put(entry: TableEntry): Promise<TableEntry> {
    this.store.putTable(entry);
    await this.store.save();
    return entry;
  }

  /**
   * Drops a table or a view.
   * @param check throws when it must stay as it is
   * @throws BigQueryError `notFound`
   */
  async dropTable(id: TableId, check?: (entry: TableEntry) => void): Promise<void> {
    await this.alone(id, async () => {
      const entry = this.store.table(id);
      check?.(entry);
      if (!entry.view) await this.database.use((c) => c.run(`DROP TABLE ${physicalTable(id)}`));
      this.store.removeTable(id);
      await this.store.save();
    });
  }

  /**
   * Gives a table another name in its dataset; its properties and rights stay, views keep the old name.
   * @throws BigQueryError `notFound`; `duplicate` when the name is taken
   */
  async renameTable(id: TableId, table: string, at: Date): Promise<void> {
    const renamed = { project: id.project, dataset: id.dataset, table };
    if (id.table === table) throw duplicate(`Already Exists: Table ${legacyTableName(renamed)}`);
    // Always in one order, so that two renamings of the same names do not wait for each other.
    const [first, second] = id.table < table ? [id, renamed] : [renamed, id];
    await this.alone(first, () =>
      this.alone(second, async () => {
        this.#existing(renamed, "fail");
        const entry = this.store.table(id);
        if (oldestEntry(entry) !== undefined) {
          throw invalid(
            `Table ${legacyTableName(id)} has rows in the streaming buffer: it cannot be renamed.`,
          );
        }
        await this.database.use((c) => c.run(`DROP TABLE IF EXISTS ${physicalTable(renamed)}`));
        const sql = `ALTER TABLE ${physicalTable(id)} RENAME TO ${quoteIdentifier(table)}`;
        await this.database.use((connection) => connection.run(sql));
        this.store.removeTable(id);
        const put = { ...entry, ...renamed, appended: false };
        // Counted anew: a count under the old name may still be at work.
        this.rewritten(put, at);
        await this.#put(put);
      }),
    );
  }

  /** Changes an entry's properties other than its rows and stored columns; nothing when `assign` throws first. */
  async change(id: TableId, at: Date, assign: (entry: TableEntry) => void): Promise<void> {
    await this.alone(id, async () => {
      const entry = this.store.table(id);
      assign(entry);
      entry.modified = at.getTime();
      entry.revision = (entry.revision ?? 0) + 1;
      this.store.changed(entry);
      await this.store.save();
    });
  }

  /**
   * Runs DuckDB statements that alter the columns of a table, which then are `fields`.
   * @param statements each with the table's DuckDB name for `{table}`
   */
  async alter(id: TableId, at: Date, fields: readonly Field[], statements: readonly string[]): Promise<void> {
    await this.alone(id, async () => {
      const entry = this.store.table(id);
      for (const statement of statements) {
        const sql = statement.replace("{table}", () => physicalTable(id));
        await this.database.use((connection) => connection.run(sql));
      }
      entry.fields = fields;
      this.rewritten(entry, at);
      await this.store.save();
    });
  }

  appended(entry: TableEntry, at: Date): void {
    entry.appended = true;
    this.#modified(entry, at);
  }

  /** Rows were streamed in: the table counts as modified when they leave the buffer. */
  streamed(entry: TableEntry, at: Date): void {
    entry.appended = true;
    enterBuffer(entry, at.getTime());
    this.#counted(entry);
  }

  rewritten(entry: TableEntry, at: Date): void {
    entry.statistics = null;
    this.#modified(entry, at);
  }

  #modified(entry: TableEntry, at: Date): void {
    entry.modified = at.getTime();
    entry.revision = (entry.revision ?? 0) + 1;
    this.#counted(entry);
  }

  /** What was counted, or is being counted, no longer holds. */
  #counted(entry: TableEntry): void {
    this.#changes.set(entry, (this.#changes.get(entry) ?? 0) + 1);
    this.store.changed(entry);
  }

  /** Rows and bytes of the streaming buffer; undefined when it is empty. */
  async buffer(entry: TableEntry): Promise<TableStatistics | undefined> {
    if (oldestEntry(entry) === undefined) return undefined;
    return this.database.use((connection) => countBuffer(connection, entry));
  }

  /** What BigQuery says of a table: all its rows but those in the streaming buffer. */
  async storedStatistics(entry: TableEntry): Promise<TableStatistics> {
    const all = await this.statistics(entry);
    if (oldestEntry(entry) === undefined) return all;
    return this.database.use((connection) => countStored(connection, entry));
  }

  /** Row counts and logical bytes, counted again only when rows changed since the last time. */
  async statistics(entry: TableEntry): Promise<TableStatistics> {
    if (entry.view) return EMPTY_STATISTICS;
    if (entry.statistics && !entry.appended) return entry.statistics;
    return this.#locks.hold(`count ${tableName(entry)}`, async () => {
      const before = entry.statistics;
      if (before && !entry.appended) return before;
      entry.appended = false;
      const changes = this.#changes.get(entry);
      const counted = await this.database.use((connection) => countTable(connection, entry, before));
      entry.statistics = this.#changes.get(entry) === changes ? counted : null;
      this.store.changed(entry);
      return counted;
    });
  }

  /** Counts what is not counted yet and writes the catalog into the file. */
  async save(): Promise<void> {
    await this.#dropExpired();
    for (const dataset of this.store.allDatasets()) {
      for (const table of this.store.tables(dataset)) await this.statistics(table);
    }
    await this.store.save();
  }
}

function columnsSql(fields: readonly Field[]): string {
  const columns = fields.map(
    (field) =>
      `${quoteIdentifier(field.name)} ${duckdbType(field)}${field.mode === "REQUIRED" ? " NOT NULL" : ""}`,
  );
  // A table without columns is legal in BigQuery and not in DuckDB.
  return columns.length > 0 ? columns.join(", ") : '"__no_columns" BOOLEAN';
}

/** @throws BigQueryError `invalid` unless it is two to seven whole days */
function requireTimeTravel(hours: number | undefined): void {
  if (hours === undefined || (hours >= 48 && hours <= 168 && hours % 24 === 0)) return;
  throw invalid(
    `Invalid value for max_time_travel_hours: ${hours}. It must be between 48 and 168 hours and a multiple of 24.`,
  );
}

/** @throws BigQueryError `invalid` for a table that would be gone already */
export function requireFuture(expires: number | undefined, now: Date): void {
  if (expires === undefined || expires > now.getTime()) return;
  throw invalid(`Invalid value for expirationTime: ${new Date(expires).toISOString()} is not in the future.`);
}

/** Filled beside the old one: a query that fails half way, or reads the table it replaces, harms nothing. */
async function replaceRelation(
  connection: DuckDBConnection,
  id: TableId,
  fields: readonly Field[],
  fill: Fill | undefined,
): Promise<void> {
  const staging = `${physicalSchema(id)}.${quoteIdentifier(`${id.table}$new`)}`;
  await connection.run(`CREATE OR REPLACE TABLE ${staging} (${columnsSql(fields)})`);
  try {
    await fill?.(connection, staging, fields);
    await transaction(connection, async () => {
      await connection.run(`DROP TABLE IF EXISTS ${physicalTable(id)}`);
      await connection.run(`ALTER TABLE ${staging} RENAME TO ${quoteIdentifier(id.table)}`);
    });
  } catch (error) {
    await connection.run(`DROP TABLE IF EXISTS ${staging}`);
    throw error;
  }
}

function newEntry(
  id: TableId,
  definition: NewTable,
  at: Date,
  statistics: TableStatistics | null,
): TableEntry {
  return {
    ...id,
    fields: definition.fields,
    partitionBy: definition.partitionBy,
    clusterBy: definition.clusterBy,
    requirePartitionFilter: definition.requirePartitionFilter,
    expires: definition.expires,
    created: at.getTime(),
    modified: at.getTime(),
    labels: { ...definition.labels },
    description: definition.description,
    friendlyName: definition.friendlyName,
    statistics,
    appended: false,
  };
}

/** @throws BigQueryError when a job wants other partitions than the table has */
function samePartitioning(known: TableEntry, wanted: Partitioning | undefined): Partitioning | undefined {
  const text = (of: Partitioning | undefined) =>
    of ? `interval(type:${of.type.toLowerCase()},field:${of.field})` : "none";
  if (wanted && text(wanted) !== text(known.partitionBy)) {
    throw invalid(
      `Incompatible table partitioning specification. Expects partitioning specification ${text(known.partitionBy)}, ` +
        `but input partitioning specification is ${text(wanted)}`,
    );
  }
  return known.partitionBy;
}

function checkDefinition(definition: Pick<NewTable, "fields" | "partitionBy" | "clusterBy">): void {
  const byName = new Map(definition.fields.map((field) => [field.name.toLowerCase(), field]));
  const partition = definition.partitionBy;
  const type = partition && byName.get(partition.field.toLowerCase())?.type;
  if (partition && type === undefined) {
    throw invalid(`The field specified for partitioning cannot be found in the schema: ${partition.field}.`);
  }
  if (type !== undefined && type !== "DATE" && type !== "TIMESTAMP" && type !== "DATETIME") {
    throw invalid(
      `The field specified for time partitioning has type ${type}; use DATE, TIMESTAMP or DATETIME.`,
    );
  }
  for (const name of definition.clusterBy ?? []) {
    if (!byName.has(name.toLowerCase())) {
      throw invalid(`The field specified for clustering cannot be found in the schema: ${name}.`);
    }
  }
}

/** `us` and `eu` are written in capitals, regions in small letters, as BigQuery does. */
export function canonicalLocation(location: string): string {
  return /^(us|eu)$/i.test(location) ? location.toUpperCase() : location.toLowerCase();
}
