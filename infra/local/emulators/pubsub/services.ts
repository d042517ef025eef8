import type {
  ServerDuplexStream,
  ServerUnaryCall,
  sendUnaryData,
  UntypedServiceImplementation,
} from "@grpc/grpc-js";
import type { Broker } from "./broker.ts";
import { asStatus, invalidArgument } from "./errors.ts";
import { type StreamingPullRequest, serveStream } from "./streaming-pull.ts";
import {
  fromConfig,
  fromDelivery,
  toConfig,
  toDraft,
  type WireMessage,
  type WireSubscription,
} from "./wire.ts";

/** google.pubsub.v1.Publisher. A method that is not here answers UNIMPLEMENTED. */
export function publisherOf(broker: Broker): UntypedServiceImplementation {
  return {
    createTopic: unary<{ name: string }>(({ name }) => {
      broker.createTopic(name);
      return { name };
    }),
    getTopic: unary<{ topic: string }>(({ topic }) => {
      broker.topic(topic);
      return { name: topic };
    }),
    deleteTopic: unary<{ topic: string }>(({ topic }) => {
      broker.deleteTopic(topic);
      return {};
    }),
    listTopics: unary<{ project: string }>(({ project }) => ({
      topics: broker.topics(projectIn(project)).map(({ name }) => ({ name })),
    })),
    listTopicSubscriptions: unary<{ topic: string }>(({ topic }) => {
      broker.topic(topic);
      return {
        subscriptions: broker
          .subscriptions()
          .filter((subscription) => subscription.topic === topic)
          .map(({ name }) => name),
      };
    }),
    publish: unary<{ topic: string; messages: WireMessage[] }>(({ topic, messages }) => ({
      messageIds: broker.publish(topic, messages.map(toDraft)),
    })),
  };
}

/** google.pubsub.v1.Subscriber. A method that is not here answers UNIMPLEMENTED. */
export function subscriberOf(broker: Broker): UntypedServiceImplementation {
  return {
    createSubscription: unary<WireSubscription>((wire) => {
      broker.createSubscription(toConfig(wire));
      return fromConfig(broker.subscription(wire.name));
    }),
    getSubscription: unary<{ subscription: string }>(({ subscription }) =>
      fromConfig(broker.subscription(subscription)),
    ),
    deleteSubscription: unary<{ subscription: string }>(({ subscription }) => {
      broker.deleteSubscription(subscription);
      return {};
    }),
    listSubscriptions: unary<{ project: string }>(({ project }) => ({
      subscriptions: broker
        .subscriptions(projectIn(project))
        .map(({ name }) => fromConfig(broker.subscription(name))),
    })),
    acknowledge: unary<{ subscription: string; ackIds: string[] }>(({ subscription, ackIds }) => {
      const queue = broker.queue(subscription);
      for (const ackId of checked(ackIds)) queue.acknowledge(ackId);
      return {};
    }),
    modifyAckDeadline: unary<{ subscription: string; ackIds: string[]; ackDeadlineSeconds: number }>(
      ({ subscription, ackIds, ackDeadlineSeconds }) => {
        const queue = broker.queue(subscription);
        if (ackDeadlineSeconds < 0 || ackDeadlineSeconds > 600) {
          throw invalidArgument(`Invalid ack deadline given: ${ackDeadlineSeconds} s; it must be 0 to 600 s`);
        }
        for (const ackId of checked(ackIds)) queue.modifyDeadline(ackId, ackDeadlineSeconds * 1000);
        return {};
      },
    ),
    pull: unary<PullRequest>((request, call) => pull(broker, request, call)),
    streamingPull: (stream: ServerDuplexStream<StreamingPullRequest, unknown>) => serveStream(broker, stream),
  };
}

interface PullRequest {
  readonly subscription: string;
  readonly maxMessages: number;
  readonly returnImmediately: boolean;
}

/** Longest a pull waits for a first message; Pub/Sub too answers an empty list after a while. */
const pullWaitMs = 5_000;

async function pull(
  broker: Broker,
  { subscription, maxMessages, returnImmediately }: PullRequest,
  call: ServerUnaryCall<PullRequest, unknown>,
): Promise<unknown> {
  const queue = broker.queue(subscription);
  if (maxMessages <= 0) throw invalidArgument("No max_messages specified");
  const config = broker.subscription(subscription);
  const pushed = config.pushEndpoint !== null;
  let deliveries = pushed ? [] : queue.lease(maxMessages);
  if (deliveries.length === 0 && !pushed && !returnImmediately) {
    await queue.ready(pullWaitMs);
    if (!call.cancelled) deliveries = queue.lease(maxMessages);
  }
  const tellsAttempt = config.deadLetterPolicy !== null;
  return { receivedMessages: deliveries.map((delivery) => fromDelivery(delivery, tellsAttempt)) };
}

type Handler<Request> = (request: Request, call: ServerUnaryCall<Request, unknown>) => unknown;

function unary<Request>(handle: Handler<Request>) {
  return async (call: ServerUnaryCall<Request, unknown>, answer: sendUnaryData<unknown>) => {
    try {
      answer(null, await handle(call.request, call));
    } catch (error) {
      answer(asStatus(error));
    }
  };
}

function checked(ackIds: readonly string[]): readonly string[] {
  if (ackIds.length === 0) throw invalidArgument("No ack ids specified.");
  const wrong = ackIds.find((ackId) => !/^\d+-\d+$/.test(ackId));
  if (wrong !== undefined) throw invalidArgument(`Invalid ack id (ack_id=${wrong})`);
  return ackIds;
}

function projectIn(name: string): string {
  return name.replace(/^projects\//, "");
}
