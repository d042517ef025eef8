import type { Draft } from "../../values/draft.ts";
import { type Contradiction, type Path, reference } from "../../values/rule.ts";
import type { WrittenSources } from "../sources/schema.ts";
import type { WrittenPlatforms } from "./schema.ts";

type File = Draft<WrittenSources & WrittenPlatforms>;
type Platform = Draft<NonNullable<WrittenPlatforms["platforms"]>[string]>;

/** Spend and revenue that cannot be compared. */
export function platformRules({ platforms = {}, sources = {} }: File): Contradiction[] {
  return Object.entries(platforms).flatMap(([id, it = {}]) => comparable(it, ["platforms", id], sources));
}

function comparable(
  { spend, revenue = {} }: Platform,
  path: Path,
  sources: NonNullable<File["sources"]>,
): Contradiction[] {
  const found = [
    ...reference(spend, sources, [...path, "spend"], "source"),
    ...reference(revenue.source, sources, [...path, "revenue", "source"], "source"),
  ];
  const say = (keys: Path, message: string) => found.push({ path: [...path, ...keys], message });
  const spent = typeof spend === "string" ? sources[spend] : undefined;
  const money = spent?.money ?? {};
  if (typeof spend === "string" && spent !== undefined && money.kind !== "spend") {
    say(["spend"], `${spend} has no money of kind spend; add it there, or name another source`);
  }
  const orders = typeof revenue.source === "string" ? sources[revenue.source] : undefined;
  if (typeof revenue.source === "string" && orders !== undefined && orders.business_date === undefined) {
    say(
      ["revenue", "source"],
      `${revenue.source} does not say of which day an order is; add business_date: <column> to it`,
    );
  }
  const areKnown = typeof money.currency === "string" && typeof revenue.currency === "string";
  if (areKnown && money.currency !== revenue.currency) {
    say(
      ["revenue", "currency"],
      `spend is in ${String(money.currency)} and revenue in ${String(revenue.currency)}: without a rate nothing can be compared; name sources in one currency`,
    );
  }
  return found;
}
