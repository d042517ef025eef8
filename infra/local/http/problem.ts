import type { ServerResponse } from "node:http";

/** What an answer of the local stack's own API says when it cannot do as asked (RFC 9457). */
export interface Problem {
  readonly status: number;
  readonly title: string;
  /** How to mend it. */
  readonly detail: string;
}

export class ProblemError extends Error {
  override readonly name = "ProblemError";
  readonly problem: Problem;

  constructor(status: number, title: string, detail: string) {
    super(`${title}: ${detail}`);
    this.problem = { status, title, detail };
  }
}

export function sendProblem(
  response: ServerResponse,
  problem: Problem,
  headers: Record<string, string> = {},
): void {
  send(
    response,
    problem.status,
    "application/problem+json",
    JSON.stringify({ type: "about:blank", ...problem }),
    {
      "cache-control": "no-store",
      ...headers,
    },
  );
}

export function sendJson(response: ServerResponse, body: unknown): void {
  send(response, 200, "application/json; charset=utf-8", JSON.stringify(body, null, 2), {
    "cache-control": "no-store",
  });
}

export function send(
  response: ServerResponse,
  status: number,
  contentType: string,
  body: string | Buffer,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, {
    "content-type": contentType,
    "content-length": Buffer.byteLength(body),
    "x-content-type-options": "nosniff",
    ...headers,
  });
  response.end(response.req.method === "HEAD" ? undefined : body);
}

/** An error's message with the messages of its causes: `fetch failed` alone says nothing. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const message = error.message || error.name;
  return error.cause === undefined ? message : `${message}: ${describeError(error.cause)}`;
}
