import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { normaliseEmail } from "../../../functions/shared/identity/normalise-email.ts";
import { normalisePhone } from "../../../functions/shared/identity/normalise-phone.ts";
import { openWorld, type World } from "../../../infra/local/world/open.ts";
import { PLANTED_TEXT } from "../../../infra/local/world/planted.ts";
import { type LocalBigQuery, startLocalBigQuery } from "../../support/local-bigquery.ts";

const AS_OF = "TIMESTAMPTZ '2026-02-08 12:00:00+00'";
const FACEBOOK_KEY = "ad_id, date_start, account_id";
const DATASETS = ["ads_data", "analytics_334792038", "analytics_454869667", "analytics_454871405"];

let world: World;
let bigquery: LocalBigQuery;
/** Tables by dataset, as `__TABLES__` lists them. */
const tables = new Map<string, Metadata[]>();

interface Metadata {
  readonly table: string;
  readonly rows: number;
  readonly created: number;
  readonly modified: number;
}

beforeAll(async () => {
  world = await openWorld();
  bigquery = await startLocalBigQuery({ file: world.file });
  for (const dataset of DATASETS) {
    const [listed] = await bigquery.client().query(
      `SELECT table_id AS \`table\`, row_count AS \`rows\`, creation_time AS created, last_modified_time AS modified
       FROM \`hulken.${dataset}.__TABLES__\` ORDER BY table_id`,
    );
    tables.set(dataset, listed);
  }
}, 120_000);

afterAll(async () => {
  await bigquery?.close();
  await world?.discard();
});

const tablesOf = (dataset: string) => tables.get(dataset) ?? [];
const metadata = (name: string) => tablesOf("ads_data").find(({ table }) => table === name);

/** Runs DuckDB SQL in which `ads.x` is a table of `ads_data`; numbers come as numbers, all else as text. */
async function rows(sql: string): Promise<unknown[][]> {
  const physical = sql.replaceAll(/\bads\.(\w+)/g, `"hulken.ads_data"."$1"`);
  const plain = (value: unknown) => {
    if (value === null || typeof value === "number") return value;
    return typeof value === "bigint" ? Number(value) : String(value);
  };
  return (await bigquery.engine.duckdb(physical)).map((row) => row.map(plain));
}

const row = async (sql: string) => (await rows(sql))[0];
const value = async (sql: string) => (await row(sql))?.[0];

/** The rows of an append-mode table that the latest sync left valid. */
const latest = (table: string, key: string) =>
  `(SELECT * FROM ads.${table} QUALIFY row_number() OVER (PARTITION BY ${key} ORDER BY _airbyte_extracted_at DESC) = 1)`;

describe("volume", () => {
  test("ads_data has 49 tables with the two clean ones, which are made at the first tick", () => {
    const tables = tablesOf("ads_data").map(({ table }) => table);
    const clean = ["shopify_live_orders_clean", "shopify_live_customers_clean"];
    expect(tables).toHaveLength(47);
    expect(new Set([...tables, ...clean]).size).toBe(49);
  });

  test.each([
    ["facebook_ads_insights", 159_342],
    ["facebook_ads_insights_age_and_gender", 1_494_810],
    ["facebook_ads_insights_country", 332_442],
    ["facebook_ads_insights_region", 911_412],
    ["tiktokads_reports_daily", 30_287],
    ["tiktokads_audience_reports_by_province_daily", 1_052_020],
    ["shopify_orders", 585_927],
    ["shopify_utm", 592_091],
    ["shopify_live_orders", 9_865],
    ["shopify_live_customers", 13_350],
  ])("%s has %i rows, and its metadata says so", async (table, count) => {
    expect(await value(`SELECT count(*) FROM ads.${table}`)).toBe(count);
    expect(metadata(table)?.rows).toBe(count);
  });

  test("no table of ads_data is empty", async () => {
    for (const { table } of tablesOf("ads_data")) {
      expect(await value(`SELECT count(*) FROM ads.${table}`), table).toBeGreaterThan(0);
    }
  });
});

describe("duplicates", () => {
  test("facebook_ads_insights repeats 33,253 of its rows and keeps 126,089 facts", async () => {
    const [facts, repeats] =
      (await row(`SELECT count(DISTINCT (${FACEBOOK_KEY})), count(*) - count(DISTINCT (${FACEBOOK_KEY}))
        FROM ads.facebook_ads_insights`)) ?? [];
    expect([facts, repeats]).toEqual([126_089, 33_253]);
  });

  test.each([
    ["shopify_live_orders", "id"],
    ["shopify_live_customers", "id"],
    ["shopify_orders", "order_id"],
    ["shopify_utm", "order_id"],
    ["tiktokads_reports_daily", "ad_id, stat_time_day"],
    ["tiktokads_audience_reports_by_province_daily", "ad_id, stat_time_day, province_id"],
    ["facebook_ads_insights", "_airbyte_raw_id"],
    ["ads_insights", FACEBOOK_KEY],
  ])("%s never repeats (%s)", async (table, key) => {
    expect(await value(`SELECT count(*) - count(DISTINCT (${key})) FROM ads.${table}`)).toBe(0);
  });

  test("1,481 rows of shopify_utm repeat a customer's order index", async () => {
    const sql = "SELECT count(*) - count(DISTINCT (email_hash, customer_order_index)) FROM ads.shopify_utm";
    expect(await value(sql)).toBe(1_481);
  });

  test.each([
    ["facebook_ads_insights", ""],
    ["facebook_ads_insights_age_and_gender", ", age, gender"],
    ["facebook_ads_insights_country", ", country"],
    ["facebook_ads_insights_region", ", region"],
  ])("one sync never delivers a key of %s twice, and different syncs do", async (table, breakdown) => {
    const key = FACEBOOK_KEY + breakdown;
    const perSync = "_airbyte_extracted_at::DATE";
    const [within, across] =
      (await row(`SELECT count(*) - count(DISTINCT (${key}, ${perSync})), count(*) - count(DISTINCT (${key}))
        FROM ads.${table}`)) ?? [];
    expect(within).toBe(0);
    expect(across).toBeGreaterThan(0);
  });

  test("without its breakdown columns the key of a breakdown table merges different rows of one sync", async () => {
    const sql = `SELECT count(*) - count(DISTINCT (${FACEBOOK_KEY}, _airbyte_extracted_at::DATE))
      FROM ads.facebook_ads_insights_country`;
    expect(await value(sql)).toBeGreaterThan(0);
  });

  test("a later delivery restates the spend of a day upwards", async () => {
    const sql = `SELECT sum(spend) FROM ads.facebook_ads_insights WHERE date_start = '2026-01-28'
      GROUP BY _airbyte_extracted_at::DATE ORDER BY _airbyte_extracted_at::DATE`;
    const [morning, unsettled, settled] = (await rows(sql)).map(Number);
    expect(morning).toBeLessThan(Number(unsettled));
    expect(unsettled).toBeLessThan(Number(settled));
  });
});

describe("freshness", () => {
  test.each([
    ["facebook_ads_insights", "_airbyte_extracted_at", "2026-02-02"],
    ["ads_insights", "_airbyte_extracted_at", "2026-02-02"],
    ["facebook_ads_insights_region", "_airbyte_extracted_at", "2026-02-02"],
    ["facebook_ads_insights", "date_start", "2026-02-02"],
    ["tiktokads_reports_daily", "_airbyte_extracted_at", "2026-02-05"],
    ["tiktokads_reports_daily", "stat_time_day", "2026-02-05"],
    ["shopify_live_orders", "_airbyte_extracted_at", "2026-02-05"],
    ["shopify_live_orders", "created_at", "2026-02-05"],
    ["shopify_live_customers", "_airbyte_extracted_at", "2026-02-05"],
    ["shopify_utm", "_loaded_at", "2026-02-08"],
    ["shopify_utm", "created_at", "2026-02-08"],
  ])("the newest %s by %s is of %s", async (table, column, day) => {
    expect(await value(`SELECT max(${column})::DATE FROM ads.${table}`)).toBe(day);
  });

  test("the connectors stopped 6.0, 3.0 and 3.0 days before the audit; UTM came within the hour", async () => {
    const days = async (table: string, arrival: string) => {
      const sql = `SELECT (epoch(${AS_OF}) - epoch(max(${arrival}))) / 86400 FROM ads.${table}`;
      return Number(await value(sql));
    };
    expect(await days("facebook_ads_insights", "_airbyte_extracted_at")).toBeCloseTo(6, 2);
    expect(await days("shopify_live_orders", "_airbyte_extracted_at")).toBeCloseTo(3, 2);
    expect(await days("tiktokads_reports_daily", "_airbyte_extracted_at")).toBeCloseTo(3, 2);
    expect(await days("shopify_utm", "_loaded_at")).toBeLessThan(1 / 24);
  });

  test("no row has arrived, or is about a time, after the audit", async () => {
    for (const [table, column] of [
      ["facebook_ads_insights", "_airbyte_extracted_at"],
      ["tiktokads_reports_daily", "_airbyte_extracted_at"],
      ["shopify_live_orders", "created_at"],
      ["shopify_utm", "_loaded_at"],
      ["shopify_utm", "created_at"],
    ]) {
      expect(await value(`SELECT count(*) FROM ads.${table} WHERE ${column} > ${AS_OF}`), table).toBe(0);
    }
    const latestChange = Math.max(...DATASETS.flatMap(tablesOf).map(({ modified }) => modified));
    expect(latestChange).toBeLessThanOrEqual(Date.parse("2026-02-08T12:00:00Z"));
  });

  test("every row of UTM was loaded within 66 minutes of its order", async () => {
    const sql = `SELECT count(*) FROM ads.shopify_utm
      WHERE epoch(_loaded_at) - epoch(created_at) NOT BETWEEN 300 AND 66 * 60`;
    expect(await value(sql)).toBe(0);
  });

  test("nobody has written a table since its last load", () => {
    const modified = (name: string) => new Date(metadata(name)?.modified ?? 0).toISOString();
    expect(modified("shopify_live_orders")).toBe("2026-02-05T12:00:27.000Z");
    expect(modified("shopify_live_customers")).toBe("2026-02-05T12:00:27.000Z");
    expect(modified("facebook_ads_insights")).toBe("2026-02-02T12:00:41.000Z");
    expect(modified("tiktokads_reports_daily")).toBe("2026-02-05T12:00:33.000Z");
    expect(modified("shopify_utm")).toBe("2026-02-08T11:05:20.000Z");
  });

  test.each([
    ["analytics_334792038", "events_20260206", "events_intraday_20260207"],
    ["analytics_454869667", "events_20260206", "events_intraday_20260207"],
    ["analytics_454871405", "events_20260207", "events_intraday_20260208"],
  ])(
    "%s ends with %s, at least 35 shards without a gap, and streams on in %s",
    async (dataset, newest, stream) => {
      const all = tablesOf(dataset);
      const shards = all.filter((one) => /^events_\d{8}$/.test(one.table));
      const days = shards.map(({ table }) => {
        const [, year, month, day] = /^events_(\d{4})(\d\d)(\d\d)$/.exec(table) ?? [];
        return Date.UTC(Number(year), Number(month) - 1, Number(day)) / 86_400_000;
      });
      expect(shards.at(-1)?.table).toBe(newest);
      expect(shards.length).toBeGreaterThanOrEqual(35);
      expect(days).toEqual(days.map((_, i) => (days[0] ?? 0) + i));
      expect(all.map((one) => one.table)).toContain(stream);
      shards.forEach((shard, i) => {
        const end = ((days[i] ?? 0) + 1) * 86_400_000;
        expect(shard.created, shard.table).toBeGreaterThan(end);
        expect(shard.created, shard.table).toBeLessThan(end + 86_400_000);
      });
      const [events, otherDays] =
        (await row(`SELECT count(*), count_if(event_date <> '${newest.slice(7)}')
        FROM "hulken.${dataset}"."${newest}"`)) ?? [];
      expect(events).toBeGreaterThan(300);
      expect(otherDays).toBe(0);
    },
  );
});

describe("continuity over the last 30 days", () => {
  test.each([
    ["shopify_live_orders", "created_at", ["2026-02-06", "2026-02-07"]],
    [
      "facebook_ads_insights",
      "date_start",
      ["2026-02-03", "2026-02-04", "2026-02-05", "2026-02-06", "2026-02-07"],
    ],
    ["tiktokads_reports_daily", "stat_time_day", ["2026-02-06", "2026-02-07"]],
    ["shopify_utm", "created_at", []],
  ])("%s misses the days the audit lists and no other", async (table, column, missing) => {
    const sql = `SELECT day::DATE FROM range(DATE '2026-01-09', DATE '2026-02-08', INTERVAL 1 DAY) AS days(day)
      WHERE day::DATE NOT IN (SELECT ${column}::DATE FROM ads.${table}) ORDER BY 1`;
    expect((await rows(sql)).flat()).toEqual(missing);
  });
});

describe("money", () => {
  const facebook = latest("facebook_ads_insights", FACEBOOK_KEY);
  const tiktokSpend = "(metrics ->> '$.spend')::DECIMAL(18, 2)";

  test.each([
    ["Facebook spend", "date_start", "spend", facebook, "2026-01-26", "2026-02-01", 20_000],
    [
      "TikTok spend",
      "stat_time_day::DATE",
      tiktokSpend,
      "ads.tiktokads_reports_daily",
      "2026-01-29",
      "2026-02-04",
      2_000,
    ],
    [
      "Shopify revenue",
      "created_at::DATE",
      "total_price",
      "ads.shopify_live_orders",
      "2026-01-29",
      "2026-02-04",
      90_000,
    ],
  ])(
    "%s: the last seven complete days average the audit's day, and differ",
    async (_, day, money, from, first, last, usual) => {
      const sql = `SELECT sum(${money})::DOUBLE FROM ${from} WHERE ${day} BETWEEN '${first}' AND '${last}' GROUP BY ${day}`;
      const days = (await rows(sql)).map(Number);
      expect(days).toHaveLength(7);
      const mean = days.reduce((a, b) => a + b, 0) / 7;
      expect(Math.abs(mean / usual - 1)).toBeLessThan(0.005);
      expect(Math.min(...days)).toBeLessThan(0.97 * usual);
      expect(Math.max(...days)).toBeGreaterThan(1.03 * usual);
      expect(Math.min(...days)).toBeGreaterThan(0.8 * usual);
      expect(Math.max(...days)).toBeLessThan(1.2 * usual);
    },
  );

  test("30 days' spend and attributed revenue are the audit's to the dollar", async () => {
    const spend = await row(`SELECT
      (SELECT round(sum(spend)) FROM ${facebook} WHERE date_start >= '2026-01-09')::DOUBLE,
      (SELECT round(sum(${tiktokSpend})) FROM ads.tiktokads_reports_daily WHERE stat_time_day >= '2026-01-09')::DOUBLE`);
    expect(spend).toEqual([365_294, 36_026]);
    const revenue = await rows(`SELECT first_utm_source, round(sum(total_price))::DOUBLE FROM ads.shopify_utm
      WHERE created_at >= '2026-01-09' AND first_utm_source IN ('facebook', 'tiktok') GROUP BY 1 ORDER BY 1`);
    expect(revenue).toEqual([
      ["facebook", 492_856],
      ["tiktok", 30_917],
    ]);
  });

  test.each([
    ["age_and_gender", "age, gender"],
    ["country", "country"],
    ["region", "region"],
  ])("the parts by %s add up to the ads' spend", async (suffix, breakdown) => {
    const parts = latest(`facebook_ads_insights_${suffix}`, `${FACEBOOK_KEY}, ${breakdown}`);
    const sql = `SELECT (SELECT sum(spend) FROM ${parts}) - (SELECT sum(spend) FROM ${facebook})`;
    expect(Number(await value(sql))).toBe(0);
  });

  test("the provinces add up to TikTok's spend", async () => {
    const sum = (table: string) => `(SELECT sum(${tiktokSpend}) FROM ads.${table})`;
    const sql = `SELECT ${sum("tiktokads_reports_daily")} - ${sum("tiktokads_audience_reports_by_province_daily")}`;
    expect(Number(await value(sql))).toBe(0);
  });

  test("an order costs the same and belongs to the same customer in every table that has it", async () => {
    const joined = (table: string, id: string) =>
      `ads.${table} AS other JOIN ads.shopify_utm AS utm ON utm.order_id = other.${id}`;
    const same = (table: string, id: string) => `SELECT count(*),
        count_if(other.total_price = utm.total_price AND other.created_at = utm.created_at)
      FROM ${joined(table, id)}`;
    expect(await row(same("shopify_live_orders", "id"))).toEqual([9_865, 9_865]);
    expect(await row(same("shopify_orders", "order_id"))).toEqual([585_927, 585_927]);
    const hashes = `SELECT count_if(other.email_hash = utm.email_hash) FROM ${joined("shopify_orders", "order_id")}`;
    expect(await value(hashes)).toBe(585_927);
    const people = `SELECT count(DISTINCT person), count(DISTINCT email_hash), count(DISTINCT (person, email_hash))
      FROM (SELECT lower(trim(email)) AS person, email_hash FROM ${joined("shopify_live_orders", "id")})`;
    expect(await row(people)).toEqual([9_175, 9_175, 9_175]);
  });
});

describe("campaigns", () => {
  const matching = (
    source: string,
    names: string,
    since: string,
  ) => `SELECT count(DISTINCT first_utm_campaign),
      count(DISTINCT first_utm_campaign) FILTER (first_utm_campaign IN (${names}))
    FROM ads.shopify_utm WHERE first_utm_source = '${source}' AND created_at >= '${since}'`;

  test.each(["2021-01-01", "2026-01-09"])(
    "since %s, 22 of 38 match Facebook's and 34 of 34 TikTok's",
    async (since) => {
      const facebook = "SELECT campaign_name FROM ads.facebook_ads_insights";
      expect(await row(matching("facebook", facebook, since))).toEqual([38, 22]);
      const tiktok = "SELECT metrics ->> '$.campaign_name' FROM ads.tiktokads_reports_daily";
      expect(await row(matching("tiktok", tiktok, since))).toEqual([34, 34]);
    },
  );
});

describe("personal data", () => {
  interface Contact {
    readonly email: string;
    readonly phone: string | null;
    readonly country: string | null;
    /** As the texts are known by once they are normalised. */
    readonly person: string;
    readonly line: string | null;
  }
  const contacts = new Map<string, Contact[]>();
  const of = (table: "orders" | "customers") => contacts.get(table) ?? [];
  const distinct = (texts: Iterable<string>) => new Set(texts);

  beforeAll(async () => {
    for (const table of ["orders", "customers"]) {
      const found = await rows(`SELECT email, phone, country_code FROM ads.shopify_live_${table}`);
      contacts.set(table, (found as [string, string | null, string | null][]).map(normalised));
    }
  });

  function normalised([email, phone, country]: [string, string | null, string | null]): Contact {
    const person = normaliseEmail(email);
    const line = normalisePhone(phone, [country, "US"]);
    if (person === null || "refused" in person) throw new Error(`${email}: ${person?.refused}`);
    if (line !== null && "refused" in line) throw new Error(`${phone} in ${country}: ${line.refused}`);
    return { email, phone, country, person: person.value, line: line?.value ?? null };
  }

  test("every order has an address and a number; 51 of the customers gave no number", () => {
    const phones = (table: "orders" | "customers") => of(table).filter(({ line }) => line !== null).length;
    expect([of("orders").length, phones("orders")]).toEqual([9_865, 9_865]);
    expect([of("customers").length, phones("customers")]).toEqual([13_350, 13_299]);
  });

  test("6,888 of the 9,175 addresses that ordered belong to a customer, once they are spelt alike", () => {
    const matches = (by: (contact: Contact) => string) => {
      const [ordered, customers] = [distinct(of("orders").map(by)), distinct(of("customers").map(by))];
      return [ordered.size, [...ordered].filter((one) => customers.has(one)).length];
    };
    expect(matches(({ person }) => person)).toEqual([9_175, 6_888]);
    const [asWritten = 0, matching = 0] = matches(({ email }) => email);
    expect(asWritten).toBeGreaterThan(9_175);
    expect(matching).toBeLessThan(6_888);
  });

  test("no two customers are one person, and nobody shares a number", () => {
    expect(distinct(of("customers").map(({ person }) => person)).size).toBe(13_350);
    const pairs = [...of("orders"), ...of("customers")].filter(({ line }) => line !== null);
    const people = distinct(pairs.map(({ person }) => person));
    expect(distinct(pairs.map(({ line }) => line ?? "")).size).toBe(people.size);
    expect(distinct(pairs.map(({ person, line }) => `${person} ${line}`)).size).toBe(people.size);
  });

  test("nobody has these addresses and numbers", () => {
    for (const { person, line } of [...of("orders"), ...of("customers")]) {
      expect(person).toMatch(/[@.]example(?:\.com|\.org)?$/);
      if (line !== null) expect(line).toMatch(/^\+1\d{3}55501\d\d$|^\+441\d\d4960\d{3}$|^\+442079460\d{3}$/);
    }
  });

  test("numbers are written in many ways, most of the United States; a few rows do not say of which country", () => {
    const shapes = distinct(of("orders").map(({ phone }) => phone?.replaceAll(/\d/g, "0") ?? ""));
    expect(shapes.size).toBeGreaterThan(12);
    const share = (country: string | null) =>
      of("orders").filter((contact) => contact.country === country).length / of("orders").length;
    expect(share("US")).toBeGreaterThan(0.8);
    for (const few of ["CA", "GB", null]) {
      expect(share(few)).toBeGreaterThan(0.02);
      expect(share(few)).toBeLessThan(0.12);
    }
  });

  test("the planted people are among them, written as the secret says", () => {
    const planted: { email: string; phone: string; spellings: string[] }[] = JSON.parse(PLANTED_TEXT);
    expect(planted).toHaveLength(3);
    for (const { email, phone, spellings } of planted) {
      const [orders, accounts] = [of("orders"), of("customers")].map((all) =>
        all.filter(({ person }) => person === email),
      );
      expect(orders, email).toHaveLength(1);
      const rows = [...(orders ?? []), ...(accounts ?? [])];
      expect(distinct(rows.map(({ line }) => line ?? ""))).toEqual(distinct([phone]));
      expect(distinct(spellings)).toEqual(distinct(rows.flatMap((it) => [it.email, it.phone ?? ""])));
    }
    const guests = planted.filter(({ email }) => !of("customers").some(({ person }) => person === email));
    expect(guests).toHaveLength(1);
  });

  test("no other table holds an address, nor a hash that an address alone would make", async () => {
    for (const { table } of tablesOf("ads_data")) {
      if (!table.startsWith("shopify") || /^shopify_live_(orders|customers)$/.test(table)) continue;
      const addresses = `SELECT count_if(contains(one::VARCHAR, '@')) FROM ads.${table} AS one`;
      expect(await value(addresses), table).toBe(0);
    }
    const unsalted = (of: string) => `SELECT ${of} FROM ads.shopify_live_orders`;
    const hashes = ["sha256(email)", "sha256(lower(trim(email)))", "sha1(lower(trim(email)))"].map(unsalted);
    for (const table of ["shopify_utm", "shopify_orders"]) {
      const found = `SELECT count(*) FROM ads.${table} WHERE email_hash IN (${hashes.join(" UNION ")})`;
      expect(await value(found), table).toBe(0);
      const salted = `SELECT count_if(NOT regexp_full_match(email_hash, '[0-9a-f]{64}')) FROM ads.${table}`;
      expect(await value(salted), table).toBe(0);
    }
  });
});
