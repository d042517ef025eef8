import { existsSync } from "node:fs";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  aCleanView,
  aProof,
  cleanViews,
  found,
  hostile,
  mailed,
  plaintext,
  proved,
  putOff,
  reconciled,
  server,
  stack,
  told,
  useConsole,
} from "../../support/a-console.ts";

const executablePath = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(
  existsSync,
);

useConsole();

describe.skipIf(executablePath === undefined)("in a browser (skipped where no Chromium is installed)", () => {
  let browser: Browser;
  let tab: Page;
  let complaints: string[];

  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath,
      args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"],
    });
  });
  afterAll(() => browser.close());
  beforeEach(async () => {
    complaints = [];
    tab = await browser.newPage();
    tab.on("console", (message) => {
      if (message.type() === "error") complaints.push(message.text());
    });
    tab.on("pageerror", (error) => complaints.push(error.message));
  });
  afterEach(() => tab.close());

  test("the button turns the clock by an hour, and says what came of it", async () => {
    await tab.goto(server.url);
    await tab.getByRole("button", { name: "Turn by 1 hour" }).click();
    await tab.getByText("8 Feb 2026, 13:00 UTC").first().waitFor();
    await tab.getByRole("status").getByText("no new messages").waitFor();

    expect(stack.asked).toEqual(["advance 3600000"]);
    expect(complaints).toEqual([]);
  });

  test("a connector is repaired and broken again by its button", async () => {
    await tab.goto(server.url);
    await tab.getByRole("button", { name: "Repair Facebook Marketing" }).click();
    await tab.getByRole("button", { name: "Break Facebook Marketing" }).click();
    await tab.getByRole("button", { name: "Repair Facebook Marketing" }).waitFor();

    expect(stack.asked).toEqual(["repair facebook", "break facebook"]);
    expect(complaints).toEqual([]);
  });

  test("a message that arrives by itself appears without a reload", async () => {
    await tab.goto(server.url);
    told({ text: "It arrived by itself." });

    await tab.getByText("It arrived by itself.").waitFor();
    expect(complaints).toEqual([]);
  });

  test("figures that were still being counted appear without a reload", async () => {
    const counted = stack.cleanViews;
    stack.cleanViews = { answer: null, current: false };
    await tab.goto(server.url);
    await tab.getByText("Rows are being counted.").waitFor();
    stack.cleanViews = counted;

    await tab.getByText("126,089").waitFor();
    expect(await tab.getByText("Rows are being counted.").count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  test("a stack that has stopped is told, not passed over", async () => {
    await tab.goto(server.url);
    await server.close();
    await tab.getByRole("button", { name: "Turn by 1 hour" }).click();

    await tab.getByText("The local stack does not answer.").waitFor();
  });

  test("an email is read as HTML or as text, whichever the reader chooses", async () => {
    mailed({ text: "In plain words.", html: '<p style="color:red">In colours.</p>' });
    await tab.goto(server.url);
    const frame = tab.frameLocator("iframe.mail-html");
    await frame.getByText("In colours.").waitFor();
    const colour = await frame.getByText("In colours.").evaluate((element) => element.getAttribute("style"));
    await tab.getByText("As text").click();
    await tab.getByText("In plain words.").waitFor();

    expect(colour).toBe("color:red");
    expect(await tab.locator("iframe.mail-html").isVisible()).toBe(false);
    expect(complaints).toEqual([]);
  });

  test("hostile text in messages is shown as text and never run", async () => {
    told({ blocks: [{ type: "section", text: { type: "mrkdwn", text: hostile } }] });
    told({ blocks: [{ type: "header", text: { type: "plain_text", text: hostile } }] });
    mailed({ subject: hostile, text: hostile, html: `<p>Seen.</p>${hostile}` });
    stack.sources = stack.sources.map((source) => ({ ...source, finding: hostile }));
    const table = { table: hostile, findings: [{ code: hostile, text: hostile }] };
    proved({ claims: [{ ...found, text: hostile, actions: [hostile] }], search: { tables: [table] } });
    const matter = { check: hostile, subject: hostile, status: "critical" as const, text: hostile };
    reconciled({
      to_do: [{ title: hostile, status: "critical", impact: [], since: null, actions: [hostile] }],
      since_last_run: { at: "2026-02-07T06:00:00.000Z", new: [matter], resolved: [] },
    });
    await tab.goto(server.url);
    await tab.frameLocator("iframe.mail-html").getByText("Seen.").waitFor();

    expect(await tab.title()).toBe("Plumbline, local");
    expect(await tab.locator("main script, main img").count()).toBe(0);
    const letter = tab.frames().find((frame) => frame.url().includes("/console/mail/"));
    expect(letter).toBeDefined();
    expect(await letter?.title()).not.toBe("owned");
    expect(
      complaints.filter((line) => !line.includes("Blocked script") && !line.includes("Content Security")),
    ).toEqual([]);
  });

  test.each([360, 390, 761, 1400])("nothing has to be scrolled sideways at %i pixels", async (width) => {
    const code = `\`\`\`\n${"a long line ".repeat(30)}\n\`\`\``;
    told({ blocks: [{ type: "section", text: { type: "mrkdwn", text: code } }] });
    mailed({ subject: "x".repeat(200), text: "a long line ".repeat(30), html: null });
    const view = `${"facebook_insights_".repeat(2)}age_gender`;
    const jobs = [
      { view, at: "2026-02-07T09:30:00Z", job: "j".repeat(60), reader: `${"a".repeat(60)}@x.example` },
    ];
    cleanViews(
      [aCleanView(view, { action: "replace", reasons: ["a reason"], diff: `+${"x".repeat(300)}` })],
      { raw_reads: { checked: true, why: null, jobs } },
    );
    const table = { table: `hulken.ads_data.${"x".repeat(60)}`, findings: [plaintext, putOff] };
    proved({ status: "critical", claims: [...aProof().claims, found], search: { tables: [table] } });
    const title = `${"y".repeat(80)}: duplicate rows`;
    const impact = [{ amount: 498_000, currency: "USD", what: "spend counted twice" }];
    reconciled({ to_do: [{ title, status: "critical", impact, since: null, actions: ["z".repeat(80)] }] });
    await tab.setViewportSize({ width, height: 800 });
    await tab.goto(server.url);

    expect(await tab.locator("html").evaluate((html) => html.scrollWidth)).toBeLessThanOrEqual(width);
    const numbers = tab
      .locator("#reconciliation .short:visible, #clean-views .short:visible, #pii .short:visible")
      .filter({ hasText: /^\$?[\d.,]+[MK]?(\s*[\d.]+ %)?$/ });
    expect(await numbers.count()).toBe(width > 760 ? 17 : 14);
    for (const number of await numbers.all()) {
      const lines = await number.evaluate((it) => [...it.getClientRects()].map(({ right }) => right));
      expect(lines).toHaveLength(1);
      expect(lines[0]).toBeLessThanOrEqual(width);
    }
    expect(complaints).toEqual([]);
  });
});
