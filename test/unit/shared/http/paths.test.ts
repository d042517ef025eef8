import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { http } from "@google-cloud/functions-framework";
import { getTestServer } from "@google-cloud/functions-framework/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { handle } from "../../../../functions/shared/http/handle.ts";

const report = { title: "A form", blocks: [{ kind: "paragraph", text: "press it" }] } as const;
const bodies: unknown[] = [];

http(
  "paths",
  handle({
    "/": { GET: { answer: async () => ({ json: "root" }) } },
    "/form": {
      GET: {
        query: ["incident"],
        formats: ["json", "html"],
        answer: async ({ path }) => ({
          json: path,
          report,
          form: { button: "Do <it>", fields: { incident: `"'<x>` } },
        }),
      },
      POST: {
        answer: async ({ body }) => {
          bodies.push(body);
          return { json: "posted" };
        },
      },
    },
  }),
);
http(
  "one-path",
  handle({ GET: { formats: ["json", "html"], answer: async () => ({ json: "one", report }) } }),
);

const servers: Server[] = [];
async function listen(name: string): Promise<string> {
  const server = getTestServer(name);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

let url = "";
let onePath = "";
beforeAll(async () => {
  url = await listen("paths");
  onePath = await listen("one-path");
});
afterAll(() => {
  for (const server of servers) server.close();
});

describe("a function with several paths", () => {
  test("answers each by itself, with or without a slash at its end", async () => {
    expect(await (await fetch(`${url}/`)).json()).toBe("root");
    expect(await (await fetch(`${url}/form`)).json()).toBe("/form");
    expect(await (await fetch(`${url}/form/?incident=a`)).json()).toBe("/form/");
  });

  test("says which there are when asked for another", async () => {
    for (const path of ["/frm", "/form/more", "/toString", "/__proto__"]) {
      const response = await fetch(url + path);
      expect(response.status, path).toBe(404);
      expect(response.headers.get("content-type")).toContain("application/problem+json");
      expect(((await response.json()) as { detail: string }).detail).toContain("there are /, /form");
    }
  });

  test("has its own methods and parameters on each", async () => {
    expect((await fetch(`${url}/`, { method: "POST" })).headers.get("allow")).toBe("GET, HEAD");
    expect((await fetch(`${url}/form`, { method: "PUT" })).headers.get("allow")).toBe("GET, HEAD, POST");
    expect((await fetch(`${url}/?incident=a`)).status).toBe(400);
    expect(await (await fetch(`${url}/healthz`)).json()).toEqual({ ok: true });
  });
});

test("a function with one path has no others", async () => {
  expect((await fetch(`${onePath}/`)).status).toBe(200);
  expect((await fetch(`${onePath}/why`)).status).toBe(404);
});

describe("what goes wrong is", () => {
  const browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
  test.each([
    [undefined, "application/problem+json"],
    ["*/*", "application/problem+json"],
    ["application/json", "application/problem+json"],
    ["text/csv", "application/problem+json"],
    [browser, "text/html"],
  ])("for whoever accepts %s, %s", async (accept, type) => {
    const response = await fetch(`${url}/%3Cb%3E`, accept === undefined ? {} : { headers: { accept } });
    expect(response.status).toBe(404);
    expect(response.headers.get("content-type")).toContain(type);
    const text = await response.text();
    expect(text).toContain("there are /, /form");
    if (type === "text/html") expect(text).not.toContain("<b>");
  });
});

describe("a page with a form", () => {
  const html = { headers: { accept: "text/html" } };

  test("may be sent to where it comes from; a page without one nowhere; neither says where its reader was", async () => {
    const [form, plain] = [await fetch(`${url}/form`, html), await fetch(`${onePath}/`, html)];
    expect(form.headers.get("content-security-policy")).toMatch(/form-action 'self'$/);
    expect(plain.headers.get("content-security-policy")).toMatch(/form-action 'none'$/);
    for (const response of [form, plain, await fetch(`${url}/nothing`)]) {
      expect(response.headers.get("referrer-policy")).toBe("no-referrer");
      expect(response.headers.get("content-security-policy")).toContain("default-src 'none'");
    }
  });

  test("posts to its own path without the query, and every value in it is escaped", async () => {
    const page = await (await fetch(`${url}/form?incident=a`, html)).text();
    expect(page).toContain('<form method="post" action="?">');
    expect(page).toContain('<input type="hidden" name="incident" value="&quot;&#39;&lt;x&gt;">');
    expect(page).toContain('<button type="submit">Do &lt;it&gt;</button>');
    expect(await (await fetch(`${onePath}/`, html)).text()).not.toContain("<form");
  });

  test("and its answer reads what was posted, as a form or as JSON", async () => {
    await fetch(`${url}/form`, {
      method: "POST",
      body: new URLSearchParams({ incident: "a b", for: "12h" }),
    });
    await fetch(`${url}/form`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ incident: "a b" }),
    });
    expect(bodies).toEqual([{ incident: "a b", for: "12h" }, { incident: "a b" }]);
  });
});
