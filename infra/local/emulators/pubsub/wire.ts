import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { type GrpcObject, loadPackageDefinition, type ServiceClientConstructor } from "@grpc/grpc-js";
import { fromJSON } from "@grpc/proto-loader";
import type { SubscriptionConfig } from "./broker.ts";
import { invalidArgument, unimplemented } from "./errors.ts";
import type { Draft } from "./limits.ts";
import type { Delivery } from "./message.ts";

/** The messages of google.pubsub.v1 as proto-loader hands them over with the options below. */
export interface WireMessage {
  readonly data: Buffer;
  readonly attributes: Readonly<Record<string, string>>;
  readonly orderingKey: string;
}

interface WireDuration {
  readonly seconds: string;
  readonly nanos: number;
}

export interface WireSubscription {
  readonly name: string;
  readonly topic: string;
  readonly pushConfig: { readonly pushEndpoint: string; readonly noWrapper?: unknown } | null;
  readonly ackDeadlineSeconds: number;
  readonly deadLetterPolicy: {
    readonly deadLetterTopic: string;
    readonly maxDeliveryAttempts: number;
  } | null;
  readonly retryPolicy: {
    readonly minimumBackoff: WireDuration | null;
    readonly maximumBackoff: WireDuration | null;
  } | null;
  readonly [field: string]: unknown;
}

const defaultAckDeadlineSeconds = 10;
const defaultMaxDeliveryAttempts = 5;
const defaultBackoff = { minimumMs: 10_000, maximumMs: 600_000 };
const weekOfRetention = { seconds: "604800", nanos: 0 };
/** Asked for, these would change what a subscriber sees; they are refused rather than ignored. */
const refusedFields = [
  "bigqueryConfig",
  "cloudStorageConfig",
  "bigtableConfig",
  "filter",
  "enableMessageOrdering",
  "enableExactlyOnceDelivery",
  "retainAckedMessages",
  "messageTransforms",
];

/** The definitions the real client ships, so that server and client cannot differ. */
export function loadServices(): {
  publisher: ServiceClientConstructor;
  subscriber: ServiceClientConstructor;
} {
  const file = createRequire(import.meta.url).resolve("@google-cloud/pubsub/build/protos/protos.json");
  const definition = fromJSON(JSON.parse(readFileSync(file, "utf8")), {
    longs: String,
    enums: String,
    defaults: true,
  });
  const root = loadPackageDefinition(definition);
  return { publisher: service(root, "Publisher"), subscriber: service(root, "Subscriber") };
}

function service(root: GrpcObject, name: string): ServiceClientConstructor {
  let node: unknown = root;
  for (const part of ["google", "pubsub", "v1", name]) node = (node as GrpcObject)[part];
  return node as ServiceClientConstructor;
}

export function toDraft({ data, attributes, orderingKey }: WireMessage): Draft {
  return { data: Buffer.from(data), attributes: { ...attributes }, orderingKey };
}

/** @throws PubSubError UNIMPLEMENTED for what is not covered, INVALID_ARGUMENT for what Pub/Sub refuses */
export function toConfig(wire: WireSubscription): SubscriptionConfig {
  for (const field of refusedFields) {
    const value = wire[field];
    if (Array.isArray(value) ? value.length > 0 : Boolean(value))
      throw unimplemented(`Subscription.${field}`);
  }
  if (wire.pushConfig?.noWrapper) throw unimplemented("PushConfig.noWrapper");
  const seconds = wire.ackDeadlineSeconds || defaultAckDeadlineSeconds;
  if (seconds < 10 || seconds > 600) {
    throw invalidArgument(`Invalid ack deadline given: ${seconds} s; it must be between 10 and 600 s`);
  }
  return {
    name: wire.name,
    topic: wire.topic,
    pushEndpoint: wire.pushConfig?.pushEndpoint || null,
    ackDeadlineMs: seconds * 1000,
    retryPolicy: wire.retryPolicy && {
      minimumMs: milliseconds(wire.retryPolicy.minimumBackoff) ?? defaultBackoff.minimumMs,
      maximumMs: milliseconds(wire.retryPolicy.maximumBackoff) ?? defaultBackoff.maximumMs,
    },
    deadLetterPolicy: wire.deadLetterPolicy?.deadLetterTopic
      ? {
          topic: wire.deadLetterPolicy.deadLetterTopic,
          maxDeliveryAttempts: wire.deadLetterPolicy.maxDeliveryAttempts || defaultMaxDeliveryAttempts,
        }
      : null,
  };
}

export function fromConfig(config: SubscriptionConfig): Record<string, unknown> {
  const { deadLetterPolicy, retryPolicy } = config;
  return {
    name: config.name,
    topic: config.topic,
    pushConfig: { pushEndpoint: config.pushEndpoint ?? "", attributes: {} },
    ackDeadlineSeconds: config.ackDeadlineMs / 1000,
    messageRetentionDuration: weekOfRetention,
    deadLetterPolicy: deadLetterPolicy && {
      deadLetterTopic: deadLetterPolicy.topic,
      maxDeliveryAttempts: deadLetterPolicy.maxDeliveryAttempts,
    },
    retryPolicy: retryPolicy && {
      minimumBackoff: duration(retryPolicy.minimumMs),
      maximumBackoff: duration(retryPolicy.maximumMs),
    },
  };
}

/** `deliveryAttempt` stays 0 where no dead-letter policy counts attempts, as in Pub/Sub. */
export function fromDelivery({ ackId, message, attempt }: Delivery, tellsAttempt: boolean) {
  const at = message.publishTime.getTime();
  return {
    ackId,
    deliveryAttempt: tellsAttempt ? attempt : 0,
    message: {
      data: message.data,
      attributes: message.attributes,
      messageId: message.messageId,
      orderingKey: message.orderingKey,
      publishTime: { seconds: Math.floor(at / 1000), nanos: (((at % 1000) + 1000) % 1000) * 1_000_000 },
    },
  };
}

function milliseconds(duration: WireDuration | null): number | null {
  return duration && Number(duration.seconds) * 1000 + duration.nanos / 1_000_000;
}

function duration(ms: number): WireDuration {
  return { seconds: String(Math.floor(ms / 1000)), nanos: Math.round((ms % 1000) * 1_000_000) };
}
