import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import { closeHttp, listenHttp } from "../http/loopback.ts";
import { describeError, sendProblem } from "../http/problem.ts";
import type { FunctionProcess, FunctionState } from "./function-process.ts";

export interface Router {
  readonly port: number;
  readonly url: string;
  close(): Promise<void>;
}

export interface RouterOptions {
  /** 0 for any free port. */
  readonly port: number;
  readonly clock: () => Date;
  readonly find: (name: string) => Routed | undefined;
  /** Answers every path that names no function. */
  readonly otherwise: (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;
  /** How long a call waits for a function that is starting, as Cloud Run lets it wait. */
  readonly patienceMs?: number;
}

export type Routed = Pick<FunctionProcess, "socketPath" | "state" | "ready" | "lastExit"> & {
  readonly manifest: Pick<FunctionProcess["manifest"], "name" | "timeoutSeconds">;
};

/** Said of this connection only, so never passed on (RFC 9110, 7.6.1). */
const hopByHop = [
  "connection",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
];

/**
 * One port for all functions: `/<function>/<rest>` goes to that function's process as `/<rest>`.
 * @throws NodeJS.ErrnoException `EADDRINUSE` when the port is taken
 */
export async function startRouter(options: RouterOptions): Promise<Router> {
  const server = createServer((incoming, response) => {
    const [, name = "", rest = ""] = /^\/([^/?]*)(.*)$/s.exec(incoming.url ?? "/") ?? [];
    const routed = options.find(name);
    const answer = async () =>
      routed
        ? proxy(incoming, response, routed, rest.startsWith("/") ? rest : `/${rest}`, options)
        : options.otherwise(incoming, response);
    answer().catch((error) => {
      if (response.headersSent) response.destroy();
      else
        sendProblem(response, { status: 500, title: "The local stack failed", detail: describeError(error) });
    });
  });
  const port = await listenHttp(server, options.port);
  return { port, url: `http://127.0.0.1:${port}`, close: () => closeHttp(server) };
}

async function proxy(
  incoming: IncomingMessage,
  response: ServerResponse,
  routed: Routed,
  path: string,
  options: RouterOptions,
): Promise<void> {
  const state = await stateAfterWaiting(routed, options.patienceMs ?? 15_000);
  if (state !== "ready") {
    sendProblem(response, whyDown(routed, state), { "retry-after": "1" });
    return;
  }
  const seconds = routed.manifest.timeoutSeconds;
  await new Promise<void>((resolve) => {
    const outgoing = request({
      socketPath: routed.socketPath,
      path,
      method: incoming.method,
      headers: forwarded(incoming, options.clock()),
    });
    const limit = setTimeout(() => {
      outgoing.destroy();
      fail(504, `${routed.manifest.name} took too long`, `It may take ${seconds} s, says its function.json.`);
    }, seconds * 1000);
    function fail(status: number, title: string, detail: string): void {
      if (response.headersSent) response.destroy();
      else sendProblem(response, { status, title, detail });
    }
    outgoing.on("response", (answer) => {
      response.writeHead(answer.statusCode ?? 502, withoutHopByHop(answer.headers));
      answer.pipe(response);
      answer.on("error", () => response.destroy());
    });
    outgoing.on("error", (error) =>
      fail(
        502,
        `${routed.manifest.name} broke off`,
        `${error.message}. Its log on the console has the cause.`,
      ),
    );
    incoming.pipe(outgoing);
    response.on("close", () => {
      clearTimeout(limit);
      outgoing.destroy();
      resolve();
    });
  });
}

async function stateAfterWaiting(routed: Routed, patienceMs: number): Promise<FunctionState> {
  if (routed.state() === "starting") {
    let timer: NodeJS.Timeout | undefined;
    const enough = new Promise((resolve) => {
      timer = setTimeout(resolve, patienceMs);
    });
    await Promise.race([routed.ready(), enough]);
    clearTimeout(timer);
  }
  return routed.state();
}

function whyDown(routed: Routed, state: FunctionState) {
  const ended = routed.lastExit() === null ? "" : ` (${routed.lastExit()})`;
  const detail =
    state === "given up"
      ? `It crashed too often in a row${ended} and is not restarted. Its log on the console has the cause; fix it, then start the stack again.`
      : `It is ${state}${ended}. Its log on the console has the cause; ask again in a moment.`;
  return { status: 502, title: `${routed.manifest.name} is down`, detail };
}

function forwarded(incoming: IncomingMessage, now: Date): Record<string, string | string[]> {
  const headers = withoutHopByHop(incoming.headers);
  const hops = [incoming.headers["x-forwarded-for"] ?? [], incoming.socket.remoteAddress ?? []].flat();
  // The world's clock is what "now" is here: a call that names no tick is one of this moment of the world.
  headers["x-cloudscheduler-scheduletime"] ??= now.toISOString();
  headers["x-forwarded-for"] = hops.join(", ");
  return headers;
}

function withoutHopByHop(headers: NodeJS.Dict<string | string[]>): Record<string, string | string[]> {
  const named = String(headers.connection ?? "")
    .toLowerCase()
    .split(/\s*,\s*/);
  return Object.fromEntries(
    Object.entries(headers).flatMap(([key, value]) =>
      value === undefined || hopByHop.includes(key) || named.includes(key) ? [] : [[key, value]],
    ),
  );
}
