import { afterEach, beforeEach, expect, test } from "vitest";
import { type AStack, aStack, serveStack } from "../../support/a-console.ts";

let stack: AStack;
let server: Awaited<ReturnType<typeof serveStack>>;

beforeEach(async () => {
  stack = aStack();
  server = await serveStack(stack.view);
});
afterEach(() => server.close());

interface Answer {
  readonly title: string;
  readonly detail: string;
  readonly connector: unknown;
}

async function post(path: string, body: string, headers: Record<string, string> = {}) {
  const response = await fetch(`${server.url}${path}`, { method: "POST", body, headers });
  return {
    status: response.status,
    type: response.headers.get("content-type"),
    body: (await response.json()) as Answer,
  };
}

test("the clock is turned by whole minutes, hours and days", async () => {
  const hour = await post("/local/clock", '{"advance":"1h"}');
  const others = [
    await post("/local/clock", '{"advance":"30m"}'),
    await post("/local/clock", '{"advance":"2d"}'),
  ];

  expect(hour).toMatchObject({ status: 200, body: { clock: { now: "2026-02-08T13:00:00.000Z" } } });
  expect(others.map((one) => one.status)).toEqual([200, 200]);
  expect(stack.asked).toEqual(["advance 3600000", "advance 1800000", "advance 172800000"]);
});

test.each([
  ['{"advance":"1"}', "30m"],
  ['{"advance":3600}', "30m"],
  ['{"advance":"-1h"}', "30m"],
  ['{"advance":"0h"}', "30m"],
  ['{"advance":"8d"}', "7d"],
  ["{}", "30m"],
  ["[]", "JSON object"],
  ["advance 1h", "JSON object"],
])(
  "a turn that makes no sense, %s, is refused with what to write instead, and nothing is turned",
  async (body, hint) => {
    const answer = await post("/local/clock", body);

    expect(answer.status).toBe(400);
    expect(answer.type).toBe("application/problem+json");
    expect(`${answer.body.title} ${answer.body.detail}`).toContain(hint);
    expect(stack.asked).toEqual([]);
  },
);

test("a connector is repaired and broken by its id", async () => {
  const repaired = await post("/local/world", '{"repair":"facebook"}');
  const broken = await post("/local/world", '{"break":"shopify"}');

  expect(repaired.body.connector).toMatchObject({ id: "facebook", broken: false });
  expect(broken.body.connector).toMatchObject({ id: "shopify", broken: true });
  expect(stack.asked).toEqual(["repair facebook", "break shopify"]);
});

test("an unknown connector is refused with the ones there are", async () => {
  const answer = await post("/local/world", '{"repair":"facebok"}');

  expect(answer.status).toBe(404);
  expect(answer.body.detail).toContain("facebook, shopify");
  expect(stack.asked).toEqual([]);
});

test.each(['{"mend":"facebook"}', '{"repair":"facebook","break":"shopify"}', "{}"])(
  "a change that is not one repair or one break, %s, is refused",
  async (body) => {
    const answer = await post("/local/world", body);

    expect(answer.status).toBe(400);
    expect(answer.body.detail).toContain('{"repair":"facebook"}');
    expect(stack.asked).toEqual([]);
  },
);

test("another site's page cannot turn the clock, and our own can", async () => {
  const stranger = await post("/local/clock", '{"advance":"1h"}', { origin: "https://example.com" });
  const own = await post("/local/clock", '{"advance":"1h"}', { origin: server.url });

  expect([stranger.status, own.status]).toEqual([403, 200]);
  expect(stack.asked).toEqual(["advance 3600000"]);
});

test("the wrong method is refused with the right one, an unknown address with those there are", async () => {
  const get = await fetch(`${server.url}/local/clock`);
  const unknown = await fetch(`${server.url}/local/inbx`);

  expect([get.status, get.headers.get("allow")]).toEqual([405, "POST"]);
  expect(unknown.status).toBe(404);
  expect(((await unknown.json()) as Answer).detail).toContain("/local/inbox");
});

test("status, inbox and decisions are JSON", async () => {
  stack.decisions = [
    {
      at: "2026-02-08T12:00:00Z",
      function: "sync-watchdog",
      group: "connector:facebook",
      title: "Facebook Marketing stopped",
      notified: true,
      reason: "first",
      why: "It was found at this tick for the first time.",
      failure: null,
    },
  ];
  const paths = ["/local/status", "/local/inbox", "/local/decisions"];
  const [status, inbox, decisions] = await Promise.all(
    paths.map(async (path) => (await fetch(`${server.url}${path}`)).json()),
  );

  expect(status).toMatchObject({ clock: { now: "2026-02-08T12:00:00.000Z" } });
  expect(inbox).toEqual({ slack: [], mail: [] });
  expect(decisions).toEqual({ decisions: stack.decisions });
});
