import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createWorldClock } from "../../../infra/local/clock.ts";
import { openEngine } from "../../../infra/local/emulators/bigquery/engine.ts";
import { type LocalStack, startStack } from "../../../infra/local/stack/stack.ts";

const resolve = (name: string) => pathToFileURL(createRequire(import.meta.url).resolve(name)).href;
const warehouseFile = `
ops_dataset: ops
pii: { key: identity-key, canaries: planted }
notifications:
  acknowledge: { secret: ack-key }
  channels:
    data-alerts: { slack: { webhook_secret: slack-data-alerts } }
`;
/** Publishes one message at each tick. */
const speaker = `
import functions from ${JSON.stringify(resolve("@google-cloud/functions-framework"))};
import { PubSub } from ${JSON.stringify(resolve("@google-cloud/pubsub"))};
functions.http("speaker", async (req, res) => {
  if (req.path === "/secrets") {
    const texts = ["ack-key", "identity-key", "planted"].map(async (id) => {
      const name = "projects/" + process.env.GOOGLE_CLOUD_PROJECT + "/secrets/" + id + "/versions/latest";
      const secret = await fetch(process.env.SECRET_MANAGER_ENDPOINT + "/v1/" + name + ":access", {
        headers: { authorization: "Bearer local" },
      });
      return Buffer.from((await secret.json()).payload.data, "base64").toString();
    });
    return res.json({ url: process.env.PLUMBLINE_URL, secrets: await Promise.all(texts) });
  }
  if (req.method === "GET") return res.json({ looked: req.headers["x-cloudscheduler-scheduletime"] });
  const at = req.headers["x-cloudscheduler-scheduletime"];
  await new PubSub().topic(process.env.PLUMBLINE_ALERTS_TOPIC).publishMessage({ data: Buffer.from(at) });
  res.status(204).end();
});`;
/** Passes each message on to the Slack webhook that a secret names. */
const listener = `
import functions from ${JSON.stringify(resolve("@google-cloud/functions-framework"))};
functions.http("listener", async (req, res) => {
  const name = "projects/" + process.env.GOOGLE_CLOUD_PROJECT + "/secrets/slack-data-alerts/versions/latest";
  const secret = await fetch(process.env.SECRET_MANAGER_ENDPOINT + "/v1/" + name + ":access", {
    headers: { authorization: "Bearer local" },
  });
  const webhook = Buffer.from((await secret.json()).payload.data, "base64").toString();
  const text = "The tick of " + Buffer.from(req.body.message.data, "base64").toString();
  const sent = await fetch(webhook, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ text }),
  });
  res.status(sent.ok ? 204 : 503).end();
});`;

let folder: string;
let stack: LocalStack;
let closeAll: (() => Promise<void>) | undefined;
const lived: string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "stack-"));
  await writeFile(join(folder, "package.json"), '{"type":"module"}');
  await writeFile(join(folder, "warehouse.yaml"), warehouseFile);
  await writeFunction("speaker", speaker, { trigger: { http: true }, schedule: "0 * * * *" });
  await writeFunction("listener", listener, { trigger: { topic: "plumbline-alerts" } });
  const clock = createWorldClock();
  const engine = await openEngine({ file: ":memory:", project: "hulken", clock: clock.now });
  stack = await startStack({
    world: {
      engine,
      project: "hulken",
      location: "US",
      plantedPersons: '[{"email":"planted@x.example","phone":null,"spellings":[]}]',
      advanceTo: async (at) => void lived.push(at.toISOString()),
      connectors: () => [],
      repair: async () => {},
      break: async () => {},
      close: engine.close,
    },
    clock,
    warehouseFile: join(folder, "warehouse.yaml"),
    functionsFolder: folder,
    port: 0,
  });
  closeAll = async () => {
    await stack.close();
    await engine.close();
    await rm(folder, { recursive: true, force: true });
  };
});
afterAll(() => closeAll?.());

async function writeFunction(name: string, handler: string, about: object): Promise<void> {
  await mkdir(join(folder, name));
  await writeFile(join(folder, name, "handler.ts"), handler);
  await writeFile(join(folder, name, "function.json"), JSON.stringify({ name, ...about }));
}

test("a turn of the clock goes all the way: tick, topic, push, secret, Slack; its answer comes when the message is there", async () => {
  const response = await fetch(`${stack.url}/local/clock`, { method: "POST", body: '{"advance":"2h"}' });
  const turn = await response.json();
  const inbox = (await (await fetch(`${stack.url}/local/inbox`)).json()) as { slack: unknown[] };

  expect(turn).toMatchObject({
    clock: { now: "2026-02-08T14:00:00.000Z" },
    settled: true,
    slack_messages: 2,
    ticks: [{ status: 204 }, { status: 204 }],
  });
  expect(inbox.slack).toMatchObject([
    { at: "2026-02-08T13:00:00.000Z", payload: { text: "The tick of 2026-02-08T13:00:00.000Z" } },
    { at: "2026-02-08T14:00:00.000Z", payload: { text: "The tick of 2026-02-08T14:00:00.000Z" } },
  ]);
  expect(lived.at(-1)).toBe("2026-02-08T14:00:00.000Z");
});

test("a function that is asked by hand is asked at the world's time", async () => {
  const { looked } = (await (await fetch(`${stack.url}/speaker`)).json()) as { looked: string };

  expect(looked).toBe(stack.view.status().clock.now);
});

test("a function knows where it is reached from outside, and finds a key to sign links with", async () => {
  const { url, secrets } = await seenByTheSpeaker();

  expect(url).toBe(stack.url);
  expect(secrets[0]).toMatch(/^[0-9a-f]{64}$/);
});

test("a function finds another key to hash identifiers with, and the world's planted people", async () => {
  const { secrets } = await seenByTheSpeaker();

  expect(secrets[1]).toMatch(/^[0-9a-f]{64}$/);
  expect(secrets[1]).not.toBe(secrets[0]);
  expect(JSON.parse(secrets[2] ?? "")).toMatchObject([{ email: "planted@x.example" }]);
});

async function seenByTheSpeaker() {
  const response = await fetch(`${stack.url}/speaker/secrets`);
  return (await response.json()) as { readonly url: string; readonly secrets: readonly string[] };
}

test("the bundle's own tables are there from the start, and the log of decisions is empty, not missing", async () => {
  expect(await (await fetch(`${stack.url}/local/decisions`)).json()).toEqual({ decisions: [] });
});

test("the console and the API are served beside the functions; what is neither is told apart", async () => {
  const [console, status, nothing] = await Promise.all(
    ["/", "/local/status", "/nothing"].map((path) => fetch(`${stack.url}${path}`)),
  );

  expect(console?.headers.get("content-type")).toContain("text/html");
  expect(await status?.json()).toMatchObject({ functions: [{ name: "listener" }, { name: "speaker" }] });
  expect(nothing?.status).toBe(404);
});
