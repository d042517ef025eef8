import { resolvePairs } from "../../functions/shared/config/sections/pairs/resolve.ts";
import type { Pair, PairSide } from "../../functions/shared/config/types.ts";
import { only, project } from "./a-source.ts";

/** The shop's orders, compared with themselves. */
export function aPair(parts: Partial<Pair> = {}): Pair {
  const side = { table: "shop.orders", key: ["id"], business_date: "day", amount: "total" };
  const pair = { owner: "shop@example.com", currency: "USD", between: [side, side] };
  return { ...only(resolvePairs({ ...project, pairs: { orders_pair: pair } })), ...parts };
}

export function aPairSide(parts: Partial<PairSide> = {}): PairSide {
  return { ...aPair().between[0], ...parts };
}
