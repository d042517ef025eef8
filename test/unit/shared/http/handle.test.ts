import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { http } from "@google-cloud/functions-framework";
import { getTestServer } from "@google-cloud/functions-framework/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ConfigurationError, TemporaryError } from "../../../../functions/shared/errors.ts";
import { handle } from "../../../../functions/shared/http/handle.ts";

const canary = "https://hooks.slack.com/services/T0/B0/canary-token";
const answer = {
  json: { sources: 1 },
  report: { title: "Sources", blocks: [{ kind: "paragraph", text: "1 <source>" }] },
  table: { kind: "table", columns: [{ label: "source" }], rows: [["=ads"]] },
} as const;

http(
  "contract",
  handle({
    GET: {
      query: ["source"],
      formats: ["json", "markdown", "html", "csv"],
      answer: async ({ query }) => {
        if (query.source === "stranger") throw new Error(`boom ${canary}`);
        if (query.source === "setup") throw new ConfigurationError(`a webhook ${canary} is no secret's name`);
        if (query.source === "busy") throw new TemporaryError("BigQuery is busy");
        return answer;
      },
    },
  }),
);
let acted = 0;
http(
  "json-only",
  handle({
    POST: {
      answer: async () => {
        acted += 1;
        return { status: 202, json: { ok: 1 } };
      },
    },
  }),
);

const servers: Server[] = [];
async function listen(name: string): Promise<string> {
  const server = getTestServer(name);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

let url = "";
let jsonOnly = "";
beforeAll(async () => {
  url = await listen("contract");
  jsonOnly = await listen("json-only");
});
afterAll(() => {
  for (const server of servers) server.close();
});

const get = (path: string, accept?: string) =>
  fetch(url + path, { headers: accept === undefined ? {} : { accept } });

describe("the caller chooses the format", () => {
  test.each([
    ["/", undefined, "application/json", '"sources": 1'],
    ["/", "*/*", "application/json", '"sources": 1'],
    ["/", "text/markdown", "text/markdown", "source"],
    ["/", "text/html,application/xhtml+xml,*/*;q=0.8", "text/html", "1 &lt;source&gt;"],
    ["/", "text/csv", "text/csv", "'=ads"],
    ["/?format=csv", "text/html", "text/csv", "'=ads"],
  ])("%s with Accept %s answers %s", async (path, accept, type, text) => {
    const response = await get(path, accept);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toContain(type);
    expect(response.headers.get("vary")).toBe("Accept");
    expect(await response.text()).toContain(text);
  });

  test("and is told what there is when it asks for something else", async () => {
    for (const response of [await get("/", "image/png"), await get("/?format=xml")]) {
      expect(response.status).toBe(406);
      expect(response.headers.get("content-type")).toContain("application/problem+json");
      expect(((await response.json()) as { detail: string }).detail).toContain("text/csv (?format=csv)");
    }
  });

  test("where the answer is JSON only, nothing else is offered, and nothing is done first", async () => {
    const response = await fetch(jsonOnly, { method: "POST", headers: { accept: "text/html" } });
    expect(response.status).toBe(406);
    expect(acted).toBe(0);
    expect((await fetch(jsonOnly, { method: "POST" })).status).toBe(202);
  });
});

describe("what cannot be is refused with how to mend it", () => {
  test("a method that is not there: 405 with Allow", async () => {
    const response = await fetch(url, { method: "DELETE" });
    expect(response.status).toBe(405);
    expect(response.headers.get("allow")).toBe("GET, HEAD");
  });

  test("a parameter nobody knows: 400 with the nearest one", async () => {
    const problem = (await (await get("/?sorce=ads&zzzzzzzz=1")).json()) as { errors: string[] };
    expect(problem).toMatchObject({ status: 400, title: "Bad request" });
    expect(problem.errors).toHaveLength(2);
    expect(problem.errors[0]).toContain("did you mean source?");
    expect(problem.errors[1]).not.toContain("did you mean");
  });

  test("a parameter given twice: 400", async () => {
    expect((await get("/?source=a&source=b")).status).toBe(400);
  });

  test("HEAD answers as GET does, without the body", async () => {
    const response = await fetch(url, { method: "HEAD" });
    expect(response.status).toBe(200);
    expect(await response.text()).toBe("");
  });
});

describe("what goes wrong is said by its kind, and never a secret", () => {
  test.each([
    ["stranger", 500],
    ["setup", 500],
    ["busy", 503],
  ])("%s: %i", async (source, status) => {
    const response = await get(`/?source=${source}`);
    expect(response.status).toBe(status);
    expect(response.headers.get("content-type")).toContain("application/problem+json");
    const text = await response.text();
    expect(text).not.toContain("canary");
    expect(text).not.toContain("boom");
    expect(text).not.toMatch(/\.ts:\d+/);
  });
});

test("/healthz answers without anything else", async () => {
  expect(await (await get("/healthz")).json()).toEqual({ ok: true });
});
