import type { Platform } from "../../functions/shared/config/types.ts";
import { aMoney, aSource } from "./a-source.ts";

/** Facebook: the spend of `aSource`, and orders that name it in `utm`. */
export function aPlatform(parts: Partial<Platform> = {}): Platform {
  return {
    id: "facebook",
    name: "Facebook",
    spend: { ...aSource(), money: aMoney() },
    revenue: {
      source: { ...aSource({ id: "orders", uniqueKey: ["id"] }), businessDate: "day" },
      column: "total",
      currency: "USD",
      attributedBy: "utm",
      is: ["facebook"],
      currencyColumn: null,
    },
    campaigns: null,
    ...parts,
  };
}
