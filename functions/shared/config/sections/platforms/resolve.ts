import { getOrThrow, placeOf, type Resolved } from "../../values/resolved.ts";
import type { Source } from "../sources/resolve.ts";
import type { WrittenPlatforms } from "./schema.ts";

export function resolvePlatforms(file: WrittenPlatforms, sources: ReadonlyMap<string, Source>) {
  return Object.entries(file.platforms ?? {}).map(([id, it]) => {
    const spend = getOrThrow(sources, it.spend);
    const revenue = getOrThrow(sources, it.revenue.source);
    if (spend.money === null || revenue.businessDate === null) throw new Error(`${id} is not whole`);
    return {
      id,
      name: it.name,
      /** Has money of kind spend. */
      spend: { ...spend, money: spend.money },
      revenue: {
        /** A row is an order; has a business date. */
        source: { ...revenue, businessDate: revenue.businessDate },
        column: it.revenue.column,
        currency: it.revenue.currency,
        attributedBy: it.revenue.attributed_by,
        /** Values of the platform; compared trimmed and in lower case. */
        is: it.revenue.is.map((value) => value.trim().toLowerCase()),
        /**
         * Column with an order's own currency: orders in another currency are in no sum. Null if all are in
         * `currency`.
         */
        currencyColumn: it.revenue.currency_column ?? null,
      },
      /** The columns with the campaign on each side; null if campaigns are not compared. */
      campaigns:
        it.campaigns === undefined
          ? null
          : { spend: placeOf(it.campaigns.spend), revenue: it.campaigns.revenue },
    };
  });
}

/** Spend and revenue of a platform, in one currency. */
export type Platform = Resolved<ReturnType<typeof resolvePlatforms>>[number];
