import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { readMissed } from "../../functions/notifier/channel-failure.ts";
import type { Outcome } from "../../functions/notifier/channels/outcome.ts";
import {
  type Claim,
  claimDeliveries as claimOf,
  readDeliveries,
  recordDeliveries,
} from "../../functions/notifier/deliveries.ts";
import type { Notice } from "../../functions/shared/alerting/types.ts";
import { aNotice } from "../unit/notifier/a-notice.ts";
import { type OpsWarehouse, opsDataset, startOpsWarehouse } from "./ops-warehouse.ts";

let ops: OpsWarehouse;

beforeAll(async () => {
  ops = await startOpsWarehouse();
});
afterEach(() => ops.empty("deliveries"));
afterAll(() => ops.close());

const notice = aNotice();
const now = new Date("2026-02-08T12:00:10Z");
const later = (seconds: number) => new Date(now.getTime() + seconds * 1000);
const claim = (id: string, at = now) => ({ id, now: at, leaseUntil: new Date(at.getTime() + 120_000) });
const claimDeliveries = async (
  warehouse: OpsWarehouse["warehouse"],
  of: Notice,
  channels: readonly string[],
  by: Claim,
) => [...(await claimOf(warehouse, of, channels, by)).keys()];
const outcomes = (status: Outcome["status"], ...channels: string[]) =>
  new Map(channels.map((channel) => [channel, { status, detail: `${status}!` }]));

describe("notifier/ensure-deliveries and notifier/claim-deliveries", () => {
  test("what nobody has tried is claimed, channel by channel", async () => {
    expect(await claimDeliveries(ops.warehouse, notice, ["slack", "mail"], claim("one"))).toEqual([
      "slack",
      "mail",
    ]);
    expect(
      await ops.rows("deliveries", ["channel", "incident", "status", "claim", "attempts", "notice_at"]),
    ).toEqual(
      ["mail", "slack"].map((channel) => ({
        channel,
        incident: notice.incident,
        status: "sending",
        claim: "one",
        attempts: 1,
        notice_at: "2026-02-08T12:00:00.000Z",
      })),
    );
  });

  test("what another attempt holds is not claimed while its lease runs, and is claimed when it has run out", async () => {
    await claimDeliveries(ops.warehouse, notice, ["slack"], claim("one"));
    expect(await claimDeliveries(ops.warehouse, notice, ["slack"], claim("two", later(119)))).toEqual([]);
    expect(await claimDeliveries(ops.warehouse, notice, ["slack"], claim("three", later(120)))).toEqual([
      "slack",
    ]);
    expect(await ops.rows("deliveries", ["claim", "attempts"])).toEqual([{ claim: "three", attempts: 2 }]);
  });

  test.each([
    ["sent", []],
    ["refused", []],
    ["failed", ["slack"]],
  ] as const)("what is %s is claimed again: %j", async (status, claimed) => {
    await claimDeliveries(ops.warehouse, notice, ["slack"], claim("one"));
    await recordDeliveries(ops.warehouse, notice, outcomes(status, "slack"), claim("one"), now);
    expect(await claimDeliveries(ops.warehouse, notice, ["slack"], claim("two", later(500)))).toEqual(
      claimed,
    );
  });

  test("one of two claimed: only that one is ours", async () => {
    await claimDeliveries(ops.warehouse, notice, ["slack"], claim("one"));
    expect(await claimDeliveries(ops.warehouse, notice, ["slack", "mail"], claim("two"))).toEqual(["mail"]);
  });

  test("of many attempts at once, each channel is claimed by exactly one", async () => {
    const claims = await Promise.all(
      Array.from({ length: 6 }, (_, n) =>
        claimDeliveries(ops.warehouse, notice, ["slack", "mail"], claim(`c${n}`)),
      ),
    );
    expect(claims.flat().sort()).toEqual(["mail", "slack"]);
  });

  describe("with the two rows that two first attempts at once may leave on BigQuery", () => {
    /** As the insertion of an attempt that saw none. */
    const insert = (status: string, by: string, leaseUntil = now) =>
      ops.run(
        `INSERT INTO \`${opsDataset}.deliveries\`
         (notice, channel, incident, status, claim, lease_until, attempts, notice_at, changed_at)
         VALUES (@notice, 'slack', 'i', @status, @by, TIMESTAMP(@lease), 0,
                 TIMESTAMP '2026-02-08 12:00:00+00', TIMESTAMP '2026-02-08 12:00:00+00')`,
        { notice: notice.id, status, by, lease: leaseUntil.toISOString() },
      );

    test("of many attempts at once, exactly one claims", async () => {
      await insert("free", "one");
      await insert("free", "two");
      const claims = await Promise.all(
        Array.from({ length: 6 }, (_, n) =>
          claimDeliveries(ops.warehouse, notice, ["slack"], claim(`c${n}`)),
        ),
      );
      expect(claims.flat()).toEqual(["slack"]);
    });

    test.each(["sent", "refused"] as const)(
      "what is %s in one row is not claimed in the other",
      async (is) => {
        await insert(is, "one");
        await insert("free", "two");
        expect(await claimDeliveries(ops.warehouse, notice, ["slack"], claim("three", later(500)))).toEqual(
          [],
        );
      },
    );

    test("a row that appears after the claim takes nothing from the one who has it", async () => {
      await insert("sending", "one", later(120));
      await insert("free", "two");
      expect(await claimDeliveries(ops.warehouse, notice, ["slack"], claim("two"))).toEqual([]);
      await recordDeliveries(ops.warehouse, notice, outcomes("sent", "slack"), claim("one"), now);
      expect(await claimDeliveries(ops.warehouse, notice, ["slack"], claim("two", later(500)))).toEqual([]);
    });

    test("two attempts that each hold a row send neither, and one has both when the leases have run out", async () => {
      await insert("sending", "one", later(120));
      await insert("sending", "two", later(120));
      expect(await claimDeliveries(ops.warehouse, notice, ["slack"], claim("one"))).toEqual([]);
      expect(await claimDeliveries(ops.warehouse, notice, ["slack"], claim("three", later(120)))).toEqual([
        "slack",
      ]);
    });
  });

  test("another notice is another delivery", async () => {
    await claimDeliveries(ops.warehouse, notice, ["slack"], claim("one"));
    const other = aNotice({ id: "other" });
    expect(await claimDeliveries(ops.warehouse, other, ["slack"], claim("two"))).toEqual(["slack"]);
  });
});

describe("notifier/record-deliveries and read-deliveries", () => {
  test("what is recorded is read back, and only of this notice", async () => {
    await claimDeliveries(ops.warehouse, notice, ["mail", "slack"], claim("one"));
    await claimDeliveries(ops.warehouse, aNotice({ id: "other" }), ["slack"], claim("two"));
    const mixed = new Map([...outcomes("sent", "slack"), ...outcomes("failed", "mail")]);
    await recordDeliveries(ops.warehouse, notice, mixed, claim("one"), now);
    expect(await readDeliveries(ops.warehouse, notice)).toEqual([
      { channel: "mail", status: "failed", claim: "one", leaseUntil: now, recipients: [], unanswered: false },
      { channel: "slack", status: "sent", claim: "one", leaseUntil: now, recipients: [], unanswered: false },
    ]);
  });

  test("what failed is left alone for as long as the channel asked, and is open then", async () => {
    await claimDeliveries(ops.warehouse, notice, ["slack"], claim("one"));
    const wait = new Map([["slack", { status: "failed", detail: "429", retryAfterMs: 30_000 } as const]]);
    await recordDeliveries(ops.warehouse, notice, wait, claim("one"), now);
    expect(await claimDeliveries(ops.warehouse, notice, ["slack"], claim("two", later(29)))).toEqual([]);
    expect(await claimDeliveries(ops.warehouse, notice, ["slack"], claim("three", later(30)))).toEqual([
      "slack",
    ]);
  });

  test("what was refused is claimed again only by who asks for it, and what was sent never", async () => {
    await claimDeliveries(ops.warehouse, notice, ["slack", "mail"], claim("one"));
    const mixed = new Map([...outcomes("sent", "mail"), ...outcomes("refused", "slack")]);
    await recordDeliveries(ops.warehouse, notice, mixed, claim("one"), now);
    const again = { ...claim("two", later(1)), refusedToo: true };
    expect(await claimDeliveries(ops.warehouse, notice, ["slack", "mail"], again)).toEqual(["slack"]);
  });

  test("recipients for whom nothing is left to do are remembered, and handed to who claims it next", async () => {
    const recipients = [
      { pseudonym: "aaaa", refusedWith: null },
      { pseudonym: "bbbb", refusedWith: 550 },
    ];
    await claimDeliveries(ops.warehouse, notice, ["mail"], claim("one"));
    const outcome = { status: "failed", detail: "one to go", recipients, unanswered: true } as const;
    await recordDeliveries(ops.warehouse, notice, new Map([["mail", outcome]]), claim("one"), now);
    expect((await claimOf(ops.warehouse, notice, ["mail"], claim("two"))).get("mail")).toEqual({
      recipients,
      unanswered: true,
    });
  });

  test("an attempt whose lease was taken over records nothing", async () => {
    await claimDeliveries(ops.warehouse, notice, ["slack"], claim("one"));
    await claimDeliveries(ops.warehouse, notice, ["slack"], claim("two", later(200)));
    await recordDeliveries(ops.warehouse, notice, outcomes("failed", "slack"), claim("one", later(201)), now);
    expect(await ops.rows("deliveries", ["status", "claim", "detail"])).toEqual([
      { status: "sending", claim: "two", detail: null },
    ]);
  });
});

describe("notifier/missed-by-channel", () => {
  const deliver = async (id: string, status: Outcome["status"], at: Date, channel = "slack") => {
    const one = aNotice({ id });
    await claimDeliveries(ops.warehouse, one, [channel], claim(id, at));
    await recordDeliveries(ops.warehouse, one, outcomes(status, channel), claim(id, at), at);
  };

  test("counts what a channel has refused since it last took a notice, and says since when", async () => {
    await deliver("before", "refused", later(1));
    await deliver("taken", "sent", later(2));
    await deliver("first", "refused", later(3));
    await deliver("second", "refused", later(4));
    await deliver("busy", "failed", later(5));
    await deliver("elsewhere", "refused", later(6), "mail");
    expect([...(await readMissed(ops.warehouse, ["slack"]))]).toEqual([
      ["slack", { notices: 2, since: later(3) }],
    ]);
  });

  test("a channel that takes what it is given has missed nothing", async () => {
    await deliver("refused", "refused", later(1));
    await deliver("taken", "sent", later(2));
    expect([...(await readMissed(ops.warehouse, ["slack"]))]).toEqual([]);
  });
});
