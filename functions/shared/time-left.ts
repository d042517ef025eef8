import { AsyncLocalStorage } from "node:async_hooks";
import { ConfigurationError, TemporaryError } from "./errors.ts";

/** The time ran out, or would before something is finished that must not be left half done. The next attempt has it again. */
export class OutOfTimeError extends TemporaryError {}

/** Work with an end: at its end it is given up, and nothing it still does gets through a door of ours. */
interface Limited {
  readonly totalMs: number;
  /** By `performance.now()`. */
  endsAt: number;
  timer: NodeJS.Timeout | undefined;
  readonly giveUp: (reason: Error) => void;
}

const current = new AsyncLocalStorage<Limited>();
const running = new Set<Limited>();

/** What is left for the answer to be on its way before the platform stops waiting for it. */
const reserve = (limitMs: number) => Math.min(5_000, limitMs / 10);

/**
 * The time a request may take, from the time limit that the platform sets; without a limit it never ends.
 *
 * The platform's own end is no end for us: it answers 504 and leaves the work running, on the time of whichever
 * request comes next (https://cloud.google.com/run/docs/configuring/request-timeout). So ours comes first.
 */
export function requestLimitMs(): number {
  const limitMs = Number(process.env.CLOUD_RUN_TIMEOUT_SECONDS) * 1_000;
  return limitMs > 0 ? limitMs - reserve(limitMs) : Number.POSITIVE_INFINITY;
}

/**
 * Gives the work up when its time is over, or that of the work it is part of.
 * @throws OutOfTimeError then; what the work itself throws
 */
export async function withinTime<T>(limitMs: number, work: () => Promise<T>): Promise<T> {
  const { promise: givenUp, reject: giveUp } = Promise.withResolvers<never>();
  const totalMs = Math.min(limitMs, leftMs());
  const limited: Limited = { totalMs, endsAt: performance.now() + totalMs, timer: undefined, giveUp };
  schedule(limited);
  running.add(limited);
  try {
    return await Promise.race([current.run(limited, work), givenUp]);
  } finally {
    clearTimeout(limited.timer);
    running.delete(limited);
    // Whatever of it is still under way gets no further.
    limited.endsAt = Number.NEGATIVE_INFINITY;
  }
}

/** Of the work this is called in. Infinite without a limit, zero when the work was given up or is over. */
export function leftMs(): number {
  const limited = current.getStore();
  return limited === undefined ? Number.POSITIVE_INFINITY : Math.max(0, limited.endsAt - performance.now());
}

/**
 * To be asked before a step that must not be left half done, and with 0 before any that others can see.
 *
 * @param ms how long the step takes at most
 * @param what the step in words, such as "publish notices"
 * @throws OutOfTimeError when less is left; ConfigurationError when there never was as much
 */
export function needTime(ms: number, what: string): void {
  const limited = current.getStore();
  if (limited === undefined) return;
  const seconds = (it: number) => `${Math.floor(it / 1_000)} s`;
  if (limited.totalMs < ms) {
    throw new ConfigurationError(
      `A time limit that leaves ${seconds(limited.totalMs)} is too short to ${what}, which may take ${seconds(ms)}; give the function more`,
    );
  }
  const left = leftMs();
  if (left > 0 && left >= ms) return;
  throw new OutOfTimeError(`Too little time was left to ${what}: ${seconds(left)}; it was not started`);
}

/** The process is about to be stopped: no step may take longer than this. */
export function shortenAll(ms: number): void {
  for (const limited of running) {
    limited.endsAt = Math.min(limited.endsAt, performance.now() + ms);
    schedule(limited);
  }
}

function schedule(limited: Limited): void {
  clearTimeout(limited.timer);
  const ms = limited.endsAt - performance.now();
  if (ms === Number.POSITIVE_INFINITY) return;
  limited.timer = setTimeout(
    () => limited.giveUp(new OutOfTimeError("The time was over before everything was done; try it again")),
    Math.max(0, ms),
  );
}
