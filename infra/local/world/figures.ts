import { worldStart } from "../clock.ts";

/** The figures of the data audit of 8 February 2026 that the demo world is fitted to. */
export const AS_OF = worldStart;
export const PROJECT = "hulken";
export const LOCATION = "US";
export const ADS_DATASET = `${PROJECT}.ads_data`;

/** When each connector last finished its work. */
export const LAST_SYNC = {
  facebook: new Date("2026-02-02T12:00:00Z"),
  shopify: new Date("2026-02-05T12:00:00Z"),
  tiktok: new Date("2026-02-05T12:00:00Z"),
  /** It loads five minutes past each hour what was ordered before the hour. */
  shopifyUtm: new Date("2026-02-08T11:00:00Z"),
} as const;

/** First day of "the last 30 days": `DATE_SUB(as_of, INTERVAL 30 DAY)`, as the audit's queries have it. */
export const LAST_30_DAYS_FROM = "2026-01-09";

export const FACEBOOK = {
  firstDay: "2024-11-01",
  /** The connector was set up on this day: everything before came with its first sync. */
  firstSync: "2025-12-04",
  rows: 159_342,
  duplicates: 33_253,
  breakdowns: { ageAndGender: 1_494_810, country: 332_442, region: 911_412 },
  spendLast30DaysCents: 36_529_400,
  /** 26 January to 1 February, the last seven complete days: about $20,000 a day. */
  recentDaysCents: [1_874_210, 1_941_875, 2_036_540, 1_987_320, 2_118_935, 2_094_460, 1_951_660],
  campaigns: 41,
} as const;

export const TIKTOK = {
  firstDay: "2024-09-01",
  rows: 30_287,
  provinceRows: 1_052_020,
  spendLast30DaysCents: 3_602_600,
  /** 29 January to 4 February: about $2,000 a day. */
  recentDaysCents: [188_450, 193_125, 214_980, 219_640, 196_275, 191_310, 197_020],
  campaigns: 34,
} as const;

export const SHOPIFY = {
  firstDay: "2021-07-01",
  liveFirstDay: "2025-12-29",
  liveOrders: 9_865,
  liveCustomers: 13_350,
  customersWithoutPhone: 51,
  distinctOrderEmails: 9_175,
  orderEmailsOfCustomers: 6_888,
  legacyOrders: 585_927,
  utmOrders: 592_091,
  /** Rows whose (email_hash, customer_order_index) another row already has. */
  utmRepeatedFirstOrders: 1_481,
  /** 29 January to 4 February: about $90,000 a day. */
  recentDaysCents: [8_512_340, 8_734_915, 9_486_270, 9_658_105, 8_821_460, 8_803_785, 8_990_125],
  attributedLast30DaysCents: { facebook: 49_285_600, tiktok: 3_091_700 },
  utmCampaigns: { facebook: 38, facebookMatching: 22, tiktok: 34 },
} as const;
