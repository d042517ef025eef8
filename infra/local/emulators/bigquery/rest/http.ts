import type { IncomingMessage, ServerResponse } from "node:http";
import { gunzipSync } from "node:zlib";
import { BigQueryError, invalid, notFound } from "../errors.ts";
import type { JsonObject } from "./json.ts";

export interface ApiRequest {
  /** Path parameters, e.g. `projectId`. */
  readonly path: Readonly<Record<string, string>>;
  /** Query parameters; the last wins. */
  readonly query: JsonObject;
  readonly body: JsonObject;
  /** Address of whoever sends it. */
  readonly user: string;
  /** The `If-Match` header: an etag, or `*`. */
  readonly ifMatch?: string | undefined;
}

/** A method of the API. Its reply is sent as JSON; undefined is 204. */
export interface Route {
  /** As in Google's discovery document, e.g. `bigquery.tables.get`. */
  readonly id: string;
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Without leading slash, e.g. `projects/{projectId}/datasets`. */
  readonly path: string;
  /** Query parameters it reads. */
  readonly query?: readonly string[];
  readonly handle: (request: ApiRequest) => unknown;
}

export class Router {
  readonly #routes: readonly { readonly route: Route; readonly pattern: RegExp }[];

  constructor(routes: readonly Route[]) {
    this.#routes = routes.map((route) => ({ route, pattern: patternOf(route.path) }));
  }

  /** @param path without prefix, e.g. `/projects/p/datasets` @throws BigQueryError 404 or 501 */
  find(method: string, path: string): { route: Route; parameters: Record<string, string> } {
    for (const { route, pattern } of this.#routes) {
      const match = route.method === method ? pattern.exec(path) : null;
      if (!match) continue;
      const pairs = Object.entries(match.groups ?? {}).map(([key, value]) => [
        key,
        decodeURIComponent(value),
      ]);
      return { route, parameters: Object.fromEntries(pairs) };
    }
    if (!path.startsWith("/projects")) throw notFound(`Not found: ${path}`);
    const message = `not supported by the local BigQuery: ${method} ${path}`;
    throw new BigQueryError(501, "notImplemented", message);
  }
}

function patternOf(path: string): RegExp {
  return new RegExp(`^/${path.replace(/\{(\w+)\}/g, "(?<$1>[^/]+)")}$`);
}

export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  return request.headers["content-encoding"] === "gzip" ? gunzipSync(body) : body;
}

export function parseJson(body: Buffer): JsonObject {
  if (body.length === 0) return {};
  try {
    const value: unknown = JSON.parse(body.toString("utf8"));
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as JsonObject;
  } catch {
    // Said below, in the API's shape.
  }
  throw invalid("The request body is not a JSON object.");
}

export function sendJson(
  response: ServerResponse,
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  const text = value === undefined ? "" : JSON.stringify(value);
  response.writeHead(status, {
    "content-type": "application/json; charset=UTF-8",
    "content-length": Buffer.byteLength(text),
    ...headers,
  });
  response.end(text);
}

const STATUS_NAMES: Readonly<Record<number, string>> = {
  400: "INVALID_ARGUMENT",
  403: "PERMISSION_DENIED",
  404: "NOT_FOUND",
  409: "ALREADY_EXISTS",
  412: "FAILED_PRECONDITION",
  501: "UNIMPLEMENTED",
};

/** What a job's `errorResult` and an answer's `errors[]` hold. */
export function errorProto(error: BigQueryError) {
  return {
    reason: error.reason,
    ...(error.location ? { location: error.location } : {}),
    message: error.message,
  };
}

export function sendError(response: ServerResponse, thrown: unknown): void {
  const error =
    thrown instanceof BigQueryError
      ? thrown
      : new BigQueryError(500, "internalError", thrown instanceof Error ? thrown.message : String(thrown));
  sendJson(response, error.code, {
    error: {
      code: error.code,
      message: error.message,
      errors: [{ domain: "global", ...errorProto(error) }],
      status: STATUS_NAMES[error.code] ?? "INTERNAL",
    },
  });
}
