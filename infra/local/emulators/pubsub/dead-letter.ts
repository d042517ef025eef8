import { outOfRange } from "./errors.ts";
import type { PubSubMessage } from "./message.ts";
import { idOf, projectOf } from "./names.ts";

export interface DeadLetterPolicy {
  /** Full name, `projects/P/topics/T`. */
  readonly topic: string;
  /** 5 to 100. */
  readonly maxDeliveryAttempts: number;
}

/** What a dead-letter topic was given, for people to look at. */
export interface DeadLetter {
  readonly at: Date;
  readonly subscription: string;
  readonly message: PubSubMessage;
  readonly attempts: number;
  /** Why the last push was refused; null where subscribers pull. */
  readonly lastRefusal: string | null;
}

const fewestAttempts = 5;
const mostAttempts = 100;

/** @throws PubSubError OUT_OF_RANGE */
export function checkAttempts(attempts: number): void {
  if (attempts >= fewestAttempts && attempts <= mostAttempts) return;
  const [side, bound, limit] =
    attempts < fewestAttempts ? ["small", "minimum", fewestAttempts] : ["large", "maximum", mostAttempts];
  throw outOfRange(
    `The value for max_delivery_attempts is too ${side}. You passed ${attempts} in the request, but the ${bound} value is ${limit}.`,
  );
}

/** The message's own attributes and those that say whence it came, by the names Pub/Sub gives them. */
export function deadLetterAttributes(
  subscription: string,
  message: PubSubMessage,
  attempts: number,
): Record<string, string> {
  return {
    ...message.attributes,
    CloudPubSubDeadLetterSourceDeliveryCount: String(attempts),
    CloudPubSubDeadLetterSourceSubscription: idOf(subscription),
    CloudPubSubDeadLetterSourceSubscriptionProject: projectOf(subscription),
    CloudPubSubDeadLetterSourceTopicPublishTime: message.publishTime.toISOString(),
  };
}
