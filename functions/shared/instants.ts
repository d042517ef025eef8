/** The instants a check is made by. */
export interface Instants {
  /** The instant asked about. */
  readonly now: Date;
  /** What had arrived by here was there to be seen; later rows are left out of every clock. */
  readonly seenUntil: Date;
  /** Rows that say they arrive after this come from the future. */
  readonly knownUntil: Date;
  /** Whether `now` lies in the past, so that some clocks cannot tell any more. */
  readonly isLookBack: boolean;
}

/**
 * A tick is delivered seconds after the time it is scheduled for, a retried one minutes after, and a loader's
 * clock is not ours: what arrives this long after `now` has simply just arrived.
 */
const graceMs = 3_600_000;

/**
 * @param now the instant asked about
 * @param asked the instant of asking; later than `now` when looking back
 */
export function instantsOf(now: Date, asked: Date): Instants {
  const knownUntil = new Date(asked.getTime() + graceMs);
  const isLookBack = now < asked;
  return { now, seenUntil: isLookBack ? now : knownUntil, knownUntil, isLookBack };
}

/** Before any data: what is read from here on is read whole. */
export const beginning = new Date("0001-01-01T00:00:00Z");

/** The earliest of the known instants; null if none is known. */
export function earliest(instants: readonly (Date | null)[]): Date | null {
  return instants.reduce((a, b) => (a === null || (b !== null && b < a) ? b : a), null);
}

/** The latest of the known instants; null if none is known. */
export function latest(instants: readonly (Date | null)[]): Date | null {
  return instants.reduce((a, b) => (a === null || (b !== null && b > a) ? b : a), null);
}
