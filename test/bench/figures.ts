import { readFile } from "node:fs/promises";

/** One table of a benchmark: every figure beside its limit or peer of the same run. */
export interface Section {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly notes?: readonly string[];
}

/** `quick` runs the same code over small sizes, once. */
export type Size = "full" | "quick";

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

/** Resident memory of a process at its highest, Node included. */
export async function peakMebibytes(pid: number | null): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  return Math.round(Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? Number.NaN) / 1_024);
}

export function print({ title, columns, rows, notes = [] }: Section): void {
  const widths = columns.map((column, n) =>
    Math.max(column.length, ...rows.map((row) => (row[n] ?? "").length)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, n) => cell.padEnd(widths[n] ?? 0))
      .join("  ")
      .trimEnd();
  console.log(`\n${title}`);
  for (const row of [columns, widths.map((width) => "-".repeat(width)), ...rows])
    console.log(`  ${line(row)}`);
  for (const note of notes) console.log(`  ${note}`);
}
