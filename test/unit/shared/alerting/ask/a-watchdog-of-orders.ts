import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { http } from "@google-cloud/functions-framework";
import { getTestServer } from "@google-cloud/functions-framework/testing";
import { incidentPaths } from "../../../../../functions/shared/alerting/ask/incident-paths.ts";
import type { Incident } from "../../../../../functions/shared/alerting/incidents/incident.ts";
import { openIncidents } from "../../../../../functions/shared/alerting/state/state.ts";
import { handle } from "../../../../../functions/shared/http/handle.ts";
import {
  type LocalSecretManager,
  startSecretManager,
} from "../../../../../infra/local/emulators/secret-manager/server.ts";
import { type OpsWarehouse, opsDataset, startOpsWarehouse } from "../../../../sql/ops-warehouse.ts";
import { hoursLater, noon } from "../a-case.ts";

/** In no log line, error, statement or job may any of it be found. */
export const key = "canary-0123456789abcdef0123456789abcdef";
export const from = "orders-watchdog";

const warehouseFile = (tell: string) => `
project: hulken
location: US
time_zone: UTC
ops_dataset: plumbline_ops
connectors:
  shopify: { name: Shopify, every: 24h }
sources:
  orders: { table: shop.orders, connector: shopify, owner: ecommerce, arrival: at }
  refunds: { table: shop.refunds, connector: shopify, owner: ecommerce, arrival: at }
notifications:
${tell}
  channels:
    alerts: { slack: { webhook_secret: slack-alerts } }
`;

/** A function that tells people things, as far as they can ask of it and answer it: over HTTP, with the real client. */
export interface AWatchdog {
  readonly ops: OpsWarehouse;
  readonly secrets: LocalSecretManager;
  readonly url: string;
  get(path: string, at?: Date, headers?: Record<string, string>): Promise<Response>;
  /** As a form, unless the headers say JSON. */
  post(fields: Record<string, string>, at?: Date, headers?: Record<string, string>): Promise<Response>;
  /** Sets what `tell` says, two spaces in. */
  tell(text: string): void;
  open(...incidents: Incident[]): Promise<void>;
  log(decision: ADecision): Promise<void>;
  close(): Promise<void>;
}

export interface ADecision {
  readonly at: Date;
  readonly reason: string;
  readonly incident?: string;
  readonly notice?: string;
  readonly failure?: string;
  readonly subjects?: readonly string[];
  readonly title?: string;
  readonly function?: string;
  readonly run?: string;
}

export const acknowledging = "  acknowledge: { secret: ack-key, for: 24h }";

export async function startAWatchdog(): Promise<AWatchdog> {
  const ops = await startOpsWarehouse();
  const secrets = await startSecretManager({
    project: "hulken",
    secrets: { "ack-key": key, "short-key": "short-canary" },
  });
  const folder = mkdtempSync(join(tmpdir(), "plumbline-test-"));
  const path = join(folder, "warehouse.yaml");
  Object.assign(process.env, {
    PLUMBLINE_CONFIG: path,
    GOOGLE_CLOUD_PROJECT: "hulken",
    SECRET_MANAGER_ENDPOINT: secrets.url,
  });
  const tell = (text: string) => writeFileSync(path, warehouseFile(text));
  tell(acknowledging);
  http(from, handle(incidentPaths(from, () => new Date())));
  const server: Server = getTestServer(from);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const tick = (at: Date) => ({ "x-cloudscheduler-scheduletime": at.toISOString() });

  return {
    ops,
    secrets,
    url,
    tell,
    get: (asked, at = noon, headers = {}) => fetch(url + asked, { headers: { ...tick(at), ...headers } }),
    post: (fields, at = noon, headers = {}) =>
      fetch(`${url}/ack`, {
        method: "POST",
        headers: { ...tick(at), "content-type": "application/x-www-form-urlencoded", ...headers },
        body: /json/.test(headers["content-type"] ?? "")
          ? JSON.stringify(fields)
          : new URLSearchParams(fields).toString(),
      }),
    open: (...incidents) => openIncidents(ops.warehouse, from, incidents),
    async log({ at, reason, incident = "i", notice, failure, subjects = ["orders"], ...rest }) {
      await ops.run(
        `INSERT INTO \`${opsDataset}.alert_log\`
           (run_id, function, schedule_time, incident, group_key, title, notified, reason, why, notice, failure, findings, subjects)
         SELECT @run, @function, TIMESTAMP(@at), @incident, 'k', @title, @notice != '', @reason, @why,
           NULLIF(@notice, ''), NULLIF(@failure, ''), '[]', SPLIT(@subjects, ',')`,
        {
          run: rest.run ?? "r",
          function: rest.function ?? from,
          at: at.toISOString(),
          incident,
          title: rest.title ?? "Shopify stopped",
          reason,
          why: `because of ${reason}`,
          notice: notice ?? "",
          failure: failure ?? "",
          subjects: subjects.join(","),
        },
      );
    },
    async close() {
      server.close();
      await secrets.close();
      await ops.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export { hoursLater, noon };
