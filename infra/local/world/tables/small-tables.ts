import { FACEBOOK_CAMPAIGNS, nameSql, TIKTOK_CAMPAIGNS } from "../names.ts";
import type { SmallTable } from "./small.ts";

const named = (prefix: string, firstId: string) =>
  [
    ["id", "STRING", `(${firstId} + i)::VARCHAR`],
    ["name", "STRING", `concat('${prefix} ', i)`],
    ["created_time", "TIMESTAMP", "make_timestamptz(1730419200000000 + i * 3600000000)"],
    ["updated_time", "TIMESTAMP", "make_timestamptz(1767225600000000 + i * 600000000)"],
  ] as const;

const campaigns = (names: readonly string[], firstId: string, more: SmallTable["columns"]) =>
  [
    ["campaign_id", "STRING", `(${firstId} + i)::VARCHAR`],
    ["campaign_name", "STRING", nameSql(names, "i")],
    ...more,
  ] as const;

const numbered = (firstId: string, ...columns: SmallTable["columns"]) =>
  [
    ["id", "INTEGER", `${firstId} + i`],
    ["created_at", "TIMESTAMP", "make_timestamptz(1766966400000000 + i * 60000000)"],
    ...columns,
  ] as const;

const account = [
  "account_id",
  "STRING",
  "['act_334792038', 'act_454869667', 'act_454871405'][i % 3 + 1]",
] as const;
const status = ["status", "STRING", "['ACTIVE', 'ACTIVE', 'PAUSED'][i % 3 + 1]"] as const;
const advertiser = ["advertiser_id", "INTEGER", "7120000000000000001"] as const;

/** The tables of `ads_data` that nothing is fitted to: they are there because they would be. */
export const SMALL_TABLES: readonly SmallTable[] = [
  {
    name: "facebook_campaigns",
    loader: "facebook",
    rows: FACEBOOK_CAMPAIGNS.length,
    columns: campaigns(FACEBOOK_CAMPAIGNS, "120200000000000000", [account, status]),
  },
  {
    name: "facebook_ad_sets",
    loader: "facebook",
    rows: 300,
    columns: [...named("Ad set", "120210000000000000"), account, status],
  },
  {
    name: "facebook_ads",
    loader: "facebook",
    rows: 900,
    columns: [
      ...named("Ad", "120220000000000000"),
      status,
      ["creative_id", "STRING", "(120230000000000000 + i)::VARCHAR"],
    ],
  },
  {
    name: "facebook_ad_creatives",
    loader: "facebook",
    rows: 900,
    columns: [
      ...named("Creative", "120230000000000000"),
      ["ad_id", "STRING", "(120220000000000000 + i)::VARCHAR"],
      ["body", "STRING", "concat('Feel the signal, version ', i % 40)"],
    ],
  },
  {
    name: "facebook_ad_account",
    loader: "facebook",
    rows: 3,
    columns: [account, ["currency", "STRING", "'USD'"]],
  },
  {
    name: "facebook_custom_audiences",
    loader: "facebook",
    rows: 64,
    columns: [...named("Audience", "120240000000000000"), account],
  },
  {
    name: "facebook_custom_conversions",
    loader: "facebook",
    rows: 9,
    columns: [...named("Conversion", "120250000000000000"), account],
  },
  {
    name: "facebook_images",
    loader: "facebook",
    rows: 1_120,
    columns: [...named("Image", "120260000000000000"), account],
  },
  {
    name: "facebook_videos",
    loader: "facebook",
    rows: 410,
    columns: [...named("Video", "120270000000000000"), account],
  },
  {
    name: "facebook_activities",
    loader: "facebook",
    rows: 2_900,
    columns: [
      ["event_time", "TIMESTAMP", "make_timestamptz(1766966400000000 + i * 1000000000)"],
      ["event_type", "STRING", "['update_ad_run_status', 'update_campaign_budget', 'create_ad'][i % 3 + 1]"],
      account,
    ],
  },
  {
    name: "tiktokads_campaigns",
    loader: "tiktok",
    rows: TIKTOK_CAMPAIGNS.length,
    columns: campaigns(TIKTOK_CAMPAIGNS, "1770000000000000", [advertiser, status]),
  },
  {
    name: "tiktokads_ad_groups",
    loader: "tiktok",
    rows: 170,
    columns: [...named("Ad group", "1775000000000000"), advertiser, status],
  },
  {
    name: "tiktokads_ads",
    loader: "tiktok",
    rows: 340,
    columns: [...named("Ad", "1780000000000000"), advertiser, status],
  },
  {
    name: "tiktokads_advertisers",
    loader: "tiktok",
    rows: 1,
    columns: [advertiser, ["currency", "STRING", "'USD'"]],
  },
  {
    name: "tiktokads_creative_assets_images",
    loader: "tiktok",
    rows: 220,
    columns: [...named("Image", "1790000000000000"), advertiser],
  },
  {
    name: "tiktokads_creative_assets_videos",
    loader: "tiktok",
    rows: 360,
    columns: [...named("Video", "1800000000000000"), advertiser],
  },
  {
    name: "tiktokads_audiences",
    loader: "tiktok",
    rows: 18,
    columns: [...named("Audience", "1810000000000000"), advertiser],
  },
  {
    name: "tiktokads_pixels",
    loader: "tiktok",
    rows: 2,
    columns: [...named("Pixel", "1820000000000000"), advertiser],
  },
  {
    name: "shopify_live_products",
    loader: "shopify",
    rows: 126,
    columns: numbered("9100000000000", ["title", "STRING", "concat('Product ', i)"]),
  },
  {
    name: "shopify_live_product_variants",
    loader: "shopify",
    rows: 1_480,
    columns: numbered(
      "9200000000000",
      ["product_id", "INTEGER", "9100000000000 + i % 126"],
      ["sku", "STRING", "concat('SKU-', i)"],
    ),
  },
  {
    name: "shopify_live_inventory_items",
    loader: "shopify",
    rows: 1_480,
    columns: numbered("9300000000000", ["sku", "STRING", "concat('SKU-', i)"]),
  },
  {
    name: "shopify_live_inventory_levels",
    loader: "shopify",
    rows: 4_440,
    columns: numbered(
      "9400000000000",
      ["location_id", "INTEGER", "9500000000000 + i % 3"],
      ["available", "INTEGER", "i * 37 % 400"],
    ),
  },
  {
    name: "shopify_live_locations",
    loader: "shopify",
    rows: 3,
    columns: numbered("9500000000000", ["name", "STRING", "['Leipzig', 'Reno', 'Toronto'][i + 1]"]),
  },
  {
    name: "shopify_live_collections",
    loader: "shopify",
    rows: 24,
    columns: numbered("9600000000000", ["title", "STRING", "concat('Collection ', i)"]),
  },
  {
    name: "shopify_live_discount_codes",
    loader: "shopify",
    rows: 310,
    columns: numbered("9700000000000", ["code", "STRING", "concat('SIGNAL', i)"]),
  },
  {
    name: "shopify_live_price_rules",
    loader: "shopify",
    rows: 58,
    columns: numbered("9800000000000", ["value_type", "STRING", "'percentage'"]),
  },
  {
    name: "shopify_live_order_refunds",
    loader: "shopify",
    rows: 412,
    columns: numbered("9900000000000", ["order_id", "INTEGER", "5400000581190 + i * 23"]),
  },
  {
    name: "shopify_live_fulfillments",
    loader: "shopify",
    rows: 3_288,
    columns: numbered(
      "9910000000000",
      ["order_id", "INTEGER", "5400000581190 + i * 3"],
      ["status", "STRING", "'success'"],
    ),
  },
  {
    name: "shopify_live_transactions",
    loader: "shopify",
    rows: 9_865,
    columns: numbered(
      "9920000000000",
      ["order_id", "INTEGER", "5400000581190 + i"],
      ["kind", "STRING", "'sale'"],
    ),
  },
  {
    name: "shopify_live_abandoned_checkouts",
    loader: "shopify",
    rows: 1_904,
    columns: numbered("9930000000000", ["currency", "STRING", "'USD'"]),
  },
  {
    name: "shopify_live_shop",
    loader: "shopify",
    rows: 1,
    columns: numbered("9940000000000", ["name", "STRING", "'Better Signal'"]),
  },
  {
    name: "shopify_products",
    loader: null,
    rows: 118,
    columns: numbered("9100000000000", ["title", "STRING", "concat('Product ', i)"]),
  },
  {
    name: "shopify_line_items",
    loader: null,
    rows: 20_000,
    columns: numbered(
      "9950000000000",
      ["order_id", "INTEGER", "5400000000000 + i // 2"],
      ["quantity", "INTEGER", "1 + i % 3"],
    ),
  },
  {
    name: "calendar",
    loader: null,
    rows: 3_653,
    columns: [
      ["date", "DATE", "DATE '2020-01-01' + i::INTEGER"],
      ["iso_weekday", "INTEGER", "isodow(DATE '2020-01-01' + i::INTEGER)"],
    ],
  },
  {
    name: "country_codes",
    loader: null,
    rows: 11,
    columns: [
      ["code", "STRING", "['US', 'CA', 'GB', 'DE', 'FR', 'NL', 'BE', 'AT', 'IE', 'SE', 'AU'][i + 1]"],
    ],
  },
  {
    name: "currency_rates",
    loader: null,
    rows: 1_800,
    columns: [
      ["date", "DATE", "DATE '2021-03-06' + i::INTEGER"],
      ["currency", "STRING", "'EUR'"],
      ["usd", "NUMERIC", "round(1.05 + (i * 7 % 90) / 1000.0, 4)"],
    ],
  },
];
