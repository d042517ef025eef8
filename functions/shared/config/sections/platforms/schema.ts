import { z } from "zod";
import {
  column,
  columnOrPlace,
  currency,
  currencyColumn,
  entries,
  type Written,
  words,
} from "../../values/forms.ts";

const campaigns = z
  .strictObject({
    spend: columnOrPlace("$.campaign_name").describe("Column with the campaign in the source of spend."),
    revenue: column.describe("Column with the campaign in the source of revenue."),
  })
  .describe("Campaigns are compared by the name both sides give them.");

const platform = z
  .strictObject({
    name: words,
    spend: words.describe("One of `sources` with money of kind spend."),
    revenue: z
      .strictObject({
        source: words.describe("One of `sources`: a row is an order."),
        column: column.describe("The order's amount."),
        currency,
        currency_column: currencyColumn.optional(),
        attributed_by: column.describe("Column with the origin of the order."),
        is: z
          .array(words, { error: "write a list of values, like [facebook, fb]" })
          .min(1, { error: "name at least one value" })
          .describe("Values of this platform; case and surrounding blanks are ignored."),
      })
      .describe("Revenue that is attributed to the platform."),
    campaigns: campaigns.optional(),
  })
  .describe("Spend and revenue of a platform: return on ad spend.");

export const platformKeys = { platforms: entries(platform, "platforms").optional() };

export type WrittenPlatforms = Written<typeof platformKeys>;
