import { setTimeout as sleep } from "node:timers/promises";
import type { Notice } from "../../../shared/alerting/types.ts";
import type { SlackChannel } from "../../../shared/config/types.ts";
import { messageOf } from "../../../shared/errors.ts";
import type { Sending, Timeouts } from "../channel.ts";
import type { Outcome } from "../outcome.ts";
import { type SlackPayload, toSlackPayload } from "./render.ts";

/** Whoever asks for more gets a try in between: a header must not silence a channel for a day. */
const longestWaitMs = 3_600_000;

interface Answer {
  /** HTTP status; 0 when there was no answer. */
  readonly status: number;
  /** Slack's word for it, e.g. `invalid_blocks`; nothing else is taken over from an answer. */
  readonly word: string;
  readonly retryAfterMs: number | null;
  /** Without an answer: whether the message was on its way. */
  readonly handedOver: boolean;
}

/**
 * Posts a notice to an incoming webhook. Never throws: a refusal of one channel must not touch another.
 * No outcome holds the webhook's URL, which is all that is needed to post to it.
 */
export async function sendSlack(
  channel: SlackChannel,
  notice: Notice,
  { readSecret, timeouts }: Sending,
): Promise<Outcome> {
  try {
    const payload = toSlackPayload(notice);
    const known = await readSecret(channel.webhookSecret, { fresh: false });
    const first = isWebhook(known) ? await post(known, payload, timeouts) : null;
    if (first !== null && !mayBeTheAddress(first)) return await settle(known, payload, first, timeouts);

    // A webhook that was replaced is refused like one that was revoked, or leads nowhere.
    const fresh = await readSecret(channel.webhookSecret, { fresh: true });
    if (!isWebhook(fresh)) throw noWebhook(channel);
    if (fresh === known && first !== null) return await settle(known, payload, first, timeouts);
    return await settle(fresh, payload, await post(fresh, payload, timeouts), timeouts);
  } catch (failure) {
    return { status: "failed", detail: messageOf(failure) };
  }
}

async function settle(
  url: string,
  payload: SlackPayload,
  first: Answer,
  timeouts: Timeouts,
): Promise<Outcome> {
  const wait = first.retryAfterMs;
  if (first.status === 429 && wait !== null && wait <= timeouts.httpRetryAfterMs) {
    await sleep(wait);
    return outcomeOf(await post(url, payload, timeouts), timeouts);
  }
  if (first.status === 400) {
    // A drawing Slack does not like must not keep the alarm from people: the bare text still says it.
    const bare = outcomeOf(await post(url, { text: payload.text, blocks: [] }, timeouts), timeouts);
    return bare.status === "sent"
      ? { ...bare, detail: `sent as bare text: Slack refused the blocks (${first.word})`, incomplete: true }
      : bare;
  }
  return outcomeOf(first, timeouts);
}

function isWebhook(value: string): boolean {
  return /^https?:$/.test(URL.parse(value.trim())?.protocol ?? "");
}

function noWebhook({ id }: SlackChannel): Error {
  return new Error(
    `the secret of channel ${id} does not hold a webhook URL; add a version with the URL Slack shows under Incoming Webhooks`,
  );
}

/** Refused, or nobody there: whatever else it is, a URL of the day before yesterday looks like that. */
function mayBeTheAddress({ status, handedOver }: Answer): boolean {
  if (status === 0) return !handedOver;
  return status >= 401 && status < 500 && status !== 408 && status !== 429;
}

/** The client's own error messages are not used: they quote what they were given. */
async function post(url: string, payload: SlackPayload, timeouts: Timeouts): Promise<Answer> {
  const { IncomingWebhook, IncomingWebhookHTTPError } = await import("@slack/webhook");
  let retryAfterMs: number | null = null;
  let handedOver = true;
  const webhook = new IncomingWebhook(url.trim(), {
    timeout: timeouts.httpAnswerMs,
    // The client drops the headers of a refusal; Retry-After is one.
    fetch: async (input, init) => {
      const response = await fetch(input, init).catch((failure: unknown) => {
        handedOver = !neverArrived(failure);
        throw failure;
      });
      const seconds = Number(response.headers.get("retry-after") ?? Number.NaN);
      retryAfterMs = seconds >= 0 ? Math.min(seconds * 1000, longestWaitMs) : null;
      return response;
    },
  });
  const message =
    payload.blocks.length > 0 ? { text: payload.text, blocks: [...payload.blocks] } : { text: payload.text };
  try {
    const { text } = await webhook.send(message as Parameters<typeof webhook.send>[0]);
    return { status: 200, word: wordOf(text), retryAfterMs, handedOver };
  } catch (failure) {
    if (failure instanceof IncomingWebhookHTTPError) {
      return { status: failure.statusCode, word: wordOf(failure.body), retryAfterMs, handedOver };
    }
    return { status: 0, word: "no_answer", retryAfterMs, handedOver };
  }
}

/** The connection was never made: no name, nobody listening, no trust. A time-out, or a connection that broke, may be later. */
function neverArrived(failure: unknown): boolean {
  const cause = failure instanceof Error ? failure.cause : undefined;
  const code = typeof cause === "object" && cause !== null && "code" in cause ? String(cause.code) : "";
  return /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|ERR_TLS_|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO)/.test(
    code,
  );
}

function wordOf(body: string): string {
  return /^[a-z_]{2,60}$/.exec(body.trim())?.[0] ?? "unknown";
}

/** Statuses from https://api.slack.com/changelog/2016-05-17-changes-to-errors-for-incoming-webhooks. */
function outcomeOf({ status, word, retryAfterMs, handedOver }: Answer, timeouts: Timeouts): Outcome {
  // A proxy on the way answers 200 too; only Slack answers `ok`.
  if (status === 200) {
    return word === "ok"
      ? { status: "sent", detail: "ok" }
      : { status: "failed", detail: "something answered 200 that is not Slack" };
  }
  if (status === 0 && !handedOver) return { status: "failed", detail: "Slack could not be reached" };
  if (status === 0) {
    const detail = `Slack did not answer within ${timeouts.httpAnswerMs / 1000} s`;
    return { status: "failed", detail, unanswered: true };
  }
  const detail = status === 429 ? "429: too many messages" : `${status}: ${word}`;
  if (status < 500 && status !== 408 && status !== 429) return { status: "refused", detail };
  if (retryAfterMs === null) return { status: "failed", detail };
  const later = `, to be tried after ${retryAfterMs / 1000} s`;
  return { status: "failed", detail: detail + later, retryAfterMs };
}
