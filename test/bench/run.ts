import { availableParallelism } from "node:os";
import { burst } from "./burst.ts";
import { coldStart } from "./cold-start.ts";
import { dedupViews } from "./dedup-views.ts";
import { print, type Section } from "./figures.ts";
import { hashing } from "./hashing.ts";
import { piiHasher, piiHasherDay } from "./pii-hasher.ts";
import { reconciliation, reconciliationGrowth } from "./reconciliation.ts";
import { watchdogCost } from "./watchdog-cost.ts";

const sections: Readonly<Record<string, () => Promise<Section>>> = {
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

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in sections));
if (unknown.length > 0) {
  console.error(`No benchmark ${unknown.join(", ")}; there are: ${Object.keys(sections).join(", ")}`);
  process.exit(2);
}
console.log(`Node ${process.version}, ${availableParallelism()} processors`);
for (const [name, section] of Object.entries(sections)) {
  if (wanted.length === 0 || wanted.includes(name)) print(await section());
}
