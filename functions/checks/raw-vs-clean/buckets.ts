import { sumOf } from "../../shared/decimal.ts";
import type { TableStats, Window } from "../table-stats/types.ts";
import type { CleanDays, Counted } from "./types.ts";

/** The same part of a raw table and of its clean view or table. */
export interface Bucket {
  /** A day, `no day` for rows without one, or `other days` outside the window. */
  readonly name: string;
  readonly raw: Counted;
  readonly clean: Counted;
}

export const noDay = "no day";
export const otherDays = "other days";

/**
 * The parts that can be compared. If older rows of the raw table were not read, only the window's days can
 * be: the view holds all rows without a day and of other days, and the statistics only some.
 */
export function bucketsOf({ request, days, before }: TableStats, clean: CleanDays, window: Window): Bucket[] {
  const isInWindow = (day: string) => day >= window.firstDay && day <= window.lastDay;
  const nameOf = (day: string | null) => (day === null ? noDay : isInWindow(day) ? day : otherDays);
  const raw = Map.groupBy(
    [
      ...days.map((it) => ({ name: nameOf(it.day), rows: it.facts, amount: it.clean })),
      { name: otherDays, rows: before.facts, amount: before.clean },
    ],
    ({ name }) => name,
  );
  const kept = Map.groupBy(
    [...clean.days.map((it) => ({ ...it, name: nameOf(it.day) })), { ...clean.before, name: otherDays }],
    ({ name }) => name,
  );
  return [...new Set([...raw.keys(), ...kept.keys()])]
    .filter((name) => request.from === null || (name !== noDay && name !== otherDays))
    .toSorted()
    .map((name) => ({ name, raw: totalOf(raw.get(name) ?? []), clean: totalOf(kept.get(name) ?? []) }));
}

export function totalOf(parts: readonly Counted[]): Counted {
  return {
    rows: parts.reduce((sum, { rows }) => sum + rows, 0),
    amount: sumOf(parts.map(({ amount }) => amount)),
  };
}
