import { type Message, PubSub, type Subscription, v1 } from "@google-cloud/pubsub";
import { credentials } from "@grpc/grpc-js";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { startPubSub } from "../../../infra/local/emulators/pubsub/server.ts";
import { type Endpoint, startEndpoint } from "./endpoint.ts";
import { findGoogleEmulator, startGoogleEmulator } from "./google-emulator.ts";

// What the local Pub/Sub and Google's emulator must agree on, asked of each through the real client alone.

const invalidArgument = 3;
const notFound = 5;
const alreadyExists = 6;
const outOfRange = 11;

const emulator = findGoogleEmulator();
const servers = [
  { name: "the local Pub/Sub", absent: false, start: () => startPubSub() },
  {
    name: emulator === null ? "Google's emulator (not installed here)" : "Google's emulator",
    absent: emulator === null,
    start: () => startGoogleEmulator(emulator ?? ""),
  },
];
/** The emulator takes about three seconds for each retry, whatever the retry policy says. */
const patient = { timeout: 45_000, interval: 20 };
const quick = { minimumBackoff: { nanos: 10_000_000 }, maximumBackoff: { nanos: 50_000_000 } };

for (const { name, absent, start } of servers) {
  describe.skipIf(absent)(name, { timeout: 60_000 }, () => {
    let server: Awaited<ReturnType<typeof start>>;
    let endpoint: Endpoint;
    let project: string;
    let client: PubSub;
    let projects = 0;
    const readers: Subscription[] = [];

    beforeAll(async () => {
      server = await start();
    });
    afterAll(() => server.close());

    beforeEach(async () => {
      vi.stubEnv("PUBSUB_EMULATOR_HOST", server.host);
      vi.stubEnv("METADATA_SERVER_DETECTION", "none");
      projects += 1;
      project = `project-${projects}`;
      client = new PubSub({ projectId: project });
      endpoint = await startEndpoint((path, nth) => {
        const [, status = "204", until = "0"] = path.split("/");
        return nth <= Number(until) ? Number(status) : 204;
      });
      await client.createTopic("alerts");
      await client.createTopic("dead-letters");
    });
    afterEach(async () => {
      await Promise.all(readers.splice(0).map((reader) => reader.close()));
      for (const [subscription] of [await client.getSubscriptions()]) {
        await Promise.all(subscription.map((each) => each.delete()));
      }
      await client.close();
      await endpoint.close();
      vi.unstubAllEnvs();
    });

    const topic = () => client.topic("alerts");
    const full = (kind: string, id: string) => `projects/${project}/${kind}/${id}`;
    const deadLetterPolicy = () => ({
      deadLetterTopic: full("topics", "dead-letters"),
      maxDeliveryAttempts: 5,
    });
    const publish = (text: string, attributes: Record<string, string> = {}) =>
      topic().publishMessage({ data: Buffer.from(text), attributes });

    /** Reads a subscription as a subscriber does; `answer` settles each message. */
    function read(subscription: string, answer: (message: Message, nth: number) => void): Message[] {
      const seen: Message[] = [];
      const reader = client.subscription(subscription, { flowControl: { maxMessages: 10 } });
      readers.push(reader);
      reader.on("error", () => {});
      reader.on("message", (message: Message) => {
        seen.push(message);
        answer(message, seen.length);
      });
      return seen;
    }

    function subscriber(): v1.SubscriberClient {
      const [host, port] = server.host.split(":");
      const sslCreds = credentials.createInsecure();
      return new v1.SubscriberClient({ apiEndpoint: host, port: Number(port), sslCreds, projectId: project });
    }

    describe("topics", () => {
      test("a topic that was created is there until it is deleted", async () => {
        await client.createTopic("another");
        const names = async () => (await client.getTopics())[0].map((each) => each.name);
        expect(await names()).toContain(full("topics", "another"));
        expect((await client.topic("another").getMetadata())[0].name).toBe(full("topics", "another"));
        await client.topic("another").delete();
        expect(await names()).not.toContain(full("topics", "another"));
        await expect(client.topic("another").getMetadata()).rejects.toMatchObject({ code: notFound });
      });

      test("creating one twice is ALREADY_EXISTS, a name that is none INVALID_ARGUMENT", async () => {
        await expect(client.createTopic("alerts")).rejects.toMatchObject({ code: alreadyExists });
        for (const id of ["a", "1st", "google-alerts", "with space"]) {
          await expect(client.createTopic(id)).rejects.toMatchObject({ code: invalidArgument });
        }
      });

      test("deleting or publishing to one that is not there is NOT_FOUND", async () => {
        await expect(client.topic("absent").delete()).rejects.toMatchObject({ code: notFound });
        const publishing = client.topic("absent").publishMessage({ data: Buffer.from("x") });
        await expect(publishing).rejects.toMatchObject({ code: notFound });
      });

      test("an empty message is INVALID_ARGUMENT, attributes alone are none", async () => {
        await expect(publish("")).rejects.toMatchObject({ code: invalidArgument });
        expect(await publish("", { only: "attributes" })).toMatch(/^\d+$/);
      });

      test("a deleted topic leaves its subscriptions without one", async () => {
        await topic().createSubscription("left");
        await topic().delete();
        const [metadata] = await client.subscription("left").getMetadata();
        expect(metadata.topic).toBe("_deleted-topic_");
      });
    });

    describe("subscriptions", () => {
      test("one that was created keeps what was asked, until it is deleted", async () => {
        const pushConfig = { pushEndpoint: `${endpoint.url}/204/0` };
        await topic().createSubscription("sub", {
          pushConfig,
          ackDeadlineSeconds: 60,
          retryPolicy: { minimumBackoff: { seconds: 10 }, maximumBackoff: { seconds: 600 } },
          deadLetterPolicy: deadLetterPolicy(),
        });
        const subscription = client.subscription("sub");
        expect((await subscription.getMetadata())[0]).toMatchObject({
          name: full("subscriptions", "sub"),
          topic: full("topics", "alerts"),
          pushConfig,
          ackDeadlineSeconds: 60,
          retryPolicy: { minimumBackoff: { seconds: "10" }, maximumBackoff: { seconds: "600" } },
          deadLetterPolicy: deadLetterPolicy(),
        });
        const names = async () => (await client.getSubscriptions())[0].map((each) => each.name);
        expect(await names()).toEqual([full("subscriptions", "sub")]);
        await subscription.delete();
        expect(await names()).toEqual([]);
        await expect(subscription.getMetadata()).rejects.toMatchObject({ code: notFound });
        await expect(subscription.delete()).rejects.toMatchObject({ code: notFound });
      });

      test("one that asks for little is pulled, within ten seconds, without retry or dead-letter policy", async () => {
        await topic().createSubscription("sub");
        expect((await client.subscription("sub").getMetadata())[0]).toMatchObject({
          pushConfig: { pushEndpoint: "" },
          ackDeadlineSeconds: 10,
          retryPolicy: null,
          deadLetterPolicy: null,
        });
      });

      test("what cannot be is refused, and the same without its fault is taken", async () => {
        const create = (topicId: string, options = {}) =>
          client.topic(topicId).createSubscription("sub", options);
        const policy = deadLetterPolicy();
        const refusal = (promise: Promise<unknown>, code: number) =>
          expect(promise).rejects.toMatchObject({ code });
        await refusal(create("absent"), notFound);
        await refusal(create("alerts", { pushConfig: { pushEndpoint: "nonsense" } }), invalidArgument);
        const absent = { ...policy, deadLetterTopic: full("topics", "absent") };
        await refusal(create("alerts", { deadLetterPolicy: absent }), notFound);
        await refusal(
          create("alerts", { deadLetterPolicy: { ...policy, maxDeliveryAttempts: 4 } }),
          outOfRange,
        );
        await refusal(
          create("alerts", { deadLetterPolicy: { ...policy, maxDeliveryAttempts: 101 } }),
          outOfRange,
        );
        await create("alerts", { deadLetterPolicy: policy, pushConfig: { pushEndpoint: endpoint.url } });
        await refusal(create("alerts"), alreadyExists);
      });
    });

    describe("push", () => {
      const push = (id: string, path: string, options = {}) =>
        topic().createSubscription(id, { pushEndpoint: endpoint.url + path, retryPolicy: quick, ...options });

      test("carries data, attributes and both spellings of id and time", async () => {
        await push("sub", "/204/0");
        const id = await publish("Grüße", { notice: "n1", severity: "critical" });
        await vi.waitFor(() => expect(endpoint.pushes).toHaveLength(1), patient);
        const [received] = endpoint.pushes;
        expect(received?.contentType).toBe("application/json");
        expect(received?.body).toEqual({
          subscription: full("subscriptions", "sub"),
          message: {
            data: Buffer.from("Grüße").toString("base64"),
            attributes: { notice: "n1", severity: "critical" },
            messageId: id,
            message_id: id,
            publishTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/),
            publish_time: received?.body.message.publishTime,
          },
        });
      });

      test("each subscription of a topic gets each message, and none of another topic's", async () => {
        await push("first", "/204/0/first");
        await push("second", "/204/0/second");
        await client.topic("dead-letters").createSubscription("third", {
          pushEndpoint: `${endpoint.url}/204/0/third`,
        });
        const ids = await Promise.all(["one", "two"].map((text) => publish(text)));
        await vi.waitFor(() => expect(endpoint.pushes).toHaveLength(4), patient);
        const received = (path: string) =>
          endpoint
            .at(path)
            .map(({ body }) => body.message.messageId)
            .sort();
        expect(received("/204/0/first")).toEqual(ids.sort());
        expect(received("/204/0/second")).toEqual(ids);
      });

      test("200, 201 and 204 acknowledge; any other answer brings the message again", async () => {
        const taken = ["/200/9", "/201/9", "/204/9"];
        const refused = ["/302/1", "/400/1", "/404/1", "/429/1", "/500/1", "/503/2"];
        await Promise.all(
          [...taken, ...refused].map((path) => push(`sub${path.replaceAll("/", "-")}`, path)),
        );
        const id = await publish("once");
        await vi.waitFor(() => expect(endpoint.at("/503/2")).toHaveLength(3), patient);
        await vi.waitFor(() => {
          for (const path of refused.slice(0, -1)) expect(endpoint.at(path), path).toHaveLength(2);
        }, patient);
        for (const path of taken) expect(endpoint.at(path), path).toHaveLength(1);
        for (const { body } of endpoint.pushes) expect(body.message.messageId).toBe(id);
      });

      test("a message refused too often goes to the dead-letter topic, saying whence, and is pushed no more", async () => {
        await client.topic("dead-letters").createSubscription("dead");
        await push("sub", "/503/99", { deadLetterPolicy: deadLetterPolicy() });
        await push("healthy", "/204/0", { deadLetterPolicy: deadLetterPolicy() });
        const dead = read("dead", (message) => message.ack());
        await publish("poison", { notice: "n1" });
        await vi.waitFor(() => expect(dead).toHaveLength(1), patient);
        expect(endpoint.at("/503/99")).toHaveLength(5);
        expect(endpoint.at("/204/0")).toHaveLength(1);
        expect(dead[0]?.data.toString()).toBe("poison");
        expect(dead[0]?.attributes).toEqual({
          notice: "n1",
          CloudPubSubDeadLetterSourceDeliveryCount: "5",
          CloudPubSubDeadLetterSourceSubscription: "sub",
          CloudPubSubDeadLetterSourceSubscriptionProject: project,
          CloudPubSubDeadLetterSourceTopicPublishTime: endpoint.at("/503/99")[0]?.body.message.publishTime,
        });
      });
    });

    describe("a subscriber", () => {
      test("gets what was published after it subscribed, and an acknowledged message once", async () => {
        await publish("before");
        await topic().createSubscription("sub");
        const seen = read("sub", (message) => message.ack());
        const id = await publish("after", { a: "1" });
        const next = await publish("next");
        await vi.waitFor(() => expect(seen.map((message) => message.id)).toEqual([id, next]), patient);
        expect(seen[0]?.data.toString()).toBe("after");
        expect(seen[0]?.attributes).toEqual({ a: "1" });
      });

      test("gets a refused message again, with the count where a dead-letter policy counts", async () => {
        await topic().createSubscription("counted", {
          retryPolicy: quick,
          deadLetterPolicy: deadLetterPolicy(),
        });
        await topic().createSubscription("uncounted");
        const settle = (message: Message, nth: number) => (nth === 1 ? message.nack() : message.ack());
        const counted = read("counted", settle);
        const uncounted = read("uncounted", settle);
        await publish("again");
        await vi.waitFor(() => expect([counted.length, uncounted.length]).toEqual([2, 2]), patient);
        expect(counted.map((message) => message.deliveryAttempt)).toEqual([1, 2]);
        expect(uncounted.map((message) => message.deliveryAttempt)).toEqual([0, 0]);
      });

      test("that refuses five times finds the message among the dead letters", async () => {
        await client.topic("dead-letters").createSubscription("dead");
        await topic().createSubscription("sub", { retryPolicy: quick, deadLetterPolicy: deadLetterPolicy() });
        const seen = read("sub", (message) => message.nack());
        const dead = read("dead", (message) => message.ack());
        await publish("poison");
        await vi.waitFor(() => expect(dead).toHaveLength(1), patient);
        expect(seen.map((message) => message.deliveryAttempt)).toEqual([1, 2, 3, 4, 5]);
        expect(dead[0]?.attributes.CloudPubSubDeadLetterSourceDeliveryCount).toBe("5");
      });

      test("may pull a few at a time, and what it acknowledged is gone", async () => {
        await topic().createSubscription("sub");
        const ids = [await publish("one"), await publish("two"), await publish("three")];
        const puller = subscriber();
        const subscription = full("subscriptions", "sub");
        const received: unknown[] = [];
        while (received.length < 3) {
          const [{ receivedMessages }] = await puller.pull({ subscription, maxMessages: 2 });
          const batch = receivedMessages ?? [];
          expect(batch.length).toBeLessThanOrEqual(2);
          received.push(...batch.map(({ message }) => message?.messageId));
          if (batch.length > 0) {
            await puller.acknowledge({ subscription, ackIds: batch.map(({ ackId }) => ackId ?? "") });
          }
        }
        expect(received.sort()).toEqual(ids.sort());
        await puller.close();
      });

      test("of a subscription that is not there is told so", async () => {
        const reader = client.subscription("absent");
        readers.push(reader);
        const error = new Promise((resolve) => reader.on("error", resolve));
        reader.on("message", () => {});
        expect(await error).toMatchObject({ code: notFound });
      });

      test("that asks for what cannot be is told", async () => {
        await topic().createSubscription("sub");
        const subscription = full("subscriptions", "sub");
        const puller = subscriber();
        const absent = puller.pull({ subscription: full("subscriptions", "absent"), maxMessages: 1 });
        await expect(absent).rejects.toMatchObject({ code: notFound });
        await expect(puller.pull({ subscription, maxMessages: 0 })).rejects.toMatchObject({
          code: invalidArgument,
        });
        for (const ackIds of [[], ["nonsense"]]) {
          const acknowledging = puller.acknowledge({ subscription, ackIds });
          await expect(acknowledging).rejects.toMatchObject({ code: invalidArgument });
        }
        await puller.close();
      });
    });
  });
}
