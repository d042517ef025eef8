import type { HttpFunction, Request, Response } from "@google-cloud/functions-framework";
import { closest, distance } from "fastest-levenshtein";
import { messageOf } from "../errors.ts";
import { log } from "../log.ts";
import { Problem, problemOf } from "./problem.ts";
import { type Answer, bodyOf, bodyOfProblem, type Format, formatOf } from "./respond.ts";

/**
 * Answers hold what the warehouse holds: kept nowhere, sniffed by nobody, and a page of it runs nothing. Its
 * address may hold a signature: no other site is told it.
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
 * One HTTP contract for every function: 404 with what there is, 405 with Allow, 400 for a parameter nobody knows, content
 * negotiation, errors as `application/problem+json`, or a page for a browser, one log line a request. `/healthz` answers without
 * touching a client or the warehouse file.
 *
 * @param served methods by path, or those of a function that has the one path `/`
 */
export function handle(served: Methods | Paths): HttpFunction {
  const paths = hasPaths(served) ? served : { "/": served };
  return async (request, response) => {
    const started = performance.now();
    try {
      await respond(paths, request, response);
    } catch (error) {
      const problem = problemOf(error);
      if (problem.status >= 500)
        log.error(`${request.method} ${request.path} failed: ${messageOf(error)}`, { error });
      const { type, body } = bodyOfProblem(request, problem);
      response
        .set({ ...always, "Content-Security-Policy": policy("'none'"), ...problem.headers })
        .status(problem.status)
        .set("Content-Type", type)
        .send(body);
    } finally {
      log.info(`${request.method} ${request.path} ${response.statusCode}`, {
        method: request.method,
        path: request.path,
        status: response.statusCode,
        ms: Math.round(performance.now() - started),
      });
    }
  };
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

async function respond(paths: Paths, request: Request, response: Response): Promise<void> {
  if (request.path === "/healthz") {
    response.status(200).json({ ok: true });
    return;
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
  const { type, body } = bodyOf(format, answer);
  response
    .set({
      ...always,
      "Content-Security-Policy": policy(answer.form === undefined ? "'none'" : "'self'"),
      ...answer.headers,
    })
    .status(answer.status ?? 200)
    .set("Content-Type", type)
    // Express leaves the body out of an answer to HEAD.
    .send(body);
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
      const near = closest(name, [...known]);
      const guess = distance(name, near) <= 2 ? `; did you mean ${near}?` : "";
      errors.push(`There is no parameter ${JSON.stringify(name)}; there are ${known.join(", ")}${guess}`);
    } else if (typeof value !== "string") errors.push(`${name} is given more than once`);
    else query[name] = value;
  }
  if (errors.length > 0) throw new Problem(400, "Bad request", errors.join(". "), { errors });
  return query;
}
