import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { normaliseEmail } from "../../../functions/shared/identity/normalise-email.ts";
import { normalisePhone } from "../../../functions/shared/identity/normalise-phone.ts";
import { type Engine, openEngine } from "../../../infra/local/emulators/bigquery/engine.ts";
import { openWorld, type World } from "../../../infra/local/world/open.ts";
import { createSimulation, type Simulation } from "../../../infra/local/world/simulation.ts";

interface Run {
  readonly simulation: Simulation;
  readonly engine: Engine;
  readonly world: World;
}

const open: Run[] = [];

async function aWorld(): Promise<Run> {
  const world = await openWorld();
  const engine = await openEngine({
    file: world.file,
    project: "hulken",
    clock: () => new Date("2026-02-08T12:00:00Z"),
  });
  const run = { world, engine, simulation: createSimulation(engine, { seed: world.seed }) };
  open.push(run);
  return run;
}

// Builds the world when nothing has yet, which takes longer than any test of it.
beforeAll(async () => (await openWorld()).discard(), 120_000);

afterEach(async () => {
  for (const { engine, world } of open.splice(0)) {
    await engine.close();
    await world.discard();
  }
});

const at = (iso: string) => new Date(iso);

/** The first row, as text; `ads.x` is a table of `ads_data`. */
async function row({ engine }: Run, sql: string): Promise<string[]> {
  const physical = sql.replaceAll(/\bads\.(\w+)/g, `"hulken.ads_data"."$1"`);
  return ((await engine.duckdb(physical))[0] ?? []).map(String);
}

async function modified({ engine }: Run, table: string): Promise<string> {
  const id = { project: "hulken", dataset: "ads_data", table };
  return new Date(engine.internals.warehouse.store.table(id).modified).toISOString();
}

/** The facts of a table, whichever syncs brought them and when. */
const content = (
  table: string,
  key: string,
) => `SELECT count(*), md5(string_agg(one, ',' ORDER BY one)) FROM (
    SELECT (COLUMNS(* EXCLUDE (_airbyte_raw_id, _airbyte_extracted_at, _airbyte_meta, _airbyte_generation_id, key_rank)))
    FROM (SELECT *, row_number() OVER (PARTITION BY ${key} ORDER BY _airbyte_extracted_at DESC) AS key_rank FROM ads.${table})
    WHERE key_rank = 1) AS one`;

describe("connectors", () => {
  test("begin as the audit found them: three of Airbyte's stopped, the others well", async () => {
    const { simulation } = await aWorld();
    const found = simulation
      .connectors()
      .map(({ id, host, broken, lastSync }) => [id, host, broken, lastSync.toISOString()]);
    expect(found).toEqual([
      ["facebook", "airbyte", true, "2026-02-02T12:00:00.000Z"],
      ["shopify", "airbyte", true, "2026-02-05T12:00:00.000Z"],
      ["tiktok", "airbyte", true, "2026-02-05T12:00:00.000Z"],
      ["shopify_utm", null, false, "2026-02-08T11:00:00.000Z"],
      ["ga4_eu", null, false, "2026-02-07T14:10:00.000Z"],
      ["ga4_us", null, false, "2026-02-07T17:30:00.000Z"],
      ["ga4_ca", null, false, "2026-02-08T10:40:00.000Z"],
    ]);
  });

  test("that are not there are refused by naming those that are, and time does not go back", async () => {
    const { simulation } = await aWorld();
    const known = "facebook, shopify, tiktok, shopify_utm, ga4_eu, ga4_us, ga4_ca";
    expect(() => simulation.repair("facebok")).toThrow(
      `There is no connector "facebok". Use one of: ${known}.`,
    );
    expect(() => simulation.break("")).toThrow(known);
    await expect(simulation.advanceTo(at("2026-02-08T11:59:59Z"))).rejects.toThrow(
      "2026-02-08T12:00:00.000Z",
    );
  });
});

describe("while the clock turns", () => {
  test("broken connectors bring nothing, and healthy ones what is due", async () => {
    const run = await aWorld();
    const before = await row(run, "SELECT count(*) FROM ads.facebook_ads_insights");
    const syncs = await run.simulation.advanceTo(at("2026-02-08T15:02:00Z"));
    expect(syncs.map(({ connector, endedAt }) => `${connector} ${endedAt.toISOString()}`)).toEqual(
      [
        "shopify_utm 2026-02-08T12:05:20.000Z",
        "shopify_utm 2026-02-08T13:05:20.000Z",
        "shopify_utm 2026-02-08T14:05:20.000Z",
        "ga4_eu 2026-02-08T14:10:00.000Z",
      ].sort((a, b) => a.slice(-24).localeCompare(b.slice(-24))),
    );
    expect(await row(run, "SELECT count(*) FROM ads.facebook_ads_insights")).toEqual(before);
    expect(
      await row(
        run,
        "SELECT max(created_at) < TIMESTAMPTZ '2026-02-05 12:00:00+00' FROM ads.shopify_live_orders",
      ),
    ).toEqual(["true"]);
    expect(await modified(run, "facebook_ads_insights")).toBe("2026-02-02T12:00:41.000Z");
    expect(await modified(run, "shopify_live_orders")).toBe("2026-02-05T12:00:27.000Z");
    const [orders, repeated, newest] = await row(
      run,
      "SELECT count(*), count(*) - count(DISTINCT order_id), max(_loaded_at) FROM ads.shopify_utm",
    );
    expect(Number(orders)).toBeGreaterThan(592_091 + 30);
    expect(repeated).toBe("0");
    expect(newest).toMatch(/^2026-02-08 14:05:/);
  });

  test("a GA4 shard comes at its property's hour, and the running day streams beside it", async () => {
    const run = await aWorld();
    const shards = (dataset: string) =>
      run.engine.internals.warehouse.store.tables({ project: "hulken", dataset }).map(({ table }) => table);
    await run.simulation.advanceTo(at("2026-02-08T14:09:59Z"));
    expect(shards("analytics_334792038")).not.toContain("events_20260207");
    await run.simulation.advanceTo(at("2026-02-08T14:10:00Z"));
    expect(shards("analytics_334792038")).toContain("events_20260207");
    run.simulation.break("ga4_us");
    await run.simulation.advanceTo(at("2026-02-10T18:00:00Z"));
    expect(shards("analytics_334792038")).toContain("events_20260209");
    expect(shards("analytics_334792038")).toContain("events_intraday_20260210");
    expect(shards("analytics_334792038")).not.toContain("events_intraday_20260209");
    expect(shards("analytics_454869667")).not.toContain("events_20260207");
    run.simulation.repair("ga4_us");
    await run.simulation.advanceTo(at("2026-02-10T18:00:00Z"));
    for (const day of ["07", "08", "09"]) {
      expect(shards("analytics_454869667")).toContain(`events_202602${day}`);
    }
  });

  test("a broken hourly loader stops, and catches up when it is repaired", async () => {
    const run = await aWorld();
    run.simulation.break("shopify_utm");
    expect(await run.simulation.advanceTo(at("2026-02-08T13:30:00Z"))).toEqual([]);
    expect(await row(run, "SELECT count(*) FROM ads.shopify_utm")).toEqual(["592091"]);
    run.simulation.repair("shopify_utm");
    await run.simulation.advanceTo(at("2026-02-08T13:40:00Z"));
    const [loaded, inTime, newest] = await row(
      run,
      `SELECT count(*) > 592091, count(*) FILTER (_loaded_at > TIMESTAMPTZ '2026-02-08 13:40:00+00'), max(created_at)
       FROM ads.shopify_utm`,
    );
    expect([loaded, inTime]).toEqual(["true", "0"]);
    expect(newest).toMatch(/^2026-02-08 13:2/);
  });
});

describe("a repaired connector", () => {
  test("syncs at the next turn, all its tables, and then keeps its schedule", async () => {
    const run = await aWorld();
    expect(run.simulation.repair("facebook").broken).toBe(false);
    const syncs = await run.simulation.advanceTo(at("2026-02-08T13:00:00Z"));
    expect(syncs.filter(({ connector }) => connector === "facebook").map((one) => one.endedAt)).toEqual([
      at("2026-02-08T12:00:41Z"),
    ]);
    for (const table of ["", "_age_and_gender", "_country", "_region"]) {
      const sql = `SELECT max(date_start), max(_airbyte_extracted_at)::DATE FROM ads.facebook_ads_insights${table}`;
      expect(await row(run, sql)).toEqual(["2026-02-08", "2026-02-08"]);
    }
    expect(await row(run, "SELECT max(date_start) FROM ads.ads_insights")).toEqual(["2026-02-07"]);
    expect(await modified(run, "facebook_campaigns")).toBe("2026-02-08T12:00:41.000Z");
    expect(await modified(run, "tiktokads_campaigns")).toBe("2026-02-05T12:00:33.000Z");
    const next = await run.simulation.advanceTo(at("2026-02-09T13:00:00Z"));
    expect(next.filter(({ connector }) => connector === "facebook").map((one) => one.startedAt)).toEqual([
      at("2026-02-09T12:00:00Z"),
    ]);
    run.simulation.break("facebook");
    const none = await run.simulation.advanceTo(at("2026-02-10T13:00:00Z"));
    expect(none.filter(({ connector }) => connector === "facebook")).toEqual([]);
  });

  test("delivers the days before its stop once more, which were not settled then", async () => {
    const run = await aWorld();
    const spend = (delivery: string) =>
      row(
        run,
        `SELECT sum(spend) FROM ads.facebook_ads_insights WHERE date_start = '2026-02-01'
       AND _airbyte_extracted_at::DATE = '${delivery}'`,
      );
    const [unsettled] = await spend("2026-02-02");
    run.simulation.repair("facebook");
    await run.simulation.advanceTo(at("2026-02-08T13:00:00Z"));
    const [settled] = await spend("2026-02-08");
    expect(Number(settled) / Number(unsettled)).toBeCloseTo(1 / 0.988, 4);
  });

  test("that was away for a minute brings what there is, also where it is nothing, and loses nothing", async () => {
    const run = await aWorld();
    for (const id of ["facebook", "shopify", "tiktok"]) run.simulation.repair(id);
    await run.simulation.advanceTo(at("2026-02-08T12:01:00Z"));
    for (let minute = 1; minute < 20; minute++) {
      for (const id of ["facebook", "shopify", "tiktok"]) {
        run.simulation.break(id);
        run.simulation.repair(id);
      }
      await run.simulation.advanceTo(new Date(Date.parse("2026-02-08T12:01:00Z") + minute * 60_000));
    }
    await run.simulation.advanceTo(at("2026-02-08T14:00:00Z"));
    const newest = "(SELECT max(created_at) FROM ads.shopify_live_orders)";
    const [live, utm, time] = await row(
      run,
      `SELECT (SELECT count(*) FROM ads.shopify_live_orders WHERE created_at >= '2026-02-05'),
        (SELECT count(*) FROM ads.shopify_utm WHERE created_at BETWEEN '2026-02-05' AND ${newest}), ${newest}`,
    );
    expect(time).toMatch(/^2026-02-08 12:1/);
    expect(live).toBe(utm);
  });

  test("brings new people as they wrote themselves, who are nobody that was there", async () => {
    const run = await aWorld();
    for (const { id } of run.simulation.connectors()) run.simulation.break(id);
    run.simulation.repair("shopify");
    await run.simulation.advanceTo(at("2026-02-18T13:00:00Z"));
    expect(await modified(run, "shopify_live_orders")).toBe("2026-02-18T12:00:27.000Z");
    const [orders, newPeople] = (
      await row(
        run,
        `SELECT count(*), count(DISTINCT email) FILTER (email NOT IN
            (SELECT lower(trim(email)) FROM ads.shopify_live_orders WHERE created_at < '2026-02-05'))
          FROM (SELECT * REPLACE (lower(trim(email)) AS email) FROM ads.shopify_live_orders) WHERE created_at >= '2026-02-06'`,
      )
    ).map(Number);
    expect(orders).toBeGreaterThan(3_500);
    // Seven tenths order for the first time.
    expect(newPeople).toBeGreaterThan(0.7 * (orders ?? 0));
    const people = new Map<string, Set<string>>();
    for (const table of ["shopify_live_orders", "shopify_live_customers"]) {
      const found = await run.engine.duckdb(
        `SELECT email, phone, country_code FROM "hulken.ads_data".${table} WHERE phone IS NOT NULL`,
      );
      for (const [email, phone, country] of found as [string, string, string | null][]) {
        const [person, line] = [normaliseEmail(email), normalisePhone(phone, [country, "US"])];
        expect(person, email).toHaveProperty("value");
        expect(line, `${phone} in ${country}`).toHaveProperty("value");
        const key = JSON.stringify(line);
        people.set(key, (people.get(key) ?? new Set()).add(JSON.stringify(person)));
      }
    }
    const shared = [...people.values()].filter(({ size }) => size > 1);
    expect(shared.length).toBeLessThan(people.size / 100);
  });

  test("finds in one catch-up what daily syncs would have brought", async () => {
    const daily = await aWorld();
    const late = await aWorld();
    for (const id of ["facebook", "tiktok", "shopify"]) daily.simulation.repair(id);
    await daily.simulation.advanceTo(at("2026-02-11T13:00:00Z"));
    await late.simulation.advanceTo(at("2026-02-11T12:00:00Z"));
    for (const id of ["facebook", "tiktok", "shopify"]) late.simulation.repair(id);
    await late.simulation.advanceTo(at("2026-02-11T13:00:00Z"));
    for (const [table, key] of [
      ["facebook_ads_insights", "ad_id, date_start, account_id"],
      ["facebook_ads_insights_country", "ad_id, date_start, account_id, country"],
      ["ads_insights", "ad_id, date_start, account_id"],
      ["tiktokads_reports_daily", "ad_id, stat_time_day"],
      ["shopify_live_orders", "id"],
      ["shopify_live_customers", "id"],
    ] as const) {
      const [count, digest] = await row(daily, content(table, key));
      expect(await row(late, content(table, key)), table).toEqual([count, digest]);
      const [raw] = await row(late, `SELECT count(*) FROM ads.${table}`);
      if (table === "facebook_ads_insights") expect(Number(raw)).toBeGreaterThan(Number(count));
      else if (!table.startsWith("facebook")) expect(raw).toBe(count);
    }
  });

  test("gets the same from one long turn as from many short ones", async () => {
    const once = await aWorld();
    const often = await aWorld();
    for (const run of [once, often]) run.simulation.repair("shopify");
    await once.simulation.advanceTo(at("2026-02-09T14:00:00Z"));
    for (
      let time = Date.parse("2026-02-08T12:00:00Z");
      time <= Date.parse("2026-02-09T14:00:00Z");
      time += 3_000_000
    ) {
      await often.simulation.advanceTo(new Date(time));
    }
    await often.simulation.advanceTo(at("2026-02-09T14:00:00Z"));
    for (const table of ["shopify_live_orders", "shopify_live_customers", "shopify_utm"]) {
      const sql = `SELECT count(*), md5(string_agg(one::VARCHAR, ',' ORDER BY one::VARCHAR)) FROM ads.${table} AS one
        WHERE created_at >= '2026-02-01'`;
      expect(await row(often, sql), table).toEqual(await row(once, sql));
    }
    expect(once.simulation.connectors()).toEqual(often.simulation.connectors());
  });
});
