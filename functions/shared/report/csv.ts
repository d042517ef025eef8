import { stringify } from "csv-stringify/sync";
import type { TableBlock } from "./blocks.ts";

/**
 * One table with its header line. Numbers are written in full, without grouping; null is an empty cell. A
 * text that a spreadsheet would run as a formula (it begins with = + - @, tab or return) gets a quote before
 * it, so Excel, LibreOffice and Google Sheets read it as text.
 */
export function toCsv(table: TableBlock): string {
  const rows = table.rows.map((row) => table.columns.map((_, index) => row[index] ?? null));
  return stringify([table.columns.map(({ label }) => label), ...rows], { escape_formulas: true });
}
