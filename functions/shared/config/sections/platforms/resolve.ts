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
        /** Values that stand for the platform; compared trimmed and in lower case. */
        is: it.revenue.is.map((value) => value.trim().toLowerCase()),
        /** Column that says an order's own currency: orders in another one are in no sum. Null: all are in `currency`. */
        currencyColumn: it.revenue.currency_column ?? null,
      },
      /** Where each side names the campaign, the revenue's in a column of its source; null where they are not compared. */
      campaigns:
        it.campaigns === undefined
          ? null
          : { spend: placeOf(it.campaigns.spend), revenue: it.campaigns.revenue },
    };
  });
}

/** What is spent on a platform and what it brings, in one currency. */
export type Platform = Resolved<ReturnType<typeof resolvePlatforms>>[number];
