import type { SmallStack } from "./a-small-stack.ts";

/** What people read since they began to listen, in order. */
export interface Heard {
  readonly slack: readonly ("problem" | "over")[];
  readonly mail: readonly ("problem" | "over")[];
}

/** @returns what has come in between, each time it is asked */
export function listen(stack: SmallStack): () => Heard {
  const [slack, mails] = [stack.slack.length, stack.mails.length];
  return () => ({
    slack: stack.slack.slice(slack).map(({ payload }) => kindOf(String(payload.text))),
    mail: stack.mails.slice(mails).map(({ subject }) => kindOf(subject)),
  });
}

function kindOf(headline: string): "problem" | "over" {
  return /recovered/i.test(headline) ? "over" : "problem";
}
