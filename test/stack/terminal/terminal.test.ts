import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { closeHttp, listenHttp } from "../../../infra/local/http/loopback.ts";
import { readStartOptions } from "../../../infra/local/terminal/options.ts";
import { printResult } from "../../../infra/local/terminal/result.ts";
import { slackToText } from "../../../infra/local/terminal/slack-text.ts";
import { aCleanView, aProof, aReconciliation, aStack } from "../../support/a-console.ts";

const startScript = fileURLToPath(new URL("../../../infra/local/start.ts", import.meta.url));

async function run(args: string[], environment: Record<string, string> = {}) {
  const child = spawn(process.execPath, [startScript, ...args], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    output += chunk;
  });
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
    output += chunk;
  });
  const [code] = await once(child, "close");
  return { code, output };
}

describe("the command line", () => {
  test("serves on 8080 unless PORT says otherwise; a single run takes any free port", () => {
    expect(readStartOptions([], {})).toEqual({ mode: "serve", port: 8080 });
    expect(readStartOptions([], { PORT: "9000" })).toEqual({ mode: "serve", port: 9000 });
    expect(readStartOptions(["--once"], {})).toEqual({ mode: "once", port: 0 });
    expect(readStartOptions(["--once"], { PORT: "9000" })).toEqual({ mode: "once", port: 9000 });
    expect(readStartOptions(["--help"], { PORT: "x" }).mode).toBe("help");
  });

  test.each(["http", "-1", "65536", "80.5"])(
    "a PORT that is none, %s, is refused with how to write it",
    (port) => {
      expect(() => readStartOptions([], { PORT: port })).toThrow(/PORT=8081/);
    },
  );

  test("a flag that does not exist ends the command before anything is started", async () => {
    const { code, output } = await run(["--onc"]);

    expect(code).toBe(1);
    expect(output).toContain("--onc");
  });

  test("--help tells of both ways to start, and ends well", async () => {
    const { code, output } = await run(["--help"]);

    expect(code).toBe(0);
    expect(output).toContain("npm start -- --once");
  });

  test("a port in use is told with the way to another one, before anything is started", async () => {
    const server = createServer();
    const port = await listenHttp(server);
    const { code, output } = await run([], { PORT: String(port) });
    await closeHttp(server);

    expect(code).toBe(1);
    expect(output.trim()).toBe(`Port ${port} is in use. Choose another: PORT=${port + 1} npm start`);
  });
});

describe("the result of one run, in text", () => {
  test("shows every source, what is wrong and what to do", async () => {
    const text = await printResult(aStack().view);

    expect(text).toMatch(/facebook_ads_insights +critical +2 Feb, 12:00 +144 h +2 Feb +modified/);
    expect(text).toMatch(/shopify_utm +ok/);
    expect(text).toContain("CRITICAL: Facebook Marketing stopped delivering");
    expect(text).toContain("about $120K of spend");
    expect(text).toContain("1. Renew the token.");
  });

  test("shows every clean view: its rows, what is counted twice, and what is wrong", async () => {
    const stack = aStack();
    const { answer } = stack.cleanViews;
    if (!answer?.ok) throw new Error("the stack has no clean views");
    const refused = aCleanView("x", {
      action: "refused",
      figures: null,
      finding: { severity: "critical", text: "12 rows differ" },
      to_do: ["Add country"],
    });
    stack.cleanViews = {
      current: true,
      answer: {
        ok: true,
        report: {
          ...answer.report,
          summary: { create: 0, replace: 0, unchanged: 1, refused: 1 },
          views: [...answer.report.views, refused],
          roas: [
            {
              platform: "facebook",
              from: "2026-01-09",
              through: "2026-02-08",
              status: "ok",
              text: "",
              finding: null,
              roas: "1.3492",
              roasRaw: "0.5709",
            },
          ],
        },
      },
    };
    const text = await printResult(stack.view);

    expect(text).toContain("1 of 2 clean views are up to date, 0 to create, 0 to replace, 1 refused");
    expect(text).toMatch(/^facebook_insights +unchanged +159,342 +126,089 +20\.9 % +\$498K of spend$/m);
    expect(text).toMatch(/^x +refused +– +– +– +-$/m);
    expect(text).toContain("CRITICAL: x: 12 rows differ\n  1. Add country\n");
    expect(text).toContain("Return on ad spend, facebook: 1.35; read from the raw table it would be 0.57.");
  });

  test("says why there are no clean views when they could not be checked", async () => {
    const stack = aStack();
    stack.cleanViews = { current: true, answer: { ok: false, problem: "no warehouse" } };

    expect(await printResult(stack.view)).toContain("The clean views could not be checked: no warehouse");
  });

  test("shows by column who is hashed, what is not proved and what to do", async () => {
    const stack = aStack();
    const open = {
      claim: "search",
      subject: "every text of every table",
      status: "unknown" as const,
      text: "0 of 49 tables searched.",
      actions: ["Nothing: the next runs search the rest"],
    };
    const report = aProof({ status: "unknown", claims: [...aProof().claims, open] });
    stack.pii = { current: true, answer: { ok: true, report } };
    const text = await printResult(stack.view);

    expect(text).toContain("PII proof, as of 8 Feb 2026, 13:00 UTC");
    expect(text).toContain("All PII is hashed. It is unknown");
    expect(text).toMatch(/^shopify_live_customers +phone +13,350 +13,299 +51 +0 +0$/m);
    expect(text).toContain(
      "UNKNOWN: the search, every text of every table: 0 of 49 tables searched.\n  1. Nothing: the next runs search the rest",
    );
    expect(text).toContain("6,888 of 9,175 different persons");
    expect(text).not.toContain("All facts of the 13,350 rows");
  });

  test("says why there is no proof, and where nobody is to be hashed", async () => {
    const stack = aStack();
    stack.pii = { current: true, answer: { ok: false, problem: "no warehouse" } };
    expect(await printResult(stack.view)).toContain("The PII proof could not be made: no warehouse");

    stack.pii = { current: true, answer: { ok: true, report: null } };
    expect(await printResult(stack.view)).toContain("The warehouse file has no section pii.");
  });

  test("shows whether the numbers hold: counts, the day they reach, and the first things to do", async () => {
    const text = await printResult(aStack().view);

    expect(text).toContain(
      "7 checks critical, 2 unknown, 4 warning, 61 ok\nSpend and revenue are complete through 1 Feb.",
    );
    expect(text).toContain(
      "  1. CRITICAL: Facebook Marketing stopped delivering: $120K of spend not visible\n     Renew the token.\n  2. UNKNOWN: hulken.",
    );

    const stack = aStack();
    const [first] = aReconciliation().to_do;
    if (first === undefined) throw new Error("there is nothing to do");
    const report = aReconciliation({
      to_do: Array.from({ length: 7 }, () => first),
      since_last_run: { at: "2026-02-07T06:00:00.000Z", new: [], resolved: [] },
    });
    stack.reconciliation = { current: true, answer: { ok: true, report } };
    const later = await printResult(stack.view);
    expect(later).toContain("Since 7 Feb 2026, 06:00 UTC: no new and no resolved findings.");
    expect(later.match(/^ {2}\d\. CRITICAL: Facebook/gm)).toHaveLength(5);
    expect(later).toContain("And 2 more: see /reconciliation?format=markdown");

    stack.reconciliation = { current: true, answer: { ok: false, problem: "no warehouse" } };
    expect(await printResult(stack.view)).toContain("Reconciliation could not answer: no warehouse");
  });

  test("shows messages as they arrived", async () => {
    const stack = aStack();
    const at = "2026-02-08T12:00:00Z";
    stack.slack.push({ id: "1", at, channel: "#data-alerts", payload: { text: "It *stopped*." } });
    stack.mail.push({
      id: "1",
      at,
      from: "a@x.example",
      to: ["b@x.example"],
      subject: "Stopped",
      text: "Hello",
      html: null,
    });
    const text = await printResult(stack.view);

    expect(text).toContain("Slack, #data-alerts");
    expect(text).toContain("  | It stopped.");
    expect(text).toContain("  | Subject: Stopped");
    expect(text).toContain("  | Hello");
  });

  test("keeps its own lines short enough for a terminal", async () => {
    const stack = aStack();
    const text = "word ".repeat(60);
    stack.slack.push({ id: "1", at: "2026-02-08T12:00:00Z", channel: "#data-alerts", payload: { text } });
    const lines = (await printResult(stack.view)).split("\n");

    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(120);
    expect(lines.join(" ").match(/\bword\b/g)).toHaveLength(60);
  });

  test("says why there is none when the watchdog could not answer", async () => {
    const view = {
      ...aStack().view,
      watchdog: async () => ({ ok: false as const, problem: "no warehouse" }),
    };

    expect(await printResult(view)).toContain("could not answer: no warehouse");
  });

  test("draws Block Kit without its marks, and leaves names with underscores whole", () => {
    const section = { type: "mrkdwn", text: "*Since* <https://x.example|here>, a_b_c &lt;ok&gt;" };
    const payload = {
      text: "fallback",
      blocks: [
        { type: "header", text: { type: "plain_text", text: "It stopped" } },
        { type: "section", text: section, fields: [{ type: "mrkdwn", text: "*Owner*\nme" }] },
        { type: "divider" },
        { type: "context", elements: [{ type: "mrkdwn", text: "_why_" }] },
      ],
    };

    expect(slackToText(payload)).toBe(
      `IT STOPPED\n\nSince here (https://x.example), a_b_c <ok>\nOwner: me\n\n${"-".repeat(40)}\n\nwhy`,
    );
  });
});
