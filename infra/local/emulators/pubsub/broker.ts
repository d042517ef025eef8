import {
  checkAttempts,
  type DeadLetter,
  type DeadLetterPolicy,
  deadLetterAttributes,
} from "./dead-letter.ts";
import { alreadyExists, invalidArgument, notFound } from "./errors.ts";
import { type Draft, refuseOversized } from "./limits.ts";
import type { PubSubMessage } from "./message.ts";
import { checkName, idOf, projectOf } from "./names.ts";
import { startPush } from "./push.ts";
import { type Backoff, DeliveryQueue } from "./queue.ts";

export interface SubscriptionConfig {
  /** Full name, `projects/P/subscriptions/S`. */
  readonly name: string;
  /** Full name, `projects/P/topics/T`. */
  readonly topic: string;
  /** URL; null for a subscription that is pulled. */
  readonly pushEndpoint: string | null;
  readonly ackDeadlineMs: number;
  readonly retryPolicy: Backoff | null;
  readonly deadLetterPolicy: DeadLetterPolicy | null;
}

export interface SubscriptionStats {
  readonly name: string;
  readonly topic: string;
  readonly pushEndpoint: string | null;
  /** Neither acknowledged nor dead-lettered yet: ready, in flight or backing off. */
  readonly pending: number;
  readonly inFlight: number;
  readonly acknowledged: number;
  readonly refused: number;
  readonly deadLettered: number;
  readonly lastRefusal: string | null;
}

interface Subscription {
  readonly config: SubscriptionConfig;
  readonly queue: DeliveryQueue;
  stopPush: () => void;
  lastRefusal: string | null;
}

/** Google's where a subscription has no retry policy: pull at once, push from 100 ms to a minute. */
const immediately: Backoff = { minimumMs: 0, maximumMs: 0 };
const defaultPushBackoff: Backoff = { minimumMs: 100, maximumMs: 60_000 };
/** As Google's emulator names it after the topic is gone. */
const deletedTopic = "_deleted-topic_";
const deadLettersKept = 100;

/** Topics, subscriptions and what passes between them; no wire format. Errors are `PubSubError`s. */
export class Broker {
  readonly #clock: () => Date;
  readonly #log: (line: string) => void;
  readonly #topics = new Map<string, { published: number }>();
  readonly #subscriptions = new Map<string, Subscription>();
  readonly #orphans = new Set<string>();
  readonly deadLetters: DeadLetter[] = [];
  #lastMessageId = 0;

  constructor(options: { clock: () => Date; log: (line: string) => void }) {
    this.#clock = options.clock;
    this.#log = options.log;
  }

  createTopic(name: string): void {
    checkName("topics", name);
    if (this.#topics.has(name)) throw alreadyExists("Topic already exists");
    this.#topics.set(name, { published: 0 });
  }

  topic(name: string): { readonly published: number } {
    const topic = this.#topics.get(checkName("topics", name));
    if (!topic) throw notFound("Topic not found");
    return topic;
  }

  deleteTopic(name: string): void {
    this.topic(name);
    this.#topics.delete(name);
    for (const { config } of this.#subscriptionsOf(name)) this.#orphans.add(config.name);
  }

  topics(project?: string): { name: string; published: number }[] {
    return [...this.#topics]
      .map(([name, { published }]) => ({ name, published }))
      .filter(({ name }) => project === undefined || projectOf(name) === project)
      .sort(byName);
  }

  createSubscription(config: SubscriptionConfig): void {
    checkName("subscriptions", config.name);
    checkName("topics", config.topic);
    if (this.#subscriptions.has(config.name)) throw alreadyExists("Subscription already exists");
    if (!this.#topics.has(config.topic)) throw notFound("Subscription topic does not exist");
    if (config.pushEndpoint !== null && !/^https?:$/.test(URL.parse(config.pushEndpoint)?.protocol ?? "")) {
      throw invalidArgument("Unsupported push_endpoint");
    }
    this.#checkDeadLetterPolicy(config.deadLetterPolicy);
    this.#subscriptions.set(config.name, this.#open(config));
  }

  subscription(name: string): SubscriptionConfig {
    const { config } = this.#find(name);
    return this.#orphans.has(name) ? { ...config, topic: deletedTopic } : config;
  }

  queue(name: string): DeliveryQueue {
    return this.#find(name).queue;
  }

  deleteSubscription(name: string): void {
    const subscription = this.#find(name);
    subscription.stopPush();
    subscription.queue.close();
    this.#subscriptions.delete(name);
    this.#orphans.delete(name);
  }

  subscriptions(project?: string): SubscriptionStats[] {
    return [...this.#subscriptions.values()]
      .filter(({ config }) => project === undefined || projectOf(config.name) === project)
      .map(({ config, queue, lastRefusal }) => ({
        name: config.name,
        topic: this.subscription(config.name).topic,
        pushEndpoint: config.pushEndpoint,
        ...queue.counts,
        lastRefusal,
      }))
      .sort(byName);
  }

  /** Returns the message ids in the order given. */
  publish(topicName: string, drafts: readonly Draft[]): string[] {
    this.topic(topicName);
    refuseOversized(drafts);
    return drafts.map((draft) => this.#deliver(topicName, draft));
  }

  /** Resolves once every push subscription has settled all it was given. Pulled ones wait for their reader. */
  async idle(): Promise<void> {
    for (;;) {
      const busy = [...this.#subscriptions.values()].find(
        ({ config, queue }) => config.pushEndpoint !== null && queue.counts.pending > 0,
      );
      if (!busy) return;
      await new Promise<void>((resolve) => {
        const stop = busy.queue.onChange(() => {
          stop();
          resolve();
        });
      });
    }
  }

  close(): void {
    for (const name of [...this.#subscriptions.keys()]) this.deleteSubscription(name);
  }

  #deliver(topicName: string, draft: Draft): string {
    this.#lastMessageId += 1;
    const message = { ...draft, messageId: String(this.#lastMessageId), publishTime: this.#clock() };
    const topic = this.#topics.get(topicName);
    if (topic) topic.published += 1;
    for (const { queue } of this.#subscriptionsOf(topicName)) queue.add(message);
    return message.messageId;
  }

  #open(config: SubscriptionConfig): Subscription {
    const queue = new DeliveryQueue({
      ackDeadlineMs: config.ackDeadlineMs,
      backoff: config.retryPolicy ?? (config.pushEndpoint === null ? immediately : defaultPushBackoff),
      maxDeliveryAttempts: config.deadLetterPolicy?.maxDeliveryAttempts ?? null,
      onExhausted: (message, attempts) => this.#deadLetter(subscription, message, attempts),
    });
    const subscription: Subscription = { config, queue, stopPush: () => {}, lastRefusal: null };
    if (config.pushEndpoint !== null) {
      subscription.stopPush = startPush({
        queue,
        endpoint: config.pushEndpoint,
        subscription: config.name,
        ackDeadlineMs: config.ackDeadlineMs,
        tellsAttempt: config.deadLetterPolicy !== null,
        onRefused: ({ message, attempt }, reason) => {
          subscription.lastRefusal = reason;
          this.#log(
            `${idOf(config.name)}: message ${message.messageId} refused, attempt ${attempt}: ${reason}`,
          );
        },
      });
    }
    return subscription;
  }

  #deadLetter({ config, lastRefusal }: Subscription, message: PubSubMessage, attempts: number): void {
    const topic = config.deadLetterPolicy?.topic;
    if (topic === undefined) return;
    this.deadLetters.push({
      at: this.#clock(),
      subscription: config.name,
      message,
      attempts,
      lastRefusal,
    });
    if (this.deadLetters.length > deadLettersKept) this.deadLetters.shift();
    this.#log(
      `${idOf(config.name)}: message ${message.messageId} to ${idOf(topic)} after ${attempts} attempts`,
    );
    this.#deliver(topic, {
      data: message.data,
      orderingKey: message.orderingKey,
      attributes: deadLetterAttributes(config.name, message, attempts),
    });
  }

  #checkDeadLetterPolicy(policy: SubscriptionConfig["deadLetterPolicy"]): void {
    if (policy === null) return;
    checkName("topics", policy.topic);
    if (!this.#topics.has(policy.topic)) throw notFound("Dead letter topic not found");
    checkAttempts(policy.maxDeliveryAttempts);
  }

  #find(name: string): Subscription {
    const subscription = this.#subscriptions.get(checkName("subscriptions", name));
    if (!subscription) throw notFound("Subscription does not exist");
    return subscription;
  }

  #subscriptionsOf(topic: string): Subscription[] {
    return [...this.#subscriptions.values()].filter(
      ({ config }) => config.topic === topic && !this.#orphans.has(config.name),
    );
  }
}

function byName(a: { name: string }, b: { name: string }): number {
  return a.name < b.name ? -1 : 1;
}
