import { describe, expect, test } from "vitest";
import type { Outcome } from "../../../functions/notifier/channels/outcome.ts";
import { type DeliveryStatus, decide, verdict } from "../../../functions/notifier/decide.ts";
import type { Channel } from "../../../functions/shared/config/types.ts";

const now = new Date("2026-02-08T12:00:00Z");
const slack: Channel = { kind: "slack", id: "data-alerts", webhookSecret: "s" };
const email: Channel = {
  kind: "email",
  id: "data-mail",
  smtpSecret: "m",
  from: "a@b.example",
  to: ["c@d.example"],
};

function delivery(channel: Channel, status: DeliveryStatus, leaseMs = 0) {
  const leaseUntil = new Date(now.getTime() + leaseMs);
  return { channel: channel.id, status, claim: "one", leaseUntil, recipients: [], unanswered: false };
}

function outcome(status: Outcome["status"]): Outcome {
  return { status, detail: "" };
}

describe("what is still to be done for a notice", () => {
  test("what nobody has tried is sent everywhere", () => {
    expect(decide([slack, email], [], now).send).toEqual([slack, email]);
  });

  test.each([
    ["sent", 0, "sent"],
    ["refused", 0, "refused"],
    ["failed", 0, "send"],
    ["failed", 1, "wait"],
    ["free", 0, "send"],
    ["sending", 1, "wait"],
    ["sending", 0, "send"],
    ["sending", -1, "send"],
  ] as const)(
    "a delivery that is %s with %i ms of lease left: %s, and the other channel is not affected",
    (status, lease, step) => {
      const plan = decide([slack, email], [delivery(slack, status, lease)], now);
      expect(plan[step]).toContain(slack);
      expect(plan.send).toContain(email);
      expect([...plan.send, ...plan.wait, ...plan.sent, ...plan.refused]).toHaveLength(2);
    },
  );

  test.each([
    ["free", "sent", "sent"],
    ["sent", "free", "sent"],
    ["sent", "failed", "sent"],
    ["free", "refused", "refused"],
    ["free", "sending", "wait"],
    ["sending", "free", "wait"],
    ["free", "failed", "wait"],
  ] as const)("a delivery with two rows, %s and %s, is one: %s", (one, other, step) => {
    const rows = [delivery(slack, one, 1), delivery(slack, other, 1)];
    expect(decide([slack], rows, now)[step]).toEqual([slack]);
  });

  test("a delivery to a channel that is not in the warehouse file any more is left alone", () => {
    expect(decide([email], [delivery(slack, "failed")], now).send).toEqual([email]);
  });
});

describe("what Pub/Sub is told", () => {
  const plan = decide([slack, email], [], now);

  test.each([
    [["sent", "sent"], "delivered"],
    [["sent", "refused"], "delivered"],
    [["sent", "failed"], "retry"],
    [["refused", "failed"], "retry"],
    [["refused", "refused"], "all_refused"],
  ] as const)("%j is %s", (statuses, expected) => {
    expect(verdict(plan, statuses.map(outcome))).toBe(expected);
  });

  test("what was sent before counts; what another attempt is sending is waited for", () => {
    expect(verdict(decide([slack], [delivery(slack, "sent")], now), [])).toBe("delivered");
    expect(verdict(decide([slack, email], [delivery(slack, "sent")], now), [outcome("refused")])).toBe(
      "delivered",
    );
    expect(verdict(decide([slack, email], [delivery(slack, "sending", 1)], now), [outcome("sent")])).toBe(
      "retry",
    );
    expect(verdict(decide([slack], [delivery(slack, "refused")], now), [])).toBe("all_refused");
    expect(verdict(decide([], [], now), [])).toBe("no_channel");
  });
});
