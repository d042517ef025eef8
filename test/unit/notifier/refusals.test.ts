import { describe, expect, test } from "vitest";
import type { Outcome } from "../../../functions/notifier/channels/outcome.ts";
import { judgedChannels, refusalGroups } from "../../../functions/notifier/refusals.ts";
import type { Channel } from "../../../functions/shared/config/types.ts";

const mail: Channel = {
  kind: "email",
  id: "mail",
  smtpSecret: "s",
  from: "p@h.example",
  to: ["a@h.example", "b@h.example"],
};
const lost = [
  { pseudonym: "a", refusedWith: null },
  { pseudonym: "b", refusedWith: 550 },
];

describe("what an attempt knows of a channel", () => {
  test.each<[string, Outcome, boolean, string | null]>([
    ["sent: it works", { status: "sent", detail: "ok" }, true, null],
    ["refused: it does not", { status: "refused", detail: "EENVELOPE 550 no" }, true, "critical"],
    ["failed: nothing", { status: "failed", detail: "ECONNECTION" }, false, null],
    ["sent, but not to everybody", { status: "sent", detail: "(550)", recipients: lost }, true, "warning"],
    [
      "failed for one, and another refused for good",
      { status: "failed", detail: "", recipients: lost },
      true,
      "warning",
    ],
  ])("%s", (_, outcome, judged, severity) => {
    const outcomes = new Map([["mail", outcome]]);
    expect(judgedChannels(outcomes, false).has("mail")).toBe(judged);
    const [group] = refusalGroups([mail], outcomes, new Map(), false);
    expect(group?.findings[0]?.severity ?? null).toBe(severity);
    if (group !== undefined)
      expect([group.key, group.findings[0]?.subject]).toEqual(["channel:mail", "mail"]);
    expect(JSON.stringify(group ?? null)).not.toContain("h.example");
  });

  test("a channel that still fails once Pub/Sub has given up is told of; before that it is not", () => {
    const outcomes = new Map([["mail", { status: "failed", detail: "ESOCKET" } as const]]);
    expect(judgedChannels(outcomes, false).size).toBe(0);
    expect(refusalGroups([mail], outcomes, new Map(), false)).toEqual([]);
    expect(judgedChannels(outcomes, true)).toEqual(new Set(["mail"]));
    expect(refusalGroups([mail], outcomes, new Map(), true)).toMatchObject([
      { key: "channel:mail", findings: [{ check: "delivery", subject: "mail", severity: "critical" }] },
    ]);
  });
});
