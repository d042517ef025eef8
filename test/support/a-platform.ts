import { resolvePlatforms } from "../../functions/shared/config/sections/platforms/resolve.ts";
import type { Platform } from "../../functions/shared/config/types.ts";
import { aMoney, aSource, only } from "./a-source.ts";

/** Facebook: the spend of `aSource`, and orders that name it in `utm`. */
export function aPlatform(parts: Partial<Platform> = {}): Platform {
  const sources = new Map([
    ["ads", aSource({ money: aMoney() })],
    ["orders", aSource({ id: "orders", uniqueKey: ["id"] })],
  ]);
  const facebook = {
    name: "Facebook",
    spend: "ads",
    revenue: { source: "orders", column: "total", currency: "USD", attributed_by: "utm", is: ["facebook"] },
  };
  return { ...only(resolvePlatforms({ platforms: { facebook } }, sources)), ...parts };
}
