import { PubSub, v1 } from "@google-cloud/pubsub";
import { credentials } from "@grpc/grpc-js";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type LocalPubSub, startPubSub } from "../../../infra/local/emulators/pubsub/server.ts";
import { type Endpoint, startEndpoint } from "./endpoint.ts";

// What is ours alone: the service's documented limits, which the emulator leaves out, and what the stack needs.

const invalidArgument = 3;
const unimplemented = 12;
const publishTime = new Date("2026-02-08T12:00:00Z");
const soon = { timeout: 10_000, interval: 10 };

let pubsub: LocalPubSub;
let endpoint: Endpoint;
let client: PubSub;
let answer: (path: string, nth: number) => number | "hang";
let log: string[];

beforeEach(async () => {
  log = [];
  answer = () => 204;
  pubsub = await startPubSub({
    project: "hulken",
    clock: () => publishTime,
    log: (line) => log.push(line),
  });
  endpoint = await startEndpoint((path, nth) => answer(path, nth));
  pubsub.createTopic("alerts");
  pubsub.createTopic("dead-letters");
  vi.stubEnv("PUBSUB_EMULATOR_HOST", pubsub.host);
  vi.stubEnv("METADATA_SERVER_DETECTION", "none");
  client = new PubSub({ projectId: "hulken" });
});
afterEach(async () => {
  await client.close();
  await pubsub.close();
  await endpoint.close();
  vi.unstubAllEnvs();
});

const topic = () => client.topic("alerts");
const publish = (text: string, attributes: Record<string, string> = {}) =>
  topic().publishMessage({ data: Buffer.from(text), attributes });
/** A push subscription that retries at once and gives up after five attempts. */
const subscribe = (options = {}) =>
  pubsub.createSubscription({
    name: "notifier",
    topic: "alerts",
    pushEndpoint: `${endpoint.url}/notifier`,
    minimumBackoffSeconds: 0.001,
    maximumBackoffSeconds: 0.004,
    deadLetterTopic: "dead-letters",
    ...options,
  });
const subscription = () => {
  const [only] = pubsub.stats().subscriptions;
  if (!only) throw new Error("There is no subscription");
  return only;
};

describe("limits of a message, as the service states them", () => {
  const attributes = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, "v"]));

  test.each([
    ["attributes", { attributes: attributes(100) }, { attributes: attributes(101) }],
    [
      "an attribute's key",
      { attributes: { ["k".repeat(256)]: "v" } },
      { attributes: { ["k".repeat(257)]: "v" } },
    ],
    [
      "an attribute's value",
      { attributes: { k: "v".repeat(1024) } },
      { attributes: { k: "v".repeat(1025) } },
    ],
    ["a key that is empty", { attributes: { k: "v" } }, { attributes: { "": "v" } }],
    ["a key of Google's own", { attributes: { agoog: "v" } }, { attributes: { googa: "v" } }],
    ["size", { data: Buffer.alloc(10_000_000) }, { data: Buffer.alloc(10_000_001) }],
  ])("%s", async (_name, within, beyond) => {
    expect(await topic().publishMessage(within)).toBe("1");
    await expect(topic().publishMessage(beyond)).rejects.toMatchObject({ code: invalidArgument });
    expect(pubsub.stats().topics[0]).toEqual({ name: "projects/hulken/topics/alerts", published: 1 });
  });
});

describe("what is not covered is refused by name", () => {
  test.each([
    { filter: 'attributes.severity = "critical"' },
    { enableMessageOrdering: true },
    { enableExactlyOnceDelivery: true },
  ])("%o", async (option) => {
    const [name = ""] = Object.keys(option);
    const creating = topic().createSubscription("sub", option);
    await expect(creating).rejects.toMatchObject({
      code: unimplemented,
      message: expect.stringContaining(name),
    });
    await topic().createSubscription("sub");
  });

  test("a method", async () => {
    await topic().createSubscription("sub");
    await expect(client.subscription("sub").createSnapshot("snap")).rejects.toMatchObject({
      code: unimplemented,
    });
  });

  test.each([9, 601])("an ack deadline of %i s", async (ackDeadlineSeconds) => {
    const puller = new v1.SubscriberClient({
      apiEndpoint: "127.0.0.1",
      port: pubsub.port,
      sslCreds: credentials.createInsecure(),
      projectId: "hulken",
    });
    const request = { name: "projects/hulken/subscriptions/sub", topic: "projects/hulken/topics/alerts" };
    const creating = puller.createSubscription({ ...request, ackDeadlineSeconds });
    await expect(creating).rejects.toMatchObject({ code: invalidArgument });
    await puller.createSubscription({ ...request, ackDeadlineSeconds: ackDeadlineSeconds < 10 ? 10 : 600 });
    await puller.close();
  });
});

describe("push", () => {
  // Google's emulator refuses 202 and takes 203; the service's documentation says otherwise.
  test("202 acknowledges and 203 does not", async () => {
    answer = (path, nth) => (nth > 1 ? 204 : Number(path.slice(1)));
    for (const status of [202, 203]) {
      subscribe({ name: `sub-${status}`, pushEndpoint: `${endpoint.url}/${status}` });
    }
    await publish("x");
    await pubsub.idle();
    expect([endpoint.at("/202").length, endpoint.at("/203").length]).toEqual([1, 2]);
  });

  test("a redirect is a refusal, and nobody is sent elsewhere", async () => {
    answer = (_path, nth) => (nth === 1 ? 307 : 204);
    subscribe();
    await publish("x");
    await pubsub.idle();
    expect(endpoint.pushes.map(({ path }) => path)).toEqual(["/notifier", "/notifier"]);
  });

  test("tells the attempt where a dead-letter policy counts, and only there", async () => {
    answer = (_path, nth) => (nth < 3 ? 503 : 204);
    subscribe();
    subscribe({ name: "other", pushEndpoint: `${endpoint.url}/other`, deadLetterTopic: undefined });
    await publish("x");
    await pubsub.idle();
    expect(endpoint.at("/notifier").map(({ body }) => body.deliveryAttempt)).toEqual([1, 2, 3]);
    expect(endpoint.at("/other").map(({ body }) => "deliveryAttempt" in body)).toEqual([false, false, false]);
  });

  test("an ordering key travels with the message, and an absent one does not", async () => {
    subscribe();
    await client
      .topic("alerts", { messageOrdering: true })
      .publishMessage({ data: Buffer.from("x"), orderingKey: "k" });
    await publish("y");
    await pubsub.idle();
    const messages = endpoint.pushes.map(({ body }) => body.message);
    expect(messages[0]?.orderingKey).toBe("k");
    expect(messages[1]).not.toHaveProperty("orderingKey");
  });

  test("a message is stamped by the clock it was given", async () => {
    subscribe();
    await publish("x");
    await pubsub.idle();
    expect(endpoint.pushes[0]?.body.message.publishTime).toBe("2026-02-08T12:00:00.000Z");
  });

  test("an endpoint that does not answer in time is asked again", async () => {
    answer = (_path, nth) => (nth === 1 ? "hang" : 204);
    subscribe({ ackDeadlineSeconds: 0.1 });
    await publish("x");
    await pubsub.idle();
    expect(endpoint.pushes).toHaveLength(2);
    expect(subscription().lastRefusal).toBe("no answer within 0.1 s");
  });

  test("an endpoint that is not there is tried until the last attempt, and the dead letter says why", async () => {
    await endpoint.close();
    subscribe();
    await publish("x", { notice: "n1" });
    await pubsub.idle();
    const { deadLetters } = pubsub.stats();
    expect(deadLetters).toMatchObject([
      { at: publishTime, subscription: "projects/hulken/subscriptions/notifier", attempts: 5 },
    ]);
    expect(deadLetters[0]?.lastRefusal).toContain("ECONNREFUSED");
    expect(deadLetters[0]?.message.attributes).toEqual({ notice: "n1" });
  });

  test("one poisoned message does not keep the others waiting", async () => {
    answer = (_path, nth) => (nth === 1 ? "hang" : 204);
    subscribe({ ackDeadlineSeconds: 60 });
    for (const text of ["poison", "two", "three"]) await publish(text);
    await vi.waitFor(() => expect(subscription().acknowledged).toBe(2), soon);
    expect(subscription()).toMatchObject({ pending: 1, inFlight: 1 });
  });

  test("a deleted subscription is pushed to no more", async () => {
    answer = () => 503;
    subscribe();
    subscribe({ name: "stays", pushEndpoint: `${endpoint.url}/stays` });
    await client.subscription("notifier").delete();
    await publish("x");
    await pubsub.idle();
    expect([endpoint.at("/notifier").length, endpoint.at("/stays").length]).toEqual([0, 5]);
  });

  test("nothing that is logged holds the message or the endpoint", async () => {
    answer = () => 503;
    subscribe({ pushEndpoint: `${endpoint.url}/?token=canary-url` });
    await publish("canary-data", { a: "canary-attribute" });
    await pubsub.idle();
    expect(log).toHaveLength(6);
    expect(log[0]).toBe("notifier: message 1 refused, attempt 1: HTTP 503");
    expect(log.join("\n")).not.toContain("canary");
  });
});

describe("idle", () => {
  test("waits for what is in flight and what backs off, and not for what nobody pulls", async () => {
    answer = (_path, nth) => (nth < 4 ? 503 : 204);
    subscribe();
    pubsub.createSubscription({ name: "console", topic: "alerts" });
    await pubsub.idle();
    await publish("x");
    expect(endpoint.pushes.length).toBeLessThan(4);
    await pubsub.idle();
    expect(endpoint.pushes).toHaveLength(4);
    const byName = new Map(pubsub.stats().subscriptions.map((each) => [each.name, each]));
    expect(byName.get("projects/hulken/subscriptions/notifier")).toMatchObject({
      pending: 0,
      acknowledged: 1,
      refused: 3,
      deadLettered: 0,
    });
    expect(byName.get("projects/hulken/subscriptions/console")).toMatchObject({ pending: 1 });
  });

  test("does not outlive the server, nor does a request in flight", async () => {
    answer = () => "hang";
    subscribe({ ackDeadlineSeconds: 600 });
    await publish("x");
    await vi.waitFor(() => expect(endpoint.pushes).toHaveLength(1), soon);
    const idle = pubsub.idle();
    await pubsub.close();
    await idle;
    await vi.waitFor(() => expect(endpoint.abandoned()).toBe(1), soon);
  });
});

test("a pulled message that is not answered before its deadline is delivered again", async () => {
  pubsub.createSubscription({ name: "sub", topic: "alerts", ackDeadlineSeconds: 0.05 });
  const puller = new v1.SubscriberClient({
    apiEndpoint: "127.0.0.1",
    port: pubsub.port,
    sslCreds: credentials.createInsecure(),
    projectId: "hulken",
  });
  const pull = async () =>
    (await puller.pull({ subscription: "projects/hulken/subscriptions/sub", maxMessages: 1 }))[0]
      .receivedMessages;
  const id = await publish("x");
  const first = await pull();
  const second = await pull();
  expect([first, second].map((received) => received?.[0]?.message?.messageId)).toEqual([id, id]);
  await puller.close();
});

test("names are short in the given project, or full", () => {
  pubsub.createTopic("projects/other/topics/alerts");
  expect(pubsub.stats().topics.map(({ name }) => name)).toContain("projects/other/topics/alerts");
  expect(() => pubsub.createTopic("alerts")).toThrow("already exists");
  expect(() => pubsub.createTopic("projects/other/subscriptions/x")).toThrow("Invalid [topics] name");
});
