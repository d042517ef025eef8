import { openEngine } from "../emulators/bigquery/engine.ts";
import type { ConnectorState } from "../stack-view.ts";
import type { OnProgress } from "../world/build.ts";
import { LOCATION, PROJECT } from "../world/figures.ts";
import { type BuildCost, openWorld } from "../world/open.ts";
import { PLANTED_TEXT } from "../world/planted.ts";
import { type Connector, createSimulation } from "../world/simulation.ts";
import { createClosing } from "./closing.ts";
import type { World } from "./world.ts";

/** Of a machine of 4 GB the warehouse takes this much at most; DuckDB spills to disk beyond. */
const memoryLimit = "1GB";

/** The demo warehouse, a copy for this run alone, with its connectors alive. */
export async function openDemoWorld(options: {
  readonly clock: () => Date;
  /** Called only when the world has to be built first. */
  readonly onProgress?: OnProgress;
}): Promise<World & { readonly built: BuildCost | null }> {
  const closing = createClosing();
  try {
    const { file, seed, built, discard } = await openWorld({ onProgress: options.onProgress });
    closing.add({ close: discard });
    const engine = closing.add(await openEngine({ file, project: PROJECT, clock: options.clock }));
    await engine.duckdb(`SET memory_limit = '${memoryLimit}'`);
    const simulation = createSimulation(engine, { seed });
    return {
      engine,
      built,
      project: PROJECT,
      location: LOCATION,
      plantedPersons: PLANTED_TEXT,
      advanceTo: async (at) => void (await simulation.advanceTo(at)),
      connectors: () => simulation.connectors().map(toState),
      repair: async (id) => void simulation.repair(id),
      break: async (id) => void simulation.break(id),
      close: closing.close,
    };
  } catch (error) {
    await closing.close();
    throw error;
  }
}

function toState(connector: Connector): ConnectorState {
  const { id, name, host, broken, lastSync, everyMs } = connector;
  return { id, name, host, broken, last_sync: lastSync.toISOString(), every_ms: everyMs };
}
