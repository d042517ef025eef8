import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { closeHttp, listenHttp, readBody } from "../../http/loopback.ts";
import { judge, type Payload } from "./payload.ts";
import { RateLimit } from "./rate-limit.ts";

export interface SlackOptions {
  /** 0, the default, takes a free one. */
  readonly port?: number;
  /** Stamps messages. */
  readonly clock?: () => Date;
  /** Time of the rate limit, which is the machine's even while the clock stands still. */
  readonly elapsedMs?: () => number;
  /** Messages a webhook may send at once before the limit of one a second holds. */
  readonly burst?: number;
}

export interface SlackMessage {
  readonly id: string;
  readonly at: Date;
  readonly webhook: string;
  readonly channel: string;
  readonly payload: Payload;
  /** Markup in it that calls people, such as `<!channel>`. */
  readonly mentions: readonly string[];
}

interface SlackRefusal {
  readonly at: Date;
  readonly channel: string;
  readonly status: number;
  readonly code: string;
  readonly detail: string;
}

/** What a broken webhook answers; `hang` takes the request and never answers. */
export type Failure = 403 | 404 | 410 | 429 | 500 | 503 | "hang";

export interface SlackSink {
  readonly port: number;
  readonly url: string;
  /** In order of arrival. */
  readonly messages: readonly SlackMessage[];
  readonly refusals: readonly SlackRefusal[];
  /** Returns the webhook's URL; the same name has the same path in every run. */
  register(webhook: string, channel: string): string;
  /** Takes a webhook's name or its URL. */
  kill(webhook: string, failure: Failure, retryAfterSeconds?: number): void;
  /** Takes messages, and answers late. */
  slowDown(webhook: string, byMs: number): void;
  revive(webhook: string): void;
  close(): Promise<void>;
}

interface Webhook {
  readonly name: string;
  readonly channel: string;
  readonly path: string;
  failure: Failure | null;
  retryAfterSeconds: number | null;
  slowMs: number;
}

const failureCodes = {
  403: "action_prohibited",
  404: "no_service",
  410: "channel_is_archived",
  429: "rate_limited",
  500: "rollup_error",
  503: "service_unavailable",
} as const;

/** Slack's incoming webhooks on loopback, as strict as Slack. */
export async function startSlackSink(options: SlackOptions = {}): Promise<SlackSink> {
  const { clock = () => new Date(), elapsedMs = () => performance.now(), burst = 4 } = options;
  const webhooks = new Map<string, Webhook>();
  const messages: SlackMessage[] = [];
  const refusals: SlackRefusal[] = [];
  const rateLimit = new RateLimit({ burst, perSecond: 1 });

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request);
    const webhook = webhooks.get(new URL(request.url ?? "/", "http://slack").pathname);
    const refuse = (status: number, code: string, detail: string) => {
      refusals.push({ at: clock(), channel: webhook?.channel ?? "", status, code, detail });
      answer(response, status, code);
    };
    if (!webhook) return refuse(404, "no_service", "there is no such webhook");
    if (request.method !== "POST") return refuse(405, "method_not_allowed", "webhooks take POST");
    if (webhook.failure === "hang") return;
    if (webhook.failure !== null) {
      if (webhook.retryAfterSeconds !== null)
        response.setHeader("Retry-After", String(webhook.retryAfterSeconds));
      return refuse(webhook.failure, failureCodes[webhook.failure], "set so with kill()");
    }
    const retryAfter = rateLimit.take(webhook.path, elapsedMs());
    if (retryAfter > 0) {
      response.setHeader("Retry-After", String(retryAfter));
      return refuse(429, "rate_limited", "more than one message a second");
    }
    const verdict = judge(request.headers["content-type"], body);
    if (!verdict.accepted) return refuse(400, verdict.code, verdict.detail);
    messages.push({
      id: `slack-${messages.length + 1}`,
      at: clock(),
      webhook: webhook.name,
      channel: webhook.channel,
      payload: verdict.payload,
      mentions: verdict.mentions,
    });
    await sleep(webhook.slowMs);
    answer(response, 200, "ok");
  }

  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy());
  });
  const port = await listenHttp(server, options.port);
  const url = `http://127.0.0.1:${port}`;

  function find(webhook: string): Webhook {
    for (const known of webhooks.values()) {
      if (known.name === webhook || webhook.endsWith(known.path)) return known;
    }
    throw new Error(
      `No such webhook; registered: ${[...webhooks.values()].map(({ name }) => name).join(", ")}`,
    );
  }

  return {
    port,
    url,
    messages,
    refusals,
    register(name, channel) {
      const path = pathOf(name);
      webhooks.set(path, { name, channel, path, failure: null, retryAfterSeconds: null, slowMs: 0 });
      return url + path;
    },
    kill(webhook, failure, retryAfterSeconds) {
      Object.assign(find(webhook), { failure, retryAfterSeconds: retryAfterSeconds ?? null });
    },
    slowDown(webhook, byMs) {
      find(webhook).slowMs = byMs;
    },
    revive(webhook) {
      Object.assign(find(webhook), { failure: null, retryAfterSeconds: null, slowMs: 0 });
    },
    close: () => closeHttp(server),
  };
}

function pathOf(name: string): string {
  const digest = createHash("sha256").update(name).digest("hex");
  return `/services/T00LOCAL0/B${digest.slice(0, 8).toUpperCase()}/${digest.slice(8, 32)}`;
}

function answer(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { "content-type": "text/html" }).end(text);
}
