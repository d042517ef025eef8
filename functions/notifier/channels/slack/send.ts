import { setTimeout as sleep } from "node:timers/promises";
import type { Notice } from "../../../shared/alerting/types.ts";
import type { SlackChannel } from "../../../shared/config/types.ts";
import { messageOf } from "../../../shared/errors.ts";
import type { Sending, Timeouts } from "../channel.ts";
import type { Outcome } from "../outcome.ts";
import { type SlackPayload, toSlackPayload } from "./render.ts";

/** Longest accepted Retry-After, so that a header cannot stop a channel for a day. */
const maxWaitMs = 3_600_000;

interface Answer {
  /** HTTP status; 0 if there was no answer. */
  readonly status: number;
  /** Slack's error word, e.g. `invalid_blocks`; no other part of an answer is used. */
  readonly word: string;
  readonly retryAfterMs: number | null;
  /** True if there was no answer and the message may have been received. */
  readonly handedOver: boolean;
}

/**
 * Posts a notice to an incoming webhook. Never throws, so that a refusal of one channel does not affect
 * another. No outcome contains the webhook's URL, because the URL is enough to post to it.
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

    // A replaced webhook is refused or unreachable, so the secret is read again.
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
    // If Slack refuses the blocks, the plain text is sent instead.
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
    `the secret of channel ${id} is not a webhook URL; add a version with the URL Slack shows under Incoming Webhooks`,
  );
}

/** True for refusals and unreachable addresses: any of them may come from an outdated URL. */
function mayBeTheAddress({ status, handedOver }: Answer): boolean {
  if (status === 0) return !handedOver;
  return status >= 401 && status < 500 && status !== 408 && status !== 429;
}

/** The client's own error messages are not used, because they quote the request. */
async function post(url: string, payload: SlackPayload, timeouts: Timeouts): Promise<Answer> {
  const { IncomingWebhook, IncomingWebhookHTTPError } = await import("@slack/webhook");
  let retryAfterMs: number | null = null;
  let handedOver = true;
  const webhook = new IncomingWebhook(url.trim(), {
    timeout: timeouts.httpAnswerMs,
    // The client drops the headers of a refusal, and Retry-After is one of them.
    fetch: async (input, init) => {
      const response = await fetch(input, init).catch((failure: unknown) => {
        handedOver = !neverArrived(failure);
        throw failure;
      });
      const seconds = Number(response.headers.get("retry-after") ?? Number.NaN);
      retryAfterMs = seconds >= 0 ? Math.min(seconds * 1000, maxWaitMs) : null;
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

/**
 * The connection was never made: unknown name, no listener, or an untrusted certificate. A time-out or a
 * broken connection may happen after the message was sent.
 */
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
  // A proxy on the way may answer 200 too; only Slack answers `ok`.
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
