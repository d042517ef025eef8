import type { DuckDBConnection, DuckDBDataChunk } from "@duckdb/node-api";

/** A query's rows as DuckDB hands them over, a fraction of what they take as values: those are made page by page. */
export class ResultRows {
  readonly length: number;
  readonly #chunks: readonly DuckDBDataChunk[];

  private constructor(chunks: readonly DuckDBDataChunk[]) {
    this.#chunks = chunks;
    this.length = chunks.reduce((sum, chunk) => sum + chunk.rowCount, 0);
  }

  static async of(connection: DuckDBConnection, sql: string): Promise<ResultRows> {
    const result = await connection.run(sql);
    return new ResultRows(await result.fetchAllChunks());
  }

  /** DuckDB's values, from the row of that number on. */
  *from(start: number): Generator<readonly unknown[]> {
    let before = 0;
    for (const chunk of this.#chunks) {
      const skipped = Math.max(start - before, 0);
      before += chunk.rowCount;
      if (skipped < chunk.rowCount) yield* chunk.getRows().slice(skipped);
    }
  }
}
