import type { BarsBlock, Mark, Series, StripBlock } from "./blocks.ts";
import { formatDay, formatMoney, formatNumber } from "./format.ts";

/** How a mark is said, from the best to the least known. */
export const markWords: Readonly<Record<Mark, string>> = {
  arrived: "arrived",
  partial: "partly arrived",
  missing: "missing",
  not_due: "not due yet",
  unknown: "not known",
};

/** The marks that the strip holds, in the order of `markWords`: a legend says no more. */
export function marksIn({ days, rows }: StripBlock): Mark[] {
  const there = new Set(rows.flatMap(({ marks }) => days.map((_, at) => marks[at] ?? "unknown")));
  return (Object.keys(markWords) as Mark[]).filter((mark) => there.has(mark));
}

/** One figure a day, null where nobody knows it; as many as there are days. */
export function valuesOf({ values }: Series, days: readonly string[]): (number | null)[] {
  return days.map((_, at) => {
    const value = values[at];
    return value !== null && value !== undefined && Number.isFinite(value) ? value : null;
  });
}

/** "$5.9K" where the unit is a currency, else "1,204 rows". */
export function formatFigure(value: number, unit: string): string {
  return /^[A-Z]{3}$/.test(unit) ? formatMoney(value, unit) : `${formatNumber(value)} ${unit}`.trim();
}

/** "26 Jan": the year is said once, with the whole range. */
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

/** "$1.2K to $5.9K a day, $40K in all; 1 of 14 days not known". */
export function sumUp(series: Series, { days, unit }: Pick<BarsBlock, "days" | "unit">): string {
  const values = valuesOf(series, days);
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return "not known";
  const [least, most] = [Math.min(...known), Math.max(...known)].map((it) => formatFigure(it, unit));
  const total = formatFigure(
    known.reduce((sum, value) => sum + value, 0),
    unit,
  );
  const gaps = values.length - known.length;
  const range = least === most ? `${most} a day` : `${least} to ${most} a day`;
  return `${range}, ${total} in all${gaps === 0 ? "" : `; ${gaps} of ${values.length} days not known`}`;
}
