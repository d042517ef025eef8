import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toSlackPayload } from "../../../functions/notifier/channels/slack/render.ts";
import type { Notice } from "../../../functions/shared/alerting/types.ts";
import { judge } from "../../../infra/local/sinks/slack/payload.ts";
import { linesOf } from "../../support/slack-lines.ts";
import { allKinds, aNotice, anEnormousNotice } from "./every-notice.ts";

function golden(notice: Notice): string {
  return `${JSON.stringify(toSlackPayload(notice), null, 2)}\n`;
}

/** At most 12 lines, none longer than 220 characters, and nothing that Slack refuses. */
function expectShort(notice: Notice): void {
  const lines = linesOf(toSlackPayload(notice).blocks);
  expect(lines.length).toBeLessThanOrEqual(12);
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(220);
  expect(judged(notice)).toMatchObject({ accepted: true, mentions: [] });
}

const text = fc.oneof(
  fc.string({ maxLength: 400 }),
  fc.lorem({ maxCount: 8, mode: "sentences" }),
  fc.constantFrom("", "<!channel>", "&".repeat(300), "a\nb\nc", "word ".repeat(200), "*_`~"),
);
const some = <T>(item: fc.Arbitrary<T>, most: number) => fc.array(item, { maxLength: most });
const aRandomNotice = fc
  .record({
    kind: fc.constantFrom("problem" as const, "recovery" as const, "report" as const),
    reason: fc.constantFrom("first" as const, "reminder" as const, "flapping" as const, "news" as const),
    severity: fc.constantFrom("warning" as const, "critical" as const, "info" as const),
    title: text,
    lead: text,
    why: text,
    from: fc.oneof(fc.constantFrom("sync-watchdog", "notifier"), text),
    owners: some(text, 30),
    facts: some(fc.record({ label: text, value: text, detail: fc.boolean() }), 30),
    actions: some(text, 30),
    links: some(fc.record({ label: text, url: fc.webUrl() }), 30),
    details: some(fc.record({ kind: fc.constant("paragraph" as const), text }), 3),
  })
  .map((parts) => aNotice(parts));

function judged(notice: Notice) {
  return judge("application/json", JSON.stringify(toSlackPayload(notice)));
}

describe("a notice on Slack", () => {
  test.each(allKinds())("%s looks as it was agreed", async (name, notice) => {
    await expect(golden(notice)).toMatchFileSnapshot(`golden/slack-${name}.json`);
    expectShort(notice);
  });

  test("says in its order: what, impact, cause, what to do, who, where to go, why now", () => {
    const notice = aNotice({
      links: [{ label: "Why this alert", url: "https://plumbline.example/sync-watchdog/why" }],
    });
    expect(linesOf(toSlackPayload(notice).blocks)).toEqual([
      "🔴 Critical: Facebook Marketing stopped delivering",
      "Nothing new for 6.0 days: about $120K of spend (95K to 140K) not visible.",
      "Cause: Probably the Facebook Marketing connector itself: everything it delivers has stopped.",
      "1. Renew the token: https://developers.facebook.com/tools/accesstoken/?app_id=1&x=_2_",
      "2. In Airbyte, run the connection facebook_marketing by hand and read its last log",
      "3. Restart the Airbyte VM & check its disk",
      "Owner: growth@hulken.example",
      "Why this alert",
      "Why now: This is the first alert for it.",
      "sync-watchdog, 8 Feb 2026 12:00 UTC, incident 9b2e4c0d7a61f358",
    ]);
  });

  test.each(["&", '"', "a", "🚨", "`", "\n"])(
    "stays within 12 lines and Slack's limits however much of %j it holds, and still says what it is about",
    (letter) => {
      const payload = toSlackPayload(anEnormousNotice(letter));
      expectShort(anEnormousNotice(letter));
      expect(judged(anEnormousNotice(letter))).toMatchObject({ accepted: true });
      expect(JSON.stringify(payload).length).toBeLessThan(10_000);
      expect(payload.blocks.at(-1)?.type).toBe("context");
    },
  );

  test("the strict judge of this test refuses what is too long", () => {
    const [header, ...rest] = toSlackPayload(aNotice()).blocks;
    const text = { type: "plain_text", text: "a".repeat(151) };
    const body = JSON.stringify({ text: "x", blocks: [{ ...header, text }, ...rest] });
    expect(judge("application/json", body).accepted).toBe(false);
  });

  test("leaves evidence and tables to the page of the function, or says where they are", () => {
    const linked = aNotice({
      links: [{ label: "Evidence", url: "https://p.example/sync-watchdog?format=html" }],
    });
    for (const notice of [linked, aNotice()]) {
      expect(golden(notice)).not.toContain("facebook_ads_insights_region");
      expect(golden(notice)).not.toContain("stopped within 41 s");
    }
    expect(golden(linked)).not.toContain("The rest is");
    expect(golden(aNotice())).toContain("The rest is in the mail and at GET /sync-watchdog?format=html.");
    expect(golden(aNotice({ details: [] }))).not.toContain("The rest is");
    expect(golden(aNotice({ from: "notifier" }))).toContain("The rest is in the mail.");
  });

  test("a page of somebody else is not where the rest is", () => {
    const elsewhere = [{ label: "Airbyte connection", url: "https://airbyte.example/facebook" }];
    const drawn = golden(aNotice({ links: elsewhere }));
    expect(drawn).toContain("<https://airbyte.example/facebook|Airbyte connection>");
    expect(drawn).toContain("The rest is in the mail");
  });

  test("says how many steps and links it leaves out, and keeps the function's own links", () => {
    const links = Array.from({ length: 20 }, (_, n) => ({
      label: `Page ${n} of many`,
      url: `https://a.example/${n}`,
    }));
    const own = { label: "Acknowledge", url: "https://p.example/sync-watchdog/ack?incident=1" };
    const lines = linesOf(
      toSlackPayload(aNotice({ actions: ["a", "b", "c", "d", "e"], links: [...links, own] })).blocks,
    );
    expect(lines).toContain("3. c (and 2 more)");
    expect(lines.find((line) => line.includes("Acknowledge"))).toMatch(
      /^Page 0 of many .* \d+ more links in the mail$/,
    );
  });

  test("a long sentence is cut at a word, and a lead of several sentences takes a second line", () => {
    const lead = `${"Everything is ok again. ".repeat(9).trim()} Arrived since: ${"everything ".repeat(12).trim()}.`;
    const lines = linesOf(toSlackPayload(aNotice({ lead })).blocks);
    expect(lines.slice(1, 3).join(" ")).toBe(lead);
    const long = linesOf(toSlackPayload(aNotice({ lead: `Nothing ${"new ".repeat(90)}.` })).blocks)[1] ?? "";
    expect(long).toMatch(/^Nothing (new )+new…$/);
    expect(long.length).toBeLessThanOrEqual(220);
  });

  test("no notice is longer than 12 lines of two visual lines each", () => {
    fc.assert(fc.property(aRandomNotice, expectShort), { numRuns: 500 });
  });

  test.each([
    [{ severity: "critical", reason: "first" }, "🔴 Critical: Facebook"],
    [{ severity: "warning", reason: "first" }, "🟠 Warning: Facebook"],
    [{ severity: "critical", reason: "escalated" }, "🔴 Now critical: Facebook"],
    [{ severity: "critical", reason: "new_finding" }, "🔴 Critical: Facebook"],
    [{ severity: "warning", reason: "reminder" }, "🟠 Still warning: Facebook"],
    [{ severity: "warning", reason: "flapping" }, "🔁 Flapping: Facebook"],
    [{ severity: "critical", reason: "partly_recovered" }, "🔴 Partly recovered: Facebook"],
    [{ severity: "critical", reason: "recovered", kind: "recovery" }, "✅ Recovered: Facebook"],
    [{ severity: "info", reason: "heartbeat", kind: "report" }, "🔵 Facebook"],
    [{ severity: "info", reason: "news", kind: "report" }, "🔵 News: Facebook"],
  ] as const)("the headline of %j tells the state in a word", (parts, headline) => {
    const payload = toSlackPayload(aNotice(parts));
    expect(JSON.stringify(payload.blocks[0])).toContain(headline);
    expect(payload.text).toContain(headline);
  });

  test("an empty text anywhere does not make Slack refuse the message", () => {
    const empty = aNotice({
      lead: "",
      why: "",
      facts: [{ label: "", value: "" }],
      actions: [""],
      details: [
        { kind: "paragraph", text: "" },
        { kind: "heading", level: 1, text: "" },
        { kind: "list", ordered: false, items: [] },
        { kind: "facts", facts: [] },
        { kind: "code", language: "", text: "" },
        { kind: "table", columns: [], rows: [] },
        { kind: "table", columns: [{ label: "a" }], rows: [] },
      ],
    });
    expect(judged(empty)).toMatchObject({ accepted: true });
  });
});
