import { describe, expect, test } from "vitest";
import { toEmail } from "../../../functions/notifier/channels/email/render.ts";
import { toSlackPayload } from "../../../functions/notifier/channels/slack/render.ts";
import { aNotice } from "./a-notice.ts";

const drawn = (url: string) => {
  const notice = aNotice({ links: [{ label: "On it", url }] });
  const { text, html } = toEmail(notice, "data-mail", "Plumbline <plumbline@hulken.example>");
  return { slack: JSON.stringify(toSlackPayload(notice)), text, html };
};

describe("links of a notice", () => {
  test("lead from every format to the same address", () => {
    const { slack, text, html } = drawn("https://plumbline.example/ack?a=1&b=2");
    expect(slack).toContain("<https://plumbline.example/ack?a=1&amp;b=2|On it>");
    expect(text).toContain("On it: https://plumbline.example/ack?a=1&b=2");
    expect(html).toContain('href="https://plumbline.example/ack?a=1&amp;b=2"');
  });

  test.each(["javascript:alert(1)", "data:text/html,x", "https://user:canary@plumbline.example/", "/ack"])(
    "%s is no address to send people to, and is not drawn",
    (url) => {
      for (const text of Object.values(drawn(url))) expect(text).not.toContain("On it");
    },
  );
});
