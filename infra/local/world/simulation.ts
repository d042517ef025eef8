import type { WarehouseWriter } from "../emulators/bigquery/catalog.ts";
import { DEFAULT_SEED } from "./build.ts";
import { CONNECTORS, type ConnectorFacts, type ConnectorId } from "./connectors.ts";
import { createDeliveries, type Sync } from "./deliveries.ts";
import { AS_OF } from "./figures.ts";
import { createLoaders } from "./loaders.ts";

/** The world's life after the audit: what its connectors bring while the clock turns. */
export interface Simulation {
  /**
   * Lets the world live until `at`: every healthy connector does the syncs that end by then.
   * @returns the syncs done, in order
   * @throws RangeError when `at` lies before the time it stands at
   */
  advanceTo(at: Date): Promise<readonly SyncDone[]>;
  /** @throws Error naming the connectors there are, when `id` is none of them */
  break(id: string): Connector;
  /** It syncs everything it missed at the next advance, and keeps its schedule from then on. */
  repair(id: string): Connector;
  connectors(): readonly Connector[];
}

export interface SyncDone {
  readonly connector: ConnectorId;
  readonly startedAt: Date;
  readonly endedAt: Date;
}

export interface Connector {
  readonly id: ConnectorId;
  readonly name: string;
  /** Machine or service that others share; null when it shares none. */
  readonly host: string | null;
  readonly broken: boolean;
  readonly lastSync: Date;
  readonly everyMs: number;
}

interface State {
  readonly facts: ConnectorFacts;
  broken: boolean;
  /** Milliseconds since 1970, as all times here. */
  lastSync: number;
  /** Scheduled syncs that begin after this one count. */
  scheduledAfter: number;
  /** A sync started by hand, by a repair. */
  manual: number | null;
}

interface DueSync extends Sync {
  readonly state: State;
  readonly end: number;
}

/**
 * @param writer the warehouse that `buildWorld` filled
 * @param options.seed the seed it was filled with
 */
export function createSimulation(
  writer: WarehouseWriter,
  options: { readonly seed?: number } = {},
): Simulation {
  const seed = options.seed ?? DEFAULT_SEED;
  const loaders = createLoaders(writer, createDeliveries(seed));
  const states = CONNECTORS.map((facts): State => {
    const { broken, lastSync } = facts;
    return { facts, broken, lastSync, scheduledAfter: lastSync, manual: null };
  });
  let now = AS_OF.getTime();

  const find = (id: string): State => {
    const state = states.find(({ facts }) => facts.id === id);
    if (state) return state;
    const known = CONNECTORS.map((facts) => facts.id).join(", ");
    throw new Error(`There is no connector ${JSON.stringify(id)}. Use one of: ${known}.`);
  };

  return {
    async advanceTo(at) {
      const until = at.getTime();
      if (!(until >= now)) {
        const stands = new Date(now).toISOString();
        throw new RangeError(`The world stands at ${stands}; give that time or a later one.`);
      }
      const due = states.filter(({ broken }) => !broken).flatMap((state) => dueSyncs(state, until));
      due.sort((a, b) => a.end - b.end);
      for (const sync of due) {
        await loaders.run(sync.state.facts.id, sync, new Date(sync.end));
        sync.state.lastSync = sync.at;
        sync.state.scheduledAfter = sync.at;
        sync.state.manual = null;
      }
      for (const { facts, broken } of states) {
        if (!broken) await loaders.stream(facts.id, until);
      }
      now = until;
      return due.map(({ state, at: start, end }) => ({
        connector: state.facts.id,
        startedAt: new Date(start),
        endedAt: new Date(end),
      }));
    },
    break(id) {
      const state = find(id);
      state.broken = true;
      state.manual = null;
      return describe(state);
    },
    repair(id) {
      const state = find(id);
      if (state.broken) {
        state.broken = false;
        state.manual = now;
        state.scheduledAfter = now;
      }
      return describe(state);
    },
    connectors: () => states.map(describe),
  };
}

function describe({ facts, broken, lastSync }: State): Connector {
  const { id, name, host, everyMs } = facts;
  return { id, name, host, broken, lastSync: new Date(lastSync), everyMs };
}

/** The syncs of a connector that are not done and end by `until`. */
function dueSyncs(state: State, until: number): DueSync[] {
  const { everyMs, offsetMs, takesMs } = state.facts;
  const starts = state.manual === null ? [] : [state.manual];
  const passed = Math.floor((state.scheduledAfter - offsetMs) / everyMs);
  for (let start = (passed + 1) * everyMs + offsetMs; start + takesMs <= until; start += everyMs) {
    starts.push(start);
  }
  return starts
    .filter((at) => at + takesMs <= until)
    .map((at, i, all) => ({ state, at, previous: all[i - 1] ?? state.lastSync, end: at + takesMs }));
}
