import { afterEach, describe, expect, test, vi } from "vitest";
import { TemporaryError } from "../../../functions/shared/errors.ts";
import { log, logLine, withLogFields } from "../../../functions/shared/log.ts";

const canary = "C4nary-c4nary";

function parsed(line: string): Record<string, unknown> {
  return JSON.parse(line) as Record<string, unknown>;
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe("a log line", () => {
  test("is one line of JSON with Cloud Logging's names", () => {
    const line = logLine("WARNING", "two\nlines", {
      source: "facebook",
      at: new Date("2026-02-08T12:00:00Z"),
      rows: 3n,
    });
    expect(line).not.toContain("\n");
    expect(parsed(line)).toEqual({
      severity: "WARNING",
      message: "two\nlines",
      source: "facebook",
      at: "2026-02-08T12:00:00.000Z",
      rows: "3",
    });
  });

  test("a field cannot pass for the severity or the message", () => {
    expect(parsed(logLine("INFO", "said", { severity: "CRITICAL", message: "forged" }))).toEqual({
      severity: "INFO",
      message: "said",
    });
  });

  test("holds no secret, however deep and whatever holds it", () => {
    const cause = new Error(`smtps://u:${canary}@h:465`);
    const line = logLine("ERROR", `POST https://hooks.slack.com/services/T/B/${canary}`, {
      error: new TemporaryError("the mail server is away", { cause }),
      nested: { list: [{ url: `https://u:${canary}@h` }] },
      smtp_password: canary,
      Authorization: `Bearer ${canary}`,
    });
    expect(line).not.toContain(canary);
    expect(parsed(line)).toMatchObject({
      error: { kind: "temporary", retry: true, message: "the mail server is away" },
    });
  });

  test("an error is logged without its stack", () => {
    expect(logLine("ERROR", "x", { error: new Error("y") })).not.toContain(".test.ts");
  });

  test("a circle, a depth and a length have an end", () => {
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    expect(parsed(logLine("INFO", "x", { circle }))).toMatchObject({ circle: { self: "[circular]" } });
    expect(logLine("INFO", "x".repeat(1_000_000)).length).toBeLessThan(10_000);
  });

  test("carries the fields of the request it belongs to, across awaits, and of no other", async () => {
    const lines: string[] = [];
    vi.spyOn(process.stdout, "write").mockImplementation((chunk) => {
      lines.push(String(chunk));
      return true;
    });
    await Promise.all(
      ["one", "two"].map((request) =>
        withLogFields({ request }, async () => {
          await new Promise((resolve) => setImmediate(resolve));
          log.info(request);
        }),
      ),
    );
    log.info("none");
    const said = lines.map(parsed).map(({ message, request }) => [message, request]);
    expect(said).toEqual([
      ["one", "one"],
      ["two", "two"],
      ["none", undefined],
    ]);
  });
});
