import type { Delivery } from "./message.ts";
import type { DeliveryQueue } from "./queue.ts";

export interface PushOptions {
  readonly queue: DeliveryQueue;
  readonly endpoint: string;
  /** Full name, `projects/P/subscriptions/S`. */
  readonly subscription: string;
  readonly ackDeadlineMs: number;
  /** `deliveryAttempt` is told only where a dead-letter policy counts it. */
  readonly tellsAttempt: boolean;
  readonly onRefused: (delivery: Delivery, reason: string) => void;
}

const acknowledging = new Set([102, 200, 201, 202, 204]);
const maxConcurrentPushes = 16;

/** Sends what the queue holds to an HTTP endpoint until stopped; resolves its last requests by aborting them. */
export function startPush(options: PushOptions): () => void {
  const { queue } = options;
  const stopped = new AbortController();
  let running = 0;

  function pump(): void {
    if (stopped.signal.aborted) return;
    for (const delivery of queue.lease(maxConcurrentPushes - running, leaseMs(options))) {
      running += 1;
      void push(delivery, options, stopped.signal).then((refusal) => {
        running -= 1;
        if (stopped.signal.aborted) return;
        if (refusal !== null) options.onRefused(delivery, refusal);
        if (refusal === null) queue.acknowledge(delivery.ackId);
        else queue.refuse(delivery.ackId);
        pump();
      });
    }
  }

  queue.onChange(pump);
  pump();
  return () => stopped.abort();
}

/** The request's own time-out settles the delivery; the lease is only there in case it does not. */
function leaseMs(options: PushOptions): number {
  return options.ackDeadlineMs + 5_000;
}

/** Null when the endpoint took the message, else why not. */
async function push(delivery: Delivery, options: PushOptions, stopped: AbortSignal): Promise<string | null> {
  try {
    const response = await fetch(options.endpoint, {
      method: "POST",
      headers: { "content-type": "application/json", "user-agent": "CloudPubSub-Google" },
      body: JSON.stringify(envelope(delivery, options)),
      redirect: "manual",
      signal: AbortSignal.any([stopped, AbortSignal.timeout(options.ackDeadlineMs)]),
    });
    await response.body?.cancel();
    return acknowledging.has(response.status) ? null : `HTTP ${response.status}`;
  } catch (error) {
    if (error instanceof Error && error.name === "TimeoutError") {
      return `no answer within ${options.ackDeadlineMs / 1000} s`;
    }
    return error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
  }
}

/** The body of a push request, with both spellings of the two names Pub/Sub sends twice. */
function envelope(
  { message, attempt }: Delivery,
  options: Pick<PushOptions, "subscription" | "tellsAttempt">,
): Record<string, unknown> {
  const publishTime = message.publishTime.toISOString();
  return {
    message: {
      attributes: message.attributes,
      data: message.data.toString("base64"),
      messageId: message.messageId,
      message_id: message.messageId,
      ...(message.orderingKey === "" ? {} : { orderingKey: message.orderingKey }),
      publishTime,
      publish_time: publishTime,
    },
    subscription: options.subscription,
    ...(options.tellsAttempt ? { deliveryAttempt: attempt } : {}),
  };
}
