import { BadRequestError } from "../shared/errors.ts";
import { parseInstant } from "../shared/instant.ts";

/** One delivery of a Pub/Sub message by push. */
export interface Pushed {
  /** Empty if the message has only attributes. */
  readonly data: string;
  readonly messageId: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** When this message was published; null if the push does not contain it. */
  readonly publishTime: Date | null;
  /** Counts from 1; null if the subscription has no dead-letter topic. */
  readonly deliveryAttempt: number | null;
}

/**
 * The body of a push request (https://cloud.google.com/pubsub/docs/push#receive_push). It is parsed here
 * because functions-framework's conversion to a CloudEvent loses the delivery attempt.
 *
 * @throws BadRequestError if it is not one
 */
export function parseEnvelope(body: unknown): Pushed {
  const envelope = objectOf(body);
  const message = objectOf(envelope?.message);
  if (envelope === null || message === null) {
    throw new BadRequestError(
      'This is no Pub/Sub push: the body must be JSON like {"message": {"data": "<base64>", "messageId": "1"}, "subscription": "..."}.',
    );
  }
  const { data = "", messageId, message_id, publishTime, publish_time } = message;
  if (typeof data !== "string") {
    throw new BadRequestError(
      "The data of a Pub/Sub message is text in base64; a notice travels in it, as JSON.",
    );
  }
  const attempt = envelope.deliveryAttempt;
  return {
    data: Buffer.from(data, "base64").toString("utf8"),
    messageId: String(messageId ?? message_id ?? "unknown"),
    attributes: attributesOf(message.attributes),
    publishTime: parseInstant(String(publishTime ?? publish_time ?? "")),
    deliveryAttempt: typeof attempt === "number" ? attempt : null,
  };
}

function attributesOf(value: unknown): Record<string, string> {
  const texts = Object.entries(objectOf(value) ?? {}).flatMap(([name, text]) =>
    typeof text === "string" ? [[name, text] as const] : [],
  );
  return Object.fromEntries(texts);
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> | null {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : null;
}
