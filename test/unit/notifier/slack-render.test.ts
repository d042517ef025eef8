import { describe, expect, test } from "vitest";
import { toSlackPayload } from "../../../functions/notifier/channels/slack/render.ts";
import type { Notice } from "../../../functions/shared/alerting/types.ts";
import { judge } from "../../../infra/local/slack/payload.ts";
import { allKinds, aNotice, anEnormousNotice } from "./every-notice.ts";

function golden(notice: Notice): string {
  return `${JSON.stringify(toSlackPayload(notice), null, 2)}\n`;
}

function judged(notice: Notice) {
  return judge("application/json", JSON.stringify(toSlackPayload(notice)));
}

describe("a notice on Slack", () => {
  test.each(allKinds())("%s looks as it was agreed", async (name, notice) => {
    await expect(golden(notice)).toMatchFileSnapshot(`golden/slack-${name}.json`);
    expect(judged(notice)).toMatchObject({ accepted: true, mentions: [] });
  });

  test("says in its order: what, since when and how much, how bad, what to do, the details, why now", () => {
    const drawn = golden(aNotice());
    const places = [
      "Critical: Facebook Marketing stopped",
      "Nothing new for 6.0 days",
      "5 sources: 5 critical",
      "growth@hulken.example",
      "What to do",
      "facebook_ads_insights_region",
      "Why now",
    ].map((text) => drawn.lastIndexOf(text));
    expect(places.every((place) => place > 0)).toBe(true);
    expect(places).toEqual([...places].sort((a, b) => a - b));
  });

  test.each([["&"], ['"'], ["a"], ["🚨"], ["`"], ["\n"]])(
    "stays within Slack's limits however much of %j it holds, and still says what it is about",
    (letter) => {
      const payload = toSlackPayload(anEnormousNotice(letter));
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

  test("a table too long for one message says how many rows it leaves out", () => {
    const rows = Array.from({ length: 500 }, (_, n) => [`source_${n}`, "critical"]);
    const drawn = golden(
      aNotice({ details: [{ kind: "table", columns: [{ label: "Source" }, { label: "Status" }], rows }] }),
    );
    const shown = [...drawn.matchAll(/source_\d+ /g)].length;
    expect(shown).toBeGreaterThan(40);
    expect(drawn).toContain(`… and ${500 - shown} more rows`);
  });

  test("details that do not fit are said to be missing, and details that fit are not", () => {
    const paragraph = (text: string) => ({ kind: "paragraph" as const, text });
    const many = aNotice({ details: Array.from({ length: 30 }, () => paragraph("word ".repeat(200))) });
    expect(golden(many)).toContain("More details do not fit into this message.");
    expect(golden(aNotice())).not.toContain("do not fit");
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
    [{ severity: "info", reason: "all_quiet", kind: "report" }, "🔵 Facebook"],
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
