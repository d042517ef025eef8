import type { LocalPubSub } from "../emulators/pubsub/server.ts";
import type { FunctionManifest } from "../functions/manifest.ts";
import type { DeliveryStatus } from "../stack-view.ts";

/** Functions that publish alerts get this name from PLUMBLINE_ALERTS_TOPIC. */
export const alertsTopic = "plumbline-alerts";

const settleMs = 45_000;

/**
 * The topics, and for each function that a topic wakes a push subscription through the router. Dead
 * letters are kept in a subscription without a consumer, and pushed to the function that redelivers them.
 */
export function connectTopics(
  pubsub: LocalPubSub,
  manifests: readonly FunctionManifest[],
  baseUrl: string,
): void {
  const topics = new Set([alertsTopic, ...manifests.flatMap((one) => one.topic ?? [])]);
  for (const topic of topics) {
    pubsub.createTopic(topic);
    pubsub.createTopic(deadLetterOf(topic));
    pubsub.createSubscription({ name: keptOf(topic), topic: deadLetterOf(topic) });
  }
  for (const { name, topic, deadLetterPath, timeoutSeconds } of manifests) {
    if (topic === null) continue;
    pubsub.createSubscription({
      name: `${name}-${topic}`,
      topic,
      pushEndpoint: `${baseUrl}/${name}`,
      ackDeadlineSeconds: timeoutSeconds,
      // Minutes in the cloud. Here a user waits for it.
      minimumBackoffSeconds: 0.5,
      maximumBackoffSeconds: 5,
      deadLetterTopic: deadLetterOf(topic),
      maxDeliveryAttempts: 20,
    });
    if (deadLetterPath === undefined) continue;
    pubsub.createSubscription({
      name: `${name}-${deadLetterOf(topic)}`,
      topic: deadLetterOf(topic),
      pushEndpoint: `${baseUrl}/${name}${deadLetterPath}`,
      ackDeadlineSeconds: timeoutSeconds,
      // From ten seconds to ten minutes in the cloud, for seven days; no dead letter of its own.
      minimumBackoffSeconds: 2,
      maximumBackoffSeconds: 60,
    });
  }
}

function deadLetterOf(topic: string): string {
  return `${topic}-dead-letters`;
}

function keptOf(topic: string): string {
  return `${deadLetterOf(topic)}-kept`;
}

/** @returns false if a delivery was still running at the time limit */
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
  // The kept dead letters have no consumer, so they do not count as pending.
  const pushed = subscriptions.filter(({ pushEndpoint }) => pushEndpoint !== null);
  const sum = (of: (one: (typeof subscriptions)[number]) => number) =>
    pushed.reduce((all, one) => all + of(one), 0);
  return {
    pending: sum((one) => one.pending),
    delivered: sum((one) => one.acknowledged),
    dead_lettered: deadLetters.length,
  };
}
