import type { ServerDuplexStream } from "@grpc/grpc-js";
import type { Broker } from "./broker.ts";
import { asStatus, invalidArgument, notFound } from "./errors.ts";
import { fromDelivery } from "./wire.ts";

export interface StreamingPullRequest {
  readonly subscription: string;
  readonly ackIds: readonly string[];
  readonly modifyDeadlineSeconds: readonly number[];
  readonly modifyDeadlineAckIds: readonly string[];
  readonly streamAckDeadlineSeconds: number;
  readonly maxOutstandingMessages: string;
}

type PullStream = ServerDuplexStream<StreamingPullRequest, unknown>;

const batch = 100;

/**
 * One StreamingPull: the first request names the subscription, later ones
 * acknowledge, move deadlines or only keep the stream alive.
 */
export function serveStream(broker: Broker, stream: PullStream): void {
  let session: { handle(request: StreamingPullRequest): void; stop(): void } | null = null;
  const fail = (error: unknown) => {
    session?.stop();
    stream.emit("error", asStatus(error));
  };
  stream.on("data", (request: StreamingPullRequest) => {
    try {
      session ??= open(broker, stream, request, fail);
      session.handle(request);
    } catch (error) {
      fail(error);
    }
  });
  stream.on("cancelled", () => session?.stop());
  stream.on("end", () => {
    session?.stop();
    stream.end();
  });
}

function open(
  broker: Broker,
  stream: PullStream,
  first: StreamingPullRequest,
  fail: (error: unknown) => void,
) {
  const queue = broker.queue(first.subscription);
  const config = broker.subscription(first.subscription);
  if (config.pushEndpoint !== null) throw invalidArgument("The subscription pushes; it cannot be pulled");
  const deadlineMs = (first.streamAckDeadlineSeconds || 10) * 1000;
  const limit = Number(first.maxOutstandingMessages) || Number.POSITIVE_INFINITY;
  const tellsAttempt = config.deadLetterPolicy !== null;
  const outstanding = new Set<string>();

  let stopped = false;

  function pump(): void {
    if (stopped) return;
    if (queue.closed) {
      fail(notFound("Subscription does not exist"));
      return;
    }
    for (const ackId of outstanding) if (!queue.holds(ackId)) outstanding.delete(ackId);
    const room = Math.min(batch, limit - outstanding.size);
    const deliveries = room > 0 ? queue.lease(room, deadlineMs) : [];
    if (deliveries.length === 0) return;
    for (const { ackId } of deliveries) outstanding.add(ackId);
    stream.write({ receivedMessages: deliveries.map((delivery) => fromDelivery(delivery, tellsAttempt)) });
    setImmediate(pump);
  }

  const unsubscribe = queue.onChange(pump);
  stream.write({
    receivedMessages: [],
    subscriptionProperties: { exactlyOnceDeliveryEnabled: false, messageOrderingEnabled: false },
  });
  setImmediate(pump);
  return {
    handle(request: StreamingPullRequest): void {
      for (const ackId of request.ackIds) queue.acknowledge(ackId);
      request.modifyDeadlineAckIds.forEach((ackId, index) => {
        queue.modifyDeadline(ackId, (request.modifyDeadlineSeconds[index] ?? 0) * 1000);
      });
    },
    /** What the reader has not answered stays leased until its deadline, as in Pub/Sub. */
    stop(): void {
      stopped = true;
      unsubscribe();
    },
  };
}
