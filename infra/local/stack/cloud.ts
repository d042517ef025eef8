import { randomBytes } from "node:crypto";
import { startBigQueryServer } from "../emulators/bigquery/rest/server.ts";
import { startMetadataServer } from "../emulators/metadata/server.ts";
import { type LocalPubSub, startPubSub } from "../emulators/pubsub/server.ts";
import { startSecretManager } from "../emulators/secret-manager/server.ts";
import { type MailSink, startMailSink } from "../sinks/mail/server.ts";
import { type SlackSink, startSlackSink } from "../sinks/slack/server.ts";
import { createClosing } from "./closing.ts";
import type { Needs } from "./needs.ts";
import type { World } from "./world.ts";

/** The services that the functions use, each with its real protocol on loopback. */
export interface LocalCloud {
  readonly bigQueryUrl: string;
  readonly pubsub: LocalPubSub;
  readonly slack: SlackSink;
  readonly mail: MailSink;
  /** Environment variables with which a function reaches them. */
  readonly environment: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

export async function startCloud(options: {
  readonly world: World;
  readonly clock: () => Date;
  readonly needs: Needs;
}): Promise<LocalCloud> {
  const { world, clock, needs } = options;
  const { project } = world;
  const closing = createClosing();
  try {
    const bigQuery = closing.add(await startBigQueryServer({ engine: world.engine }));
    const pubsub = closing.add(await startPubSub({ project, clock }));
    const metadata = closing.add(await startMetadataServer({ project }));
    const slack = closing.add(await startSlackSink({ clock }));
    const mail = closing.add(await startMailSink({ clock }));
    const secrets: Record<string, string> = {};
    for (const { channel, secret } of needs.slack) secrets[secret] = slack.register(secret, channel);
    for (const secret of needs.smtpSecrets) secrets[secret] = mail.url;
    // Others at each start: what an earlier start has said and hashed is forgotten, its links and its joins with it.
    for (const secret of [needs.signingSecret, needs.identitySecret])
      if (secret !== null) secrets[secret] = randomBytes(32).toString("hex");
    if (needs.canariesSecret !== null) secrets[needs.canariesSecret] = world.plantedPersons;
    const secretManager = closing.add(await startSecretManager({ project, secrets }));
    return {
      bigQueryUrl: bigQuery.url,
      pubsub,
      slack,
      mail,
      environment: {
        GOOGLE_CLOUD_PROJECT: project,
        BIGQUERY_EMULATOR_HOST: bigQuery.url,
        PUBSUB_EMULATOR_HOST: pubsub.host,
        SECRET_MANAGER_ENDPOINT: secretManager.url,
        GCE_METADATA_HOST: metadata.host,
        METADATA_SERVER_DETECTION: "assume-present",
      },
      close: closing.close,
    };
  } catch (error) {
    await closing.close();
    throw error;
  }
}
