import { createServer, request as httpRequest, type IncomingHttpHeaders } from "node:http";
import {
  connect as connectHttp2,
  createServer as createHttp2Server,
  type IncomingHttpHeaders as Http2Headers,
  type Http2Session,
  type ServerHttp2Stream,
} from "node:http2";
import {
  type AddressInfo,
  connect,
  createServer as createTcpServer,
  type Server,
  type Socket,
} from "node:net";
import { closeHttp, listenHttp } from "../../infra/local/http/loopback.ts";

/** One message between a function and a server: before the server has it, or after, before the function hears of it. */
export interface Checkpoint {
  readonly server: "BigQuery" | "Pub/Sub" | "Slack" | "SMTP";
  /** A statement and what is asked of it, a method, a command. */
  readonly step: string;
  readonly moment: "before" | "after";
  /** What the function says, before a server has it: address and body, where it is known. */
  readonly sent?: string;
}

/** Lets a message go on when it resolves. */
export type Gate = (checkpoint: Checkpoint) => Promise<void>;

export interface Proxy {
  /** `127.0.0.1:port` */
  readonly host: string;
  close(): Promise<void>;
}

/**
 * A statement takes three requests: it is inserted, its rows are waited for, its statistics are read. The first
 * is before the server has it, the third is after it was done. A load takes two: its rows are sent, its end is waited for.
 *
 * @param upstream `http://host:port`
 */
export function proxyBigQuery(upstream: string, gate: Gate): Promise<Proxy> {
  const statements = new Map<string, string>();
  return proxyHttp(upstream, async ({ method, path, body }, pass) => {
    const [, id] = /\/jobs\/([^/?]+)/.exec(path) ?? [];
    const sent = `${path}\n${body.toString()}`;
    if (/\/datasets\/[^/]+\/tables\b/.test(path)) {
      const step = `tables.${tableMethods[method] ?? method}`;
      await gate({ server: "BigQuery", step, moment: "before", sent });
      const answer = await pass();
      await gate({ server: "BigQuery", step, moment: "after" });
      return answer;
    }
    if (path.startsWith("/upload/")) {
      statements.set(/"jobId":"([^"]+)"/.exec(body.toString("utf8", 0, 4096))?.[1] ?? "", "load");
      await gate({ server: "BigQuery", step: "load", moment: "before", sent });
    } else if (method === "POST") {
      const { configuration, jobReference } = JSON.parse(body.toString()) as InsertedJob;
      const step = configuration?.labels?.plumbline_statement?.replace("_", "/") ?? "?";
      statements.set(jobReference?.jobId ?? "", step);
      await gate({ server: "BigQuery", step, moment: "before", sent });
    } else if (id !== undefined) {
      await gate({ server: "BigQuery", step: statements.get(id) ?? "?", moment: "after" });
    }
    return pass();
  });
}

const tableMethods: Readonly<Record<string, string>> = {
  GET: "get",
  POST: "insert",
  PATCH: "patch",
  DELETE: "delete",
};

interface InsertedJob {
  readonly configuration?: { readonly labels?: { readonly plumbline_statement?: string } };
  readonly jobReference?: { readonly jobId?: string };
}

/** @param upstream `http://host:port` */
export function proxySlack(upstream: string, gate: Gate): Promise<Proxy> {
  return proxyHttp(upstream, async (_, pass) => {
    await gate({ server: "Slack", step: "message", moment: "before" });
    const answer = await pass();
    await gate({ server: "Slack", step: "message", moment: "after" });
    return answer;
  });
}

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly body: Buffer;
}

interface Answered {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

async function proxyHttp(
  upstream: string,
  handle: (asked: Asked, pass: () => Promise<Answered>) => Promise<Answered>,
): Promise<Proxy> {
  const proxy = createServer(async (incoming, response) => {
    try {
      const body = Buffer.concat(await incoming.toArray());
      const { method = "GET", url: path = "/", headers } = incoming;
      const answer = await handle({ method, path, body }, () =>
        forward(upstream + path, method, headers, body),
      );
      response.writeHead(answer.status, answer.headers).end(answer.body);
    } catch {
      response.destroy();
    }
  });
  const port = await listenHttp(proxy);
  return { host: `127.0.0.1:${port}`, close: () => closeHttp(proxy) };
}

function forward(url: string, method: string, headers: IncomingHttpHeaders, body: Buffer): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(url, {
      method,
      headers: { ...ofMessage(headers), "content-length": body.length },
    });
    outgoing.on("error", reject);
    outgoing.on("response", (answer) => {
      answer.toArray().then(
        (chunks) =>
          resolve({
            status: answer.statusCode ?? 502,
            headers: ofMessage(answer.headers),
            body: Buffer.concat(chunks),
          }),
        reject,
      );
    });
    outgoing.end(body);
  });
}

/** Without what is said of the connection only. */
function ofMessage(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const { connection: _, "transfer-encoding": __, "content-length": ___, ...kept } = headers;
  return kept;
}

/** gRPC, one unary call a stream. @param upstream `host:port` */
export async function proxyPubSub(upstream: string, gate: Gate): Promise<Proxy> {
  const sessions = new Set<Http2Session>();
  const back = connectHttp2(`http://${upstream}`);
  back.on("error", () => {});
  const server = createHttp2Server();
  server.on("session", (session) => {
    sessions.add(session);
    session.on("error", () => {});
    session.on("close", () => sessions.delete(session));
  });
  server.on("stream", (stream, headers) => {
    stream.on("error", () => {});
    call(stream, headers).catch(() => stream.destroy());
  });

  async function call(stream: ServerHttp2Stream, headers: Http2Headers): Promise<void> {
    const body = Buffer.concat(await stream.toArray());
    const step = String(headers[":path"]).split("/").at(-1) ?? "";
    await gate({ server: "Pub/Sub", step, moment: "before", sent: body.toString() });
    const outgoing = back.request(
      Object.fromEntries(Object.entries(headers).filter(([name]) => name !== ":authority")),
    );
    let answered: Http2Headers = {};
    let trailers: Http2Headers = {};
    outgoing.on("response", (received) => {
      answered = received;
    });
    outgoing.on("trailers", (received) => {
      trailers = received;
    });
    outgoing.end(body);
    const answer = Buffer.concat(await outgoing.toArray());
    await gate({ server: "Pub/Sub", step, moment: "after" });
    stream.on("wantTrailers", () => stream.sendTrailers(trailers));
    stream.respond(answered, { waitForTrailers: true });
    stream.end(answer);
  }

  const port = await listenTcp(server as unknown as Server);
  return {
    host: `127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        back.destroy();
        for (const session of sessions) session.destroy();
        server.close(() => resolve());
      }),
  };
}

/** Commands that are sent together are one step. @param upstream `host:port` */
export async function proxySmtp(upstream: string, gate: Gate): Promise<Proxy> {
  const sockets = new Set<Socket>();
  const [host = "", port = ""] = upstream.split(":");
  const server = createTcpServer((client) => {
    const back = connect(Number(port), host);
    for (const [socket, other] of [
      [client, back],
      [back, client],
    ] as const) {
      sockets.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
    /** What the server was asked and has not answered yet; null for its greeting. */
    let asked: string | null = null;
    let inMessage = false;
    let end = "";
    client.on("data", async (chunk) => {
      end = (end + chunk.toString("latin1")).slice(-5);
      if (inMessage && end !== "\r\n.\r\n") return void back.write(chunk);
      asked = inMessage ? "message" : (chunk.toString("latin1").match(/^[A-Z]+\b/gm) ?? []).join(" ");
      inMessage = false;
      await gate({ server: "SMTP", step: asked, moment: "before" });
      back.write(chunk);
    });
    back.on("data", async (chunk) => {
      // A reply may come in pieces: the first is the one that says that something was done.
      const step = asked;
      asked = null;
      inMessage ||= /^354/m.test(chunk.toString("latin1"));
      if (step !== null) await gate({ server: "SMTP", step, moment: "after" });
      client.write(chunk);
    });
  });
  const bound = await listenTcp(server);
  return {
    host: `127.0.0.1:${bound}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function listenTcp(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
  });
}
