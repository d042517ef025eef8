import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { BigQuery } from "@google-cloud/bigquery";
import { PlumblineError } from "../../errors.ts";
import { needTime } from "../../time-left.ts";
import { warehouseError } from "./error.ts";
import { fieldsOf } from "./tables.ts";
import type { TableColumn } from "./types.ts";

interface Load {
  readonly columns: readonly TableColumn[];
  readonly rows: AsyncIterable<Readonly<Record<string, unknown>>>;
  readonly expiresAfterMs: number;
  readonly project: string;
  readonly location: string;
  /** Prefix of the job's id, because the client's stream gives a load job no labels. */
  readonly from: string;
}

/** Characters of a chunk of lines: one write for each row would cost more than the row. */
const pieceLength = 256 * 1024;

/**
 * A load job and not streaming inserts: it costs nothing, writes all rows or none, and the rows can be
 * changed at once. The values are in no statement and no parameter.
 *
 * @param name `project.dataset.table`
 */
export async function loadTable(client: BigQuery, name: string, load: Load): Promise<number> {
  needTime(0, "load a table");
  const [projectId = "", datasetId = "", tableId = ""] = name.split(".");
  let rows = 0;
  async function* lines() {
    let piece = "";
    for await (const row of load.rows) {
      rows += 1;
      piece += `${JSON.stringify(row)}\n`;
      if (piece.length < pieceLength) continue;
      yield piece;
      piece = "";
    }
    if (piece !== "") yield piece;
  }
  try {
    // The job runs in the bundle's project; the client would create it in the table's project.
    const table = client
      .dataset(datasetId, { projectId: load.project, location: load.location })
      .table(tableId);
    const into = table.createWriteStream({
      destinationTable: { projectId, datasetId, tableId },
      sourceFormat: "NEWLINE_DELIMITED_JSON",
      schema: { fields: fieldsOf(load.columns) },
      createDisposition: "CREATE_IF_NEEDED",
      writeDisposition: "WRITE_TRUNCATE",
      jobPrefix: `plumbline-${load.from}-`,
    });
    await pipeline(Readable.from(lines()), into);
    const expirationTime = String(Date.now() + load.expiresAfterMs);
    await client.dataset(datasetId, { projectId }).table(tableId).setMetadata({ expirationTime });
    return rows;
  } catch (failure) {
    // The source of the rows may fail too.
    throw failure instanceof PlumblineError ? failure : warehouseError("load", failure);
  }
}
