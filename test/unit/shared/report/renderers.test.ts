import { describe, expect, test } from "vitest";
import type { Block, TableBlock } from "../../../../functions/shared/report/blocks.ts";
import { toCsv } from "../../../../functions/shared/report/csv.ts";
import { toHtmlFragment, toHtmlPage } from "../../../../functions/shared/report/html.ts";
import { toMarkdown } from "../../../../functions/shared/report/markdown.ts";
import { toText } from "../../../../functions/shared/report/text.ts";
import { displayWidth } from "../../../../functions/shared/report/width.ts";

const table: TableBlock = {
  kind: "table",
  columns: [{ label: "Source" }, { label: "Status" }, { label: "Rows" }, { label: "Age", align: "right" }],
  rows: [
    ["facebook_ads_insights", "critical", 159_342, "144 h"],
    ["shopify_utm", "ok", 592_091, null],
  ],
};

const report: readonly Block[] = [
  { kind: "heading", level: 1, text: "Sync watchdog" },
  { kind: "paragraph", text: "Seen on 8 Feb 2026." },
  {
    kind: "facts",
    facts: [
      { label: "Owner", value: "growth" },
      { label: "Not visible", value: "$120K" },
    ],
  },
  { kind: "heading", level: 2, text: "What to do" },
  { kind: "list", ordered: true, items: ["Log in to the host", "Start the sync"] },
  { kind: "list", ordered: false, items: ["one", "two"] },
  table,
  { kind: "code", language: "sql", text: "SELECT 1\nFROM t\n" },
];

describe("Markdown", () => {
  test("says every block in GitHub's flavour", () => {
    expect(toMarkdown(report)).toMatchInlineSnapshot(`
      "# Sync watchdog

      Seen on 8 Feb 2026.

      - **Owner:** growth
      - **Not visible:** $120K

      ## What to do

      1. Log in to the host
      2. Start the sync

      - one
      - two

      | Source | Status | Rows | Age |
      | --- | --- | ---: | ---: |
      | facebook_ads_insights | critical | 159,342 | 144 h |
      | shopify_utm | ok | 592,091 | – |

      \`\`\`sql
      SELECT 1
      FROM t
      \`\`\`
      "
    `);
  });

  test("a code fence is longer than any run of backticks inside it", () => {
    const code: Block = { kind: "code", language: "sql`\n", text: "a\n````\n# not a heading" };
    expect(toMarkdown([code])).toBe("`````sql\na\n````\n# not a heading\n`````\n");
  });

  test("a name with underscores stays readable, an emphasis does not survive", () => {
    const said = toMarkdown([{ kind: "paragraph", text: "facebook_ads_insights is _not_ *fine*" }]);
    expect(said).toBe("facebook_ads_insights is \\_not\\_ \\*fine\\*\n");
  });

  test.each([
    ["# Title", "\\# Title\n"],
    ["- item", "\\- item\n"],
    ["1. item", "1\\. item\n"],
    ["---", "\\---\n"],
    ["===", "\\===\n"],
    ["> quote", "&gt; quote\n"],
    ["[a](javascript:x)", "\\[a\\](javascript:x)\n"],
    ["&lt;b&gt;", "&amp;lt;b&amp;gt;\n"],
    ["-5 of 30.5 h", "-5 of 30.5 h\n"],
  ])("a text that looks like markup stays a text: %s", (text, said) => {
    expect(toMarkdown([{ kind: "paragraph", text }])).toBe(said);
  });
});

describe("HTML", () => {
  test("says every block in elements that carry its meaning", () => {
    expect(toHtmlFragment(report)).toMatchInlineSnapshot(`
      "<h1 dir="auto">Sync watchdog</h1>
      <p dir="auto">Seen on 8 Feb 2026.</p>
      <dl>
      <div><dt>Owner</dt><dd dir="auto">growth</dd></div>
      <div><dt>Not visible</dt><dd dir="auto">$120K</dd></div>
      </dl>
      <h2 dir="auto">What to do</h2>
      <ol>
      <li dir="auto">Log in to the host</li>
      <li dir="auto">Start the sync</li>
      </ol>
      <ul>
      <li dir="auto">one</li>
      <li dir="auto">two</li>
      </ul>
      <div class="scroll" role="region" tabindex="0" aria-label="Table: Source, Status, Rows, Age">
      <table>
      <thead><tr><th scope="col">Source</th><th scope="col">Status</th><th scope="col" class="number">Rows</th><th scope="col" class="number">Age</th></tr></thead>
      <tbody>
      <tr><th scope="row" dir="auto">facebook_ads_insights</th><td dir="auto" data-label="Status" data-state="critical">critical</td><td dir="auto" class="number" data-label="Rows">159,342</td><td dir="auto" class="number" data-label="Age">144 h</td></tr>
      <tr><th scope="row" dir="auto">shopify_utm</th><td dir="auto" data-label="Status" data-state="ok">ok</td><td dir="auto" class="number" data-label="Rows">592,091</td><td dir="auto" class="number" data-label="Age">–</td></tr>
      </tbody>
      </table>
      </div>
      <pre tabindex="0"><code class="language-sql">SELECT 1
      FROM t
      </code></pre>"
    `);
  });

  test("a page has a language, a viewport, one first heading and nothing from outside", () => {
    const page = toHtmlPage(report, { title: "Sync watchdog" });
    expect(page).toMatch(/^<!doctype html>\n<html lang="en">/);
    expect(page).toContain('<meta name="viewport" content="width=device-width, initial-scale=1">');
    expect(page.match(/<h1/g)).toHaveLength(1);
    expect(page).not.toMatch(/<script|<link|src=|url\(|@import/i);
  });

  test("a report without a first heading gets the page's title as one", () => {
    const page = toHtmlPage([{ kind: "paragraph", text: "x" }], { title: "A & B" });
    expect(page).toContain("<title>A &amp; B</title>");
    expect(page).toContain('<h1 dir="auto">A &amp; B</h1>');
  });
});

describe("plain text", () => {
  test("says every block with aligned columns", () => {
    expect(toText(report)).toMatchInlineSnapshot(`
      "Sync watchdog
      =============

      Seen on 8 Feb 2026.

      Owner:       growth
      Not visible: $120K

      What to do
      ----------

      1. Log in to the host
      2. Start the sync

      - one
      - two

      Source                 Status       Rows    Age
      ---------------------  --------  -------  -----
      facebook_ads_insights  critical  159,342  144 h
      shopify_utm            ok        592,091      –

          SELECT 1
          FROM t
      "
    `);
  });

  test("no line of a table is wider than 100 columns, and no letter is lost", () => {
    const long = "tiktokads_audience_reports_by_province_daily";
    const wideTable: TableBlock = {
      kind: "table",
      columns: [{ label: "Source" }, { label: "Finding" }, { label: "Query" }],
      rows: [[long, "nothing arrived for 72 h ".repeat(10), "x".repeat(300)]],
    };
    const lines = toText([wideTable]).split("\n");
    expect(Math.max(...lines.map(displayWidth))).toBeLessThanOrEqual(100);
    const letters = lines.join("").replace(/[\s-]/g, "");
    expect(letters.match(/x/g)).toHaveLength(300);
    expect(lines.some((line) => line.startsWith("tiktokads_audience_reports_"))).toBe(true);
  });

  test("thirty columns are written one row under the other instead of as ladders", () => {
    const columns = Array.from({ length: 30 }, (_, index) => ({ label: `column_${index}` }));
    const said = toText([{ kind: "table", columns, rows: [columns.map((_, index) => index)] }]);
    expect(said.split("\n")[29]).toBe("column_29  29");
  });

  test("columns stay aligned under wide letters, accents and emoji", () => {
    const said = toText([
      {
        kind: "table",
        columns: [{ label: "Name" }, { label: "Next" }],
        rows: [
          ["日本語", "a"],
          ["é🔥", "b"],
          ["e\u0301", "c"],
        ],
      },
    ]);
    const starts = said
      .split("\n")
      .slice(2, 5)
      .map((line) => displayWidth(line.slice(0, -1)));
    expect(starts).toEqual([8, 8, 8]);
  });

  test("an empty table still shows its header", () => {
    expect(toText([{ ...table, rows: [] }])).toContain("Source  Status");
  });
});

describe("CSV", () => {
  test("numbers are whole and ungrouped, what is absent is empty", () => {
    expect(toCsv(table)).toBe(
      "Source,Status,Rows,Age\nfacebook_ads_insights,critical,159342,144 h\nshopify_utm,ok,592091,\n",
    );
  });

  test("a text that a spreadsheet would run is held as text, a negative number is not touched", () => {
    const rows = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", -1, "a=1"].map((cell) => [cell]);
    const csv = toCsv({ kind: "table", columns: [{ label: "=HYPERLINK(0)" }], rows });
    expect(csv).toBe("'=HYPERLINK(0)\n'=1+1\n'+1\n'-1\n'@SUM(A1)\n'\t=1\n\"'\r=1\"\n-1\na=1\n");
  });

  test("quotes, separators and line breaks stay inside their cell", () => {
    const csv = toCsv({ kind: "table", columns: [{ label: "a" }], rows: [['say "x", y\nz']] });
    expect(csv).toBe('a\n"say ""x"", y\nz"\n');
  });
});

describe("hostile text", () => {
  const texts = [
    "<script>alert(1)</script>",
    "</title><img src=x onerror=alert(1)>",
    `" onmouseover="alert(1)`,
    "' onfocus='alert(1)",
    "a | b || c",
    "```\n# broke out",
    "`code` ``x``",
    "line\r\n# heading\u2028next",
    "\u202egpj.exe",
    "\u2066hidden\u2069 \u0007bell \u001b[31mred",
    "مرحبا shalom שלום",
    "&lt;script&gt;&#60;",
    "https://x.example/<b>",
  ];
  const everywhere = (text: string): readonly Block[] => [
    { kind: "heading", level: 2, text },
    { kind: "paragraph", text },
    { kind: "facts", facts: [{ label: text, value: text }] },
    { kind: "list", ordered: true, items: [text] },
    { kind: "table", columns: [{ label: text }, { label: "next" }], rows: [[text, text]] },
    { kind: "code", language: text, text },
  ];

  test.each(texts)("makes no element, attribute or entity of its own in HTML: %j", (text) => {
    const shape = (page: string) =>
      [...page.matchAll(/<[^>]*>/g)].map(([tag]) =>
        tag.replace(/ aria-label="[^"<>]*"| class="language-[\w+-]*"| data-state="[a-z]+"/g, ""),
      );
    const page = toHtmlPage(everywhere(text), { title: text });
    expect(shape(page)).toEqual(shape(toHtmlPage(everywhere("Harmless text"), { title: "Harmless text" })));
  });

  test.each(texts)("adds no block to Markdown: %j", (text) => {
    const outsideCode = (said: string) => said.slice(0, said.lastIndexOf("\n\n`"));
    const shape = (said: string) =>
      outsideCode(said)
        .split("\n")
        .map((line) => line.slice(0, 2).replace(/\w/g, "w"));
    const said = toMarkdown(everywhere(text));
    expect(outsideCode(said)).not.toMatch(/(?<!\\)[<>`]/);
    expect(shape(said)).toHaveLength(shape(toMarkdown(everywhere("harmless"))).length);
    const rows = said.split("\n").filter((line) => line.startsWith("| "));
    expect(rows.map((row) => row.match(/(?<!\\)\|/g)?.length)).toEqual([3, 3, 3]);
  });

  test.each(texts)("cannot reorder, ring or colour a terminal: %j", (text) => {
    for (const said of [
      toText(everywhere(text)),
      toMarkdown(everywhere(text)),
      toHtmlFragment(everywhere(text)),
    ]) {
      expect(said.replaceAll("\n", "")).not.toMatch(/\p{Control}|\p{Bidi_Control}/u);
    }
  });

  test("right-to-left words themselves are kept", () => {
    expect(toText([{ kind: "paragraph", text: "שלום" }])).toBe("שלום\n");
    expect(toHtmlFragment([{ kind: "paragraph", text: "שלום" }])).toBe('<p dir="auto">שלום</p>');
  });

  test("a million letters are rendered, not hung upon", () => {
    const text = "_*`|<&".repeat(50_000);
    expect(toMarkdown(everywhere(text)).length).toBeGreaterThan(text.length);
    expect(toText(everywhere(text)).length).toBeGreaterThan(text.length);
  }, 20_000);
});
