import { PubSub } from "@google-cloud/pubsub";
import { startPubSub } from "../../infra/local/emulators/pubsub/server.ts";
import { startGoogleEmulator } from "../emulators/pubsub/google-emulator.ts";

/** A Pub/Sub with the alerts topic, to be connected to the notifier. */
export interface TestPubSub {
  /** For `PUBSUB_EMULATOR_HOST`. */
  readonly host: string;
  /** Makes the push subscription, with its dead letter. */
  connect(endpoint: string): Promise<void>;
  /** Resolves once nothing is in flight; null where the server cannot tell. */
  readonly idle: (() => Promise<void>) | null;
  /** Messages that were given up. */
  deadLettered(): number;
  close(): Promise<void>;
}

export type StartPubSub = (project: string, clock: () => Date) => Promise<TestPubSub>;

const topic = "plumbline-alerts";
const deadLetters = `${topic}-dead-letters`;
const subscription = `notifier-${topic}`;

export const localPubSub: StartPubSub = async (project, clock) => {
  const pubsub = await startPubSub({ project, clock });
  pubsub.createTopic(topic);
  pubsub.createTopic(deadLetters);
  return {
    host: pubsub.host,
    async connect(endpoint) {
      pubsub.createSubscription({
        name: subscription,
        topic,
        pushEndpoint: endpoint,
        ackDeadlineSeconds: 60,
        // Ten seconds in the cloud. Here a test is waiting for it.
        minimumBackoffSeconds: 0.05,
        maximumBackoffSeconds: 2,
        deadLetterTopic: deadLetters,
        maxDeliveryAttempts: 100,
      });
    },
    idle: pubsub.idle,
    deadLettered: () => pubsub.stats().deadLetters.length,
    close: pubsub.close,
  };
};

/** Sets the environment of this process: one to a test file. @param program as `findGoogleEmulator` found it */
export function googlePubSub(program: string): StartPubSub {
  return async (project) => {
    const emulator = await startGoogleEmulator(program);
    // The client reads these when it is made; without the second it looks for credentials for a minute.
    process.env.PUBSUB_EMULATOR_HOST = emulator.host;
    process.env.METADATA_SERVER_DETECTION = "none";
    const client = new PubSub({ projectId: project });
    await client.createTopic(topic);
    await client.createTopic(deadLetters);
    return {
      host: emulator.host,
      async connect(endpoint) {
        await client.createSubscription(topic, subscription, {
          pushEndpoint: endpoint,
          ackDeadlineSeconds: 60,
          deadLetterPolicy: {
            deadLetterTopic: `projects/${project}/topics/${deadLetters}`,
            maxDeliveryAttempts: 100,
          },
        });
      },
      idle: null,
      deadLettered: () => 0,
      async close() {
        await client.close();
        await emulator.close();
      },
    };
  };
}
