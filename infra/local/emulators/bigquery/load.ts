import { gunzipSync } from "node:zlib";
import { insertRows, type RowText } from "./append.ts";
import type { Field } from "./catalog.ts";
import { parseCsv } from "./csv.ts";
import { invalid } from "./errors.ts";
import { BadValue, rowText } from "./values.ts";
import type { NewTable, Warehouse, WriteTarget } from "./warehouse.ts";

export interface LoadOptions extends WriteTarget {
  /** Fields, partitioning and so on of a table to be made; no fields: the table's own. */
  readonly definition: NewTable;
  readonly format: "NEWLINE_DELIMITED_JSON" | "CSV";
  readonly ignoreUnknownValues: boolean;
  readonly maxBadRecords: number;
  readonly skipLeadingRows: number;
  readonly fieldDelimiter: string;
  readonly nullMarker: string;
}

/** Loads a file of NDJSON or CSV, gzipped or not: all of it or nothing. @returns rows loaded */
export async function loadFile(
  warehouse: Warehouse,
  media: Buffer,
  options: LoadOptions,
  now: Date,
): Promise<number> {
  const file = withoutMark(media[0] === 0x1f && media[1] === 0x8b ? gunzipSync(media) : media);
  const { table, definition } = options;
  if (definition.fields.length === 0 && !warehouse.store.findTable(table)) {
    throw invalid("No schema specified on job or table.");
  }
  let loaded = 0;
  await warehouse.write(options, definition, now, async (connection, relation, fields) => {
    const rows = options.format === "CSV" ? csvRows(file, fields, options) : jsonRows(file, fields, options);
    loaded = await insertRows(connection, relation, fields, rows);
  });
  return loaded;
}

/** Without a byte order mark. */
const withoutMark = (file: Buffer) => (file.subarray(0, 3).equals(BYTE_ORDER_MARK) ? file.subarray(3) : file);

const BYTE_ORDER_MARK = Buffer.from("\uFEFF");

function jsonRows(file: Buffer, fields: readonly Field[], options: LoadOptions): Iterable<RowText> {
  const unknown = options.ignoreUnknownValues ? "ignore" : "refuse";
  return tolerant(lines(file), options.maxBadRecords, ({ line, position }) => {
    const failed = (why: string) =>
      `Error while reading data, error message: JSON parsing error in row starting at position ${position}: ${why}`;
    return { read: () => rowText(JSON.parse(line), fields, unknown), failed };
  });
}

/** Lines that are not blank, one at a time: a file may be longer than a text can be. */
function* lines(file: Buffer): Generator<{ line: string; position: number }> {
  let position = 0;
  while (position < file.length) {
    const found = file.indexOf(10, position);
    const end = found < 0 ? file.length : found;
    const line = file.toString("utf8", position, end);
    if (line.trim() !== "") yield { line, position };
    position = end + 1;
  }
}

function csvRows(file: Buffer, fields: readonly Field[], options: LoadOptions): Iterable<RowText> {
  const nested = fields.find((field) => field.type === "RECORD" || field.mode === "REPEATED");
  if (nested) throw invalid(`Field ${nested.name} is nested or repeated: CSV cannot hold it.`);
  const rows = parseCsv(file.toString("utf8"), options.fieldDelimiter).slice(options.skipLeadingRows);
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

/** Reads row by row; one bad row more than allowed fails the job with the first of them. */
function* tolerant<T>(
  items: Iterable<T>,
  maxBadRecords: number,
  reader: (item: T) => { read: () => RowText; failed: (why: string) => string },
): Generator<RowText> {
  const complaints: string[] = [];
  for (const item of items) {
    const { read, failed } = reader(item);
    try {
      yield read();
    } catch (error) {
      if (!(error instanceof BadValue || error instanceof SyntaxError)) throw error;
      complaints.push(failed(error.message));
      const [first] = complaints;
      if (first !== undefined && complaints.length > maxBadRecords) throw invalid(first);
    }
  }
}
