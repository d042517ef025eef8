import { describe, expect, test } from "vitest";
import { apply, onceMoreAtMost } from "../../../functions/notifier/apply.ts";
import { defaultTimeouts } from "../../../functions/notifier/channels/channel.ts";
import { decide } from "../../../functions/notifier/decide.ts";
import type { Channel } from "../../../functions/shared/config/types.ts";
import {
  WarehouseError,
  type WarehouseErrorReason,
} from "../../../functions/shared/stores/bigquery/error.ts";
import type { Row, Warehouse } from "../../../functions/shared/stores/bigquery/types.ts";
import { OutOfTimeError, shortenAll, withinTime } from "../../../functions/shared/time-left.ts";
import { aNotice } from "./a-notice.ts";

const now = new Date("2026-02-08T12:00:00Z");
const slack: Channel = { kind: "slack", id: "data-alerts", webhookSecret: "s" };

/** Grants every claim; refuses the first records. */
function aWarehouse(refusals: number, reason: WarehouseErrorReason, claimed: () => void = () => {}) {
  const calls: string[] = [];
  const warehouse: Warehouse = {
    runs: [],
    async query(): Promise<Row[]> {
      const held = { channel: slack.id, status: "sending", claim: "mine", recipients: [] };
      return [{ ...held, lease_until: { value: "2026-02-08T12:02:00Z" } }];
    },
    async execute(statement) {
      calls.push(statement);
      if (statement === "notifier/claim-deliveries") claimed();
      const records = calls.filter((it) => it === "notifier/record-deliveries").length;
      if (statement === "notifier/record-deliveries" && records <= refusals) {
        throw new WarehouseError(reason, statement, "Could not serialize access due to concurrent update");
      }
      return { affectedRows: 1 };
    },
    async queryAll() {
      throw new Error("not used by the notifier");
    },
    async datasetLocation() {
      throw new Error("not used by the notifier");
    },
  };
  let sent = 0;
  const readSecret = async () => {
    sent += 1;
    throw new Error("the secret is away");
  };
  const run = () =>
    apply(decide([slack], [], now), aNotice(), {
      claim: "mine",
      clock: () => now,
      warehouse,
      readSecret,
      timeouts: defaultTimeouts,
    });
  return {
    run,
    calls,
    records: () => calls.filter((it) => it === "notifier/record-deliveries").length,
    sends: () => sent,
  };
}

describe("a channel that takes a message and does not answer", () => {
  const unanswered = { status: "failed", detail: "no answer", unanswered: true } as const;

  test("gets it once more, and then counts as having it", () => {
    expect(onceMoreAtMost(unanswered, false)).toEqual(unanswered);
    expect(onceMoreAtMost(unanswered, true)).toEqual({
      status: "sent",
      detail: "no answer, twice; it may have arrived",
      unanswered: true,
      incomplete: true,
    });
  });

  test("and fails otherwise the next time is tried as ever", () => {
    const failed = { status: "failed", detail: "503" } as const;
    expect(onceMoreAtMost(failed, true)).toEqual(failed);
  });
});

describe("recording what was sent", () => {
  test("meets other UPDATEs of the table and is tried again, without sending again", async () => {
    const { run, records, sends } = aWarehouse(3, "temporary");
    expect([...(await run()).outcomes.keys()]).toEqual([slack.id]);
    expect([records(), sends()]).toEqual([4, 1]);
  });

  test("gives up at last, and then the delivery is brought again", async () => {
    const { run, records } = aWarehouse(9, "temporary");
    await expect(run()).rejects.toMatchObject({ retry: true });
    expect(records()).toBe(5);
  });

  test("is not tried again where that changes nothing", async () => {
    const { run, records } = aWarehouse(9, "access_denied");
    await expect(run()).rejects.toMatchObject({ retry: false });
    expect(records()).toBe(1);
  });
});

describe("a send that could not be recorded in time", () => {
  test("is not begun, and nothing is claimed for it", async () => {
    const { run, calls, sends } = aWarehouse(0, "temporary");
    const short = withinTime(60_000, () => {
      shortenAll(8_000);
      return run();
    });
    await expect(short).rejects.toThrow(OutOfTimeError);
    expect(calls).toEqual([]);
    expect(sends()).toBe(0);
  });

  test("is not begun where the time went after the claim, and is open to the next attempt at once", async () => {
    const { run, records, sends } = aWarehouse(0, "temporary", () => shortenAll(8_000));
    const { outcomes } = await withinTime(60_000, run);
    expect(outcomes.get(slack.id)).toMatchObject({
      status: "failed",
      detail: expect.stringContaining("no time left"),
    });
    expect(outcomes.get(slack.id)?.retryAfterMs).toBeUndefined();
    expect(records()).toBe(1);
    expect(sends()).toBe(0);
  });

  test("is begun where there is time: the control", async () => {
    const { run, sends } = aWarehouse(0, "temporary");
    await withinTime(60_000, run);
    expect(sends()).toBe(1);
  });
});
