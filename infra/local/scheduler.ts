import { setTimeout as sleep } from "node:timers/promises";
import type { WorldClock } from "./clock.ts";
import { nextRun } from "./functions/manifest.ts";
import { describeError } from "./http/problem.ts";

export interface ScheduledFunction {
  readonly name: string;
  readonly schedule: string;
  readonly timeZone: string;
  readonly retries: number;
  readonly timeoutSeconds: number;
}

/** One call of one function at one time of its schedule, retries included. */
export interface Tick {
  readonly function: string;
  /** The scheduled time, ISO 8601 in UTC. */
  readonly at: string;
  /** HTTP status of the last attempt; null when none was answered. */
  readonly status: number | null;
  readonly attempts: number;
  /** Wall time of all attempts. */
  readonly ms: number;
  /** What went wrong, in the function's own words where it gave any; null when the tick succeeded. */
  readonly problem: string | null;
}

export interface Scheduler {
  /** Calls every scheduled function once, at the world's present time. */
  runAll(): Promise<readonly Tick[]>;
  /** Turns the clock and does everything that falls due on the way, in order of time. */
  advance(ms: number): Promise<readonly Tick[]>;
  /** The newest ticks, oldest first. */
  ticks(): readonly Tick[];
  /** Ticks made since the start, those no longer kept too. */
  count(): number;
  next(name: string): Date | null;
}

export interface SchedulerOptions {
  readonly clock: WorldClock;
  readonly functions: readonly ScheduledFunction[];
  /** Where `/<function>` is served. */
  readonly baseUrl: string;
  /** Lets the world live until `at`, before the functions read it. */
  readonly advanceWorld: (at: Date) => Promise<void>;
  /** Waits until what the ticks of one instant caused (deliveries) has come to rest. */
  readonly settle: () => Promise<void>;
  readonly retryPauseMs?: number;
}

const kept = 500;

/**
 * Cloud Scheduler on the world's clock: the same POST with the same headers, at
 * every time of every schedule that the clock is turned past. Turns wait for
 * each other, so two of them cannot interleave their ticks.
 */
export function createScheduler(options: SchedulerOptions): Scheduler {
  const { clock, advanceWorld, settle } = options;
  const functions = [...options.functions].sort((a, b) => (a.name < b.name ? -1 : 1));
  const ticks: Tick[] = [];
  let made = 0;
  let queue: Promise<unknown> = Promise.resolve();

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = queue.then(work);
    queue = result.catch(() => {});
    return result;
  }

  async function runAt(at: Date, due: readonly ScheduledFunction[]): Promise<Tick[]> {
    clock.turnTo(at);
    await advanceWorld(at);
    const done: Tick[] = [];
    for (const one of due) done.push(await callFunction(one, at, options));
    made += done.length;
    ticks.push(...done);
    ticks.splice(0, Math.max(0, ticks.length - kept));
    if (done.length > 0) await settle();
    return done;
  }

  async function walk(until: Date): Promise<Tick[]> {
    const done: Tick[] = [];
    for (;;) {
      const upcoming = functions.map((one) => ({ one, at: nextRun(one, clock.now()) }));
      const times = upcoming.flatMap(({ at }) => (at !== null && at <= until ? [at.getTime()] : []));
      if (times.length === 0) break;
      const first = Math.min(...times);
      const due = upcoming.filter(({ at }) => at?.getTime() === first).map(({ one }) => one);
      done.push(...(await runAt(new Date(first), due)));
    }
    await runAt(until, []);
    return done;
  }

  return {
    runAll: () => inTurn(() => runAt(clock.now(), functions)),
    advance: (ms) => inTurn(() => walk(new Date(clock.now().getTime() + ms))),
    ticks: () => ticks,
    count: () => made,
    next(name) {
      const found = functions.find((one) => one.name === name);
      return found === undefined ? null : nextRun(found, clock.now());
    },
  };
}

async function callFunction(one: ScheduledFunction, at: Date, options: SchedulerOptions): Promise<Tick> {
  const startedAt = performance.now();
  for (let attempt = 1; ; attempt += 1) {
    const { status, problem } = await post(one, at, options.baseUrl);
    const mayPass = status === null || status === 429 || status >= 500;
    if (problem === null || !mayPass || attempt > one.retries) {
      const ms = Math.round(performance.now() - startedAt);
      return { function: one.name, at: at.toISOString(), status, attempts: attempt, ms, problem };
    }
    await sleep((options.retryPauseMs ?? 200) * 2 ** (attempt - 1));
  }
}

async function post(
  one: ScheduledFunction,
  at: Date,
  baseUrl: string,
): Promise<{ status: number | null; problem: string | null }> {
  try {
    const response = await fetch(`${baseUrl}/${one.name}`, {
      method: "POST",
      headers: {
        "User-Agent": "Google-Cloud-Scheduler",
        "X-CloudScheduler": "true",
        "X-CloudScheduler-JobName": one.name,
        "X-CloudScheduler-ScheduleTime": at.toISOString(),
      },
      signal: AbortSignal.timeout(one.timeoutSeconds * 1000),
    });
    const body = await response.text();
    return { status: response.status, problem: response.ok ? null : whatItSays(body) };
  } catch (error) {
    return { status: null, problem: describeError(error) };
  }
}

/** The detail of an RFC 9457 problem, or the beginning of whatever else came. */
function whatItSays(body: string): string {
  try {
    const { title, detail } = JSON.parse(body) as { title?: unknown; detail?: unknown };
    const words = [title, detail].filter((part) => typeof part === "string" && part !== "");
    if (words.length > 0) return words.join(": ");
  } catch {
    // Not JSON: quoted as it is.
  }
  return body.trim().slice(0, 300) || "It answered without a word.";
}
