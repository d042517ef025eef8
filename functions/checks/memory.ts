import type { Decimal } from "../shared/decimal.ts";
import type { CheckId } from "./registry.ts";
import type { ResultKey, Status } from "./result.ts";

/** What the last run before this one found. */
export interface Memory {
  readonly at: Date;
  readonly results: readonly Remembered[];
}

export interface Remembered extends ResultKey {
  readonly status: Status;
  readonly code: string | null;
  readonly text: string;
  /** Of `volume`: how many rows the table had when it last had any. */
  readonly size: { readonly rows: number; readonly at: Date } | null;
  /** Of `late_changes`: sums of days that were final then. */
  readonly finalSums: Readonly<Record<string, Decimal>>;
}

/** What the last run left of one check of one subject; null where nothing is remembered. */
export function rememberedOf(
  memory: Memory | null | Error,
  check: CheckId,
  subject: string,
): Remembered | null {
  if (memory === null || memory instanceof Error) return null;
  return memory.results.find((it) => it.check === check && it.subject === subject) ?? null;
}
