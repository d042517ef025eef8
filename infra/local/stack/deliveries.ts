import type { FunctionManifest } from "../functions/manifest.ts";
import type { LocalPubSub } from "../pubsub/server.ts";
import type { DeliveryStatus } from "../stack-view.ts";

/** Functions that publish alerts are told this name by PLUMBLINE_ALERTS_TOPIC. */
export const alertsTopic = "plumbline-alerts";

const settleMs = 45_000;

/** The topics, and for each function that a topic wakes a push subscription through the router. */
export function connectTopics(
  pubsub: LocalPubSub,
  manifests: readonly FunctionManifest[],
  baseUrl: string,
): void {
  const topics = new Set([alertsTopic, ...manifests.flatMap((one) => one.topic ?? [])]);
  for (const topic of topics) {
    pubsub.createTopic(topic);
    pubsub.createTopic(deadLetterOf(topic));
  }
  for (const { name, topic, timeoutSeconds } of manifests) {
    if (topic === null) continue;
    pubsub.createSubscription({
      name: `${name}-${topic}`,
      topic,
      pushEndpoint: `${baseUrl}/${name}`,
      ackDeadlineSeconds: timeoutSeconds,
      // Minutes in the cloud. Here a person is waiting for it.
      minimumBackoffSeconds: 0.5,
      maximumBackoffSeconds: 5,
      deadLetterTopic: deadLetterOf(topic),
      maxDeliveryAttempts: 20,
    });
  }
}

function deadLetterOf(topic: string): string {
  return `${topic}-dead-letters`;
}

/** @returns false when something was still being delivered after a patient wait */
export async function settled(pubsub: LocalPubSub): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const enough = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), settleMs);
  });
  const idle = pubsub.idle().then(() => true);
  return Promise.race([idle, enough]).finally(() => clearTimeout(timer));
}

export function deliveryStatus(pubsub: LocalPubSub): DeliveryStatus {
  const { subscriptions, deadLetters } = pubsub.stats();
  const sum = (of: (one: (typeof subscriptions)[number]) => number) =>
    subscriptions.reduce((all, one) => all + of(one), 0);
  return {
    pending: sum((one) => one.pending),
    delivered: sum((one) => one.acknowledged),
    dead_lettered: deadLetters.length,
  };
}
