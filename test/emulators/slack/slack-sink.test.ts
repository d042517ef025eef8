import { IncomingWebhook } from "@slack/webhook";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type SlackSink, startSlackSink } from "../../../infra/local/sinks/slack/server.ts";

const at = new Date("2026-02-08T12:00:00Z");
let elapsedMs = 0;
let slack: SlackSink;
let url: string;

beforeEach(async () => {
  elapsedMs = 0;
  slack = await startSlackSink({ clock: () => at, elapsedMs: () => elapsedMs, burst: 2 });
  url = slack.register("slack-data-alerts", "#data-alerts");
});
afterEach(() => slack.close());

/** Status and text of what the sink answers to a body as it is. */
async function post(body: unknown, headers: Record<string, string> = { "content-type": "application/json" }) {
  const response = await fetch(url, {
    method: "POST",
    headers,
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  return { status: response.status, text: await response.text(), response };
}

/** One message that is as long as Slack allows, but for what is given. */
const section = (text: string) => ({ type: "section", text: { type: "mrkdwn", text } });
const header = (text: string) => ({ type: "header", text: { type: "plain_text", text } });
const context = (count: number) => ({
  type: "context",
  elements: Array.from({ length: count }, () => ({ type: "mrkdwn", text: "why" })),
});
const fields = (count: number, length: number) => ({
  type: "section",
  fields: Array.from({ length: count }, () => ({ type: "mrkdwn", text: "x".repeat(length) })),
});
const list = <T>(count: number, item: T) => Array.from({ length: count }, () => item);

describe("a webhook in health", () => {
  test("takes what the real client sends and answers ok", async () => {
    const blocks = [{ type: "header", text: { type: "plain_text" as const, text: "Facebook stopped" } }];
    const result = await new IncomingWebhook(url).send({ text: "Facebook stopped", blocks });
    expect(result.text).toBe("ok");
    expect(slack.messages).toEqual([
      {
        id: "slack-1",
        at,
        webhook: "slack-data-alerts",
        channel: "#data-alerts",
        payload: { text: "Facebook stopped", blocks },
        mentions: [],
      },
    ]);
    expect(slack.refusals).toEqual([]);
  });

  test("keeps its path from one run to the next", async () => {
    const other = await startSlackSink();
    const path = (address: string) => new URL(address).pathname;
    expect(path(other.register("slack-data-alerts", "#elsewhere"))).toBe(path(url));
    expect(path(other.register("another", "#elsewhere"))).not.toBe(path(url));
    await other.close();
  });

  test("takes a message that calls people, and says so", async () => {
    await post({ text: "<!channel> and <@U123>", blocks: [header("<!here>"), section("&lt;!everyone&gt;")] });
    expect(slack.messages[0]?.mentions).toEqual(["<!channel>", "<@U123>"]);
  });
});

describe("what Slack refuses is refused, and what is just within the limit is taken", () => {
  const cases: [name: string, within: object, beyond: object, code: string][] = [
    ["blocks", { blocks: list(50, section("x")) }, { blocks: list(51, section("x")) }, "invalid_blocks"],
    [
      "section text",
      { blocks: [section("x".repeat(3000))] },
      { blocks: [section("x".repeat(3001))] },
      "invalid_blocks",
    ],
    ["empty text", { blocks: [section("x")] }, { blocks: [section("")] }, "invalid_blocks"],
    ["number of fields", { blocks: [fields(10, 1)] }, { blocks: [fields(11, 1)] }, "invalid_blocks"],
    ["length of a field", { blocks: [fields(1, 2000)] }, { blocks: [fields(1, 2001)] }, "invalid_blocks"],
    [
      "header",
      { blocks: [header("x".repeat(150))] },
      { blocks: [header("x".repeat(151))] },
      "invalid_blocks",
    ],
    [
      "markup in a header",
      { blocks: [header("x")] },
      { blocks: [{ type: "header", text: { type: "mrkdwn", text: "x" } }] },
      "invalid_blocks",
    ],
    ["context", { blocks: [context(10)] }, { blocks: [context(11)] }, "invalid_blocks"],
    [
      "all blocks together",
      { blocks: list(5, section("x".repeat(2640))) },
      { blocks: [...list(4, section("x".repeat(2640))), section("x".repeat(2641))] },
      "msg_blocks_too_long",
    ],
    [
      "blocks of an attachment",
      { attachments: [{ blocks: [header("x")] }] },
      { attachments: [{ blocks: [header("")] }] },
      "invalid_blocks",
    ],
    [
      "attachments that are no list",
      { attachments: [], text: "x" },
      { attachments: {}, text: "x" },
      "invalid_attachments",
    ],
    ["unknown block", { blocks: [{ type: "divider" }] }, { blocks: [{ type: "chart" }] }, "invalid_blocks"],
    [
      "a name of Object's",
      { blocks: [{ type: "divider" }] },
      { blocks: [{ type: "constructor" }] },
      "invalid_blocks",
    ],
    [
      "additional property",
      { blocks: [section("x")] },
      { blocks: [{ ...section("x"), colour: "red" }] },
      "invalid_blocks",
    ],
    ["blocks that are no list", { blocks: [], text: "x" }, { blocks: {}, text: "x" }, "invalid_blocks"],
    ["nothing to say", { text: "x" }, { text: "" }, "no_text"],
    ["no text at all", { blocks: [section("x")] }, { blocks: [] }, "no_text"],
    ["text that is no text", { text: "x" }, { text: 7 }, "invalid_payload"],
    ["message text", { text: "x".repeat(40_000) }, { text: "x".repeat(40_001) }, "msg_too_long"],
  ];

  test.each(cases)("%s", async (_name, within, beyond, code) => {
    expect(await post(within)).toMatchObject({ status: 200, text: "ok" });
    expect(await post(beyond)).toMatchObject({ status: 400, text: code });
    expect(slack.messages).toHaveLength(1);
    expect(slack.refusals).toMatchObject([{ status: 400, code, channel: "#data-alerts" }]);
  });

  test("a body that is not JSON, or does not say that it is", async () => {
    expect(await post("{")).toMatchObject({ status: 400, text: "invalid_payload" });
    elapsedMs = 60_000;
    expect(await post("[]")).toMatchObject({ status: 400, text: "invalid_payload" });
    elapsedMs = 120_000;
    expect(await post({ text: "x" }, { "content-type": "text/plain" })).toMatchObject({ status: 400 });
    expect(slack.messages).toEqual([]);
  });

  test("the real client reports the code that Slack gives", async () => {
    await expect(new IncomingWebhook(url).send({ text: "" })).rejects.toThrow("400");
    expect(slack.refusals[0]?.code).toBe("no_text");
  });
});

describe("one message a second", () => {
  test("a short burst passes, then 429 with Retry-After, then one for each second that passes", async () => {
    expect((await post({ text: "1" })).status).toBe(200);
    expect((await post({ text: "2" })).status).toBe(200);
    const limited = await post({ text: "3" });
    expect(limited.status).toBe(429);
    expect(limited.response.headers.get("retry-after")).toBe("1");
    elapsedMs = 999;
    expect((await post({ text: "4" })).status).toBe(429);
    elapsedMs = 1000;
    expect((await post({ text: "5" })).status).toBe(200);
    expect((await post({ text: "6" })).status).toBe(429);
    expect(slack.messages.map(({ payload }) => payload.text)).toEqual(["1", "2", "5"]);
  });

  test("a long silence saves up no more than one burst", async () => {
    await post({ text: "1" });
    elapsedMs = 3_600_000;
    expect((await post({ text: "2" })).status).toBe(200);
    expect((await post({ text: "3" })).status).toBe(200);
    expect((await post({ text: "4" })).status).toBe(429);
  });

  test("each webhook has its own limit", async () => {
    await post({ text: "1" });
    await post({ text: "2" });
    await new IncomingWebhook(slack.register("another", "#ops")).send({ text: "3" });
    expect(slack.messages.map(({ channel }) => channel)).toEqual(["#data-alerts", "#data-alerts", "#ops"]);
  });
});

describe("a dead webhook", () => {
  test.each([
    [403, "action_prohibited"],
    [404, "no_service"],
    [410, "channel_is_archived"],
    [500, "rollup_error"],
    [503, "service_unavailable"],
  ] as const)("answers %i %s until it is revived", async (status, code) => {
    slack.kill("slack-data-alerts", status);
    expect(await post({ text: "x" })).toMatchObject({ status, text: code });
    slack.revive(url);
    expect(await post({ text: "x" })).toMatchObject({ status: 200 });
  });

  test("that hangs never answers, and does not keep the sink from closing", async () => {
    slack.kill(url, "hang");
    const sending = new IncomingWebhook(url, { timeout: 100 }).send({ text: "x" });
    await expect(sending).rejects.toThrow();
    const waiting = expect(post({ text: "x" })).rejects.toThrow();
    await slack.close();
    await waiting;
    expect(slack.messages).toEqual([]);
  });

  test("a path that was never registered is no_service", async () => {
    url = `${slack.url}/services/T00/B00/nothing`;
    expect(await post({ text: "x" })).toMatchObject({ status: 404, text: "no_service" });
  });
});

describe("a webhook in trouble", () => {
  test("asks for as long a wait as it is told to", async () => {
    slack.kill("slack-data-alerts", 429, 30);
    const { status, response } = await post({ text: "x" });
    expect([status, response.headers.get("retry-after")]).toEqual([429, "30"]);
    slack.revive("slack-data-alerts");
    expect((await post({ text: "x" })).status).toBe(200);
  });

  test("that is slow has taken the message before it answers", async () => {
    slack.slowDown("slack-data-alerts", 200);
    const answer = post({ text: "x" });
    while (slack.messages.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    let answered = false;
    const seen = answer.then((it) => {
      answered = true;
      return it;
    });
    expect(answered).toBe(false);
    expect((await seen).text).toBe("ok");
  });
});
