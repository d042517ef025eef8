import type { TableDefinition, WarehouseWriter } from "./catalog.ts";
import { CatalogStore } from "./catalog-store.ts";
import { Database } from "./database.ts";
import { parseDatasetName, parseTableName, physicalTable } from "./names.ts";
import { Warehouse } from "./warehouse.ts";

export interface EngineOptions {
  /** `:memory:`, or the path of a DuckDB file that is made when missing. */
  readonly file: string;
  /** Project of the jobs, and of names written without one. */
  readonly project: string;
  readonly clock: () => Date;
  /** How long streamed rows refuse UPDATE, DELETE and MERGE, by `clock`. Default: 30 minutes. */
  readonly streamingBufferMs?: number;
}

/** BigQuery's storage and query engine in one process, over DuckDB. */
export interface Engine extends WarehouseWriter {
  readonly project: string;
  readonly clock: () => Date;
  readonly warehouse: Warehouse;
  /** `dataset` is `project.dataset`: queries of its tables answer 403, as without the right to read them. */
  denyAccess(dataset: string): void;
  allowAccess(dataset: string): void;
  close(): Promise<void>;
}

/** Opens the file, or makes it. */
export async function openEngine(options: EngineOptions): Promise<Engine> {
  const database = await Database.open(options.file, async () => undefined);
  const warehouse = new Warehouse(database, await CatalogStore.open(database));
  const denied = new Set<string>();
  const inMemory = options.file === ":memory:";

  return {
    project: options.project,
    clock: options.clock,
    warehouse,
    ...createWriter(warehouse),
    denyAccess: (dataset) => void denied.add(dataset),
    allowAccess: (dataset) => void denied.delete(dataset),
    async close() {
      if (!inMemory) await warehouse.save();
      database.close();
    },
  };
}

function createWriter(warehouse: Warehouse): WarehouseWriter {
  const { store, database } = warehouse;
  return {
    async createDataset(dataset, { location, at }) {
      await warehouse.createDataset(parseDatasetName(dataset), { location }, at, "keep");
    },
    async createTable(table: string, definition: TableDefinition, at: Date) {
      await warehouse.createTable(database.writer, parseTableName(table), definition, at);
    },
    async createView() {
      throw new Error("not yet");
    },
    async appendSelect(table, duckdbSelect, at) {
      const id = parseTableName(table);
      const entry = store.table(id);
      return warehouse.alone(id, async () => {
        const result = await database.writer.run(`INSERT INTO ${physicalTable(id)} BY NAME ${duckdbSelect}`);
        warehouse.appended(entry, at);
        return result.rowsChanged;
      });
    },
    touch(table, at) {
      const entry = store.table(parseTableName(table));
      entry.modified = at.getTime();
      store.changed(entry);
    },
    async duckdb(sql) {
      const reader = await database.writer.runAndReadAll(sql);
      return reader.getRows();
    },
  };
}
