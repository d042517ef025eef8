import type { Delivery, PubSubMessage } from "./message.ts";

export interface Backoff {
  readonly minimumMs: number;
  readonly maximumMs: number;
}

export interface QueueOptions {
  /** How long a delivery may go unanswered before it counts as refused. */
  readonly ackDeadlineMs: number;
  readonly backoff: Backoff;
  /** Attempts after which a refused message leaves the queue; null when it is retried for ever. */
  readonly maxDeliveryAttempts: number | null;
  /** Receives what leaves after its last attempt. */
  readonly onExhausted: (message: PubSubMessage, attempts: number) => void;
}

interface Entry {
  readonly message: PubSubMessage;
  attempts: number;
}

interface Lease {
  readonly entry: Entry;
  timer: NodeJS.Timeout;
}

/** Delay before the attempt that follows `attempts` refused ones: doubles from the minimum up to the maximum. */
export function backoffMs(backoff: Backoff, attempts: number): number {
  return Math.min(backoff.maximumMs, backoff.minimumMs * 2 ** Math.min(attempts - 1, 30));
}

/**
 * The messages of one subscription: at least once, each leased to one subscriber
 * at a time. Deadlines and back-off run on the machine's clock, as a client's do.
 */
export class DeliveryQueue {
  readonly #options: QueueOptions;
  readonly #ready: Entry[] = [];
  readonly #waiting = new Map<Entry, NodeJS.Timeout>();
  readonly #leases = new Map<string, Lease>();
  readonly #listeners = new Set<() => void>();
  #leaseCount = 0;
  #acknowledged = 0;
  #refused = 0;
  #exhausted = 0;
  #closed = false;

  constructor(options: QueueOptions) {
    this.#options = options;
  }

  get closed(): boolean {
    return this.#closed;
  }

  get counts() {
    return {
      pending: this.#ready.length + this.#waiting.size + this.#leases.size,
      inFlight: this.#leases.size,
      acknowledged: this.#acknowledged,
      refused: this.#refused,
      deadLettered: this.#exhausted,
    };
  }

  add(message: PubSubMessage): void {
    if (this.#closed) return;
    this.#ready.push({ message, attempts: 0 });
    this.#tell();
  }

  /** Calls back whenever something may have become deliverable or been settled; returns the way to stop. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Leases up to `limit` messages, oldest first. `deadlineMs` overrides the subscription's own. */
  lease(limit: number, deadlineMs = this.#options.ackDeadlineMs): Delivery[] {
    return this.#ready.splice(0, limit).map((entry) => {
      entry.attempts += 1;
      this.#leaseCount += 1;
      const ackId = `${entry.message.messageId}-${this.#leaseCount}`;
      this.#leases.set(ackId, { entry, timer: this.#expiry(ackId, deadlineMs) });
      return { ackId, message: entry.message, attempt: entry.attempts };
    });
  }

  /** Resolves when a message can be leased, at the latest after `waitMs`. */
  async ready(waitMs: number): Promise<void> {
    if (this.#ready.length > 0 || this.#closed) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(done, waitMs).unref();
      const stop = this.onChange(() => {
        if (this.#ready.length > 0 || this.#closed) done();
      });
      function done(): void {
        clearTimeout(timer);
        stop();
        resolve();
      }
    });
  }

  holds(ackId: string): boolean {
    return this.#leases.has(ackId);
  }

  /** An unknown or expired id is ignored, as Pub/Sub does: the message is then delivered again. */
  acknowledge(ackId: string): void {
    if (!this.#end(ackId)) return;
    this.#acknowledged += 1;
    this.#tell();
  }

  /** Extends a lease from now; zero gives the message back. */
  modifyDeadline(ackId: string, deadlineMs: number): void {
    const lease = this.#leases.get(ackId);
    if (!lease) return;
    if (deadlineMs <= 0) {
      this.refuse(ackId);
      return;
    }
    clearTimeout(lease.timer);
    lease.timer = this.#expiry(ackId, deadlineMs);
  }

  refuse(ackId: string): void {
    const entry = this.#end(ackId);
    if (!entry) return;
    this.#refused += 1;
    const { maxDeliveryAttempts, onExhausted, backoff } = this.#options;
    if (maxDeliveryAttempts !== null && entry.attempts >= maxDeliveryAttempts) {
      this.#exhausted += 1;
      onExhausted(entry.message, entry.attempts);
    } else {
      const timer = setTimeout(() => this.#wake(entry), backoffMs(backoff, entry.attempts));
      this.#waiting.set(entry, timer.unref());
    }
    this.#tell();
  }

  close(): void {
    this.#closed = true;
    for (const { timer } of this.#leases.values()) clearTimeout(timer);
    for (const timer of this.#waiting.values()) clearTimeout(timer);
    this.#leases.clear();
    this.#waiting.clear();
    this.#ready.length = 0;
    this.#tell();
    this.#listeners.clear();
  }

  #wake(entry: Entry): void {
    this.#waiting.delete(entry);
    this.#ready.push(entry);
    this.#tell();
  }

  #expiry(ackId: string, deadlineMs: number): NodeJS.Timeout {
    return setTimeout(() => this.refuse(ackId), deadlineMs).unref();
  }

  #end(ackId: string): Entry | null {
    const lease = this.#leases.get(ackId);
    if (!lease) return null;
    clearTimeout(lease.timer);
    this.#leases.delete(ackId);
    return lease.entry;
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}
