import type { Gate } from "./checkpoints.ts";

/** Longer than two processes woken at once are apart; whoever is alone goes on after it. */
const patienceMs = 150;

/** Where two processes that are on the same way wait for each other, while it is up, and go on together. */
export interface Barrier {
  readonly gate: Gate;
  up: boolean;
  /** How often two have met. */
  readonly meetings: number;
}

export function aBarrier(step: string): Barrier {
  let waiting: (() => void) | null = null;
  let meetings = 0;
  const barrier = {
    up: false,
    get meetings() {
      return meetings;
    },
    async gate(checkpoint: Parameters<Gate>[0]): Promise<void> {
      if (!barrier.up || checkpoint.moment !== "before" || checkpoint.step !== step) return;
      if (waiting !== null) {
        meetings += 1;
        waiting();
        waiting = null;
        return;
      }
      await new Promise<void>((resolve) => {
        const alone = setTimeout(() => {
          waiting = null;
          resolve();
        }, patienceMs);
        waiting = () => {
          clearTimeout(alone);
          resolve();
        };
      });
    },
  };
  return barrier;
}
