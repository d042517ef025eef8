import { setTimeout as sleep } from "node:timers/promises";
import { type FunctionName, isReady, type SmallStack } from "./a-small-stack.ts";
import type { Checkpoint, Gate } from "./checkpoints.ts";

/** Ends a function's process when it comes to a place on its way. */
export interface Killer {
  readonly gate: Gate;
  /** Begins a new run: places are counted anew. */
  begin(): void;
  /** Places passed since `begin`, in order. */
  readonly path: readonly string[];
  /** From here on, until it is there. */
  killAt(place: string): void;
  /** Resolves once the process is dead; what it had sent before has arrived by then. */
  readonly killed: Promise<void>;
}

const never = new Promise<void>(() => {});

/**
 * @param stack asked when the time has come: the gate is made before the stack
 * @param signal SIGKILL ends the process there and then; after SIGTERM the message goes on, and so does the process
 */
export function aKiller(
  of: FunctionName,
  stack: () => SmallStack,
  signal: "SIGKILL" | "SIGTERM" = "SIGKILL",
): Killer {
  let path: string[] = [];
  let counts = new Map<string, number>();
  let target: string | null = null;
  let dead = Promise.withResolvers<void>();

  async function kill(): Promise<void> {
    const victim = stack().called(of);
    const pid = victim.pid();
    if (pid === null) throw new Error(`${of} is not running`);
    process.kill(pid, signal);
    while (victim.pid() === pid) await sleep(2);
    dead.resolve();
  }

  return {
    async gate(checkpoint) {
      const place = placeOf(checkpoint, counts);
      path.push(place);
      if (place !== target) return;
      target = null;
      const dying = kill();
      if (signal === "SIGTERM") return;
      await dying;
      await never;
    },
    begin() {
      path = [];
      counts = new Map();
    },
    get path() {
      return path;
    },
    killAt(place) {
      target = place;
      dead = Promise.withResolvers<void>();
    },
    get killed() {
      return dead.promise;
    },
  };
}

/** `before alerting/announce-notices`; the second of one run says so. */
function placeOf({ server, step, moment }: Checkpoint, counts: Map<string, number>): string {
  const place = `${moment} ${server === "BigQuery" ? "" : `${server} `}${step}`;
  const nth = (counts.get(place) ?? 0) + 1;
  counts.set(place, nth);
  return nth === 1 ? place : `${place} (${nth})`;
}

/**
 * Ends its processes as the platform does, and waits until others are up: those begin in half the time, because
 * what was compiled is kept by a process that ends in order, and by none that is killed.
 */
export async function renew(stack: SmallStack, of: FunctionName): Promise<void> {
  for (const one of stack.processes(of)) {
    const pid = one.pid();
    if (pid === null) continue;
    process.kill(pid, "SIGTERM");
    while (one.pid() === pid) await sleep(2);
  }
  await allUp(stack, of);
}

/** All of its processes are up again. */
export async function allUp(stack: SmallStack, of: FunctionName): Promise<void> {
  await Promise.all(stack.processes(of).map(isReady));
}

/** The lease of a process that is gone runs for two minutes by the wall clock; nobody waits for them here. */
export async function endLeases(stack: SmallStack): Promise<void> {
  for (;;) {
    const done = await stack
      .query(
        "UPDATE `{{ops}}.deliveries` SET lease_until = TIMESTAMP_SUB(lease_until, INTERVAL 1 HOUR) WHERE status = 'sending'",
      )
      .catch((error: Error) => {
        // The process that took over writes the same table.
        if (!/concurrent update/.test(error.message)) throw error;
        return null;
      });
    if (done !== null) return;
  }
}
