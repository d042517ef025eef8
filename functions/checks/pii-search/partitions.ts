import type { Column, Partitioning, Range } from "./types.ts";

/** The time column by which a table is partitioned; null if there is none or it is an integer range. */
export function timePartitioning(columns: readonly Column[]): Partitioning | null {
  const column = columns.find(({ isPartitioning }) => isPartitioning);
  if (column === undefined) return null;
  const { name, type } = column;
  return type === "TIMESTAMP" || type === "DATETIME" || type === "DATE" ? { column: name, type } : null;
}

type Type = Partitioning["type"];

/**
 * First and last value in a partition by its id: `2026`, `202602`, `20260208`, `2026020812`, in UTC. Null for
 * `__NULL__` and `__UNPARTITIONED__`, whose rows are read with any range.
 */
export function rangeOf(id: string, type: Type): Range | null {
  const [, year = "", month, day, hour] = /^(\d{4})(\d\d)?(\d\d)?(\d\d)?$/.exec(id) ?? [];
  if (year === "") return null;
  const start = [Number(year), Number(month ?? 1) - 1, Number(day ?? 1), Number(hour ?? 0)] as const;
  const next = [...start] as [number, number, number, number];
  const unit = [month, day, hour].indexOf(undefined);
  next[unit === -1 ? 3 : unit] = (next[unit === -1 ? 3 : unit] ?? 0) + 1;
  return { from: written(Date.UTC(...start), type), until: written(Date.UTC(...next) - 1, type) };
}

/** A range that contains every day. */
export const everything: Readonly<Record<Type, Range>> = {
  DATE: { from: "0001-01-01", until: "9999-12-31" },
  DATETIME: { from: "0001-01-01 00:00:00", until: "9999-12-31 23:59:59.999999" },
  TIMESTAMP: { from: "0001-01-01 00:00:00+00", until: "9999-12-31 23:59:59.999999+00" },
};

/** The first possible day, which holds no data: used for a table of which no partition was written. */
export const firstDay: Readonly<Record<Type, Range>> = {
  DATE: { from: "0001-01-01", until: "0001-01-01" },
  DATETIME: { from: "0001-01-01 00:00:00", until: "0001-01-01 00:00:00" },
  TIMESTAMP: { from: "0001-01-01 00:00:00+00", until: "0001-01-01 00:00:00+00" },
};

/** With more ranges than this, one range from the first to the last is used, to keep the query short. */
const rangesPerTable = 20;

/** Joins neighbouring ranges. */
export function together(ranges: readonly Range[], type: Type): Range[] {
  const merged: Range[] = [];
  for (const range of ranges.toSorted((a, b) => (a.from < b.from ? -1 : 1))) {
    const last = merged.at(-1);
    if (last !== undefined && isNext(last.until, range.from))
      merged[merged.length - 1] = { from: last.from, until: range.until };
    else merged.push(range);
  }
  const [first, last] = [merged[0], merged.at(-1)];
  if (merged.length <= rangesPerTable || first === undefined || last === undefined) return merged;
  return [{ from: first.from, until: last.until }];

  function isNext(until: string, from: string): boolean {
    const at = (text: string) =>
      Date.parse(
        text.slice(0, 23).replace(" ", "T").replace(/\+00$/, "") + (type === "DATE" ? "T00:00:00Z" : "Z"),
      );
    return at(from) - at(until) <= (type === "DATE" ? 86_400_000 : 1);
  }
}

/** Ends with the last microsecond if `ms` is the last millisecond of a partition. */
function written(ms: number, type: Type): string {
  const text = new Date(ms).toISOString();
  if (type === "DATE") return text.slice(0, 10);
  const instant = text
    .slice(0, -1)
    .replace("T", " ")
    .replace(/\.000$/, "")
    .replace(/\.999$/, ".999999");
  return type === "TIMESTAMP" ? `${instant}+00` : instant;
}
