import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";

/** How a connection is made ready before its first use: macros, functions, settings. */
export type Prepare = (connection: DuckDBConnection) => Promise<void>;

const POOL_SIZE = 4;

/**
 * One DuckDB database: a pool of connections for jobs, and one connection of
 * its own for the in-process writer, whose temporary tables live on it.
 */
export class Database {
  readonly writer: DuckDBConnection;
  readonly inMemory: boolean;
  readonly #instance: DuckDBInstance;
  readonly #prepare: Prepare;
  readonly #connections: DuckDBConnection[] = [];
  readonly #idle: DuckDBConnection[] = [];
  readonly #waiting: ((connection: DuckDBConnection) => void)[] = [];
  #opened = 0;

  private constructor(
    instance: DuckDBInstance,
    writer: DuckDBConnection,
    prepare: Prepare,
    inMemory: boolean,
  ) {
    this.inMemory = inMemory;
    this.#instance = instance;
    this.writer = writer;
    this.#prepare = prepare;
  }

  static async open(file: string, prepare: Prepare): Promise<Database> {
    const instance = await DuckDBInstance.create(file);
    const writer = await instance.connect();
    await settings(writer);
    await prepare(writer);
    return new Database(instance, writer, prepare, file === ":memory:");
  }

  /** Runs `work` on a connection that nothing else uses meanwhile. */
  async use<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    const connection = await this.#take();
    try {
      return await work(connection);
    } finally {
      const next = this.#waiting.shift();
      if (next) next(connection);
      else this.#idle.push(connection);
    }
  }

  async #take(): Promise<DuckDBConnection> {
    const idle = this.#idle.pop();
    if (idle) return idle;
    if (this.#opened >= POOL_SIZE) return new Promise((resolve) => this.#waiting.push(resolve));
    this.#opened++;
    const connection = await this.#instance.connect();
    this.#connections.push(connection);
    await settings(connection);
    await this.#prepare(connection);
    return connection;
  }

  /** Ends the statements that are running, so that nobody who closes the database waits for them. */
  interrupt(): void {
    for (const connection of this.#connections) connection.interrupt();
  }

  close(): void {
    for (const connection of [...this.#idle, this.writer]) connection.closeSync();
    this.#instance.closeSync();
  }
}

/** TIMESTAMP is an instant: shown, parsed and truncated in UTC whatever the machine's zone. */
async function settings(connection: DuckDBConnection): Promise<void> {
  await connection.run("SET TimeZone = 'UTC'");
}

/** Runs `work` in one transaction: all of it or nothing. */
export async function transaction<T>(connection: DuckDBConnection, work: () => Promise<T>): Promise<T> {
  await connection.run("BEGIN TRANSACTION");
  try {
    const result = await work();
    await connection.run("COMMIT");
    return result;
  } catch (error) {
    await connection.run("ROLLBACK");
    throw error;
  }
}
