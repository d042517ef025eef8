import { burst } from "./burst.ts";
import { coldStart } from "./cold-start.ts";
import { dedupViews } from "./dedup-views.ts";
import type { Section, Size } from "./figures.ts";
import { hashing } from "./hashing.ts";
import { piiHasher, piiHasherDay } from "./pii-hasher.ts";
import { reconciliation, reconciliationGrowth } from "./reconciliation.ts";
import { watchdogCost } from "./watchdog-cost.ts";

export const sections: Readonly<Record<string, (size: Size) => Promise<Section>>> = {
  "cold-start": coldStart,
  "watchdog-cost": watchdogCost,
  burst,
  "dedup-views": dedupViews,
  hashing,
  "pii-hasher": piiHasher,
  "pii-hasher-day": piiHasherDay,
  reconciliation,
  "reconciliation-growth": reconciliationGrowth,
};

export const names: readonly string[] = Object.keys(sections);
