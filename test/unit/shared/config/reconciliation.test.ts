import { describe, expect, test } from "vitest";
import { parseWarehouseFile, WarehouseFileError } from "../../../../functions/shared/config/parse.ts";

const day = 86_400_000;
const gibibyte = 2 ** 30;

/** A file with a source of spend and a finer cut of it; each test says more. */
const file = ({ ads = "", country = "", platform = "", more = "" } = {}) => `
project: shop
location: EU
time_zone: Europe/Berlin
ops_dataset: plumbline_ops
connectors:
  facebook: { name: Facebook, every: 24h }
sources:
  country: { table: ads.by_country, connector: facebook, owner: growth, business_date: day${country} }
  ads:
    table: ads.insights
    connector: facebook
    owner: growth
    arrival: extracted_at
    business_date: day
    money: { column: spend, currency: EUR, kind: spend, currency_column: account_currency }
${ads}
  bare: { table: ads.bare, connector: facebook, owner: growth, arrival: loaded_at }
  orders: { table: shop.orders, connector: facebook, owner: shop, arrival: loaded_at, business_date: created_at, unique_key: [id] }
platforms:
  fb:
    name: Facebook
    spend: ads
    revenue: { source: orders, column: total, currency: EUR, currency_column: currency, attributed_by: utm, is: [fb] }
${platform}
${more}
notifications:
  channels:
    alerts: { slack: { webhook_secret: slack-alerts } }
`;
type Said = Parameters<typeof file>[0];
const parse = (said?: Said) => parseWarehouseFile(file(said), "warehouse.yaml");

function mistakesIn(said: Said): string[] {
  try {
    parse(said);
    return [];
  } catch (error) {
    if (!(error instanceof WarehouseFileError)) throw error;
    return error.mistakes.map(({ path, message }) => `${path}: ${message}`);
  }
}

describe("what figures are held against", () => {
  test("is nothing but the usual tolerances, unless the file says so", () => {
    const { sources, platforms, pairs, reconciliation } = parse();
    expect(sources[0]).toMatchObject({ required: [], finalAfterMs: null, breakdown: null });
    expect(platforms[0]?.campaigns).toBeNull();
    expect(pairs).toEqual([]);
    expect(reconciliation).toEqual({
      moneyTolerance: { absolute: "1", relative: 0.001 },
      rowTolerance: { absolute: "0", relative: 0 },
      breakEvenRoas: 1,
      reportOn: 1,
      fullScanUpToBytes: 10 * gibibyte,
      maxScanBytes: 50 * gibibyte,
    });
  });

  test("of a source: columns, days, the source it cuts finer, the column of a row's currency", () => {
    const { sources, platforms } = parse({
      ads: "    required: [ad_id, campaign_name]\n    final_after: 3d",
      country: ", breakdown: { of: ads, column: metrics, json_path: $.spend }",
      platform: "    campaigns: { spend: campaign_name, revenue: utm_campaign }",
    });
    const [country, ads] = sources;
    expect(ads).toMatchObject({
      required: ["ad_id", "campaign_name"],
      finalAfterMs: 3 * day,
      breakdown: null,
      money: { currency: "EUR", currencyColumn: "account_currency" },
    });
    expect(country?.breakdown).toEqual({ of: ads, column: "metrics", jsonPath: "$.spend" });
    expect(platforms[0]).toMatchObject({
      revenue: { currencyColumn: "currency" },
      campaigns: { spend: { column: "campaign_name", jsonPath: null }, revenue: "utm_campaign" },
    });
  });

  test("a campaign's name may stand in JSON", () => {
    const platform = "    campaigns: { spend: { column: m, json_path: $.name }, revenue: utm_campaign }";
    expect(parse({ platform }).platforms[0]?.campaigns?.spend).toEqual({ column: "m", jsonPath: "$.name" });
  });

  test("a whole section of its own", () => {
    const written = `tolerances: { money: { absolute: 0.05 }, rows: { absolute: "2", relative: 1.5% } }
  break_even_roas: 1.5
  report_on: sunday
  full_scan_up_to: 512MiB
  max_scan: 1.5TiB`;
    expect(parse({ more: `reconciliation:\n  ${written}` }).reconciliation).toEqual({
      moneyTolerance: { absolute: "0.05", relative: 0.001 },
      rowTolerance: { absolute: "2", relative: 0.015 },
      breakEvenRoas: 1.5,
      reportOn: 0,
      fullScanUpToBytes: gibibyte / 2,
      maxScanBytes: 1536 * gibibyte,
    });
    expect(parse({ more: "reconciliation: { report_on: never }" }).reconciliation.reportOn).toBeNull();
  });

  test.each([
    ["0", "0"],
    ["1e-9", "0.000000001"],
    ["0.000000001", "0.000000001"],
    ["250000", "250000"],
    ['"12345678901234567890.123456789"', "12345678901234567890.123456789"],
  ])("a tolerance of %s is kept as it is", (written, kept) => {
    const more = `reconciliation: { tolerances: { money: { absolute: ${written} } } }`;
    expect(parse({ more }).reconciliation.moneyTolerance.absolute).toBe(kept);
  });

  test.each([
    ["tolerances: { money: { absolute: -1 } }", "tolerances.money.absolute: write a decimal number"],
    [
      "tolerances: { money: { absolute: 1.0000000001 } }",
      "tolerances.money.absolute: write a decimal number",
    ],
    ["tolerances: { money: { absolute: 1e-10 } }", "tolerances.money.absolute: write a decimal number"],
    [
      "tolerances: { money: { absolute: 12345678901.123456789 } }",
      "tolerances.money.absolute: write a decimal",
    ],
    ["tolerances: { rows: { absolute: some } }", "tolerances.rows.absolute: write a decimal number"],
    ["tolerances: { rows: { relative: 0.001 } }", "tolerances.rows.relative: write a share with its sign"],
    [
      "tolerances: { rows: { relativ: 1% } }",
      "tolerances.rows.relativ: there is no key relativ here; did you",
    ],
    ["break_even_roas: 0", "break_even_roas: write a number above 0, like 1 or 1.5"],
    ["report_on: mondays", "report_on: write a day of the week, like monday, or never"],
    ["full_scan_up_to: 10", "full_scan_up_to: write a size with its unit"],
    ["max_scan: 50GB", "max_scan: write a size with its unit"],
    ["max_scan: 0GiB", "max_scan: write a size with its unit"],
    [
      "full_scan_up_to: 60GiB",
      "full_scan_up_to: a table of 60GiB is to be read whole, and a run reads 50GiB at most",
    ],
    ["max_scan: 5GiB", "max_scan: a table of 10GiB is to be read whole, and a run reads 5GiB at most"],
  ])("%s is refused", (written, mistake) => {
    const found = mistakesIn({ more: `reconciliation: { ${written} }` });
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(`reconciliation.${mistake}`);
  });
});

describe("a source is refused", () => {
  const undated = "add business_date: <column> to it";
  test.each<[string, Said, string[]]>([
    [
      "that breaks down nothing",
      { country: ", breakdown: { of: adds, column: spend }" },
      ["sources.country.breakdown.of: there is no source adds; did you mean ads?"],
    ],
    [
      "that breaks down itself",
      { country: ", breakdown: { of: country, column: spend }" },
      ["sources.country.breakdown.of: country cannot break itself down; name the source it is cut from"],
    ],
    [
      "that breaks down what has neither money nor days",
      { country: ", breakdown: { of: bare, column: spend }" },
      [
        "sources.country.breakdown.of: bare has no money to break down; add it there, or name another source",
        `sources.country.breakdown.of: bare does not say of which day a row is, so that no two days can be compared; ${undated}`,
      ],
    ],
    [
      "whose money would be counted twice",
      {
        country:
          ", arrival: at, money: { column: spend, currency: EUR, kind: spend }, breakdown: { of: ads, column: spend }",
      },
      [
        "sources.country.money: this spend is that of ads again and would be counted twice; remove money, the breakdown names its columns",
      ],
    ],
    [
      "that requires what always holds a value",
      { country: ", required: [_TABLE_SUFFIX]" },
      ["sources.country.required.0: _TABLE_SUFFIX always holds a value: it is the shard's name; remove it"],
    ],
    [
      "that says when no amounts are final",
      { country: ", final_after: 3d" },
      [
        "sources.country.final_after: country has no amounts that could change; add money to it, or remove the line",
      ],
    ],
    [
      "that requires what is emptied",
      {
        more: "pii:\n  key: k\n  country: US\n  tables: { orders: { clean: clean.orders, emails: { email: email_hash } } }",
      },
      ["sources.orders.required.0: email is emptied, as pii.tables.orders says; remove it from one of them"],
    ],
  ])("%s", (what, said, mistakes) => {
    const isEmptied = what === "that requires what is emptied";
    const text = file(said).replace(
      "unique_key: [id] }",
      `unique_key: [id]${isEmptied ? ", required: [email]" : ""} }`,
    );
    expect(textMistakes(text)).toEqual(mistakes);
  });

  test("that has no days, where they are needed", () => {
    const text = file({
      ads: "    final_after: 3d",
      country: ", breakdown: { of: ads, column: spend }",
    }).replaceAll(/\n {4}business_date: day|, business_date: day/g, "");
    expect(textMistakes(text)).toEqual([
      `sources.country.breakdown: country does not say of which day a row is, so that no two days can be compared; ${undated}`,
      `sources.country.breakdown.of: ads does not say of which day a row is, so that no two days can be compared; ${undated}`,
      `sources.ads.final_after: ads does not say of which day an amount is; ${undated}`,
    ]);
  });

  test("that breaks down a breakdown", () => {
    const text = file({ country: ", breakdown: { of: ads, column: spend }" }).replace(
      "    table: ads.insights",
      "    table: ads.insights\n    breakdown: { of: ads, column: spend }",
    );
    expect(textMistakes(text)).toContain(
      "sources.country.breakdown.of: ads is a breakdown itself; name the source that it is cut from",
    );
  });
});

function textMistakes(text: string): string[] {
  try {
    parseWarehouseFile(text, "warehouse.yaml");
    return [];
  } catch (error) {
    if (!(error instanceof WarehouseFileError)) throw error;
    return error.mistakes.map(({ path, message }) => `${path}: ${message}`);
  }
}

describe("a pair", () => {
  const side = (table: string, more = "") =>
    `{ table: ${table}, key: [id], business_date: created_at${more} }`;
  const pair = (one: string, other: string, more = "") =>
    `pairs:\n  both:\n    owner: shop\n${more}    between:\n      - ${one}\n      - ${other}`;
  const [amount, euros] = [", amount: total", "    currency: EUR\n"];

  test("is two tables with their keys, days and amounts", () => {
    const more = pair(
      side("shop.orders", `, amount: { column: raw, json_path: $.total }`),
      side("other.shop.copy", `${amount}, time_zone: UTC`),
      euros,
    );
    expect(parse({ more }).pairs).toEqual([
      {
        id: "both",
        owner: "shop",
        currency: "EUR",
        between: [
          {
            table: { project: "shop", dataset: "shop", table: "orders" },
            key: ["id"],
            businessDate: "created_at",
            timeZone: "Europe/Berlin",
            amount: { column: "raw", jsonPath: "$.total" },
          },
          {
            table: { project: "other", dataset: "shop", table: "copy" },
            key: ["id"],
            businessDate: "created_at",
            timeZone: "UTC",
            amount: { column: "total", jsonPath: null },
          },
        ],
      },
    ]);
  });

  test("needs no amounts, and its owner may be named in a route", () => {
    const more = pair(side("a.b"), side("a.c"));
    const routed = file({ more: more.replace("owner: shop", "owner: auditors") }).replace(
      "notifications:",
      "notifications:\n  routes: [{ to: [alerts] }, { to: [alerts], owners: [auditors] }]",
    );
    expect(parse({ more }).pairs[0]).toMatchObject({ currency: null, between: [{ amount: null }, {}] });
    expect(textMistakes(routed)).toEqual([]);
  });

  test.each([
    [
      "of a table with itself",
      pair(side("a.b"), side("shop.a.b")),
      "pairs.both.between.1.table: shop.a.b is compared with itself; name another table",
    ],
    [
      "with keys that never meet",
      pair(side("a.b"), side("a.c").replace("[id]", "[id, day]")),
      "pairs.both.between.1.key: its key has 2 columns and that of the first table 1: rows would never meet; name as many on both sides, in the same order",
    ],
    [
      "with one amount",
      pair(side("a.b"), side("a.c", amount), euros),
      "pairs.both.between.1.amount: the other table has no amount to compare it with; add amount there, or remove it here",
    ],
    [
      "with amounts of no currency",
      pair(side("a.b", amount), side("a.c", amount)),
      "pairs.both: amounts need a currency; add currency: USD, or the right one",
    ],
    [
      "with a currency of nothing",
      pair(side("a.b"), side("a.c"), euros),
      "pairs.both.currency: no amounts are compared; add amount: <column> to both tables, or remove currency",
    ],
    [
      "with date shards",
      pair(side("a.b_*"), side("a.c")),
      "pairs.both.between.0.table: a pattern of date shards is not compared; name one table",
    ],
    [
      "with shards' names as days",
      pair(side("a.b").replace("created_at", "_TABLE_SUFFIX"), side("a.c")),
      "pairs.both.between.0.business_date: _TABLE_SUFFIX is there only in a pattern of date shards; name a column",
    ],
    [
      "with days of nowhere",
      pair(side("a.b", ", time_zone: Europe/Berln"), side("a.c")),
      "pairs.both.between.0.time_zone: there is no time zone Europe/Berln; did you mean Europe/Berlin?",
    ],
    [
      "of three",
      pair(side("a.b"), `${side("a.c")}\n      - ${side("a.d")}`),
      "pairs.both.between: name exactly two tables, each with table, key and business_date",
    ],
    [
      "with a key that is none",
      pair(side("a.b", ", ammount: total"), side("a.c")),
      "pairs.both.between.0.ammount: there is no key ammount here; did you mean amount?",
    ],
  ])("%s is refused", (_, more, mistake) => {
    expect(mistakesIn({ more })).toEqual([mistake]);
  });
});
