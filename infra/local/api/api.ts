import type { IncomingMessage, ServerResponse } from "node:http";
import { parseTurn } from "../clock.ts";
import { describeError, ProblemError, sendJson, sendProblem } from "../http/problem.ts";
import type { ConnectorState, StackView } from "../stack-view.ts";

const largestBody = 16_384;
const decisionsShown = 200;

interface Route {
  readonly method: "GET" | "POST";
  readonly answer: (stack: StackView, body: Readonly<Record<string, unknown>>) => unknown;
}

const routes: ReadonlyMap<string, Route> = new Map<string, Route>([
  ["/local/status", { method: "GET", answer: (stack) => stack.status() }],
  ["/local/inbox", { method: "GET", answer: (stack) => stack.inbox() }],
  [
    "/local/decisions",
    { method: "GET", answer: async (stack) => ({ decisions: await stack.decisions(decisionsShown) }) },
  ],
  ["/local/clock", { method: "POST", answer: turnClock }],
  ["/local/world", { method: "POST", answer: changeWorld }],
]);

/** Serves `/local/*`: the machine-readable side of the console. */
export async function serveApi(
  stack: StackView,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const path = new URL(request.url ?? "/", "http://local").pathname.replace(/\/$/, "");
    const route = routes.get(path);
    if (route === undefined) {
      throw new ProblemError(404, "There is no such address", `There are: ${[...routes.keys()].join(", ")}.`);
    }
    const method = request.method === "HEAD" ? "GET" : request.method;
    if (method !== route.method) {
      response.setHeader("allow", route.method);
      throw new ProblemError(405, `${path} does not take ${request.method}`, `Use ${route.method}.`);
    }
    const body = route.method === "POST" ? await readBody(request) : {};
    sendJson(response, await route.answer(stack, body));
  } catch (error) {
    const problem =
      error instanceof ProblemError
        ? error.problem
        : { status: 500, title: "The local stack failed", detail: describeError(error) };
    sendProblem(response, problem);
  }
}

async function turnClock(stack: StackView, body: Readonly<Record<string, unknown>>): Promise<unknown> {
  let ms: number;
  try {
    ms = parseTurn(body.advance);
  } catch (error) {
    throw new ProblemError(
      400,
      "The clock was not turned",
      `${describeError(error)} As in {"advance":"1h"}.`,
    );
  }
  return stack.advance(ms);
}

async function changeWorld(stack: StackView, body: Readonly<Record<string, unknown>>): Promise<unknown> {
  const changes = Object.entries(body);
  const [verb, id] = changes[0] ?? [];
  const ids = stack.status().connectors.map((one) => one.id);
  const usage = `As in {"repair":"${ids[0] ?? "facebook"}"} or {"break":"${ids[0] ?? "facebook"}"}.`;
  if (changes.length !== 1 || (verb !== "repair" && verb !== "break")) {
    throw new ProblemError(
      400,
      "The world was not changed",
      `Write one change, "repair" or "break". ${usage}`,
    );
  }
  if (typeof id !== "string" || !ids.includes(id)) {
    throw new ProblemError(
      404,
      `There is no connector ${JSON.stringify(id)}`,
      `There are: ${ids.join(", ")}. ${usage}`,
    );
  }
  const connector: ConnectorState = verb === "repair" ? await stack.repair(id) : await stack.break(id);
  const next =
    verb === "repair"
      ? "Turn the clock: it then syncs all missed data."
      : "Turn the clock: its data does not arrive any more.";
  return { connector, next };
}

async function readBody(request: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
  // A browser names the page's origin on every such request; another site's page must not turn this clock.
  const { origin, host } = request.headers;
  if (origin !== undefined && origin !== `http://${host}` && origin !== `https://${host}`) {
    throw new ProblemError(
      403,
      "Refused",
      "Another site's page may not turn this clock. Use the console itself.",
    );
  }
  let text = "";
  request.setEncoding("utf8");
  for await (const chunk of request) {
    text += chunk;
    if (text.length > largestBody) {
      throw new ProblemError(413, "The body is too long", 'A few words are enough, as in {"advance":"1h"}.');
    }
  }
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body === "object" && body !== null && !Array.isArray(body)) return { ...body };
  } catch {
    // Told below: to the caller, no JSON and no object are one mistake.
  }
  throw new ProblemError(
    400,
    "The body is not a JSON object",
    'Write one: {"advance":"1h"} for the clock, {"repair":"facebook"} or {"break":"facebook"} for the world.',
  );
}
