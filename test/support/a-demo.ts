import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BigQuery } from "@google-cloud/bigquery";
import { PassThroughClient } from "google-auth-library";
import { afterAll, beforeAll } from "vitest";
import { openWarehouse } from "../../functions/shared/stores/bigquery/bigquery.ts";
import type { Bulk, Tables, Warehouse } from "../../functions/shared/stores/bigquery/types.ts";
import { createWorldClock } from "../../infra/local/clock.ts";
import { startMetadataServer } from "../../infra/local/emulators/metadata/server.ts";
import { sourceFunctions } from "../../infra/local/functions/program.ts";
import { createClosing } from "../../infra/local/stack/closing.ts";
import { openDemoWorld } from "../../infra/local/stack/demo-world.ts";
import { type LocalStack, startStack } from "../../infra/local/stack/stack.ts";
import { createWarehouseClient, type WarehouseClient } from "../../infra/local/stack/warehouse-client.ts";
import type { World } from "../../infra/local/stack/world.ts";

/** The demo world with the whole stack over it, as `npm start` has it, one for all that look at it. */
export interface Demo {
  readonly world: World;
  readonly stack: LocalStack;
  readonly client: WarehouseClient;
  /** Text of the demo's warehouse file. */
  readonly file: string;
  /** Another warehouse file, from the next call of a function on. */
  rewrite(text: string): Promise<void>;
  /** The functions' own client. */
  open(from?: string): Warehouse & Tables & Bulk;
  /** Google's client. */
  google(): BigQuery;
}

/** Three million rows, on cores that others may use. */
export const timeoutMs = 300_000;

/** Starts it before the tests of a file, and ends it after them. Nothing is called yet. @returns the one that runs */
export function useDemo(): () => Demo {
  const closing = createClosing();
  let demo: Demo | null = null;
  beforeAll(async () => {
    demo = await startDemo(closing);
  }, timeoutMs);
  afterAll(closing.close);
  return () => {
    if (demo === null) throw new Error("the demo has not started");
    return demo;
  };
}

async function startDemo(closing: ReturnType<typeof createClosing>): Promise<Demo> {
  const folder = await mkdtemp(join(tmpdir(), "plumbline-demo-"));
  closing.add({ close: () => rm(folder, { recursive: true, force: true }) });
  const warehouseFile = join(folder, "warehouse.yaml");
  const yaml = new URL("../../infra/local/world/warehouse.yaml", import.meta.url);
  const file = await readFile(yaml, "utf8");
  await writeFile(warehouseFile, file);
  const clock = createWorldClock();
  const world = closing.add(await openDemoWorld({ clock: clock.now }));
  const { folder: functionsFolder, programOf } = sourceFunctions;
  const stack = closing.add(
    await startStack({ world, clock, warehouseFile, functionsFolder, programOf, port: 0 }),
  );
  const { project, location } = world;
  const metadata = closing.add(await startMetadataServer({ project }));
  Object.assign(process.env, {
    BIGQUERY_EMULATOR_HOST: stack.bigQueryUrl,
    GCE_METADATA_HOST: metadata.host,
    METADATA_SERVER_DETECTION: "assume-present",
  });
  return {
    world,
    stack,
    client: createWarehouseClient({ url: stack.bigQueryUrl, project, location }),
    file,
    rewrite: (text) => writeFile(warehouseFile, text),
    open: (from = "test") => openWarehouse({ project, location, opsDataset: "plumbline_ops", from }),
    google: () =>
      new BigQuery({
        projectId: project,
        apiEndpoint: stack.bigQueryUrl,
        authClient: new PassThroughClient(),
      }),
  };
}
