import type { HttpFunction, Request, Response } from "@google-cloud/functions-framework";
import { messageOf } from "../errors.ts";
import { type LogFields, log, withLogFields, withRequestLog } from "../log.ts";
import { suggestion } from "../text.ts";
import { requestLimitMs, withinTime } from "../time-left.ts";
import { Problem, problemOf } from "./problem.ts";
import { type Answer, bodyOf, bodyOfProblem, type Format, formatOf } from "./respond.ts";
import { isStopping, requestBegins } from "./shutdown.ts";
import { traceFields } from "./trace.ts";

/**
 * Answers contain warehouse data: they are not cached, not sniffed, and a page runs no scripts. Its
 * address may contain a signature, so it is not sent as a referrer.
 */
const always = {
  Vary: "Accept",
  "Cache-Control": "no-store",
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
} as const;

/** A form may be sent only to where its page comes from. */
function policy(formAction: "'self'" | "'none'"): string {
  return `default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action ${formAction}`;
}

export interface Call {
  readonly headers: Request["headers"];
  /** Path below the function, `/` or `/why`. */
  readonly path: string;
  /** Known parameters only, each at most once. */
  readonly query: Readonly<Record<string, string | undefined>>;
  /** As parsed by the platform, of JSON or of a form. */
  readonly body: unknown;
}

export interface Method {
  /** Names of the query parameters it takes; any other is refused. */
  readonly query?: readonly string[];
  /** What it may answer with; JSON only unless said. Looked at before anything is done. */
  readonly formats?: readonly Format[];
  readonly answer: (call: Call) => Promise<Answer>;
}

export interface Methods {
  readonly GET?: Method;
  readonly POST?: Method;
}

/** Methods by path below the function, like `/` and `/why`. */
export type Paths = Readonly<Record<`/${string}`, Methods>>;

/**
 * One HTTP contract for every function: 404 with what there is, 405 with Allow, 400 for an unknown parameter, content
 * negotiation, errors as `application/problem+json`, or a page for a browser, one log line a request. `/healthz` answers without
 * touching a client or the warehouse file. What is not done in time is given up and answered with 503 before the
 * platform gives it up, and goes no further.
 *
 * @param served methods by path, or those of a function that has the one path `/`
 */
export function handle(served: Methods | Paths): HttpFunction {
  const paths = hasPaths(served) ? served : { "/": served };
  return async (request, response) => {
    const requestEnds = requestBegins();
    const closed = new Promise<void>((resolve) => response.once("close", resolve));
    const fields = {
      function: process.env.K_SERVICE,
      tick: request.headers["x-cloudscheduler-scheduletime"],
      ...traceFields(request.headers, process.env.GOOGLE_CLOUD_PROJECT),
    };
    try {
      await withLogFields(fields, () =>
        withRequestLog((gathered) => serve(paths, request, response, gathered)),
      );
    } finally {
      // Whoever asked may be gone long before the work is done.
      void closed.then(requestEnds);
    }
  };
}

async function serve(paths: Paths, request: Request, response: Response, gathered: LogFields): Promise<void> {
  const started = performance.now();
  const { status, headers, type, body, error } = await withinTime(requestLimitMs(), () =>
    answerTo(paths, request),
  ).catch((failure: unknown) => problemAnswer(request, failure));
  const line = `${request.method} ${request.path} ${status}`;
  const fields = {
    method: request.method,
    path: request.path,
    status,
    ...gathered,
    ms: Math.round(performance.now() - started),
  };
  // Before the answer is out: after it, an instance may get no time.
  if (status >= 500) log.error(`${line}: ${messageOf(error)}`, { ...fields, error });
  else log.info(line, fields);
  response
    .set({ ...always, "Content-Security-Policy": policy("'none'"), ...headers })
    .status(status)
    .set("Content-Type", type)
    // Express leaves the body out of an answer to HEAD.
    .send(body);
}

/** What goes out, of an answer or of a problem. */
interface Outgoing {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly type: string;
  readonly body: string;
  readonly error?: unknown;
}

function problemAnswer(request: Request, error: unknown): Outgoing {
  const problem = problemOf(error);
  const { status, headers } = problem;
  return { status, headers, ...bodyOfProblem(request, problem), error };
}

function hasPaths(served: Methods | Paths): served is Paths {
  return Object.keys(served).every((key) => key.startsWith("/"));
}

function methodsAt(path: string, paths: Paths): Methods {
  const asked = path.replace(/(?<=.)\/$/, "");
  const found = Object.entries(paths).find(([served]) => served === asked);
  if (found !== undefined) return found[1];
  const there = Object.keys(paths).join(", ");
  throw new Problem(404, "Not found", `There is no path ${JSON.stringify(asked)} here; there are ${there}.`);
}

async function answerTo(paths: Paths, request: Request): Promise<Outgoing> {
  if (isStopping()) throw new Problem(503, "Stopping", "This instance is being stopped; ask again.");
  if (request.path === "/healthz") {
    return { status: 200, headers: {}, type: "application/json; charset=utf-8", body: '{"ok":true}' };
  }
  const methods = methodsAt(request.path, paths);
  const name = request.method === "HEAD" ? "GET" : request.method;
  const method = name === "GET" || name === "POST" ? methods[name] : undefined;
  if (method === undefined) throw notAllowed(methods, request.method);
  const query = checkedQuery(request, [...(method.query ?? []), "format"]);
  const format = formatOf(request, query.format, method.formats ?? ["json"]);
  const answer = await method.answer({
    headers: request.headers,
    path: request.path,
    query,
    body: request.body,
  });
  const headers = {
    ...(answer.form !== undefined && { "Content-Security-Policy": policy("'self'") }),
    ...answer.headers,
  };
  return { status: answer.status ?? 200, headers, ...bodyOf(format, answer) };
}

function notAllowed(methods: Methods, method: string): Problem {
  const allow = [...("GET" in methods ? ["GET", "HEAD"] : []), ...("POST" in methods ? ["POST"] : [])].join(
    ", ",
  );
  return new Problem(405, "Method not allowed", `${method} is not for here; use ${allow}.`, {
    headers: { Allow: allow },
  });
}

function checkedQuery(request: Request, known: readonly string[]): Record<string, string | undefined> {
  const query: Record<string, string | undefined> = {};
  const errors: string[] = [];
  for (const [name, value] of Object.entries(request.query)) {
    if (!known.includes(name)) {
      errors.push(
        `There is no parameter ${JSON.stringify(name)}; there are ${known.join(", ")}${suggestion(name, known)}`,
      );
    } else if (typeof value !== "string") errors.push(`${name} is given more than once`);
    else query[name] = value;
  }
  if (errors.length > 0) throw new Problem(400, "Bad request", errors.join(". "), { errors });
  return query;
}
