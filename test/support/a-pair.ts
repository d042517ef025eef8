import type { Pair, PairSide } from "../../functions/shared/config/types.ts";

/** The shop's orders. */
export function aPairSide(parts: Partial<PairSide> = {}): PairSide {
  return {
    table: { project: "shop", dataset: "shop", table: "orders" },
    key: ["id"],
    businessDate: "day",
    timeZone: "UTC",
    amount: { column: "total", jsonPath: null },
    ...parts,
  };
}

export function aPair(parts: Partial<Pair> = {}): Pair {
  return {
    id: "orders_pair",
    owner: "shop@example.com",
    between: [aPairSide(), aPairSide()],
    currency: "USD",
    ...parts,
  };
}
