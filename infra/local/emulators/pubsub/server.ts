import { Server, ServerCredentials } from "@grpc/grpc-js";
import { Broker, type SubscriptionStats } from "./broker.ts";
import type { DeadLetter } from "./dead-letter.ts";
import { fullName } from "./names.ts";
import { publisherOf, subscriberOf } from "./services.ts";
import { loadServices } from "./wire.ts";

export interface PubSubOptions {
  /** 0, the default, takes a free one. */
  readonly port?: number;
  /** Project of short names given to `createTopic` and `createSubscription`. */
  readonly project?: string;
  /** Stamps publish times; deadlines and back-off run on the machine's clock. */
  readonly clock?: () => Date;
  readonly log?: (line: string) => void;
}

/** What may be asked of a subscription. Fractions of a second are allowed, shorter than Google's minimum too. */
interface SubscriptionRequest {
  readonly name: string;
  readonly topic: string;
  /** URL; without it the subscription is pulled. */
  readonly pushEndpoint?: string;
  readonly ackDeadlineSeconds?: number;
  readonly minimumBackoffSeconds?: number;
  readonly maximumBackoffSeconds?: number;
  readonly deadLetterTopic?: string;
  /** 5 to 100. */
  readonly maxDeliveryAttempts?: number;
}

export interface LocalPubSub {
  readonly port: number;
  /** For `PUBSUB_EMULATOR_HOST`. */
  readonly host: string;
  /** Names are short or full. Throws as the service does, with a gRPC `code`. */
  createTopic(name: string): void;
  createSubscription(request: SubscriptionRequest): void;
  stats(): PubSubStats;
  /** Resolves once nothing is in flight or waiting on any push subscription. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

export interface PubSubStats {
  readonly topics: readonly { readonly name: string; readonly published: number }[];
  readonly subscriptions: readonly SubscriptionStats[];
  /** The latest hundred, oldest first. */
  readonly deadLetters: readonly DeadLetter[];
}

const maxMessageBytes = 20 * 1024 * 1024;

/** Pub/Sub's gRPC API on loopback, for the unmodified `@google-cloud/pubsub` client. */
export async function startPubSub(options: PubSubOptions = {}): Promise<LocalPubSub> {
  const { project = "local", clock = () => new Date(), log = () => {} } = options;
  const broker = new Broker({ clock, log });
  const server = new Server({ "grpc.max_receive_message_length": maxMessageBytes });
  const services = loadServices();
  server.addService(services.publisher.service, publisherOf(broker));
  server.addService(services.subscriber.service, subscriberOf(broker));
  const port = await listen(server, options.port ?? 0);

  return {
    port,
    host: `127.0.0.1:${port}`,
    createTopic: (name) => broker.createTopic(fullName("topics", name, project)),
    createSubscription(request) {
      const { minimumBackoffSeconds: minimum, maximumBackoffSeconds: maximum } = request;
      broker.createSubscription({
        name: fullName("subscriptions", request.name, project),
        topic: fullName("topics", request.topic, project),
        pushEndpoint: request.pushEndpoint ?? null,
        ackDeadlineMs: (request.ackDeadlineSeconds ?? 10) * 1000,
        retryPolicy:
          minimum === undefined && maximum === undefined
            ? null
            : { minimumMs: (minimum ?? 10) * 1000, maximumMs: (maximum ?? 600) * 1000 },
        deadLetterPolicy:
          request.deadLetterTopic === undefined
            ? null
            : {
                topic: fullName("topics", request.deadLetterTopic, project),
                maxDeliveryAttempts: request.maxDeliveryAttempts ?? 5,
              },
      });
    },
    stats: () => ({
      topics: broker.topics(),
      subscriptions: broker.subscriptions(),
      deadLetters: [...broker.deadLetters],
    }),
    idle: () => broker.idle(),
    async close() {
      broker.close();
      server.forceShutdown();
    },
  };
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync(`127.0.0.1:${port}`, ServerCredentials.createInsecure(), (error, bound) => {
      if (error) reject(error);
      else resolve(bound);
    });
  });
}
