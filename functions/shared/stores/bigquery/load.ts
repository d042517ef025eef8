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
  /** Becomes the beginning of the job's id: a load job takes no labels from the client's stream. */
  readonly from: string;
}

/** Lines go out in pieces of about this many characters: a write a row would cost more than the row. */
const pieceLength = 256 * 1024;

/**
 * A load job, not streaming inserts: it costs nothing, all rows or none are there afterwards, and they can be changed at
 * once. What stands in the rows stands in no statement and no parameter.
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
    // The job is ours, wherever the table lies: the client would make it in the table's project.
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
    // What the rows are made of may fail by itself.
    throw failure instanceof PlumblineError ? failure : warehouseError("load", failure);
  }
}
