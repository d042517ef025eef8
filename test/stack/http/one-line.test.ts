import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { http } from "@google-cloud/functions-framework";
import { getTestServer } from "@google-cloud/functions-framework/testing";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { handle } from "../../../functions/shared/http/handle.ts";
import { addToRequestLog, log } from "../../../functions/shared/log.ts";
import { needTime } from "../../../functions/shared/time-left.ts";

let door = Promise.withResolvers<void>();
let afterwards = Promise.withResolvers<string>();

http(
  "one-line",
  handle({
    POST: {
      query: ["hang", "fail"],
      answer: async ({ query }) => {
        addToRequestLog({ statements: 1, outcome: "begun" });
        log.info("in the middle");
        if (query.fail) throw new Error("stranger");
        if (query.hang) {
          await door.promise;
          addToRequestLog({ outcome: "leaked" });
          try {
            needTime(0, "go on");
            afterwards.resolve("it went on");
          } catch {
            afterwards.resolve("it was stopped");
          }
        }
        addToRequestLog({ statements: 2, outcome: "done" });
        return { json: {} };
      },
    },
  }),
);

let server: Server;
let url = "";
beforeAll(async () => {
  server = getTestServer("one-line");
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server.close());

let lines: Record<string, unknown>[] = [];
beforeEach(() => {
  lines = [];
  door = Promise.withResolvers<void>();
  afterwards = Promise.withResolvers<string>();
  vi.stubEnv("GOOGLE_CLOUD_PROJECT", "hulken");
  vi.stubEnv("K_SERVICE", "one-line");
  vi.spyOn(process.stdout, "write").mockImplementation((chunk) => {
    lines.push(JSON.parse(String(chunk)));
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

const post = (query = "", headers: Record<string, string> = {}) =>
  fetch(`${url}/${query}`, { method: "POST", headers });
const trace = "4bf92f3577b34da6a3ce929d0e0e4736";

describe("the one line of a request", () => {
  test("says which function, which tick, what came of it and what it cost", async () => {
    await post("", { "x-cloudscheduler-scheduletime": "2026-02-08T12:00:00Z" });
    expect(lines.at(-1)).toMatchObject({
      severity: "INFO",
      message: "POST / 200",
      function: "one-line",
      tick: "2026-02-08T12:00:00Z",
      status: 200,
      statements: 3,
      outcome: "done",
      ms: expect.any(Number),
    });
    expect(lines.filter(({ status }) => status !== undefined)).toHaveLength(1);
  });

  test("is an error with its cause where the answer is one, and still the only one", async () => {
    await post("?fail=1");
    expect(lines.at(-1)).toMatchObject({
      severity: "ERROR",
      message: "POST / 500: stranger",
      outcome: "begun",
    });
    expect(lines.filter(({ severity }) => severity === "ERROR")).toHaveLength(1);
  });

  test.each([
    [{ traceparent: `00-${trace}-00f067aa0ba902b7-01` }, "00f067aa0ba902b7", true],
    [{ "x-cloud-trace-context": `${trace}/67667974448284343;o=1` }, "00f067aa0ba902b7", true],
    [{ "x-cloud-trace-context": `${trace}/67667974448284343` }, "00f067aa0ba902b7", false],
  ])("and every other stands beside its request: %j", async (headers, span, sampled) => {
    await post("", headers as Record<string, string>);
    expect(lines).toHaveLength(2);
    for (const line of lines) {
      expect(line).toMatchObject({
        "logging.googleapis.com/trace": `projects/hulken/traces/${trace}`,
        "logging.googleapis.com/spanId": span,
        "logging.googleapis.com/trace_sampled": sampled,
      });
    }
  });

  test.each(["nonsense", "../../x", `${trace}x/1`])(
    "a trace that is none is left out: %s",
    async (header) => {
      await post("", { "x-cloud-trace-context": header, traceparent: header });
      expect(lines.some((line) => Object.keys(line).some((key) => key.includes("trace")))).toBe(false);
    },
  );
});

describe("a request that is not done in time", () => {
  test("is answered before the platform does it, stops where it is, and leaves nothing to the next", async () => {
    vi.stubEnv("CLOUD_RUN_TIMEOUT_SECONDS", "0.2");
    const late = await post("?hang=1", { traceparent: `00-${trace}-00f067aa0ba902b7-01` });
    expect(late.status).toBe(503);
    expect(late.headers.get("content-type")).toContain("application/problem+json");
    expect(await late.json()).toMatchObject({ status: 503, title: "Try again later" });
    expect(lines.at(-1)).toMatchObject({ severity: "ERROR", status: 503, outcome: "begun", statements: 1 });

    vi.stubEnv("CLOUD_RUN_TIMEOUT_SECONDS", "60");
    lines = [];
    const next = post();
    door.resolve();
    expect(await afterwards.promise).toBe("it was stopped");
    expect((await next).status).toBe(200);
    expect(lines).toHaveLength(2);
    expect(lines.at(-1)).toMatchObject({ status: 200, statements: 3, outcome: "done" });
    expect(JSON.stringify(lines)).not.toContain(trace);
  });
});
