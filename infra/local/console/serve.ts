import { readFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { send, sendProblem } from "../http/problem.ts";
import type { StackView } from "../stack-view.ts";
import { drawPage } from "./page.ts";

const pagePolicy = [
  "default-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** An email is a stranger's markup: it may be styled and carry its own pictures, and nothing else. */
const mailPolicy = [
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  "img-src data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self'",
  "sandbox allow-same-origin",
].join("; ");

const assets = new Map([
  ["/console/console.css", "text/css; charset=utf-8"],
  ["/console/inbox.css", "text/css; charset=utf-8"],
  ["/console/console.js", "text/javascript; charset=utf-8"],
  ["/console/icon.svg", "image/svg+xml"],
]);

/** Serves the console: `/`, what it links to under `/console/`, and 404 for the rest. */
export async function serveConsole(
  stack: StackView,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { pathname } = new URL(request.url ?? "/", "http://local");
  if (request.method !== "GET" && request.method !== "HEAD") {
    sendProblem(
      response,
      { status: 405, title: "Only for looking", detail: `Use GET for ${pathname}.` },
      { allow: "GET" },
    );
    return;
  }
  if (pathname === "/") {
    send(response, 200, "text/html; charset=utf-8", await drawPage(stack), {
      "content-security-policy": pagePolicy,
      "referrer-policy": "no-referrer",
      "cache-control": "no-store",
    });
    return;
  }
  const contentType = assets.get(pathname);
  if (contentType !== undefined) {
    const body = await readFile(new URL(`./assets/${pathname.slice("/console/".length)}`, import.meta.url));
    send(response, 200, contentType, body, { "cache-control": "no-cache" });
    return;
  }
  const mailId = /^\/console\/mail\/([^/]+)$/.exec(pathname)?.[1];
  const mail = stack.inbox().mail.find((one) => encodeURIComponent(one.id) === mailId);
  if (mail !== undefined && mail.html !== null) {
    send(response, 200, "text/html; charset=utf-8", mail.html, {
      "content-security-policy": mailPolicy,
      "referrer-policy": "no-referrer",
      "cache-control": "no-store",
    });
    return;
  }
  const names = stack.status().functions.map((one) => `/${one.name}`);
  sendProblem(response, {
    status: 404,
    title: "There is nothing here",
    detail: `The console is at /, its API under /local/, the functions at ${names.join(", ")}.`,
  });
}
