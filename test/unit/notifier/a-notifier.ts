import { mkdtemp, rm, writeFile } from "node:fs/promises";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { http } from "@google-cloud/functions-framework";
import { getTestServer } from "@google-cloud/functions-framework/testing";
import { defaultTimeouts, type Timeouts } from "../../../functions/notifier/channels/channel.ts";
import { notifierPaths } from "../../../functions/notifier/notify.ts";
import { handle } from "../../../functions/shared/http/handle.ts";
import { type LocalPubSub, startPubSub } from "../../../infra/local/emulators/pubsub/server.ts";
import {
  type LocalSecretManager,
  startSecretManager,
} from "../../../infra/local/emulators/secret-manager/server.ts";
import { type MailSink, startMailSink } from "../../../infra/local/sinks/mail/server.ts";
import { type SlackSink, startSlackSink } from "../../../infra/local/sinks/slack/server.ts";
import { type OpsWarehouse, startOpsWarehouse } from "../../sql/ops-warehouse.ts";

export const alertsTopic = "plumbline-alerts";
export const deadLetterTopic = `${alertsTopic}-dead-letters`;
export const smtpPassword = "canary-smtp-password";

/** The notifier on its framework, and everything it talks to, all on loopback. One to a test file. */
export interface Notifier {
  readonly url: string;
  readonly slack: SlackSink;
  readonly webhookUrl: string;
  readonly mail: MailSink;
  readonly secrets: LocalSecretManager;
  readonly pubsub: LocalPubSub;
  readonly ops: OpsWarehouse;
  /** Lines of its log so far. */
  readonly log: readonly string[];
  /** Delivers as Pub/Sub does. */
  push(
    data: unknown,
    deliveryAttempt?: number,
    path?: string,
  ): Promise<{ readonly status: number; readonly body: string }>;
  close(): Promise<void>;
}

const warehouseFile = `
project: hulken
location: US
time_zone: UTC
ops_dataset: plumbline_ops
freshness: { warn_after: 30h, critical_after: 48h }
connectors:
  facebook: { name: Facebook Marketing, every: 24h }
sources:
  facebook_ads_insights:
    table: ads_data.facebook_ads_insights
    connector: facebook
    owner: growth@hulken.example
    arrival: _airbyte_extracted_at
notifications:
  repeat_after: 4h
  channels:
    data-alerts: { slack: { webhook_secret: slack-data-alerts } }
    data-mail:
      email:
        smtp_secret: smtp-url
        from: "Plumbline <plumbline@hulken.example>"
        to: [data@hulken.example, growth@hulken.example]
`;

/** @param timeouts shorter than usual where a test meets servers that hang */
export async function startNotifier(timeouts: Timeouts = defaultTimeouts): Promise<Notifier> {
  const ops = await startOpsWarehouse();
  const slack = await startSlackSink({ burst: 1_000 });
  const webhookUrl = slack.register("alerts", "#data-alerts");
  const mail = await startMailSink({ auth: { user: "plumbline", password: smtpPassword } });
  const pubsub = await startPubSub({ project: "hulken" });
  pubsub.createTopic(alertsTopic);
  pubsub.createTopic(deadLetterTopic);
  const secrets = await startSecretManager({
    project: "hulken",
    secrets: {
      "slack-data-alerts": webhookUrl,
      "smtp-url": `smtp://plumbline:${smtpPassword}@127.0.0.1:${mail.port}`,
    },
  });
  const folder = await mkdtemp(join(tmpdir(), "notifier-"));
  const config = join(folder, "warehouse.yaml");
  await writeFile(config, warehouseFile);
  Object.assign(process.env, {
    PLUMBLINE_CONFIG: config,
    GOOGLE_CLOUD_PROJECT: "hulken",
    SECRET_MANAGER_ENDPOINT: secrets.url,
    PUBSUB_EMULATOR_HOST: pubsub.host,
  });

  const log: string[] = [];
  const write = process.stdout.write.bind(process.stdout);
  process.stdout.write = (chunk: string | Uint8Array) => {
    log.push(String(chunk));
    return true;
  };
  http("notifier-under-test", handle(notifierPaths(timeouts)));
  const server: Server = getTestServer("notifier-under-test");
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    url,
    slack,
    webhookUrl,
    mail,
    secrets,
    pubsub,
    ops,
    log,
    async push(data, deliveryAttempt, path = "/") {
      const text = typeof data === "string" ? data : JSON.stringify(data);
      const message = {
        data: Buffer.from(text).toString("base64"),
        messageId: "1",
        publishTime: "2026-02-08T12:00:00Z",
      };
      const response = await fetch(url + path, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ message, subscription: "projects/hulken/subscriptions/s", deliveryAttempt }),
      });
      return { status: response.status, body: await response.text() };
    },
    async close() {
      process.stdout.write = write;
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await Promise.all([slack.close(), mail.close(), secrets.close(), pubsub.close(), ops.close()]);
      await rm(folder, { recursive: true });
    },
  };
}
