import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { defaultTimeouts } from "../../../functions/notifier/channels/channel.ts";
import { sendSlack } from "../../../functions/notifier/channels/slack/send.ts";
import { TemporaryError } from "../../../functions/shared/errors.ts";
import { type Failure, type SlackSink, startSlackSink } from "../../../infra/local/sinks/slack/server.ts";
import { aHostileNotice, aNotice } from "../../unit/notifier/a-notice.ts";

const channel = { kind: "slack", id: "data-alerts", webhookSecret: "slack-data-alerts" } as const;

let slack: SlackSink;
let url: string;

beforeEach(async () => {
  slack = await startSlackSink({ elapsedMs: () => 0, burst: 3 });
  url = slack.register("alerts", "#data-alerts");
});
afterEach(() => slack.close());

/** A secret that is `first` until it is read again. */
function secret(first: string, rotated = first) {
  const reads: boolean[] = [];
  const read = async (_name: string, { fresh }: { readonly fresh: boolean }) => {
    reads.push(fresh);
    return fresh ? rotated : first;
  };
  return { sending: { readSecret: read, timeouts: defaultTimeouts }, reads };
}

describe("posting to Slack with its own client", () => {
  test("a notice that Slack takes is sent, once", async () => {
    expect(await sendSlack(channel, aNotice(), secret(url).sending)).toEqual({
      status: "sent",
      detail: "ok",
    });
    expect(slack.messages.map((message) => message.channel)).toEqual(["#data-alerts"]);
  });

  test("a hostile notice calls nobody", async () => {
    await sendSlack(channel, aHostileNotice(), secret(url).sending);
    expect(slack.messages[0]?.mentions).toEqual([]);
  });

  test.each<[Failure, "failed" | "refused", string]>([
    [500, "failed", "500: rollup_error"],
    [503, "failed", "503: service_unavailable"],
    [403, "refused", "403: action_prohibited"],
    [404, "refused", "404: no_service"],
    [410, "refused", "410: channel_is_archived"],
  ])("an answer of %s is %s", async (failure, status, detail) => {
    slack.kill("alerts", failure);
    expect(await sendSlack(channel, aNotice(), secret(url).sending)).toEqual({ status, detail });
    expect(slack.messages).toEqual([]);
  });

  test("a webhook that was replaced is found by reading the secret again", async () => {
    slack.kill("alerts", 404);
    const replaced = slack.register("alerts-2", "#data-alerts-2");
    const { sending, reads } = secret(url, replaced);
    expect(await sendSlack(channel, aNotice(), sending)).toMatchObject({ status: "sent" });
    expect(reads).toEqual([false, true]);
    expect(slack.messages.map((message) => message.channel)).toEqual(["#data-alerts-2"]);
  });

  test.each([410, 403] as const)("a replaced webhook is found after %s too", async (failure) => {
    slack.kill("alerts", failure);
    const { sending } = secret(url, slack.register("alerts-2", "#data-alerts-2"));
    expect(await sendSlack(channel, aNotice(), sending)).toMatchObject({ status: "sent" });
  });

  test.each(["not a URL", "http://127.0.0.1:59999/services/x"])(
    "a secret that was mended after it held %s is found",
    async (before) => {
      const { sending, reads } = secret(before, url);
      expect(await sendSlack(channel, aNotice(), sending)).toMatchObject({ status: "sent" });
      expect(reads).toEqual([false, true]);
    },
  );

  test("a server that takes the message and does not answer may have it; nobody there has not", async () => {
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const { port } = silent.address() as AddressInfo;
    const { sending } = secret(`http://127.0.0.1:${port}/services/x`);
    const impatient = { ...sending, timeouts: { ...defaultTimeouts, httpAnswerMs: 300 } };
    expect(await sendSlack(channel, aNotice(), impatient)).toMatchObject({
      status: "failed",
      unanswered: true,
    });
    silent.closeAllConnections();
    await new Promise((resolve) => silent.close(resolve));
    const nobody = await sendSlack(channel, aNotice(), impatient);
    expect(nobody).toEqual({ status: "failed", detail: "Slack could not be reached" });
  });

  test("a webhook that works is not read twice, and one that was not replaced is not tried twice", async () => {
    const working = secret(url);
    await sendSlack(channel, aNotice(), working.sending);
    expect(working.reads).toEqual([false]);
    slack.kill("alerts", 404);
    await sendSlack(channel, aNotice(), secret(url).sending);
    expect(slack.refusals).toHaveLength(1);
  });

  test("too many messages a second is worth another try later", async () => {
    const outcomes = [];
    for (let n = 0; n < 4; n += 1) outcomes.push(await sendSlack(channel, aNotice(), secret(url).sending));
    expect(outcomes.map(({ status }) => status)).toEqual(["sent", "sent", "sent", "failed"]);
    expect(outcomes[3]?.detail).toContain("429");
  });

  test("a short Retry-After is waited for", async () => {
    await slack.close();
    slack = await startSlackSink({ burst: 1 });
    url = slack.register("alerts", "#data-alerts");
    const outcomes = [];
    for (let n = 0; n < 2; n += 1) outcomes.push(await sendSlack(channel, aNotice(), secret(url).sending));
    expect(outcomes.map(({ status }) => status)).toEqual(["sent", "sent"]);
    expect(slack.refusals.map(({ status }) => status)).toEqual([429]);
  });

  test("a server that is not Slack and says 200 has not taken the message", async () => {
    const proxy = createServer((_, response) => response.end("<html>Please log in</html>"));
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    const proxyUrl = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}/services/T/B/canary-token`;
    const outcome = await sendSlack(channel, aNotice(), secret(proxyUrl).sending);
    proxy.close();
    expect(outcome.status).toBe("failed");
  });

  test("blocks that Slack does not like do not keep the alarm back: it comes as bare text", async () => {
    const bodies: string[] = [];
    const picky = createServer((request, response) => {
      let body = "";
      request.on("data", (chunk) => {
        body += chunk;
      });
      request.on("end", () => {
        bodies.push(body);
        const refuse = "blocks" in (JSON.parse(body) as object);
        response.writeHead(refuse ? 400 : 200).end(refuse ? "invalid_blocks" : "ok");
      });
    });
    await new Promise<void>((resolve) => picky.listen(0, "127.0.0.1", resolve));
    const pickyUrl = `http://127.0.0.1:${(picky.address() as AddressInfo).port}/services/T/B/x`;
    const outcome = await sendSlack(channel, aNotice(), secret(pickyUrl).sending);
    picky.close();
    expect(outcome).toEqual({
      status: "sent",
      detail: "sent as bare text: Slack refused the blocks (invalid_blocks)",
      incomplete: true,
    });
    expect(JSON.parse(bodies[1] ?? "{}")).toEqual({
      text: expect.stringContaining("Facebook Marketing stopped"),
    });
  });

  test("nobody listening is worth another try", async () => {
    const gone = url;
    await slack.close();
    expect(await sendSlack(channel, aNotice(), secret(gone).sending)).toMatchObject({ status: "failed" });
    slack = await startSlackSink();
  });

  test("a secret that cannot be read is worth another try: somebody may mend it before the dead letter", async () => {
    const readSecret = async () => {
      throw new TemporaryError("Secret Manager is away");
    };
    expect(await sendSlack(channel, aNotice(), { readSecret, timeouts: defaultTimeouts })).toEqual({
      status: "failed",
      detail: "Secret Manager is away",
    });
  });

  test("no outcome holds the webhook's URL or its token", async () => {
    const outcomes = [await sendSlack(channel, aNotice(), secret("not a url canary-token").sending)];
    for (const failure of [403, 404, 410, 500, 503] as const) {
      slack.kill("alerts", failure);
      outcomes.push(await sendSlack(channel, aNotice(), secret(url).sending));
    }
    outcomes.push(
      await sendSlack(channel, aNotice(), secret("http://127.0.0.1:1/services/T/B/canary-token").sending),
    );
    const said = JSON.stringify(outcomes);
    expect(said).not.toContain(new URL(url).pathname.split("/").at(-1));
    expect(said).not.toContain("canary");
    expect(said).not.toContain("127.0.0.1");
    expect(said).toContain("is not a webhook URL");
  });
});
