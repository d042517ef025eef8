import type { WarehouseFile } from "./types.ts";

/** Everybody whom the warehouse file names as responsible for anything, once each. */
export function ownersIn({ hosts, connectors, sources, pairs }: WarehouseFile): readonly string[] {
  return [...new Set([...hosts, ...connectors, ...sources, ...pairs].flatMap(({ owner }) => owner ?? []))];
}
