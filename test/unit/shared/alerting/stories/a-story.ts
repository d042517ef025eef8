import type { FindingIdentity } from "../../../../../functions/shared/alerting/types.ts";
import { aGroup, hoursLater, noon } from "../a-case.ts";
import type { aFunction } from "../a-function.ts";

export const facebook = (...findings: FindingIdentity[]) => aGroup("connector:facebook", findings);
export const hour = 3_600_000;

/** Ticks hour by hour; at each, what is found. */
export async function live(it: ReturnType<typeof aFunction>, story: readonly FindingIdentity[][], from = 0) {
  for (const [n, findings] of story.entries()) {
    await it.tick(hoursLater(from + n), findings.length === 0 ? [] : [facebook(...findings)]);
  }
}

export const said = ({ published }: ReturnType<typeof aFunction>) =>
  published.map(({ at, reason }) => [(Date.parse(at) - noon.getTime()) / hour, reason]);
