import { placeOf, type Resolved } from "../../values/resolved.ts";
import { tableName } from "../../values/table-name.ts";
import type { WrittenProject } from "../project/schema.ts";
import type { WrittenPairs } from "./schema.ts";

export function resolvePairs(file: WrittenProject & WrittenPairs) {
  return Object.entries(file.pairs ?? {}).map(([id, it]) => {
    const [one, other] = it.between.map((side) => ({
      table: tableName(side.table, file.project),
      /** The key of a row; the same number of columns on both sides, in the same order. Never empty. */
      key: side.key,
      businessDate: side.business_date,
      timeZone: side.time_zone ?? file.time_zone,
      amount: side.amount === undefined ? null : placeOf(side.amount),
    }));
    if (one === undefined || other === undefined) throw new Error(`${id} has no two sides`);
    return {
      id,
      owner: it.owner,
      between: [one, other] as const,
      /** ISO 4217 of both amounts; null if no amounts are compared. */
      currency: it.currency ?? null,
    };
  });
}

/** Two tables with the same facts, such as the shop's own orders and a loader's copy. */
export type Pair = Resolved<ReturnType<typeof resolvePairs>>[number];
export type PairSide = Pair["between"][number];
