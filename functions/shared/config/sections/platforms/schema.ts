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
    spend: columnOrPlace("$.campaign_name").describe("Where the source of spend names the campaign."),
    revenue: column.describe("Column in which the source of revenue names the campaign."),
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
        attributed_by: column.describe("Column that says what brought the order."),
        is: z
          .array(words, { error: "write a list of values, like [facebook, fb]" })
          .min(1, { error: "name at least one value" })
          .describe("Values that stand for this platform; case and surrounding blanks do not matter."),
      })
      .describe("Revenue that is attributed to the platform."),
    campaigns: campaigns.optional(),
  })
  .describe("What is spent on a platform, and what it brings: return on ad spend.");

export const platformKeys = { platforms: entries(platform, "platforms").optional() };

export type WrittenPlatforms = Written<typeof platformKeys>;
