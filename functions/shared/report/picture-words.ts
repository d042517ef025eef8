import { numberFormat } from "../formats.ts";
import type { BarsBlock, Mark, Series, StripBlock, StripRow } from "./blocks.ts";
import { formatDay, formatMoney, formatNumber } from "./format.ts";

/** The word for each mark, from the best to the least known. */
export const markWords: Readonly<Record<Mark, string>> = {
  arrived: "arrived",
  partial: "partly arrived",
  missing: "missing",
  not_due: "not due yet",
  unknown: "unknown",
};

/** The marks in the strip, in the order of `markWords`, for the legend. */
export function marksIn({ days, rows }: StripBlock): Mark[] {
  const there = new Set(rows.flatMap((row) => days.map((_, at) => markOf(row, at))));
  return (Object.keys(markWords) as Mark[]).filter((mark) => there.has(mark));
}

/** Of the day with this index. */
export function markOf({ marks }: StripRow, at: number): Mark {
  return marks[at] ?? "unknown";
}

/** "3 missing, 1 partly arrived"; empty if nothing is wrong. */
export function problemText(row: StripRow, days: readonly string[]): string {
  const marks = days.map((_, at) => markOf(row, at));
  return (["missing", "partial", "unknown"] as const)
    .map((mark) => ({ mark, count: marks.filter((it) => it === mark).length }))
    .filter(({ count }) => count > 0)
    .map(({ mark, count }) => `${count} ${markWords[mark]}`)
    .join(", ");
}

/** "arrived 26 Jan to 2 Feb, missing 3 Feb": the row for a screen reader. */
export function marksText(row: StripRow, days: readonly string[]): string {
  const runs: { mark: Mark; first: string; last: string }[] = [];
  for (const [at, day] of days.entries()) {
    const [mark, run] = [markOf(row, at), runs.at(-1)];
    if (run?.mark === mark) run.last = day;
    else runs.push({ mark, first: day, last: day });
  }
  return runs
    .map(({ mark, first, last }) => {
      const when = first === last ? shortDay(first) : `${shortDay(first)} to ${shortDay(last)}`;
      return `${markWords[mark]} ${when}`;
    })
    .join(", ");
}

/** One figure for each day, null if it is unknown. */
export function valuesOf({ values }: Series, days: readonly string[]): (number | null)[] {
  return days.map((_, at) => {
    const value = values[at];
    return value !== null && value !== undefined && Number.isFinite(value) ? value : null;
  });
}

/** "$5.9K" if the unit is a currency, else "1,204 rows". */
export function formatFigure(value: number, unit: string): string {
  return isCurrency(unit) ? formatMoney(value, unit) : `${formatNumber(value)} ${unit}`.trim();
}

/** The same for the short labels of an axis: "$5.9K", "1.2K". */
export function formatShort(value: number, unit: string): string {
  if (isCurrency(unit)) return formatMoney(value, unit);
  return numberFormat({ notation: "compact" }).format(value);
}

function isCurrency(unit: string): boolean {
  return /^[A-Z]{3}$/.test(unit);
}

/** "26 Jan", without the year, which the range names. */
export function shortDay(day: string): string {
  return formatDay(day).replace(/ \d{4}$/, "");
}

/** "26 Jan to 8 Feb 2026". */
export function rangeOf(days: readonly string[]): string {
  const [first, last] = [days[0], days.at(-1)];
  if (first === undefined || last === undefined) return "no days";
  if (first === last) return formatDay(last);
  const sameYear = first.slice(0, 4) === last.slice(0, 4);
  return `${sameYear ? shortDay(first) : formatDay(first)} to ${formatDay(last)}`;
}

/** "$1.2K to $5.9K a day, $40K in all; 1 of 14 days unknown". */
export function sumUp(series: Series, { days, unit }: Pick<BarsBlock, "days" | "unit">): string {
  const values = valuesOf(series, days);
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return "unknown";
  const [least, most] = [Math.min(...known), Math.max(...known)];
  const total = formatFigure(
    known.reduce((sum, value) => sum + value, 0),
    unit,
  );
  const gaps = values.length - known.length;
  const from =
    least === most ? "" : `${isCurrency(unit) ? formatMoney(least, unit) : formatNumber(least)} to `;
  const range = known.length === 1 ? total : `${from}${formatFigure(most, unit)} a day, ${total} in all`;
  return `${range}${gaps === 0 ? "" : `; ${gaps} of ${values.length} days unknown`}`;
}

/** "trusted through 8 Feb 2026"; null if no day of the block is marked. */
export function markedText({ days, marked }: BarsBlock): string | null {
  if (marked === undefined || !days.includes(marked.day)) return null;
  return `${marked.label} ${formatDay(marked.day)}`;
}

/** The whole picture for a screen reader. */
export function barsText(block: BarsBlock): string {
  const series = block.series.map((one) => `${one.label}: ${sumUp(one, block)}`);
  return [`${block.title}, ${rangeOf(block.days)}`, ...series, markedText(block) ?? ""]
    .filter((it) => it !== "")
    .join(". ");
}

/** In the block's unit; `zero` is the share of the height below zero. */
export interface Scale {
  readonly least: number;
  readonly most: number;
  readonly zero: number;
}

/** The scale always contains zero, because a small difference would look large without it. */
export function scaleOf(values: readonly (number | null)[]): Scale {
  const known = values.filter((value) => value !== null);
  const most = known.reduce((a, b) => Math.max(a, b), 0);
  const least = known.reduce((a, b) => Math.min(a, b), 0);
  return { least, most, zero: most === least ? 0 : -least / (most - least) };
}
