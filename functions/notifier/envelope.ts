import { BadRequestError } from "../shared/errors.ts";

/** One delivery of a Pub/Sub message by push. */
export interface Pushed {
  readonly data: string;
  readonly messageId: string;
  /** Counts from 1; null where the subscription has no dead-letter topic. */
  readonly deliveryAttempt: number | null;
}

/**
 * The body of a push request (https://cloud.google.com/pubsub/docs/push#receive_push). Parsed here because
 * functions-framework's conversion to a CloudEvent loses the delivery attempt.
 *
 * @throws BadRequestError when it is none
 */
export function parseEnvelope(body: unknown): Pushed {
  const envelope = objectOf(body);
  const message = objectOf(envelope?.message);
  if (envelope === null || message === null) {
    throw new BadRequestError(
      'This is no Pub/Sub push: the body must be JSON like {"message": {"data": "<base64>", "messageId": "1"}, "subscription": "..."}.',
    );
  }
  const { data, messageId, message_id } = message;
  if (typeof data !== "string" || data === "") {
    throw new BadRequestError("The Pub/Sub message has no data; a notice travels as its data, as JSON.");
  }
  const attempt = envelope.deliveryAttempt;
  return {
    data: Buffer.from(data, "base64").toString("utf8"),
    messageId: String(messageId ?? message_id ?? "unknown"),
    deliveryAttempt: typeof attempt === "number" ? attempt : null,
  };
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> | null {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : null;
}
