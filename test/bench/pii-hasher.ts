import { createHmac, createSecretKey } from "node:crypto";
import { join } from "node:path";
import { normaliseEmail } from "../../functions/shared/identity/normalise-email.ts";
import { normalisePhone } from "../../functions/shared/identity/normalise-phone.ts";
import { createWorldClock } from "../../infra/local/clock.ts";
import { sourceFunctions } from "../../infra/local/functions/program.ts";
import { openDemoWorld } from "../../infra/local/stack/demo-world.ts";
import { startStack } from "../../infra/local/stack/stack.ts";
import { createWarehouseClient } from "../../infra/local/stack/warehouse-client.ts";
import { key, type PiiWorld, startPiiWorld } from "../support/a-pii-world.ts";
import { project } from "../support/small-sources.ts";
import { peakMebibytes, type Section, type Size } from "./figures.ts";

/** A function answers within its limit, and goes on at the next call. */
const timeoutSeconds = 240;
const rowCounts = { full: [100_000, 5_000_000], quick: [1_000] };
const hours = { full: 24, quick: 1 };
const identifiersPerRow = 2;

/**
 * A backfill from its first row to its last by the real function, in a process of its own, beside Node's own HMAC over as
 * many of the same values, normalised, in this run: what is above 1 is time that the warehouse, JSON and normalising take.
 */
export async function piiHasher(size: Size): Promise<Section> {
  const rows: string[][] = [];
  for (const count of rowCounts[size]) {
    const world = await startPiiWorld({ timeoutSeconds: { "pii-hasher": timeoutSeconds } });
    try {
      rows.push(await backfill(world, count));
    } finally {
      await world.close();
    }
  }
  return {
    title: "Backfill of orders, an address and a number each: hashed, put into the clean table, emptied",
    columns: [
      "rows",
      "calls",
      "rows/s",
      "hashes/s",
      "createHmac/s",
      "× createHmac",
      "GiB processed",
      "× the table",
      "peak MiB of the function",
    ],
    rows,
    notes: [
      `One thread; the local BigQuery works on the other core. A call ends by itself within ${timeoutSeconds} s, and the next goes on.`,
      "Bytes as the local BigQuery counts them, of all its jobs, beside the size of the raw table before.",
    ],
  };
}

async function backfill(world: PiiWorld, count: number): Promise<string[]> {
  await fill(world, count);
  const before = Number(
    (await world.rows(`SELECT size_bytes FROM \`${project}.raw.__TABLES__\` WHERE table_id = 'orders'`))[0]
      ?.size_bytes,
  );
  const began = performance.now();
  let calls = 0;
  for (let left = count; left > 0; ) {
    const { status, json, body } = await world.post(world.nextTick());
    if (status !== 200) throw new Error(`a call of the backfill answered ${status}: ${body}`);
    calls += 1;
    left = Number(json.tables.orders.left);
  }
  const seconds = (performance.now() - began) / 1_000;
  await isDone(world, count);
  const limit = hmacPerSecond();
  const hashes = (count * identifiersPerRow) / seconds;
  const processed = await bytesProcessed(world);
  return [
    count.toLocaleString("en-US"),
    String(calls),
    Math.round(count / seconds).toLocaleString("en-US"),
    Math.round(hashes).toLocaleString("en-US"),
    Math.round(limit).toLocaleString("en-US"),
    (hashes / limit).toFixed(3),
    (processed / 2 ** 30).toFixed(2),
    (processed / before).toFixed(1),
    String(await peakMebibytes(world.stack.called("pii-hasher").pid())),
  ];
}

/** Over fifty days, as loads bring them: neighbours arrive microseconds apart. */
async function fill(world: PiiWorld, count: number): Promise<void> {
  await world.stack.engine.appendSelect(
    `${project}.raw.orders`,
    `SELECT i AS id,
       make_timestamptz(1765000000000000 + (i * 50 // ${count}) * 86400000000 + i) AS extracted_at,
       concat('Person', i, '@Shop.example') AS email,
       concat('+1 ', 201 + i % 9, ' 555 01', lpad((i % 100)::VARCHAR, 2, '0')) AS phone,
       'US' AS country, 10.00::DECIMAL(18, 2) AS total, NULL::VARCHAR AS note
     FROM range(${count}) AS t(i)`,
    world.stack.engine.clock(),
  );
}

async function isDone(world: PiiWorld, count: number): Promise<void> {
  const [row] = await world.rows(
    `SELECT
       (SELECT COUNT(*) FROM \`${project}.raw.orders\` WHERE email IS NOT NULL OR phone IS NOT NULL) AS readable,
       (SELECT COUNT(email_hash) FROM \`${project}.clean.orders\`) AS emails,
       (SELECT COUNT(DISTINCT email_hash) FROM \`${project}.clean.orders\`) AS people`,
  );
  if (Number(row?.readable) !== 0 || Number(row?.emails) !== count || Number(row?.people) !== count)
    throw new Error(`the backfill is not whole: ${JSON.stringify(row)}`);
}

async function bytesProcessed(world: PiiWorld): Promise<number> {
  const [row] = await world.rows(
    "SELECT SUM(total_bytes_processed) AS bytes FROM `region-us`.INFORMATION_SCHEMA.JOBS WHERE EXISTS (SELECT 1 FROM UNNEST(labels) AS label WHERE label.key = 'plumbline_function' AND label.value = 'pii-hasher')",
  );
  return Number(row?.bytes);
}

/** Node's own, one value after the other, over the same values as the backfill's, normalised before. */
function hmacPerSecond(): number {
  const values = Array.from({ length: 100_000 }, (_, i) => [
    normaliseEmail(`Person${i}@Shop.example`),
    normalisePhone(`+1 ${201 + (i % 9)} 555 01${String(i % 100).padStart(2, "0")}`, ["US"]),
  ]).flatMap((pair) =>
    pair.map((it) => {
      if (it === null || "refused" in it) throw new Error("a value of the benchmark is refused");
      return it.value as string;
    }),
  );
  const secret = createSecretKey(Buffer.from(key));
  const began = performance.now();
  for (const value of values) createHmac("sha256", secret).update(value).digest("hex");
  return values.length / ((performance.now() - began) / 1_000);
}

/**
 * A day of the demo with a healthy shop, by every function's own schedule: what the hasher reads and is billed, beside
 * reading the raw and the clean tables at each of its ticks.
 */
export async function piiHasherDay(size: Size): Promise<Section> {
  const clock = createWorldClock();
  const world = await openDemoWorld({ clock: clock.now });
  const stack = await startStack({
    world,
    clock,
    warehouseFile: join(import.meta.dirname, "../../infra/local/world/warehouse.yaml"),
    functionsFolder: sourceFunctions.folder,
    port: 0,
  });
  const client = createWarehouseClient({ url: stack.bigQueryUrl, project: "hulken", location: "US" });
  const jobsOf = async (what: Work): Promise<Cost> => {
    const isSearch =
      "EXISTS (SELECT 1 FROM UNNEST(labels) AS label WHERE label.key = 'plumbline_statement' AND STARTS_WITH(label.value, 'pii-search_'))";
    const [row] = await client.query(
      `SELECT COUNT(*) AS jobs, SUM(total_bytes_processed) AS processed, SUM(total_bytes_billed) AS billed
       FROM \`region-us\`.INFORMATION_SCHEMA.JOBS
       WHERE EXISTS (SELECT 1 FROM UNNEST(labels) AS label WHERE label.key = 'plumbline_function' AND label.value = 'pii-hasher')
         AND ${what === "search" ? isSearch : `NOT ${isSearch}`}`,
    );
    return { jobs: Number(row?.jobs), processed: Number(row?.processed), billed: Number(row?.billed) };
  };
  const sizeOf = async (where: string): Promise<StoredSize> => {
    const [row] = await client.query(
      `SELECT SUM(size_bytes) AS bytes, COUNT(*) AS tables FROM ads_data.__TABLES__ ${where}`,
    );
    return { bytes: Number(row?.bytes), tables: Number(row?.tables) };
  };
  try {
    await stack.scheduler.runAll();
    await stack.view.repair("shopify");
    const before = { hashing: await jobsOf("hashing"), search: await jobsOf("search") };
    const ticks = await stack.scheduler.advance(hours[size] * 3_600_000);
    const own = ticks.filter((tick) => tick.function === "pii-hasher");
    const failed = own.filter(({ problem }) => problem !== null);
    if (failed.length > 0) throw new Error(`${failed.length} ticks failed: ${failed[0]?.problem}`);
    const since = (after: Cost, earlier: Cost): Cost => ({
      jobs: after.jobs - earlier.jobs,
      processed: after.processed - earlier.processed,
      billed: after.billed - earlier.billed,
    });
    const hashed = since(await jobsOf("hashing"), before.hashing);
    const searched = since(await jobsOf("search"), before.search);
    const [people, all] = await Promise.all([
      sizeOf(
        "WHERE STARTS_WITH(table_id, 'shopify_live_orders') OR STARTS_WITH(table_id, 'shopify_live_customers')",
      ),
      sizeOf(""),
    ]);
    const each = ({ bytes, tables }: StoredSize, times: number): Cost => ({
      jobs: times,
      processed: bytes * times,
      billed: Math.max(bytes, tables * 10 * 2 ** 20) * times,
    });
    const ms = own.map((tick) => tick.ms).toSorted((a, b) => a - b);
    return {
      title: `${hours[size]} h of the demo: ${own.length} ticks of the hasher, with a sync of Shopify in it and the first search of all texts`,
      columns: ["way", "jobs", "MiB processed", "× whole", "MiB billed", "× whole"],
      rows: [
        ...compared(
          "hashing",
          hashed,
          "raw and clean tables as a whole, each tick",
          each(people, own.length),
        ),
        ...compared("search", searched, "all tables as a whole, each hour", each(all, hours[size])),
      ],
      notes: [
        `Median tick ${ms[Math.floor(ms.length / 2)]} ms, longest ${ms.at(-1)} ms.`,
        "Billed: at least 10 MiB for each table that a query names; the demo's raw and clean tables of people are smaller than that.",
      ],
    };
  } finally {
    await stack.close();
    await world.close();
  }
}

type Work = "hashing" | "search";

interface Cost {
  readonly jobs: number;
  readonly processed: number;
  readonly billed: number;
}

interface StoredSize {
  readonly bytes: number;
  readonly tables: number;
}

function compared(ours: string, it: Cost, whole: string, peer: Cost): string[][] {
  const mebibytes = (bytes: number) => (bytes / 2 ** 20).toFixed(0);
  const row = (way: string, cost: Cost) => [
    way,
    String(cost.jobs),
    mebibytes(cost.processed),
    (cost.processed / peer.processed).toFixed(3),
    mebibytes(cost.billed),
    (cost.billed / peer.billed).toFixed(3),
  ];
  return [row(ours, it), row(whole, peer)];
}
