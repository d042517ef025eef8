import type { Row } from "./types.ts";

/**
 * Converts cells of a row to domain values. The client wraps TIMESTAMP and DATE in objects with a `value` and
 * NUMERIC in a decimal. An unexpected value is refused and never becomes a wrong number.
 */

export function textOf(row: Row, column: string): string {
  const cell = row[column];
  if (typeof cell !== "string") throw unexpected(column, cell, "text");
  return cell;
}

export function flagOf(row: Row, column: string): boolean {
  const cell = row[column];
  if (typeof cell !== "boolean") throw unexpected(column, cell, "a flag");
  return cell;
}

/** An ARRAY of STRUCTs. */
export function rowsOf(row: Row, column: string): readonly Row[] {
  const cell = row[column];
  if (!Array.isArray(cell) || !cell.every((it) => typeof it === "object" && it !== null))
    throw unexpected(column, cell, "records");
  return cell;
}

export function numberOf(row: Row, column: string): number {
  const cell = row[column];
  const number =
    typeof cell === "number"
      ? cell
      : typeof cell === "bigint" || typeof cell === "string" || isDecimal(cell)
        ? Number(String(cell))
        : Number.NaN;
  if (!Number.isFinite(number)) throw unexpected(column, cell, "a number");
  return number;
}

export function numberOrNull(row: Row, column: string): number | null {
  return isNull(row, column) ? null : numberOf(row, column);
}

/** A NUMERIC, or an INT64, as exact decimal text without an exponent: `-0.000000001`. */
export function decimalOrNull(row: Row, column: string): string | null {
  if (isNull(row, column)) return null;
  const cell = row[column];
  if (isDecimal(cell)) return cell.toFixed();
  if (typeof cell === "number" && Number.isSafeInteger(cell)) return String(cell);
  throw unexpected(column, cell, "a decimal");
}

/** An ARRAY of texts, none of them NULL. */
export function textsOf(row: Row, column: string): readonly string[] {
  const cell = row[column];
  if (!Array.isArray(cell) || !cell.every((it) => typeof it === "string"))
    throw unexpected(column, cell, "texts");
  return cell;
}

/** An ARRAY of numbers, none of them NULL. */
export function numbersOf(row: Row, column: string): readonly number[] {
  const cell = row[column];
  if (!Array.isArray(cell)) throw unexpected(column, cell, "numbers");
  return cell.map((it) => numberOf({ [column]: it }, column));
}

export function instantOf(row: Row, column: string): Date {
  const cell = row[column];
  const instant = new Date(isWrapped(cell) ? cell.value : Number.NaN);
  if (Number.isNaN(instant.getTime())) throw unexpected(column, cell, "a timestamp");
  return instant;
}

export function instantOrNull(row: Row, column: string): Date | null {
  return isNull(row, column) ? null : instantOf(row, column);
}

/** A DATE as `YYYY-MM-DD`. */
export function dayOrNull(row: Row, column: string): string | null {
  if (isNull(row, column)) return null;
  const cell = row[column];
  if (!isWrapped(cell) || !/^\d{4}-\d{2}-\d{2}$/.test(cell.value)) throw unexpected(column, cell, "a date");
  return cell.value;
}

function isNull(row: Row, column: string): boolean {
  if (!(column in row)) throw new Error(`the answer has no column ${column}`);
  return row[column] === null;
}

function isWrapped(cell: unknown): cell is { readonly value: string } {
  return (
    typeof cell === "object" &&
    cell !== null &&
    "value" in cell &&
    typeof (cell as { value: unknown }).value === "string"
  );
}

/** Big.js, the client's type for NUMERIC. */
function isDecimal(cell: unknown): cell is { toFixed(): string } {
  return typeof cell === "object" && cell !== null && "c" in cell && "e" in cell && "s" in cell;
}

function unexpected(column: string, cell: unknown, wanted: string): Error {
  return new Error(`column ${column} should hold ${wanted}, not ${cell === null ? "null" : typeof cell}`);
}
