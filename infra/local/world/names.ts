import { FACEBOOK, SHOPIFY, TIKTOK } from "./figures.ts";

const MARKETS = ["EU", "US", "CA"];
const THEMES = [
  "Posture Shirt",
  "Recovery Tee",
  "Spring Sale",
  "Back Relief",
  "Black Friday",
  "Golf",
  "Yoga",
  "Office",
  "Runners",
  "New Year",
  "Gift Guide",
  "Bundle",
  "Bestsellers",
  "Creators",
];
const FUNNEL = ["Prospecting", "Retargeting", "Advantage+"];

const pick = (names: readonly string[], i: number) => names[i % names.length] ?? "";

/** Names of Facebook's campaigns; campaign `i` belongs to account `i % 3`. */
export const FACEBOOK_CAMPAIGNS: readonly string[] = Array.from(
  { length: FACEBOOK.campaigns },
  (_, i) => `${pick(MARKETS, i)} | ${pick(THEMES, Math.floor(i / 3))} | ${pick(FUNNEL, Math.floor(i / 3))}`,
);

export const FACEBOOK_ACCOUNTS = [
  { id: "act_334792038", name: "Better Signal EU", currency: "USD" },
  { id: "act_454869667", name: "Better Signal US", currency: "USD" },
  { id: "act_454871405", name: "Better Signal CA", currency: "USD" },
] as const;

export const TIKTOK_CAMPAIGNS: readonly string[] = Array.from(
  { length: TIKTOK.campaigns },
  (_, i) => `TT_${pick(MARKETS, i)}_${pick(THEMES, Math.floor(i / 3)).replaceAll(" ", "")}_${1 + (i % 4)}`,
);

/**
 * `utm_campaign` as the shop's links carry it: some are Facebook's names to the
 * letter, the others were typed by hand and match none.
 */
export const FACEBOOK_UTM_CAMPAIGNS: readonly string[] = [
  ...FACEBOOK_CAMPAIGNS.slice(0, SHOPIFY.utmCampaigns.facebookMatching),
  ...FACEBOOK_CAMPAIGNS.slice(SHOPIFY.utmCampaigns.facebookMatching, SHOPIFY.utmCampaigns.facebook).map(
    (name) => `fb_${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-")}`,
  ),
];

/** DuckDB SQL of the name at a place, counted from 0. */
export function nameSql(names: readonly string[], index: string): string {
  return `[${names.map((name) => `'${name.replaceAll("'", "''")}'`).join(", ")}][(${index}) + 1]`;
}
