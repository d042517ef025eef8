import type { Platform } from "../../shared/config/types.ts";
import { compare, type Decimal, sumOf } from "../../shared/decimal.ts";
import { redact } from "../../shared/redact.ts";
import { formatCount, formatNumber } from "../../shared/report/format.ts";
import { formatAmount } from "../../shared/report/format-amount.ts";
import { WarehouseError } from "../../shared/stores/bigquery/error.ts";
import { found, type Impact, notRead, ok, type Result, unknown } from "../result.ts";
import type { LabelStats, Window } from "../table-stats/types.ts";
import { queryOf } from "./query.ts";

/** Orders of one campaign. Its name has no leading or trailing blanks. */
interface Campaign {
  readonly name: string;
  readonly orders: number;
  /** Null if no amount is readable. */
  readonly revenue: Decimal | null;
  /** Orders whose amount is not in the sum. */
  readonly withoutRevenue: number;
}

/**
 * Checks that orders name campaigns of the spend table. Names are compared without leading and trailing
 * blanks. Names that differ only in case or repeated blanks are counted, and do not match. Pure.
 *
 * @param orders of the revenue's table, by platform and campaign
 * @param named of the spend's table, by campaign: of any day, because a campaign brings orders after its last
 *   spend
 */
export function judgeCampaigns(
  platform: Platform,
  orders: readonly LabelStats[] | WarehouseError,
  named: readonly LabelStats[] | WarehouseError,
  window: Window,
): Result {
  const about = { check: "campaigns", subject: platform.id, owner: platform.spend.owner } as const;
  if (orders instanceof WarehouseError) return notRead(about, orders);
  if (named instanceof WarehouseError) return notRead(about, named);

  const attributed = orders.filter(
    (it) =>
      it.platform === platform.id &&
      it.facts > 0 &&
      it.day !== null &&
      it.day >= window.firstDay &&
      it.day <= window.lastDay,
  );
  const campaigns = campaignsOf(attributed);
  const without = countOf(attributed.filter(({ campaign }) => nameOf(campaign) === null));
  const names = new Set(named.flatMap(({ campaign }) => nameOf(campaign) ?? []));
  if (campaigns.length === 0) {
    const text =
      without === 0
        ? `No order is attributed to ${platform.name}.`
        : `None of the ${formatCount(without, "order")} of ${platform.name} names a campaign.`;
    return unknown(about, "no_campaigns", text, { evidence: { orders_without_campaign: without } });
  }
  if (names.size === 0) {
    const text = `${platform.spend.id} names no campaign, so orders cannot be matched with campaigns.`;
    return unknown(about, "no_names", text, { evidence: { campaigns: campaigns.length } });
  }
  const loose = new Set([...names].map(looseOf));
  const unmatched = campaigns.filter(({ name }) => !names.has(name)).toSorted(byRevenue);
  const nearMatches = unmatched.filter(({ name }) => loose.has(looseOf(name)));
  const lost = sumOf(unmatched.map(({ revenue }) => revenue));
  const { currency } = platform.revenue;
  const evidence = {
    campaigns: campaigns.length,
    matching: campaigns.length - unmatched.length,
    // A link may contain a person's name instead of a campaign.
    not_matching: unmatched.map(({ name }) => redact(name)),
    near_matches: nearMatches.length,
    orders_without_campaign: without,
    revenue_not_matching: unmatched.length === 0 ? "0" : lost,
    currency,
  };
  const blank =
    without === 0 ? "" : ` ${formatCount(without, "order")} ${without === 1 ? "names" : "name"} no campaign.`;
  if (unmatched.length === 0)
    return ok(about, `${matchText(platform, campaigns.length, campaigns.length)}.${blank}`, evidence);
  return found(about, {
    status: "warning",
    code: "campaigns_do_not_join",
    text:
      `${matchText(platform, evidence.matching, campaigns.length)}; the others have ` +
      `${revenueText(unmatched, lost, currency)}.${nearMatchesText(nearMatches.length)}${blank}`,
    evidence,
    cause:
      nearMatches.length > 0
        ? "Campaigns were probably renamed, or are written in another way in the links of the ads."
        : "Campaigns were probably renamed, or the links of the ads do not name the campaign.",
    impact: impactOf(lost, currency, platform),
    actions: [
      `Let the links of the ads carry the campaign name that ${platform.name} fills in, so that both sides have the same name`,
      "Until then, map the names of these campaigns by hand",
    ],
    query: queryOf(platform, window),
  });
}

function campaignsOf(attributed: readonly LabelStats[]): Campaign[] {
  const byName = Map.groupBy(attributed, ({ campaign }) => nameOf(campaign));
  return [...byName].flatMap(([name, some]) =>
    name === null
      ? []
      : [
          {
            name,
            orders: countOf(some),
            revenue: sumOf(some.map(({ clean }) => clean)),
            withoutRevenue: some.reduce((sum, it) => sum + it.unreadable + it.foreign + it.withoutAmount, 0),
          },
        ],
  );
}

/** Null for a missing or blank name. */
function nameOf(campaign: string | null): string | null {
  return campaign?.trim() || null;
}

function looseOf(name: string): string {
  return name.replace(/\s+/g, " ").toLowerCase();
}

/** Highest revenue first; campaigns without readable revenue last. */
function byRevenue(a: Campaign, b: Campaign): number {
  if (a.revenue === null || b.revenue === null) {
    if (a.revenue !== b.revenue) return a.revenue === null ? 1 : -1;
    return a.name < b.name ? -1 : 1;
  }
  return compare(b.revenue, a.revenue) || (a.name < b.name ? -1 : 1);
}

function countOf(labels: readonly LabelStats[]): number {
  return labels.reduce((sum, { facts }) => sum + facts, 0);
}

function matchText({ name }: Platform, matching: number, all: number): string {
  if (matching === all && all === 1) return `The one campaign of orders is a campaign of ${name}`;
  if (matching === all) return `All ${all} campaigns of orders are campaigns of ${name}`;
  if (matching === 0 && all > 1) return `None of the ${all} campaigns of orders is a campaign of ${name}`;
  return `${matching} of ${all} campaigns of orders ${matching === 1 ? "is a campaign" : "are campaigns"} of ${name}`;
}

function revenueText(strangers: readonly Campaign[], lost: Decimal | null, currency: string): string {
  const orders = formatCount(
    strangers.reduce((sum, it) => sum + it.orders, 0),
    "order",
  );
  const unknown = strangers.reduce((sum, { withoutRevenue }) => sum + withoutRevenue, 0);
  if (lost === null) return `${orders}, of whose amounts none can be read`;
  const least = unknown === 0 ? "" : `, and ${formatNumber(unknown)} whose amount is in no sum`;
  return `${orders} of ${formatAmount(lost, currency)}${least}`;
}

function nearMatchesText(nearMatches: number): string {
  if (nearMatches === 0) return "";
  return ` ${nearMatches} of them ${nearMatches === 1 ? "differs" : "differ"} in case or blanks only.`;
}

/** Orders without a campaign are not part of the impact: they belong to no campaign anyway. */
function impactOf(lost: Decimal | null, currency: string, { name }: Platform): Impact | null {
  if (lost === null || compare(lost, "0") <= 0) return null;
  const amount = Number(lost);
  return {
    amount,
    low: amount,
    high: amount,
    currency,
    what: "revenue credited to no campaign",
    basis: `Sum of the orders of ${name} whose campaign is none of the spend's`,
  };
}
