import type { Decimal } from "../shared/decimal.ts";
import type { CheckId } from "./registry.ts";
import type { ResultKey, Status } from "./result.ts";

/** Stored results of the previous run. */
export interface Memory {
  readonly at: Date;
  readonly results: readonly Remembered[];
}

export interface Remembered extends ResultKey {
  readonly status: Status;
  readonly code: string | null;
  readonly text: string;
  /** For `volume`: the number of rows when the table last had any. */
  readonly size: { readonly rows: number; readonly at: Date } | null;
  /** For `late_changes`: sums of days that were final then. */
  readonly finalSums: Readonly<Record<string, Decimal>>;
}

/** The stored value of one check and subject; null if there is none. */
export function rememberedOf(
  memory: Memory | null | Error,
  check: CheckId,
  subject: string,
): Remembered | null {
  if (memory === null || memory instanceof Error) return null;
  return memory.results.find((it) => it.check === check && it.subject === subject) ?? null;
}
