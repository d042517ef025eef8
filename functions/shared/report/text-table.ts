import type { TableBlock } from "./blocks.ts";
import { alignOf, cellText, oneLine } from "./plain.ts";
import { displayWidth, padTo, wrap } from "./width.ts";

const gap = "  ";
/** A narrower column would have one letter a line. */
const narrowest = 8;

/** Columns aligned by spaces; long cells are wrapped; never wider than `pageWidth`. */
export function tableToText(table: TableBlock, pageWidth: number): string {
  const header = table.columns.map(({ label }) => oneLine(label));
  const rows = table.rows.map((row) => header.map((_, index) => cellText(row[index])));
  const natural = header.map((label, index) =>
    Math.max(displayWidth(label), ...rows.map((row) => displayWidth(row[index] ?? ""))),
  );
  const widths = columnWidths(natural, pageWidth - gap.length * (header.length - 1));
  if (widths === null) return recordsToText(header, rows, pageWidth);

  const aligns = table.columns.map((column, index) => alignOf(table, column, index));
  const line = (cells: readonly string[]) => {
    const columns = widths.map((width, index) => wrap(cells[index] ?? "", width, true));
    const height = Math.max(1, ...columns.map((lines) => lines.length));
    return Array.from({ length: height }, (_, depth) =>
      widths
        .map((width, index) => padTo(columns[index]?.[depth] ?? "", width, aligns[index]))
        .join(gap)
        .trimEnd(),
    ).join("\n");
  };
  const rule = widths.map((width) => "-".repeat(width)).join(gap);
  return [line(header), rule, ...rows.map(line)].join("\n");
}

/** Narrows the widest column step by step; null if even narrow columns do not fit. */
function columnWidths(natural: readonly number[], room: number): number[] | null {
  const widths = [...natural];
  let excess = widths.reduce((sum, width) => sum + width, 0) - room;
  while (excess > 0) {
    const widest = widths.indexOf(Math.max(...widths));
    const width = widths[widest];
    if (width === undefined || width <= narrowest) return null;
    widths[widest] = width - 1;
    excess -= 1;
  }
  return widths;
}

/** A table with very many columns, one row below the other. */
function recordsToText(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  pageWidth: number,
): string {
  const width = Math.min(30, Math.max(0, ...header.map(displayWidth)));
  return rows
    .map((row) =>
      header
        .flatMap((label, index) => {
          const lines = wrap(row[index] ?? "", pageWidth - width - gap.length, true);
          const names = wrap(label, width, true);
          return Array.from({ length: Math.max(lines.length, names.length) }, (_, depth) =>
            `${padTo(names[depth] ?? "", width)}${gap}${lines[depth] ?? ""}`.trimEnd(),
          );
        })
        .join("\n"),
    )
    .join("\n\n");
}
