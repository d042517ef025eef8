import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { checkFreshness } from "../../functions/checks/freshness/check-sources.ts";
import { parseWarehouseFile } from "../../functions/shared/config/parse.ts";
import { instantsOf } from "../../functions/shared/instants.ts";
import { openWorld, type World } from "../../infra/local/world/open.ts";
import { createSimulation } from "../../infra/local/world/simulation.ts";
import { hours, noon } from "../support/a-source.ts";
import { startWarehouse, type TestWarehouse } from "../support/a-warehouse.ts";

const yaml = readFileSync(new URL("../../infra/local/world/warehouse.yaml", import.meta.url), "utf8");
const file = parseWarehouseFile(yaml, "warehouse.yaml");

let world: World;
let bigquery: TestWarehouse;
beforeAll(async () => {
  world = await openWorld();
  bigquery = await startWarehouse("hulken", world.file);
}, 120_000);
afterAll(async () => {
  await bigquery.close();
  await world.discard();
});

test("once everything is repaired, the demo's warehouse is quiet hour after hour, over two midnights", async () => {
  const simulation = createSimulation(bigquery.engine, { seed: world.seed });
  for (const connector of ["facebook", "shopify", "tiktok"]) simulation.repair(connector);

  const findings: string[] = [];
  for (let hour = 1; hour <= 49; hour++) {
    const now = new Date(noon.getTime() + hours(hour));
    await simulation.advanceTo(now);
    const verdicts = await checkFreshness(file.sources, file, bigquery.open(), instantsOf(now, now));
    for (const { source, finding } of verdicts) {
      if (finding !== null) findings.push(`${now.toISOString()} ${source.id}: ${finding.text}`);
    }
  }
  expect(findings).toEqual([]);
}, 120_000);
