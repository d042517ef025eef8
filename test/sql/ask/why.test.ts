import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Incident } from "../../../functions/shared/alerting/incidents/incident.ts";
import { signatureOf } from "../../../functions/shared/alerting/notices/links.ts";
import { saveIncidents } from "../../../functions/shared/alerting/state/state.ts";
import { anIncident, critical, warning } from "../../unit/shared/alerting/a-case.ts";
import {
  type AWatchdog,
  acknowledging,
  from,
  hoursLater,
  key,
  noon,
  startAWatchdog,
} from "../../unit/shared/alerting/ask/a-watchdog-of-orders.ts";
import { opsDataset } from "../ops-warehouse.ts";

let watchdog: AWatchdog;

beforeAll(async () => {
  watchdog = await startAWatchdog();
});
afterEach(async () => {
  watchdog.tell(acknowledging);
  await watchdog.ops.empty("alert_state", "alert_log", "deliveries", "check_results");
});
afterAll(() => watchdog.close());

interface Why {
  readonly summary: string;
  readonly open: Record<string, unknown>[];
  readonly decisions: { at: string; reason: string; incident: string; deliveries: object[] }[];
  readonly last_evaluated: unknown;
}

const why = async (query: string, at = noon) =>
  (await (await watchdog.get(`/why?${query}`, at)).json()) as Why;
const page = async (query: string, at = noon) =>
  (await watchdog.get(`/why?${query}&format=markdown`, at)).text();
async function problem(query: string) {
  const response = await watchdog.get(`/why?${query}`);
  return { status: response.status, text: await response.text() };
}

const delivered = (notice: string, channel: string, status: string) =>
  watchdog.ops.run(
    `INSERT INTO \`${opsDataset}.deliveries\`
       (notice, channel, incident, status, claim, lease_until, attempts, notice_at, changed_at)
     SELECT @notice, @channel, 'i', @status, 'c', TIMESTAMP('2026-02-08'), 1, TIMESTAMP('2026-02-08'), TIMESTAMP('2026-02-08')`,
    { notice, channel, status },
  );
const looked = (subject: string, at: Date, status: string) =>
  watchdog.ops.run(
    `INSERT INTO \`${opsDataset}.check_results\` (run_id, function, check_name, subject, status, schedule_time)
     SELECT 'r', @from, 'freshness', @subject, @status, TIMESTAMP(@at)`,
    { from, subject, at: at.toISOString(), status },
  );

const shopify: Incident = anIncident("connector:shopify", {
  findings: [...critical("orders"), ...warning("refunds")],
  notified: critical("orders"),
  notifiedAt: hoursLater(-2),
  openedAt: hoursLater(-6),
  reminders: 1,
});

/** As an earlier run has left it. */
async function remembered(incident: Incident): Promise<void> {
  await watchdog.open(incident);
  await saveIncidents(watchdog.ops.warehouse, [{ incident, closedAs: null }]);
}

describe("the decisions about a source are read back", () => {
  test("newest first, each with its reason in words and what became of it on each channel", async () => {
    await watchdog.log({ at: hoursLater(-3), reason: "first", notice: "n1" });
    await watchdog.log({ at: hoursLater(-2), reason: "repeat_interval" });
    await watchdog.log({
      at: hoursLater(-1),
      reason: "escalated",
      notice: "n2",
      failure: "the topic is away",
    });
    await watchdog.log({ at: hoursLater(-2), reason: "first", notice: "n3", subjects: ["refunds"] });
    await watchdog.log({ at: hoursLater(-2), reason: "first", function: "dedup-views" });
    await delivered("n1", "mail", "refused");
    await delivered("n1", "slack", "sent");
    await delivered("n1", "slack", "free");

    const { decisions } = await why("source=orders");
    expect(decisions).toEqual([
      expect.objectContaining({
        at: hoursLater(-1).toISOString(),
        reason: "escalated",
        failure: "the topic is away",
        deliveries: [],
      }),
      expect.objectContaining({ reason: "repeat_interval", notified: false, notice: null, deliveries: [] }),
      {
        at: hoursLater(-3).toISOString(),
        incident: "i",
        title: "Shopify stopped",
        notified: true,
        reason: "first",
        why: "because of first",
        pressed: false,
        notice: "n1",
        failure: null,
        deliveries: [
          { channel: "mail", status: "refused" },
          { channel: "slack", status: "sent" },
        ],
      },
    ]);
    const text = await page("source=orders");
    expect(text).toContain("mail: refused, slack: sent");
    expect(text).toContain("could not be published: the topic is away");
  });

  test("silences that repeat themselves are one line for people, and complete for programs", async () => {
    const log = (hour: number, reason: string, incident: string, notice?: string) =>
      watchdog.log({ at: hoursLater(hour), reason, incident, ...(notice && { notice }) });
    await log(-5, "first", "i", "n1");
    for (const hour of [-4, -3, -2]) await log(hour, "repeat_interval", "i");
    await log(-3, "first", "other", "n2");
    await log(-1, "reminder", "i", "n3");
    await log(0, "repeat_interval", "i");

    const text = await page("source=orders");
    expect(text.match(/repeat.interval/g)).toHaveLength(4);
    expect(text).toContain("8 Feb 2026 08:00 to 10:00 UTC");
    expect(text).toContain("repeat interval, 3 times");
    expect((await why("source=orders")).decisions.map(({ reason }) => reason)).toEqual([
      "repeat_interval",
      "reminder",
      "repeat_interval",
      "repeat_interval",
      "first",
      "repeat_interval",
      "first",
    ]);
  });

  test("what somebody has acknowledged stands by itself, before the silences that follow from it", async () => {
    await remembered({ ...shopify, acknowledged: null });
    const incident = shopify.id;
    const signature = signatureOf(key, from, incident);
    for (const hour of [1, 2]) await watchdog.log({ at: hoursLater(hour), reason: "acknowledged", incident });
    await watchdog.post({ incident, signature }, noon);
    const lines = (await page(`incident=${incident}`, hoursLater(3)))
      .split("\n")
      .filter((it) => /\| no \|/.test(it));
    expect(lines).toEqual([
      expect.stringContaining("| acknowledged, 2 times |"),
      expect.stringContaining("| acknowledged | Acknowledged: no reminders until"),
    ]);
  });

  test("a decision that two runs of one tick have logged is there once", async () => {
    await watchdog.log({ at: noon, reason: "repeat_interval", run: "one" });
    await watchdog.log({ at: noon, reason: "repeat_interval", run: "two" });
    expect((await why("source=orders")).decisions).toHaveLength(1);
  });

  test("as far back as asked, and as of the instant asked", async () => {
    for (const days of [0, 1, 6, 8, 80]) {
      await watchdog.log({ at: hoursLater(-24 * days), reason: `day${days}`, notice: `n${days}` });
    }
    const reasons = async (query: string) =>
      (await why(`source=orders${query}`)).decisions.map(({ reason }) => reason);
    expect(await reasons("")).toEqual(["day0", "day1", "day6"]);
    expect(await reasons("&days=1")).toEqual(["day0"]);
    expect(await reasons("&days=90")).toEqual(["day0", "day1", "day6", "day8", "day80"]);
    expect(await reasons("&as_of=2026-02-07T18:00:00Z")).toEqual(["day1", "day6"]);
  });

  test("as a table of all of them, and as a page in which nothing runs", async () => {
    const hostile = `<script>alert(1)</script> & "x"`;
    await watchdog.log({ at: noon, reason: "first", notice: "n", title: hostile });
    await watchdog.log({ at: hoursLater(-1), reason: "repeat_interval", title: `=HYPERLINK("x")` });
    const csv = await (await watchdog.get("/why?source=orders", noon, { accept: "text/csv" })).text();
    expect(csv.split("\n")[0]).toBe("at,incident,title,notified,reason,why,notice,deliveries,failure");
    expect(csv.trim().split("\n")).toHaveLength(3);
    expect(csv).toContain("'=HYPERLINK");
    const html = await (await watchdog.get("/why?source=orders", noon, { accept: "text/html" })).text();
    expect(html).toContain("&lt;script&gt;alert(1)");
    expect(html).not.toContain("<script");
  });
});

describe("what is open now", () => {
  test("is told with everything that decides whether people hear of it", async () => {
    watchdog.tell(`${acknowledging}
  silences:
    - { why: A new till, from: 2026-02-08T00:00:00Z, until: 2026-02-08T18:00:00Z, sources: [refunds] }
    - { why: Long over, from: 2026-01-08T00:00:00Z, until: 2026-01-08T18:00:00Z, sources: [orders] }`);
    const acknowledged = { at: hoursLater(-1), until: hoursLater(23) };
    const history = [
      { check: "freshness", subject: "refunds", breaks: [], changedAt: noon, flappingSince: hoursLater(-3) },
      { check: "freshness", subject: "orders", breaks: [noon], changedAt: noon, flappingSince: null },
    ];
    await remembered({ ...shopify, acknowledged, history });
    const { open, summary } = await why("source=orders");
    expect(open).toEqual([
      {
        incident: shopify.id,
        title: "connector:shopify stopped",
        severity: "critical",
        since: hoursLater(-6).toISOString(),
        opened_at: hoursLater(-6).toISOString(),
        findings: shopify.findings,
        notified_at: hoursLater(-2).toISOString(),
        reminders: 1,
        acknowledged_until: hoursLater(23).toISOString(),
        silenced_until: hoursLater(6).toISOString(),
        silenced_why: "A new till",
        flapping: ["refunds"],
      },
    ]);
    expect(summary).toContain("It has been open for 6 h. In the last 7 days no notice was sent");
    const text = await page("source=refunds");
    for (const said of ["9 Feb 2026 11:00 UTC", "8 Feb 2026 18:00 UTC: A new till", "Flapping"]) {
      expect(text).toContain(said);
    }
  });

  test("is not what is over, what another source is about, or an acknowledgement that has ended", async () => {
    const refunds = { ...shopify, id: "r", findings: critical("refunds"), notifiedFindings: [] };
    const over = { ...shopify, id: "o", changedAt: hoursLater(-1) };
    const ended = { at: hoursLater(-5), until: hoursLater(-1) };
    await watchdog.open(refunds, over);
    await remembered({ ...shopify, acknowledged: ended });
    await saveIncidents(watchdog.ops.warehouse, [{ incident: over, closedAs: "recovered" }]);
    expect((await why("source=orders")).open).toEqual([
      expect.objectContaining({ incident: shopify.id, acknowledged_until: null, silenced_until: null }),
    ]);
    expect(await page("source=orders")).not.toContain("Acknowledged until");
  });
});

describe("one incident can be asked for", () => {
  test("with its own decisions only, after it is over too", async () => {
    await watchdog.open(shopify);
    await watchdog.log({ at: hoursLater(-6), reason: "first", notice: "n", incident: shopify.id });
    await watchdog.log({ at: hoursLater(-6), reason: "first", notice: "m", incident: "other" });
    const now = await why(`incident=${shopify.id}`);
    expect(now).toMatchObject({
      incident: shopify.id,
      open: [{ incident: shopify.id }],
      last_evaluated: null,
    });
    expect(now.decisions).toHaveLength(1);

    await saveIncidents(watchdog.ops.warehouse, [
      { incident: { ...shopify, changedAt: hoursLater(1) }, closedAs: "recovered" },
    ]);
    const later = await why(`incident=${shopify.id}`, hoursLater(2));
    expect(later).toMatchObject({ open: [], summary: expect.stringContaining("It is closed") });
    expect(later.decisions).toHaveLength(1);
  });

  test("and is not found where nothing is known of it", async () => {
    expect(await problem("incident=nobody")).toMatchObject({
      status: 404,
      text: expect.stringContaining("try days=90"),
    });
  });
});

describe("a source that nothing was told of", () => {
  test("was well, and says when that was last looked at", async () => {
    await looked("orders", hoursLater(-1), "ok");
    await looked("orders", hoursLater(-2), "warning");
    await looked("refunds", noon, "critical");
    const { summary, last_evaluated } = await why("source=orders");
    expect(summary).toBe("It had no problem in the last 7 days; last evaluated at 8 Feb 2026 11:00 UTC: ok.");
    expect(last_evaluated).toEqual({ at: hoursLater(-1).toISOString(), status: "ok" });
    expect(await page("source=orders")).toContain("It had no problem in");
  });

  test("was not well because nobody has looked: nobody knows", async () => {
    await looked("orders", hoursLater(-24 * 8), "ok");
    expect((await why("source=orders")).summary).toBe(
      "No notice was sent, and no run has evaluated it in the last 7 days, so its status is unknown.",
    );
  });
});

describe("news of a source", () => {
  const news = { reason: "news", notice: "n", incident: "piece", title: "orders has a new column" };

  test("is told and when, and is no problem", async () => {
    await looked("orders", hoursLater(-1), "ok");
    await watchdog.log({ at: hoursLater(-3), ...news });
    await delivered("n", "slack", "sent");
    const { summary, open, decisions } = await why("source=orders");
    expect(summary).toBe(
      "It had no problem in the last 7 days; last evaluated at 8 Feb 2026 11:00 UTC: ok; news was sent at 8 Feb 2026 09:00 UTC.",
    );
    expect([open, decisions.map(({ reason }) => reason)]).toEqual([[], ["news"]]);
    expect(await page("source=orders")).toContain("| yes | news |");
    expect((await why("incident=piece")).summary).toBe(
      "There was no problem, so there is no recovery: news was sent at 8 Feb 2026 09:00 UTC.",
    );
  });

  test("says nothing of whether anybody has looked", async () => {
    await watchdog.log({ at: hoursLater(-3), ...news });
    expect((await why("source=orders")).summary).toBe(
      "No notice of a problem was sent, and no run has evaluated it in the last 7 days, so its status is unknown; news was sent at 8 Feb 2026 09:00 UTC.",
    );
  });

  test("that could not be published, and then was, was told once", async () => {
    await watchdog.log({ at: hoursLater(-3), ...news, failure: "the topic is away" });
    expect((await why("incident=piece")).summary).toContain("news could not be sent yet");
    await watchdog.log({ at: hoursLater(-2), ...news });
    await watchdog.log({ at: hoursLater(-1), ...news, run: "another" });
    expect((await why("incident=piece")).summary).toContain("news was sent at 8 Feb 2026 11:00 UTC");
    await watchdog.log({ at: noon, ...news, incident: "other", notice: "m" });
    expect((await why("source=orders")).summary).toContain("sent 2 times, last at 8 Feb 2026 12:00 UTC");
  });

  test("is counted apart from what is wrong, and is not open while a run tells it", async () => {
    await remembered(shopify);
    await watchdog.open(anIncident("news/columns", { findings: [], notified: [], notifiedAt: null }));
    await watchdog.log({ at: hoursLater(-3), reason: "first", notice: "p", incident: shopify.id });
    await watchdog.log({
      at: hoursLater(-2),
      ...news,
      incident: anIncident("news/columns", { findings: [] }).id,
    });
    const { summary, open } = await why("source=orders");
    expect(open).toMatchObject([{ incident: shopify.id }]);
    expect(summary).toBe(
      "It has been open for 6 h. In the last 7 days one notice was sent; no notice was suppressed; news was sent at 8 Feb 2026 10:00 UTC; no run has evaluated it in the last 7 days.",
    );
  });
});

describe("a question that makes no sense is refused with how to ask", () => {
  test.each([
    ["", "source=<id> or incident=<id>"],
    ["source=orders&incident=i", "one of the two"],
    ["source=ordres", "did you mean orders?"],
    ["source=zzzzzzzzzz", "there are orders, refunds"],
    ["source=orders&days=0", "from 1 to 90"],
    ["source=orders&days=91", "from 1 to 90"],
    ["source=orders&days=1.5", "from 1 to 90"],
    ["source=orders&days=", "from 1 to 90"],
    ["source=orders&as_of=2027-01-01", "in the future"],
    ["sorce=orders", "did you mean source?"],
  ])("?%s", async (query, said) => {
    const { status, text } = await problem(query);
    expect(status).toBe(400);
    expect(text).toContain(said);
  });
});

test("asking writes nothing", async () => {
  await watchdog.open(shopify);
  const before = await watchdog.ops.rows("alert_state", ["incident", "version"]);
  await why("source=orders");
  expect(await watchdog.ops.rows("alert_state", ["incident", "version"])).toEqual(before);
  expect(await watchdog.ops.rows("alert_log", ["incident"])).toEqual([]);
});
