import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { WarehouseWriter } from "../../../infra/local/emulators/bigquery/catalog.ts";
import { openEngine } from "../../../infra/local/emulators/bigquery/engine.ts";
import { openWorld } from "../../../infra/local/world/open.ts";

const START = new Date("2026-02-08T12:00:00Z");
const TABLE = "hulken.ads_data.small";

let dir: string;
let fills: number;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "world-"));
  fills = 0;
});

afterEach(() => rm(dir, { recursive: true, force: true }));

/** A small world instead of the large one: what is kept does not matter here, only how. */
async function fill(writer: WarehouseWriter): Promise<void> {
  fills++;
  await writer.createDataset("hulken.ads_data", { location: "US", at: START });
  await writer.createTable(TABLE, { fields: [{ name: "n", type: "INTEGER" }] }, START);
  await writer.appendSelect(TABLE, "SELECT unnest(range(10)) AS n", START);
}

const openEngineOn = (file: string) => openEngine({ file, project: "hulken", clock: () => START });
const kept = async () => (await readdir(dir)).filter((name) => name.startsWith("world-"));

describe("a world", () => {
  test("is built once; every run has its own copy and begins from the same", async () => {
    const labels: string[] = [];
    const first = await openWorld({ dir, fill });
    expect(first.built?.ms).toBeGreaterThan(0);
    const engine = await openEngineOn(first.file);
    await engine.appendSelect(TABLE, "SELECT 99 AS n", START);
    await engine.close();

    const second = await openWorld({ dir, fill, onProgress: (_done, _total, label) => labels.push(label) });
    expect(second.built).toBeNull();
    expect(second.file).not.toBe(first.file);
    expect([fills, labels]).toEqual([1, []]);
    const again = await openEngineOn(second.file);
    expect(await again.duckdb('SELECT count(*)::INTEGER FROM "hulken.ads_data"."small"')).toEqual([[10]]);
    await again.close();
    await first.discard();
    await second.discard();
    expect(await readdir(dir)).toEqual(await kept());
  });

  test("whose building failed half way is not kept, and the next opening builds it", async () => {
    const broken = async (writer: WarehouseWriter) => {
      await fill(writer);
      throw new Error("the power went");
    };
    await expect(openWorld({ dir, fill: broken })).rejects.toThrow("the power went");
    expect(await readdir(dir)).toEqual([]);
    const world = await openWorld({ dir, fill });
    expect(fills).toBe(2);
    expect(world.built).not.toBeNull();
  });

  test("is built once when two open it at the same time", async () => {
    const [one, two] = await Promise.all([openWorld({ dir, fill }), openWorld({ dir, fill })]);
    expect(fills).toBe(1);
    expect([one, two].filter(({ built }) => built !== null)).toHaveLength(1);
  });

  test("of another seed is another world", async () => {
    await openWorld({ dir, fill, seed: 1 });
    await openWorld({ dir, fill, seed: 2 });
    expect(await kept()).toHaveLength(2);
  });

  test("replaces the one that older sources made, and clears away what killed processes left", async () => {
    const dead = 2 ** 22 + 1;
    const left = [
      `run-${dead}-a.duckdb`,
      `world-1-0123456789ab.duckdb.building-${dead}-b`,
      "world-1-0123456789ab.duckdb",
    ];
    for (const name of left) await writeFile(join(dir, name), "");
    await writeFile(join(dir, `run-${process.pid}-c.duckdb`), "");
    const world = await openWorld({ dir, fill, seed: 1 });
    await world.discard();
    const [name] = await kept();
    expect(await readdir(dir)).toEqual([`run-${process.pid}-c.duckdb`, name]);
  });

  test("waits for no lock whose process is gone", async () => {
    const probe = await openWorld({ dir, fill });
    await probe.discard();
    const [name] = await kept();
    await rm(join(dir, name ?? ""));
    await writeFile(join(dir, `${name}.lock`), String(2 ** 22 + 1));
    await openWorld({ dir, fill });
    expect(fills).toBe(2);
  });
});
