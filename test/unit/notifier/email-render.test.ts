import { describe, expect, test } from "vitest";
import { toEmail } from "../../../functions/notifier/channels/email/render.ts";
import type { Notice } from "../../../functions/shared/alerting/types.ts";
import { aHostileNotice, allKinds, aNotice, anEnormousNotice, aRecovery } from "./every-notice.ts";

const sender = "Plumbline <plumbline@hulken.example>";

function email(notice: Notice) {
  return toEmail(notice, "data-mail", sender);
}

describe("a notice by e-mail", () => {
  test.each(allKinds())("%s reads and looks as it was agreed", async (name, notice) => {
    await expect(email(notice).text).toMatchFileSnapshot(`golden/email-${name}.txt`);
    // Not .html: the formatter would rewrite what must stay as it was sent.
    await expect(email(notice).html).toMatchFileSnapshot(`golden/email-${name}.html.golden`);
  });

  test.each([
    [aNotice(), "[critical] Facebook Marketing stopped delivering"],
    [aNotice({ severity: "warning" }), "[warning] Facebook Marketing stopped delivering"],
    [aNotice({ reason: "reminder" }), "[critical] Facebook Marketing stopped delivering"],
    [aRecovery(), "[recovered] Facebook Marketing stopped delivering"],
  ])("the subject says the state in brackets", (notice, subject) => {
    expect(email(notice).subject).toBe(subject);
  });

  test("all mails of an incident are one thread, each with an id of its own", () => {
    const [first, later] = [email(aNotice()), email(aRecovery())];
    const thread = "<9b2e4c0d7a61f358.data-mail@hulken.example>";
    expect([first.references, later.references]).toEqual([thread, thread]);
    expect([first.inReplyTo, later.inReplyTo]).toEqual([null, thread]);
    expect(first.messageId).toBe("<5c1f0e6f2ad94d1c8a7be3d0914c2f55.data-mail@hulken.example>");
    expect(later.messageId).not.toBe(first.messageId);
  });

  test("no id ends a header early, whatever is in it", () => {
    const evil = "x>\r\nBcc: eve@evil.example";
    const mail = toEmail(aNotice({ id: evil, incident: evil }), evil, sender);
    for (const value of [mail.messageId, mail.references, ...Object.values(mail.headers)])
      expect(value).toMatch(/^[\w<>.@-]+$/);
  });

  test("another incident is another thread", () => {
    expect(email(aNotice({ incident: "other" })).references).not.toBe(email(aNotice()).references);
  });

  test("the same notice makes the same mail: a repeat is recognised by its id", () => {
    expect(email(aNotice())).toEqual(email(aNotice()));
  });

  test("no text of a notice becomes markup", () => {
    const { html } = email(aHostileNotice());
    expect(html).not.toMatch(/<script|<!channel|<@U1/);
    expect(html).toContain("&lt;script&gt;");
    expect(html.match(/<\/table>/g)?.length).toBe(html.match(/<table/g)?.length);
  });

  test("the mail loads nothing from outside and runs nothing", () => {
    const { html } = email(aNotice());
    expect(html).not.toMatch(/<(img|script|link|iframe)|url\(|\bsrc=|@import/i);
  });

  test("a subject stays short enough for a list of mails", () => {
    expect(email(anEnormousNotice("a")).subject.length).toBeLessThanOrEqual(200);
    expect(email(anEnormousNotice("a")).subject).toMatch(/^\[critical\] a+ .*…$/);
  });

  test.each(["a", "&"])(
    "the text holds the whole of an enormous notice of %j, the page as much as a reader shows",
    (letter) => {
      const { text, html } = email(anEnormousNotice(letter));
      expect(text).toContain(`${letter}499-7`);
      expect(Buffer.byteLength(html)).toBeLessThanOrEqual(90_000);
      expect(html).toContain("This mail is shortened");
      expect(html.match(/<\/table>/g)?.length).toBe(html.match(/<table/g)?.length);
    },
  );

  test("a table that is cut says how many rows are missing, and the links to them come again", () => {
    const rows = Array.from({ length: 900 }, (_, n) => [`source_${n}`, "critical", "2 Feb 2026 12:00 UTC"]);
    const columns = ["Source", "Status", "Newest"].map((label) => ({ label }));
    const link = { label: "Evidence", url: "https://p.example/sync-watchdog?format=html" };
    const paragraph = { kind: "paragraph", text: "What comes after it." } as const;
    const { html } = email(
      aNotice({ details: [{ kind: "table", columns, rows }, paragraph], links: [link] }),
    );
    const shown = [...html.matchAll(/source_<wbr>\d+<|source_\d+</g)].length;
    expect(shown).toBeGreaterThan(30);
    expect(html).toContain(`and ${900 - shown} more, in the whole report`);
    expect(html).toContain("What comes after it.");
    expect(html.split(link.url)).toHaveLength(3);
    expect(email(aNotice()).html).not.toContain("shortened");
  });
});
