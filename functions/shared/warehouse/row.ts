import type { Row } from "./types.ts";

/**
 * Cells of a row as domain values. The client wraps TIMESTAMP and DATE in
 * objects with a `value` and NUMERIC in a decimal; anything unexpected is
 * refused rather than passed on as a wrong number.
 */

export function textOf(row: Row, column: string): string {
  const cell = row[column];
  if (typeof cell !== "string") throw unexpected(column, cell, "text");
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

/** Big.js, in which the client hands out NUMERIC. */
function isDecimal(cell: unknown): boolean {
  return typeof cell === "object" && cell !== null && "c" in cell && "e" in cell && "s" in cell;
}

function unexpected(column: string, cell: unknown, wanted: string): Error {
  return new Error(`column ${column} should hold ${wanted}, not ${cell === null ? "null" : typeof cell}`);
}
