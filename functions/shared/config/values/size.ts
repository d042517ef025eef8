/** A size with its unit, more than zero: 500MiB, 10GiB, 1.5TiB. */
export const sizeForm = /^(?!0+(\.0+)?[MGT]iB$)\d+(\.\d+)?[MGT]iB$/;

const unitBytes = { M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 } as const;

/** Whole bytes, or null if the text is not a size. */
export function sizeBytes(written: unknown): number | null {
  if (typeof written !== "string" || !sizeForm.test(written)) return null;
  return Math.round(Number.parseFloat(written) * unitBytes[written.at(-3) as keyof typeof unitBytes]);
}
