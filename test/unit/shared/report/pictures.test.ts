import { describe, expect, test } from "vitest";
import { toMailHtml } from "../../../../functions/notifier/channels/email/html.ts";
import { toSlackPayload } from "../../../../functions/notifier/channels/slack/render.ts";
import { parseNotice } from "../../../../functions/shared/alerting/notices/parse-notice.ts";
import type { Block } from "../../../../functions/shared/report/blocks.ts";
import { toHtmlFragment } from "../../../../functions/shared/report/html.ts";
import { toMarkdown } from "../../../../functions/shared/report/markdown.ts";
import { toText } from "../../../../functions/shared/report/text.ts";
import { aNotice } from "../../notifier/a-notice.ts";

function daysOf(count: number): string[] {
  return Array.from({ length: count }, (_, n) =>
    new Date(Date.UTC(2026, 0, 5 + n)).toISOString().slice(0, 10),
  );
}

function pictures(label: string, values: readonly (number | null)[], rows = 1): Block[] {
  const days = daysOf(values.length);
  const marks = values.map((value) => (value === null ? "unknown" : value > 0 ? "arrived" : "missing"));
  return [
    { kind: "strip", title: label, days, rows: Array.from({ length: rows }, () => ({ label, marks })) },
    {
      kind: "bars",
      title: label,
      days,
      unit: "USD",
      series: [
        { label, values },
        { label, values },
      ],
    },
    { kind: "fold", title: label, blocks: [{ kind: "paragraph", text: label }] },
  ];
}

const hostile = "</td><script>alert(1)</script>\" onclick='x' ```\n# broke out \u202e\u0007";

describe("pictures", () => {
  test.each([
    ["no days", []],
    ["one day", [1]],
    ["nothing known", [null, null]],
    ["zero only", [0, 0, 0]],
    ["refunds", [10, -4, 0, null]],
    ["two months", Array.from({ length: 62 }, (_, n) => n)],
  ])("%s is drawn everywhere, without NaN", (_, values) => {
    const blocks = pictures("Facebook", values, 40);
    for (const said of [
      toHtmlFragment(blocks),
      toMarkdown(blocks),
      toText(blocks),
      toMailHtml(aNotice({ appendix: blocks })),
    ])
      expect(said).not.toMatch(/NaN|Infinity|undefined/);
    expect(
      Math.max(
        ...toText(blocks)
          .split("\n")
          .map((line) => [...line].length),
      ),
    ).toBeLessThanOrEqual(100);
  });

  test("zero, a refund and what nobody knows look different", () => {
    expect(toText(pictures("F", [10, -4, 0, null]))).toContain("█-0?");
  });

  test("a hostile label makes no element and no block of its own", () => {
    const [evil, tame] = [hostile, "harmless"].map((label) => pictures(label, [1, 0, null]));
    const tags = (html: string) => html.match(/<[a-z]+/g)?.filter((tag) => tag !== "<wbr");
    expect(tags(toHtmlFragment(evil ?? []))).toEqual(tags(toHtmlFragment(tame ?? [])));
    const mail = (appendix: Block[] = []) => tags(toMailHtml(aNotice({ appendix })));
    expect(mail(evil)).toEqual(mail(tame));
    expect(toMarkdown(evil ?? [])).not.toMatch(/^#(?!## )/m);
    expect(toText(evil ?? []).replaceAll("\n", "")).not.toMatch(/\p{Control}|\p{Bidi_Control}/u);
  });

  test("an appendix is published, mailed and left out of Slack without a word", () => {
    const notice = aNotice({ appendix: pictures("Appended", [1, 0]) });
    expect(parseNotice(JSON.stringify(notice))).toEqual({ notice });
    expect(toMailHtml(notice)).toContain("Appended");
    expect(toSlackPayload(notice)).toEqual(toSlackPayload(aNotice()));
  });
});
