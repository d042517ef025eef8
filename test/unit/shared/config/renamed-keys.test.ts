import { describe, expect, test } from "vitest";
import { parseWarehouseFile, WarehouseFileError } from "../../../../functions/shared/config/parse.ts";

/** Every key that has been renamed, in its new words. */
const now = `
project: shop
location: EU
time_zone: UTC
ops_dataset: plumbline_ops
connectors:
  shopify: { name: Shopify, every: 24h }
sources:
  orders:
    table: shop.orders
    connector: shopify
    owner: ecommerce
    arrival: at
    unique_key: [id]
    other_writers: [pii-hasher]
  customers:
    table: shop.customers
    connector: shopify
    owner: ecommerce
    arrival: at
    unique_key: [id]
    other_writers: [pii-hasher, backfill]
dedup_views:
  clean_orders: { source: orders, max_removed: 5% }
pii:
  key: identity
  tables:
    orders: { clean: clean.orders, emails: { email: email_hash } }
    customers: { clean: clean.customers, emails: { email: email_hash } }
  matches:
    - { of: orders.email_hash, among: customers.email_hash, unmatched_are: guests }
    - { of: customers.email_hash, among: orders.email_hash, unmatched_are: browsers }
  exclude:
    - { column: crm.staff.email, reason: our own staff }
reconciliation:
  full_scan_up_to: 1GiB
  max_scan: 2GiB
notifications:
  repeat_after: [4h, 12h]
  heartbeat_at: "08:00"
  channels:
    alerts: { slack: { webhook_secret: slack-alerts } }
`;

const inOldWords = (text: string) =>
  text
    .replaceAll("other_writers", "also_written_by")
    .replaceAll("max_removed", "remove_at_most")
    .replaceAll("unmatched_are", "rest")
    .replaceAll("exclude", "left_out")
    .replaceAll("full_scan_up_to", "whole_up_to")
    .replaceAll("max_scan", "at_most")
    .replaceAll("notifications", "tell")
    .replaceAll("repeat_after", "remind_after")
    .replaceAll("heartbeat_at", "all_quiet_at");

function mistakesIn(text: string, options?: { notifies: boolean }): string[] {
  try {
    parseWarehouseFile(text, "warehouse.yaml", options);
    return [];
  } catch (error) {
    if (!(error instanceof WarehouseFileError)) throw error;
    return error.mistakes.map(({ line, path, message }) => `${line} ${path}: ${message}`);
  }
}

const everyOldKey = [
  "15 sources.orders.also_written_by: also_written_by is now called other_writers: rename it",
  "22 sources.customers.also_written_by: also_written_by is now called other_writers: rename it",
  "24 dedup_views.clean_orders.remove_at_most: remove_at_most is now called max_removed: rename it",
  "31 pii.matches.0.rest: rest is now called unmatched_are: rename it",
  "32 pii.matches.1.rest: rest is now called unmatched_are: rename it",
  "33 pii.left_out: left_out is now called exclude: rename it",
  "36 reconciliation.whole_up_to: whole_up_to is now called full_scan_up_to: rename it",
  "37 reconciliation.at_most: at_most is now called max_scan: rename it",
  "38 tell: tell is now called notifications: rename it",
  "39 notifications.remind_after: remind_after is now called repeat_after: rename it",
  "40 notifications.all_quiet_at: all_quiet_at is now called heartbeat_at: rename it",
];

describe("a file in the old words", () => {
  test("has each of them reported at its line, with the new one", () => {
    expect(mistakesIn(now)).toEqual([]);
    expect(mistakesIn(inOldWords(now))).toEqual(everyOldKey);
  });

  test("has the mistakes below them reported too", () => {
    const wrong = now
      .replace("max_removed: 5%", "max_removed: 0.05")
      .replace("[4h, 12h]", "[12h, 4h]")
      .replace("max_scan: 2GiB", "max_scan: 0.5GiB\n  at_moust: 1GiB");
    const found = mistakesIn(inOldWords(wrong));
    expect(found).toContain("24 dedup_views.clean_orders.max_removed: write a share with its sign, like 2%");
    expect(found).toContainEqual(expect.stringMatching(/^40 notifications\.repeat_after\.1: it is shorter/));
    expect(found).toContainEqual(
      expect.stringMatching(/^36 reconciliation\.full_scan_up_to: a table of 1GiB/),
    );
    expect(found).toContain("38 reconciliation.at_moust: there is no key at_moust here");
    expect(found).toHaveLength(everyOldKey.length + 4);
  });

  test("has a key reported that stands there by both names", () => {
    const both = now.replace("  repeat_after: [4h, 12h]", "  repeat_after: 4h\n  remind_after: 6h");
    expect(mistakesIn(both)).toEqual([
      "40 notifications.remind_after: remind_after is now called repeat_after: rename it",
    ]);
  });

  test("is told so where a mapping is shared by an alias, once", () => {
    const shared = now
      .replace(/ {2}orders:\n {4}table[\s\S]*?(?= {2}customers)/, "")
      .replace(
        "sources:\n",
        "sources:\n  orders: &orders { table: shop.orders, connector: shopify, owner: e, arrival: at, unique_key: [id], also_written_by: [x] }\n  copy: *orders\n",
      );
    expect(mistakesIn(shared)[0]).toBe(
      "9 sources.orders.also_written_by: also_written_by is now called other_writers: rename it",
    );
    expect(mistakesIn(shared).filter((one) => one.includes("also_written_by"))).toHaveLength(1);
  });

  test("may leave out who is notified where it is only looked by, and is told of the old word all the same", () => {
    expect(mistakesIn(now.replace(/notifications:[\s\S]*/, ""), { notifies: false })).toEqual([]);
    expect(mistakesIn(inOldWords(now), { notifies: false })).toEqual(everyOldKey);
  });
});
