import { setTimeout as sleep } from "node:timers/promises";
import type { Notice } from "../shared/alerting/types.ts";
import type { SlackChannel } from "../shared/config/types.ts";
import { messageOf } from "../shared/errors.ts";
import type { Outcome } from "./decide.ts";
import type { Patience, ReadSecret, Sending } from "./send.ts";
import { type SlackPayload, toSlackPayload } from "./slack-blocks.ts";

/** Whoever asks for more gets a try in between: a header must not silence a channel for a day. */
const longestWaitMs = 3_600_000;

interface Answer {
  /** HTTP status; 0 when there was no answer. */
  readonly status: number;
  /** Slack's word for it, e.g. `invalid_blocks`; nothing else is taken over from an answer. */
  readonly word: string;
  readonly retryAfterMs: number | null;
}

/**
 * Posts a notice to an incoming webhook. Never throws: a refusal of one channel must not touch another.
 * No outcome holds the webhook's URL, which is all that is needed to post to it.
 */
export async function sendSlack(
  channel: SlackChannel,
  notice: Notice,
  { readSecret, patience }: Sending,
): Promise<Outcome> {
  try {
    const payload = toSlackPayload(notice);
    const known = await webhookOf(channel, readSecret, false);
    const first = await post(known, payload, patience);
    if (!refusesTheAddress(first)) return await settle(known, payload, first, patience);

    // A webhook that was replaced is refused like one that was revoked.
    const fresh = await webhookOf(channel, readSecret, true);
    if (fresh === known) return outcomeOf(first, patience);
    return await settle(fresh, payload, await post(fresh, payload, patience), patience);
  } catch (failure) {
    return { status: "failed", detail: messageOf(failure) };
  }
}

async function settle(
  url: string,
  payload: SlackPayload,
  first: Answer,
  patience: Patience,
): Promise<Outcome> {
  const wait = first.retryAfterMs;
  if (first.status === 429 && wait !== null && wait <= patience.slackRetryAfterMs) {
    await sleep(wait);
    return outcomeOf(await post(url, payload, patience), patience);
  }
  if (first.status === 400) {
    // A drawing Slack does not like must not keep the alarm from people: the bare text still says it.
    const bare = outcomeOf(await post(url, { text: payload.text, blocks: [] }, patience), patience);
    return bare.status === "sent"
      ? { ...bare, detail: `sent as bare text: Slack refused the blocks (${first.word})`, incomplete: true }
      : bare;
  }
  return outcomeOf(first, patience);
}

async function webhookOf(channel: SlackChannel, readSecret: ReadSecret, fresh: boolean): Promise<string> {
  const value = (await readSecret(channel.webhookSecret, { fresh })).trim();
  const protocol = URL.parse(value)?.protocol;
  if (protocol !== "https:" && protocol !== "http:") {
    throw new Error(
      `the secret of channel ${channel.id} does not hold a webhook URL; add a version with the URL Slack shows under Incoming Webhooks`,
    );
  }
  return value;
}

function refusesTheAddress({ status }: Answer): boolean {
  return status === 401 || status === 403 || status === 404;
}

/** The client's own error messages are not used: they quote what they were given. */
async function post(url: string, payload: SlackPayload, patience: Patience): Promise<Answer> {
  const { IncomingWebhook, IncomingWebhookHTTPError } = await import("@slack/webhook");
  let retryAfterMs: number | null = null;
  const webhook = new IncomingWebhook(url, {
    timeout: patience.slackAnswerMs,
    // The client drops the headers of a refusal; Retry-After is one.
    fetch: async (input, init) => {
      const response = await fetch(input, init);
      const seconds = Number(response.headers.get("retry-after") ?? Number.NaN);
      retryAfterMs = seconds >= 0 ? Math.min(seconds * 1000, longestWaitMs) : null;
      return response;
    },
  });
  const message =
    payload.blocks.length > 0 ? { text: payload.text, blocks: [...payload.blocks] } : { text: payload.text };
  try {
    const { text } = await webhook.send(message as Parameters<typeof webhook.send>[0]);
    return { status: 200, word: wordOf(text), retryAfterMs };
  } catch (failure) {
    if (failure instanceof IncomingWebhookHTTPError) {
      return { status: failure.statusCode, word: wordOf(failure.body), retryAfterMs };
    }
    return { status: 0, word: "no_answer", retryAfterMs };
  }
}

function wordOf(body: string): string {
  return /^[a-z_]{2,60}$/.exec(body.trim())?.[0] ?? "unknown";
}

/** Statuses from https://api.slack.com/changelog/2016-05-17-changes-to-errors-for-incoming-webhooks. */
function outcomeOf({ status, word, retryAfterMs }: Answer, patience: Patience): Outcome {
  // A proxy on the way answers 200 too; only Slack answers `ok`.
  if (status === 200) {
    return word === "ok"
      ? { status: "sent", detail: "ok" }
      : { status: "failed", detail: "something answered 200 that is not Slack" };
  }
  if (status === 0) {
    return { status: "failed", detail: `Slack did not answer within ${patience.slackAnswerMs / 1000} s` };
  }
  const detail = status === 429 ? "429: too many messages" : `${status}: ${word}`;
  if (status < 500 && status !== 408 && status !== 429) return { status: "refused", detail };
  if (retryAfterMs === null) return { status: "failed", detail };
  const later = `, to be tried after ${retryAfterMs / 1000} s`;
  return { status: "failed", detail: detail + later, retryAfterMs };
}
