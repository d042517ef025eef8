/** The instant the demo world begins at: the noon of the audit it rebuilds. */
export const worldStart = new Date("2026-02-08T12:00:00Z");

/** The world's own time. It stands still until it is turned, and never goes back. */
export interface WorldClock {
  readonly startedAt: Date;
  now(): Date;
  /** @throws RangeError when `to` lies before now */
  turnTo(to: Date): void;
}

export function createWorldClock(startedAt: Date = worldStart): WorldClock {
  let time = startedAt.getTime();
  return {
    startedAt,
    now: () => new Date(time),
    turnTo(to) {
      if (!(to.getTime() >= time)) {
        throw new RangeError(
          `The world's clock stands at ${new Date(time).toISOString()} and cannot be turned back.`,
        );
      }
      time = to.getTime();
    },
  };
}

const unitMs = new Map([
  ["m", 60_000],
  ["h", 3_600_000],
  ["d", 86_400_000],
]);
const longestTurnMs = 7 * 86_400_000;

/**
 * How far to turn the clock.
 * @param text a whole number and a unit: `30m`, `1h`, `2d`; at most 7 days
 * @returns milliseconds
 * @throws RangeError saying what to write instead
 */
export function parseTurn(text: unknown): number {
  const match = typeof text === "string" ? /^(\d{1,6})([mhd])$/.exec(text.trim()) : null;
  const ms = Number(match?.[1]) * (unitMs.get(match?.[2] ?? "") ?? Number.NaN);
  if (!(ms > 0)) {
    throw new RangeError('Write a whole number and a unit, m, h or d: "30m", "1h", "2d".');
  }
  if (ms > longestTurnMs) {
    throw new RangeError('One turn is 7 days at most. Write "7d" or less, and turn again for more.');
  }
  return ms;
}
