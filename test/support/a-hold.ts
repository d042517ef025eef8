import type { Gate } from "./checkpoints.ts";

/** Where a function is made to wait while somebody else does something. */
export interface Hold {
  readonly gate: Gate;
  /** The next time the function comes to this step, before the server has it: `meanwhile` is done, then it goes on. */
  before(step: string, meanwhile: () => Promise<unknown>): void;
  /** What was to be held has been held. */
  readonly isOver: boolean;
}

export function aHold(): Hold {
  const waiting = new Map<string, () => Promise<unknown>>();
  return {
    async gate({ step, moment }) {
      const meanwhile = waiting.get(step);
      if (moment !== "before" || meanwhile === undefined) return;
      waiting.delete(step);
      await meanwhile();
    },
    before: (step, meanwhile) => void waiting.set(step, meanwhile),
    get isOver() {
      return waiting.size === 0;
    },
  };
}
