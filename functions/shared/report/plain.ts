import type { Block, Cell, Column, FoldBlock, TableBlock } from "./blocks.ts";
import { formatNumber } from "./format.ts";

/**
 * Characters that reorder or hide the text around them (bidirectional overrides and isolates), and control
 * characters. Ordinary right-to-left letters stay.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this removes
const deceiving = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufeff]/g;

/** Text on one line: line breaks and tabs become one space. */
export function oneLine(text: string): string {
  return text
    .replace(/[\t\r\n\u2028\u2029]+/g, " ")
    .replace(deceiving, "")
    .trim();
}

/** Text that keeps its lines, as in a query or a command. */
export function manyLines(text: string): string {
  return text.replace(/\r\n?/g, "\n").replace(deceiving, "");
}

/** A cell as text; an absent value is a dash, never blank. */
export function cellText(cell: Cell | undefined): string {
  if (cell === null || cell === undefined || cell === "") return "–";
  return typeof cell === "number" ? formatNumber(cell) : oneLine(cell);
}

/** Numbers are right-aligned unless the report says otherwise. */
export function alignOf(table: TableBlock, column: Column, index: number): "left" | "right" {
  if (column.align !== undefined) return column.align;
  const cells = table.rows.map((row) => row[index]).filter((cell) => cell !== null && cell !== undefined);
  return cells.length > 0 && cells.every((cell) => typeof cell === "number") ? "right" : "left";
}

/** A fold for channels that cannot fold: its title as a heading, then its content. */
export function unfold({ title, blocks }: FoldBlock): Block[] {
  return [{ kind: "heading", level: 3, text: title }, ...blocks];
}
