import type { WarehouseFile } from "./types.ts";

/** Everybody whom the warehouse file names as responsible for anything, once each. */
export function ownersIn({ hosts, connectors, sources }: WarehouseFile): readonly string[] {
  return [...new Set([...hosts, ...connectors, ...sources].flatMap(({ owner }) => owner ?? []))];
}
