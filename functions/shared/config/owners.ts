import type { WarehouseFile } from "./types.ts";

/** All owners that the warehouse file names, once each. */
export function ownersIn({ hosts, connectors, sources, pairs }: WarehouseFile): readonly string[] {
  return [...new Set([...hosts, ...connectors, ...sources, ...pairs].flatMap(({ owner }) => owner ?? []))];
}
