import type { WarehouseWriter } from "../emulators/bigquery/catalog.ts";
import type { ConnectorId } from "./connectors.ts";
import type { Deliveries, Sync } from "./deliveries.ts";
import { ADS_DATASET } from "./figures.ts";
import { createGa4Export } from "./ga4-export.ts";
import { SMALL_TABLES } from "./tables/small-tables.ts";

/** What the connectors do to the warehouse, one sync at a time. */
export interface Loaders {
  run(id: ConnectorId, sync: Sync, endedAt: Date): Promise<void>;
  /** Brings what a connector streams beside its syncs, up to `until`. */
  stream(id: ConnectorId, until: number): Promise<void>;
}

export function createLoaders(writer: WarehouseWriter, deliveries: Deliveries): Loaders {
  const exports = {
    ga4_eu: createGa4Export(writer, deliveries, "ga4_eu"),
    ga4_us: createGa4Export(writer, deliveries, "ga4_us"),
    ga4_ca: createGa4Export(writer, deliveries, "ga4_ca"),
  };
  const table = (name: string) => `${ADS_DATASET}.${name}`;
  const append = async (appends: Readonly<Record<string, string>>, at: Date) => {
    for (const [name, select] of Object.entries(appends)) await writer.appendSelect(table(name), select, at);
  };
  const airbyte = async (id: "facebook" | "shopify" | "tiktok", sync: Sync, at: Date) => {
    await append(deliveries[id]([sync]), at);
    for (const { name, loader } of SMALL_TABLES) if (loader === id) writer.touch(table(name), at);
  };
  return {
    async run(id, sync, endedAt) {
      if (id === "shopify_utm") return append(deliveries.shopifyUtm(sync), endedAt);
      if (id === "facebook" || id === "shopify" || id === "tiktok") return airbyte(id, sync, endedAt);
      return exports[id].makeShards(endedAt);
    },
    async stream(id, until) {
      if (id === "ga4_eu" || id === "ga4_us" || id === "ga4_ca") await exports[id].streamUntil(until);
    },
  };
}
