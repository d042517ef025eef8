import { existsSync } from "node:fs";
import { chromium } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { acknowledgeIncident } from "../../../functions/shared/alerting/ask/acknowledge.ts";
import type { Incident } from "../../../functions/shared/alerting/incidents/incident.ts";
import { linksFrom, signatureOf } from "../../../functions/shared/alerting/notices/links.ts";
import { saveIncidents } from "../../../functions/shared/alerting/state/state.ts";
import { anIncident, critical } from "../../unit/shared/alerting/a-case.ts";
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

const executablePath = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(
  existsSync,
);

let watchdog: AWatchdog;
const printed: string[] = [];

beforeAll(async () => {
  watchdog = await startAWatchdog();
  vi.spyOn(process.stdout, "write").mockImplementation((line) => printed.push(String(line)) > 0);
});
afterEach(async () => {
  watchdog.tell(acknowledging);
  await watchdog.ops.empty("alert_state", "alert_log");
});
afterAll(async () => {
  vi.restoreAllMocks();
  await watchdog.close();
});

const shopify: Incident = {
  ...anIncident("connector:shopify", {
    findings: critical("orders", "refunds"),
    notified: critical("orders"),
  }),
  version: 3,
};
const signed = { incident: shopify.id, signature: signatureOf(key, from, shopify.id) };
const link = (it: { incident: string; signature: string } = signed) => `/ack?${new URLSearchParams(it)}`;
const html = { accept: "text/html" };

const stateOf = () => watchdog.ops.rows("alert_state", ["incident", "version", "acknowledged", "changed_at"]);
const logged = () =>
  watchdog.ops.rows("alert_log", [
    "function",
    "schedule_time",
    "notified",
    "reason",
    "why",
    "title",
    "notice",
  ]);
async function problem(response: Promise<Response>) {
  const answer = await response;
  expect(answer.headers.get("content-type")).toContain("application/problem+json");
  return { status: answer.status, text: await answer.text() };
}

describe("opening the link of a message", () => {
  test("says what it is, and changes nothing, however often scanners of mail and chat follow it", async () => {
    await watchdog.open(shopify);
    const before = await stateOf();
    for (let visit = 0; visit < 3; visit += 1) {
      expect(await (await watchdog.get(link(), hoursLater(1))).json()).toMatchObject({
        incident: shopify.id,
        title: "connector:shopify stopped",
        severity: "critical",
        acknowledged_until: null,
      });
    }
    expect(await stateOf()).toEqual(before);
    expect(await logged()).toEqual([]);
  });

  test("shows a page with one button, which does what it says", async () => {
    await watchdog.open(shopify);
    const response = await watchdog.get(link(), hoursLater(1), html);
    const page = await response.text();
    expect(response.headers.get("content-security-policy")).toContain("form-action 'self'");
    expect(page).toContain("orders (critical), refunds (critical)");
    expect(page.match(/<button/g)).toHaveLength(1);
    expect(page).toContain("Acknowledge: no reminders for 24 h");

    const fields = Object.fromEntries(
      [...page.matchAll(/name="([^"]+)" value="([^"]+)"/g)].map(([, name = "", value = ""]) => [name, value]),
    );
    const pressed = await (await watchdog.post(fields, hoursLater(1), html)).text();
    expect(pressed).toContain("no reminders until 9 Feb 2026 13:00 UTC");
    expect(await (await watchdog.get(link(), hoursLater(2), html)).text()).toContain(
      "It is acknowledged already: no reminders until 9 Feb 2026 13:00 UTC",
    );
  });

  test("is what the messages' own link does", async () => {
    await watchdog.open(shopify);
    process.env.PLUMBLINE_URL = "https://plumbline.example";
    const [ack] = await linksFrom(from, { secret: "ack-key", forMs: 1 })(shopify.id);
    const { pathname, search } = new URL(ack?.url ?? "");
    expect((await watchdog.get(pathname.replace(`/${from}`, "") + search)).status).toBe(200);
  });
});

describe("pressing the button", () => {
  test("holds the reminders: one change, by the version it was seen at, and a line in the log", async () => {
    await watchdog.open(shopify);
    const answer = await watchdog.post(signed, hoursLater(1));
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({
      acknowledged_until: hoursLater(25).toISOString(),
      changed: true,
    });
    const [row] = await stateOf();
    expect(row).toMatchObject({ version: 4, changed_at: noon.toISOString() });
    expect(JSON.parse(String(row?.acknowledged))).toEqual({
      at: hoursLater(1).toISOString(),
      until: hoursLater(25).toISOString(),
    });
    expect(await logged()).toEqual([
      {
        function: from,
        schedule_time: hoursLater(1).toISOString(),
        notified: false,
        reason: "acknowledged",
        why: expect.stringContaining("no reminders until 9 Feb 2026 13:00 UTC"),
        title: "connector:shopify stopped",
        notice: null,
      },
    ]);
    const [about] = await watchdog.ops.run(
      `SELECT ARRAY_TO_STRING(subjects, ',') AS subjects FROM \`${opsDataset}.alert_log\``,
    );
    expect(about).toEqual({ subjects: "orders,refunds" });
  });

  test("again says until when it holds already, and changes nothing", async () => {
    await watchdog.open(shopify);
    await watchdog.post(signed, hoursLater(1));
    const before = await stateOf();
    for (const fields of [signed, { ...signed, for: "12h" }, { ...signed, for: "23h" }]) {
      expect(await (await watchdog.post(fields, hoursLater(2))).json()).toMatchObject({
        acknowledged_until: hoursLater(25).toISOString(),
        changed: false,
      });
    }
    expect(await stateOf()).toEqual(before);
    expect(await logged()).toHaveLength(1);
  });

  test("heals a log that a crash has left without its line", async () => {
    await watchdog.open(shopify);
    await watchdog.post(signed, hoursLater(1));
    const before = await logged();
    await watchdog.ops.empty("alert_log");
    await watchdog.post(signed, hoursLater(2));
    expect(await logged()).toEqual(before);
  });

  test("with a later end extends it; after its end it begins anew", async () => {
    await watchdog.open(shopify);
    await watchdog.post({ ...signed, for: "2h" }, noon);
    const later = await (await watchdog.post({ ...signed, for: "3d" }, hoursLater(1))).json();
    expect(later).toMatchObject({ acknowledged_until: hoursLater(73).toISOString(), changed: true });
    const anew = await (await watchdog.post(signed, hoursLater(73))).json();
    expect(anew).toMatchObject({ acknowledged_until: hoursLater(97).toISOString(), changed: true });
    expect((await stateOf())[0]).toMatchObject({ version: 6 });
    expect(await logged()).toHaveLength(3);
  });

  test("works as JSON too", async () => {
    await watchdog.open(shopify);
    const json = { "content-type": "application/json" };
    const answer = await watchdog.post({ ...signed, for: "90m" }, noon, json);
    expect(await answer.json()).toMatchObject({
      acknowledged_until: hoursLater(1.5).toISOString(),
      changed: true,
    });
    const text = await problem(watchdog.post(signed, noon, { "content-type": "text/plain" }));
    expect(text).toMatchObject({ status: 400, text: expect.stringContaining("as a form or as JSON") });
  });

  test("of ten who press at once, all are told the same end, and the incident changes once", async () => {
    await watchdog.open(shopify);
    const answers = await Promise.all(
      Array.from({ length: 10 }, async () => (await watchdog.post(signed, hoursLater(1))).json()),
    );
    expect(new Set(answers.map((it) => (it as Record<string, unknown>).acknowledged_until)).size).toBe(1);
    expect(answers.filter((it) => (it as Record<string, unknown>).changed)).toHaveLength(1);
    expect((await stateOf())[0]).toMatchObject({ version: 4 });
  });

  test("is tried again where a run changes the incident in between", async () => {
    await watchdog.open(shopify);
    let meddled = 0;
    const { warehouse } = watchdog.ops;
    const meddling = {
      ...warehouse,
      execute: async (...[statement, inputs]: Parameters<typeof warehouse.execute>) => {
        if (statement === "alerting/acknowledge" && meddled < 2) {
          await saveIncidents(warehouse, [
            { incident: { ...shopify, version: 3 + meddled, reminders: meddled + 1 }, closedAs: null },
          ]);
          meddled += 1;
        }
        return warehouse.execute(statement, inputs);
      },
    };
    const acknowledge = { secret: "ack-key", forMs: 3_600_000 };
    const about = { from, acknowledge, warehouse: meddling, now: hoursLater(1) };
    expect((await acknowledgeIncident(signed, null, about)).incident.reminders).toBe(2);
    expect((await stateOf())[0]).toMatchObject({ version: 6, acknowledged: expect.any(String) });
  });
});

describe("what cannot be acknowledged is refused with the reason", () => {
  test("an incident that is over: since when", async () => {
    await watchdog.open(shopify);
    await saveIncidents(watchdog.ops.warehouse, [
      { incident: { ...shopify, changedAt: hoursLater(2) }, closedAs: "recovered" },
    ]);
    for (const answer of [watchdog.get(link()), watchdog.post(signed)]) {
      const { status, text } = await problem(answer);
      expect(status).toBe(410);
      expect(text).toContain("was closed at 8 Feb 2026 14:00 UTC (recovered)");
    }
    expect(await logged()).toEqual([]);
  });

  test("an incident nobody knows, and one of another function", async () => {
    const other = { incident: "elsewhere", signature: signatureOf(key, from, "elsewhere") };
    expect((await problem(watchdog.post(other))).status).toBe(404);
    await watchdog.open({ ...shopify, id: "elsewhere" });
    await watchdog.ops.run(
      `UPDATE \`${opsDataset}.alert_state\` SET function = 'dedup-views' WHERE incident = 'elsewhere'`,
    );
    expect((await problem(watchdog.post(other))).status).toBe(404);
    expect((await problem(watchdog.get(link(other)))).status).toBe(404);
  });

  test("a signature that is not right, or is another incident's", async () => {
    await watchdog.open(shopify);
    const wrong = [
      { ...signed, signature: "0".repeat(64) },
      { ...signed, signature: "canary" },
      { ...signed, signature: signatureOf(key, "dedup-views", shopify.id) },
      { ...signed, signature: signatureOf(key, from, "another") },
    ];
    for (const it of wrong) {
      const refused = [await problem(watchdog.get(link(it))), await problem(watchdog.post(it))];
      expect(refused.map(({ status }) => status)).toEqual([403, 403]);
      expect(refused.map(({ text }) => text).join()).not.toMatch(/canary|0{64}/);
    }
    expect((await stateOf())[0]).toMatchObject({ version: 3, acknowledged: null });
  });

  test("anything, where the warehouse file names no key or one that could be guessed", async () => {
    await watchdog.open(shopify);
    watchdog.tell("");
    const none = await problem(watchdog.post(signed));
    expect(none).toMatchObject({ status: 500, text: expect.stringContaining("acknowledge: { secret:") });
    watchdog.tell("  acknowledge: { secret: short-key }");
    const short = await problem(watchdog.get(link()));
    expect(short).toMatchObject({ status: 500, text: expect.stringContaining("openssl rand -hex 32") });
    expect(short.text).not.toContain("canary");
  });

  test.each([
    [{ incident: "a" }, "incident and signature are needed"],
    [{ ...signed, for: "8d" }, "7d at most"],
    [{ ...signed, for: "soon" }, "like 12h or 2d"],
    [{ ...signed, fro: "2h" }, "did you mean for?"],
  ])("fields that make no sense: %o", async (fields, said) => {
    const { status, text } = await problem(watchdog.post(fields));
    expect(status).toBe(400);
    expect(text).toContain(said);
    expect(text).not.toContain(signed.signature);
  });
});

test.skipIf(executablePath === undefined)(
  "a browser lets the button be pressed under the page's own policy, and keeps the signature out of the next address (skipped where no Chromium is installed)",
  async () => {
    await watchdog.open(shopify);
    const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
    try {
      const tab = await browser.newPage({
        extraHTTPHeaders: { "x-cloudscheduler-scheduletime": hoursLater(1).toISOString() },
      });
      const complaints: string[] = [];
      tab.on("console", (message) => complaints.push(message.text()));
      await tab.goto(watchdog.url + link());
      await tab.getByRole("button").click();
      await tab.getByRole("heading", { name: "Acknowledged" }).waitFor();
      expect(await tab.textContent("main")).toContain("no reminders until 9 Feb 2026 13:00 UTC");
      expect(tab.url()).not.toContain(signed.signature);
      expect(complaints).toEqual([]);
    } finally {
      await browser.close();
    }
  },
);

test("a rotated key is noticed: the links of the new one work at once", async () => {
  await watchdog.open(shopify);
  const rotated = "canary-rotated-fedcba9876543210fedcba98";
  expect((await watchdog.get(link())).status).toBe(200);
  watchdog.secrets.addVersion("ack-key", rotated);
  const anew = { incident: shopify.id, signature: signatureOf(rotated, from, shopify.id) };
  expect((await watchdog.get(link(anew))).status).toBe(200);
  expect((await watchdog.get(link())).status).toBe(403);
});

test("no key and no signature is in any log line, statement, parameter or row that all of this left behind", () => {
  const { jobs } = watchdog.ops.bigquery.engine;
  expect(jobs.length).toBeGreaterThan(20);
  expect(printed.join()).toContain("/ack 403");
  const left = `${printed.join("\n")}\n${JSON.stringify(jobs, (_, value) => (typeof value === "bigint" ? String(value) : value))}`;
  expect(left).toContain(shopify.id);
  expect(left).not.toContain("canary");
  expect(left).not.toContain(signed.signature);
  expect(left).not.toContain(signatureOf(key, from, "another"));
});
