/** A length of time with its unit, more than zero: 45m, 30h, 1.5d. */
export const durationForm = /^(?!0+(\.0+)?[mhd]$)\d+(\.\d+)?[mhd]$/;

const unitMs = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Milliseconds, or null if the text is not a duration. */
export function durationMs(written: unknown): number | null {
  if (typeof written !== "string" || !durationForm.test(written)) return null;
  return Number.parseFloat(written) * unitMs[written.at(-1) as keyof typeof unitMs];
}
