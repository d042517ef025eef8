import { openWarehouse } from "../../functions/shared/stores/bigquery/bigquery.ts";
import type { Bulk, Tables, Warehouse } from "../../functions/shared/stores/bigquery/types.ts";
import { startMetadataServer } from "../../infra/local/emulators/metadata/server.ts";
import { noon } from "./a-source.ts";
import { type LocalBigQuery, startLocalBigQuery } from "./local-bigquery.ts";

export interface TestWarehouse extends LocalBigQuery {
  /** The functions' own client, over the local BigQuery, as they use it. */
  open(settings?: { readonly location?: string; readonly dryRun?: boolean }): Warehouse & Tables & Bulk;
}

/** Where the process reached its last warehouse, while no other is there. */
let freePorts = { bigquery: 0, metadata: 0 };

/**
 * A local BigQuery at noon of 8 February 2026, reached as the functions reach it: by environment only. A process
 * keeps its clients, so its next warehouse has the address of the one before. A second
 * warehouse at the same time needs another project.
 */
export async function startWarehouse(
  project = "shop",
  file = ":memory:",
  clock: () => Date = () => noon,
): Promise<TestWarehouse> {
  const ports = freePorts;
  freePorts = { bigquery: 0, metadata: 0 };
  const bigquery = await startLocalBigQuery({ project, file, clock, port: ports.bigquery });
  const metadata = await startMetadataServer({ project, port: ports.metadata });
  Object.assign(process.env, bigquery.env, {
    GCE_METADATA_HOST: metadata.host,
    METADATA_SERVER_DETECTION: "assume-present",
  });
  return {
    ...bigquery,
    open: ({ location = "US", dryRun = false } = {}) =>
      openWarehouse({ project, location, opsDataset: "ops", from: "test", dryRun }),
    async close() {
      await bigquery.close();
      await metadata.close();
      // It would win over the address that another client is given.
      for (const name of [...Object.keys(bigquery.env), "GCE_METADATA_HOST", "METADATA_SERVER_DETECTION"])
        delete process.env[name];
      freePorts = { bigquery: bigquery.port, metadata: metadata.port };
    },
  };
}
