import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { checkFreshness } from "../../../functions/checks/freshness/check-sources.ts";
import type { Source } from "../../../functions/shared/config/types.ts";
import { instantsOf } from "../../../functions/shared/instants.ts";
import { decide } from "../../../functions/sync-watchdog/decide.ts";
import { outageImpactOf } from "../../../functions/sync-watchdog/outage-impact.ts";
import { ago, aMoney, aSource, days, hours, noon } from "../../support/a-source.ts";
import { startWarehouse, type TestWarehouse } from "../../support/a-warehouse.ts";

/**
 * Sources that fell silent at the noon of 2 February, halfway through that day's money, and were repaired at 11
 * on the 8th, in a warehouse reached by Google's client. The 4th never came back.
 */
let bigquery: TestWarehouse;

const money = aMoney();
const source = (id: string, parts: Partial<Source> = {}) =>
  aSource({
    id,
    table: { project: "shop", dataset: "ads", table: id },
    money,
    uniqueKey: ["ad", "day"],
    ...parts,
  });

const stop = ago(days(6));
const repair = ago(hours(1));
const silentDay = "2026-02-02";
const daysBefore = [...Array(10)].map((_, n) =>
  new Date(Date.parse("2026-01-23") + days(n)).toISOString().slice(0, 10),
);
const backfilled = ["2026-02-02", "2026-02-03", "2026-02-05", "2026-02-06", "2026-02-07"];

interface Version {
  readonly ad: string;
  readonly day: string;
  readonly spend: number | null;
  readonly arrived: Date;
}
const load = (dates: readonly string[], spend: number, arrivedAt: (day: string) => Date): Version[] =>
  dates.flatMap((day) => ["x", "y"].map((ad) => ({ ad, day, spend, arrived: arrivedAt(day) })));

async function append(id: string, versions: readonly Version[]): Promise<void> {
  const rows = versions.map(
    ({ ad, day, spend, arrived }) =>
      `('${ad}', DATE '${day}', ${spend ?? "NULL"}, TIMESTAMPTZ '${arrived.toISOString()}')`,
  );
  await bigquery.engine.appendSelect(
    `shop.ads.${id}`,
    `SELECT ad, day, CAST(spend AS DECIMAL(38, 9)) AS spend, extracted_at FROM (VALUES ${rows.join(", ")}) AS v(ad, day, spend, extracted_at)`,
    new Date(Math.max(...versions.map(({ arrived }) => arrived.getTime()))),
  );
}

/** 1,000 a day in two ads, delivered on the day; 400 of it on the day it fell silent. */
async function silentSince2Feb(id: string): Promise<void> {
  await bigquery.engine.createTable(
    `shop.ads.${id}`,
    {
      fields: [
        { name: "ad", type: "STRING" },
        { name: "day", type: "DATE" },
        { name: "spend", type: "NUMERIC" },
        { name: "extracted_at", type: "TIMESTAMP" },
      ],
      partitionBy: { field: "extracted_at", type: "DAY" },
    },
    ago(days(300)),
  );
  await append(id, [
    ...load(daysBefore, 500, (day) => new Date(`${day}T12:00:00Z`)),
    ...load([silentDay], 200, () => stop),
  ]);
}

const repairedBy = (id: string) =>
  append(id, [
    ...load(backfilled, 490, () => repair),
    ...load(["2026-02-08"], 100, () => repair),
    // The loader restates the week before as well; that was visible all along.
    ...load(daysBefore.slice(-3), 501, () => repair),
  ]);

const ads = source("ads");
const logged = source("logged", { uniqueKey: [] });
const healthy = source("healthy");
const broken = source("broken", { arrival: "no_such_column" });
const clicks = source("clicks", { money: null });

const began = stop;
const bill = async (subjects: readonly Source[], over = noon) => {
  const warehouse = bigquery.open();
  const all = [ads, logged, healthy, broken, clicks];
  const facts = await outageImpactOf({ subjects: subjects.map(({ id }) => id), began, over }, all, warehouse);
  return { facts: Object.fromEntries(facts.map(({ label, value }) => [label, value])), runs: warehouse.runs };
};
const impactAt = async (it: Source, now: Date) => {
  const [verdict] = await checkFreshness([it], { location: "US" }, bigquery.open(), instantsOf(now, now));
  return verdict;
};

beforeAll(async () => {
  bigquery = await startWarehouse();
  await bigquery.engine.createDataset("shop.ads", { location: "US", at: ago(days(300)) });
  for (const { id } of [ads, logged, healthy, broken]) await silentSince2Feb(id);
  await append(
    "healthy",
    ["02", "03", "04", "05", "06", "07", "08"].flatMap((day) =>
      load([`2026-02-${day}`], 500, () => new Date(`2026-02-${day}T11:00:00Z`)),
    ),
  );
});
afterAll(() => bigquery.close());

describe("a source that was silent for six days", () => {
  test("while it lasts has nothing arrived since, and every whole day is missing", async () => {
    const lastTick = ago(hours(2));
    const verdict = await impactAt(ads, lastTick);
    expect(verdict).toMatchObject({ status: "critical", visibleThrough: stop });
    expect(decide(verdict === undefined ? [] : [verdict], lastTick).problems[0]?.cause.since).toEqual(stop);
    const { facts } = await bill([ads], lastTick);
    expect(facts["Was not visible"]).toBe("about $5.9K of spend ($5.9K to $5.9K)");
    expect(verdict?.impact?.amount).toBeCloseTo(1_000 * (6 - 2 / 24));
    expect(facts["Arrived since"]).toBe("nothing");
    expect(facts["Still missing"]).toBe("the rest of 2 Feb 2026, 3 Feb 2026 to 6 Feb 2026");
  });

  test("repaired for all days but one: what came is counted exactly, each fact once, and the day is named", async () => {
    await repairedBy("ads");
    expect(await impactAt(ads, noon)).toMatchObject({ status: "ok" });
    const { facts, runs } = await bill([ads]);
    // 980 - 400 of the day it fell silent on, four whole days of 980, 200 of today.
    expect(facts).toEqual({
      "Was not visible": "about $6K of spend ($6K to $6K)",
      "Arrived since": "$4.7K of spend: 4 of 5 whole days, and part of 2 Feb 2026 and 8 Feb 2026",
      "Still missing": "4 Feb 2026",
    });
    expect(runs.map(({ statement }) => statement)).toEqual(["freshness/outage-money-by-key"]);
  });

  test("a loader that never repeats a row adds to what was there", async () => {
    await repairedBy("logged");
    const { facts, runs } = await bill([logged]);
    expect(facts["Arrived since"]).toMatch(/^\$5.1K of spend: 4 of 5 whole days/);
    expect(runs.map(({ statement }) => statement)).toEqual(["freshness/outage-money"]);
  });

  test("many sources cost two queries at most, and a source without money none", async () => {
    const { runs, facts } = await bill([ads, logged, healthy, clicks]);
    expect(runs).toHaveLength(2);
    expect(facts["Was not visible"]).toBe("about $12K of spend ($12K to $12K)");
    const nothing = await bill([clicks]);
    expect(nothing).toEqual({ facts: {}, runs: [] });
  });
});

describe("a bill that is not due", () => {
  test("a source that delivered all along has none", async () => {
    expect((await bill([healthy])).facts).toEqual({});
  });
});

describe("a bill that cannot be worked out", () => {
  test("says so and why, and stops no other", async () => {
    const { facts } = await bill([broken, ads]);
    expect(facts["Not counted"]).toMatch(/^could not be worked out: broken: .*no_such_column/);
    expect(facts["Still missing"]).toBe("4 Feb 2026");
    const { facts: alone } = await bill([broken]);
    expect(Object.keys(alone)).toEqual(["Was not visible"]);
    expect(alone["Was not visible"]).toContain("no_such_column");
  });

  test("whatever is thrown, without what must not be said", async () => {
    const thrower = {
      ...bigquery.open(),
      queryAll: () => Promise.reject(new Error("down: https://user:hunter2@db.example")),
    };
    const [fact] = await outageImpactOf({ subjects: ["ads"], began, over: noon }, [ads], thrower);
    expect(fact?.value).toMatch(/^could not be worked out: down/);
    expect(fact?.value).not.toContain("hunter2");
  });
});
