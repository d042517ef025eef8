import { gunzipSync } from "node:zlib";
import { appendRows } from "./append.ts";
import type { Field } from "./catalog.ts";
import type { TableEntry } from "./catalog-store.ts";
import { parseCsv } from "./csv.ts";
import { duplicate, invalid, notFound } from "./errors.ts";
import { legacyTableName, type TableId } from "./names.ts";
import { BadValue, rowText, type ValueText } from "./values.ts";
import type { NewTable, Warehouse } from "./warehouse.ts";

export type WriteDisposition = "WRITE_APPEND" | "WRITE_TRUNCATE" | "WRITE_EMPTY";

export interface LoadOptions {
  readonly table: TableId;
  /** Fields, partitioning and so on of a table to be made; no fields: the table's own. */
  readonly definition: NewTable;
  readonly format: "NEWLINE_DELIMITED_JSON" | "CSV";
  readonly write: WriteDisposition;
  readonly mayCreate: boolean;
  readonly ignoreUnknownValues: boolean;
  readonly maxBadRecords: number;
  readonly skipLeadingRows: number;
  readonly fieldDelimiter: string;
  readonly nullMarker: string;
}

type RowText = { readonly [name: string]: ValueText };

/** Loads a file of NDJSON or CSV, gzipped or not. @returns rows loaded */
export async function loadFile(
  warehouse: Warehouse,
  media: Buffer,
  options: LoadOptions,
  now: Date,
): Promise<number> {
  const gzipped = media[0] === 0x1f && media[1] === 0x8b;
  const text = (gzipped ? gunzipSync(media) : media).toString("utf8").replace(/^\uFEFF/, "");
  const fields = targetFields(warehouse, options);
  const rows = options.format === "CSV" ? csvRows(text, fields, options) : jsonRows(text, fields, options);
  const table = await targetTable(warehouse, { ...options.definition, fields }, options, now);
  await warehouse.alone(table, async () => {
    await warehouse.database.use((connection) => appendRows(connection, table, rows));
    warehouse.appended(table, now);
  });
  return rows.length;
}

function targetFields(warehouse: Warehouse, options: LoadOptions): readonly Field[] {
  const known = warehouse.store.findTable(options.table);
  const given = options.definition.fields;
  if (given.length === 0 && !known) throw invalid("No schema specified on job or table.");
  if (given.length === 0 || (known && options.write !== "WRITE_TRUNCATE")) return known?.fields ?? given;
  return given;
}

/** The table to append to: made, emptied or refused as the job's dispositions say. */
export async function targetTable(
  warehouse: Warehouse,
  definition: NewTable,
  to: { readonly table: TableId; readonly write: WriteDisposition; readonly mayCreate: boolean },
  now: Date,
): Promise<TableEntry> {
  const known = warehouse.store.findTable(to.table);
  if (!known && !to.mayCreate) throw notFound(`Not found: Table ${legacyTableName(to.table)}`);
  if (!known) return warehouse.createTable(to.table, definition, now);
  if (to.write === "WRITE_TRUNCATE") {
    const kept = { partitionBy: known.partitionBy, clusterBy: known.clusterBy, labels: known.labels };
    const replaced = { ...kept, ...definition, description: definition.description ?? known.description };
    return warehouse.createTable(to.table, replaced, now, "replace");
  }
  if (to.write === "WRITE_EMPTY") {
    const { rows } = await warehouse.statistics(known);
    if (rows > 0) throw duplicate(`Already Exists: Table ${legacyTableName(to.table)}`);
  }
  return known;
}

function jsonRows(text: string, fields: readonly Field[], options: LoadOptions): RowText[] {
  const unknown = options.ignoreUnknownValues ? "ignore" : "refuse";
  const lines: { line: string; position: number }[] = [];
  let position = 0;
  for (const line of text.split("\n")) {
    if (line.trim() !== "") lines.push({ line, position });
    position += Buffer.byteLength(line) + 1;
  }
  return tolerant(lines, options.maxBadRecords, ({ line, position: start }) => {
    const failed = (why: string) =>
      `Error while reading data, error message: JSON parsing error in row starting at position ${start}: ${why}`;
    return { read: () => rowText(JSON.parse(line), fields, unknown), failed };
  });
}

function csvRows(text: string, fields: readonly Field[], options: LoadOptions): RowText[] {
  const nested = fields.find((field) => field.type === "RECORD" || field.mode === "REPEATED");
  if (nested) throw invalid(`Field ${nested.name} is nested or repeated: CSV cannot hold it.`);
  const rows = parseCsv(text, options.fieldDelimiter).slice(options.skipLeadingRows);
  let line = options.skipLeadingRows;
  return tolerant(rows, options.maxBadRecords, (cells) => {
    line++;
    const at = line;
    const failed = (why: string) => `Error while reading data, error message: ${why} in row ${at}`;
    const read = () => {
      if (cells.length > fields.length && !options.ignoreUnknownValues) {
        throw new BadValue("", `Too many values: ${cells.length} for ${fields.length} columns`);
      }
      if (cells.length < fields.length) throw new BadValue("", `Too few values: ${cells.length}`);
      const values = fields.map((field, i) => {
        const cell = cells[i];
        const isNull = !cell || (!cell.quoted && cell.text === options.nullMarker);
        return [field.name, isNull ? null : cell.text];
      });
      return rowText(Object.fromEntries(values), fields, "refuse");
    };
    return { read, failed };
  });
}

/** Reads every row; more bad ones than allowed fail the job with the first of them. */
function tolerant<T>(
  items: readonly T[],
  maxBadRecords: number,
  reader: (item: T) => { read: () => RowText; failed: (why: string) => string },
): RowText[] {
  const rows: RowText[] = [];
  const complaints: string[] = [];
  for (const item of items) {
    const { read, failed } = reader(item);
    try {
      rows.push(read());
    } catch (error) {
      if (!(error instanceof BadValue || error instanceof SyntaxError)) throw error;
      complaints.push(failed(error.message));
      const [first] = complaints;
      if (first !== undefined && complaints.length > maxBadRecords) throw invalid(first);
    }
  }
  return rows;
}
