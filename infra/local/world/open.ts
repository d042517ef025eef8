import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { access, copyFile, link, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { openEngine } from "../emulators/bigquery/engine.ts";
import { buildWorld, DEFAULT_SEED, type OnProgress } from "./build.ts";
import { AS_OF, PROJECT } from "./figures.ts";

export interface OpenWorldOptions {
  /** Where built worlds are kept; default: `.data` beside this file, which git ignores. */
  readonly dir?: string;
  readonly seed?: number;
  /** Called only when the world has to be built first. */
  readonly onProgress?: OnProgress;
  /** Fills an empty warehouse; default: `buildWorld`. */
  readonly fill?: typeof buildWorld;
}

export interface World {
  /** A DuckDB file of this run alone, for `openEngine`. */
  readonly file: string;
  readonly seed: number;
  /** What the build cost; null when it was built before. */
  readonly built: BuildCost | null;
  /** Removes the run's file; close the engine first. */
  discard(): Promise<void>;
}

export interface BuildCost {
  readonly ms: number;
  /** Of this process since it started. */
  readonly peakRssBytes: number;
}

/** DuckDB's own limit while building; it spills to disk beyond. */
const BUILD_MEMORY = "1GB";

/**
 * The demo world, ready for one run. It is built once and kept; every run works on a copy,
 * so each begins from the same world whatever the one before did to it.
 */
export async function openWorld(options: OpenWorldOptions = {}): Promise<World> {
  const dir = options.dir ?? join(import.meta.dirname, ".data");
  const seed = options.seed ?? DEFAULT_SEED;
  await mkdir(dir, { recursive: true });
  await removeLeftovers(dir);
  const name = `world-${seed}-${await hashOfSources()}.duckdb`;
  const kept = join(dir, name);
  const onWait = () => options.onProgress?.(0, 1, "waiting: another process is building the world");
  const built = await oneAtATime(kept, onWait, async () => {
    if (await exists(kept)) return null;
    const cost = await build(kept, options.fill ?? buildWorld, { seed, onProgress: options.onProgress });
    await removeOtherWorlds(dir, seed, name);
    return cost;
  });

  const file = join(dir, `run-${process.pid}-${crypto.randomUUID().slice(0, 8)}.duckdb`);
  await copyFile(kept, file, constants.COPYFILE_FICLONE);
  return { file, seed, built, discard: () => removeDatabase(file) };
}

/** Built under another name and renamed when whole: a crash half way leaves no half world. */
async function build(
  kept: string,
  fill: typeof buildWorld,
  options: Parameters<typeof buildWorld>[1],
): Promise<BuildCost> {
  const began = performance.now();
  const file = `${kept}.building-${process.pid}-${crypto.randomUUID().slice(0, 8)}`;
  try {
    const engine = await openEngine({ file, project: PROJECT, clock: () => AS_OF });
    try {
      await engine.duckdb(`SET memory_limit = '${BUILD_MEMORY}'`);
      await fill(engine, options);
    } finally {
      await engine.close();
    }
    if (await exists(`${file}.wal`)) {
      throw new Error("The world's file was not closed whole; build it again by starting once more.");
    }
    await rename(file, kept);
  } finally {
    await removeDatabase(file);
  }
  return {
    ms: Math.round(performance.now() - began),
    peakRssBytes: process.resourceUsage().maxRSS * 1024,
  };
}

/**
 * Two that start at once build once: the second waits for the first. A lock whose process
 * is gone is ignored; should two then build, each builds under its own name and no harm is done.
 */
async function oneAtATime<T>(kept: string, onWait: () => void, work: () => Promise<T>): Promise<T | null> {
  if (await exists(kept)) return null;
  const lock = `${kept}.lock`;
  for (let waited = false; !(await take(lock)); ) {
    const holder = Number(await readFile(lock, "utf8").catch(() => ""));
    if (holder > 0 && !isRunning(holder)) {
      await rm(lock, { force: true });
      continue;
    }
    if (!waited) onWait();
    waited = true;
    await sleep(100);
  }
  try {
    return await work();
  } finally {
    await rm(lock, { force: true });
  }
}

/** Made under its own name and linked, so that a lock is never seen without its process. */
async function take(lock: string): Promise<boolean> {
  const own = `${lock}.building-${process.pid}-${crypto.randomUUID().slice(0, 8)}`;
  await writeFile(own, String(process.pid));
  try {
    await link(own, lock);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  } finally {
    await rm(own, { force: true });
  }
}

/** Changes with anything that decides what is in the file: the generator, and how tables are stored. */
async function hashOfSources(): Promise<string> {
  const generator = await readdir(import.meta.dirname, { recursive: true });
  const storage = ["catalog-store.ts", "fields.ts", "names.ts", "statistics.ts"];
  const files = [
    ...generator
      .filter(
        (name) =>
          name.endsWith(".ts") && !["open.ts", "simulation.ts", "loaders.ts", "ga4-export.ts"].includes(name),
      )
      .sort()
      .map((name) => join(import.meta.dirname, name)),
    ...storage.map((name) => join(import.meta.dirname, "..", "emulators", "bigquery", name)),
  ];
  const hash = createHash("sha256");
  for (const file of files) hash.update(await readFile(file)).update("\0");
  return hash.digest("hex").slice(0, 12);
}

/** Files of processes that are gone: copies of runs that were killed, builds that were cut short. */
async function removeLeftovers(dir: string): Promise<void> {
  for (const name of await readdir(dir)) {
    const pid = Number(/^run-(\d+)-|\.building-(\d+)-/.exec(name)?.slice(1).find(Boolean));
    if (pid > 0 && !isRunning(pid)) await rm(join(dir, name), { recursive: true, force: true });
  }
}

async function removeOtherWorlds(dir: string, seed: number, name: string): Promise<void> {
  for (const other of await readdir(dir)) {
    if (other.startsWith(`world-${seed}-`) && other.endsWith(".duckdb") && other !== name) {
      await rm(join(dir, other), { force: true });
    }
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

async function removeDatabase(file: string): Promise<void> {
  await Promise.all(
    ["", ".wal", ".tmp"].map((suffix) => rm(`${file}${suffix}`, { recursive: true, force: true })),
  );
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
