import { openWarehouse } from "../../functions/shared/stores/bigquery/bigquery.ts";
import type { Bulk, Tables, Warehouse } from "../../functions/shared/stores/bigquery/types.ts";
import { startMetadataServer } from "../../infra/local/emulators/metadata/server.ts";
import { noon } from "./a-source.ts";
import { type LocalBigQuery, startLocalBigQuery } from "./local-bigquery.ts";

export interface TestWarehouse extends LocalBigQuery {
  /** The functions' own client, over the local BigQuery, as they use it. */
  open(settings?: { readonly location?: string; readonly dryRun?: boolean }): Warehouse & Tables & Bulk;
}

/**
 * A local BigQuery at noon of 8 February 2026, reached as the functions reach it: by environment only. A process
 * keeps its client of a project, so a second warehouse in one process needs another project.
 */
export async function startWarehouse(project = "shop", file = ":memory:"): Promise<TestWarehouse> {
  const bigquery = await startLocalBigQuery({ project, file, clock: () => noon });
  const metadata = await startMetadataServer({ project });
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
    },
  };
}
