import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { closeHttp, listenHttp } from "../../../infra/local/http/loopback.ts";
import { peakMemory } from "../../../infra/local/memory.ts";
import { createCleanViewsReader } from "../../../infra/local/stack/clean-views.ts";
import { createClosing } from "../../../infra/local/stack/closing.ts";
import { readNeeds } from "../../../infra/local/stack/needs.ts";
import { createPiiReader } from "../../../infra/local/stack/pii.ts";
import { createReconciliationReader } from "../../../infra/local/stack/reconciliation.ts";
import { createWatchdogReader } from "../../../infra/local/stack/watchdog.ts";

const report = {
  as_of: "2026-02-08T12:00:00Z",
  summary: { ok: 0, warning: 0, critical: 1, unknown: 0 },
  sources: [
    { source: "a", status: "critical", finding: { code: "stale", text: "nothing arrived for 51 h" } },
  ],
  groups: [{ key: "connector:a", title: "A stopped", severity: "critical", sources: ["a"] }],
};

describe("what the watchdog answers", () => {
  test("is asked once as long as the world stands still, and again when it has moved", async () => {
    let asked = 0;
    let moment = "12:00";
    const watchdog = await serving(() => {
      asked += 1;
      return JSON.stringify(report);
    });
    const read = createWatchdogReader(watchdog.url, () => moment);
    await Promise.all([read(), read()]);
    await read();
    expect(asked).toBe(1);

    moment = "13:00";
    await read();
    expect(asked).toBe(2);
    await watchdog.close();
  });

  test("is shown in its own words, and what it leaves out is nothing, not a mistake", async () => {
    const watchdog = await serving(() => JSON.stringify(report));
    const answer = await createWatchdogReader(watchdog.url, () => "")();
    await watchdog.close();

    expect(answer).toMatchObject({
      ok: true,
      report: {
        sources: [{ finding: "nothing arrived for 51 h", impact: null, arrival: null }],
        groups: [{ evidence: [], actions: [], owner: null }],
      },
    });
  });

  test("is asked again after a failure, which is told in the function's own words", async () => {
    let answers = ['{"title":"Bad gateway","detail":"It is down."}', "not json", '{"other":1}'];
    const watchdog = await serving(() => answers.shift() ?? JSON.stringify(report));
    const read = createWatchdogReader(watchdog.url, () => "12:00");

    expect(await read()).toEqual({ ok: false, problem: "Bad gateway: It is down." });
    expect(await read()).toMatchObject({ ok: false });
    expect(await read()).toMatchObject({ ok: false, problem: expect.stringContaining("as_of") });
    expect(await read()).toMatchObject({ ok: true });
    await watchdog.close();
    answers = [];
  });
});

describe("what the clean views are", () => {
  const answered = (cleanRows: number) =>
    JSON.stringify({
      as_of: "2026-02-08T12:00:00Z",
      summary: { create: 0, replace: 0, unchanged: 1, refused: 0 },
      views: [
        {
          view: "x",
          key: ["id"],
          action: "unchanged",
          status: "ok",
          finding: null,
          to_do: [],
          reasons: [],
          diff: null,
          last_changed: { at: "2026-02-08T05:30:00Z", what: "made" },
          figures: { raw_rows: 9, clean_rows: cleanRows, duplicates: 9 - cleanRows, rate: 0.5, money: null },
        },
      ],
      roas: [],
      raw_reads: { checked: false, why: "no right to", jobs: [] },
    });
  const known = (cleanRows: number) => ({
    ok: true,
    report: { views: [{ figures: { clean_rows: cleanRows } }], raw_reads: { why: "no right to" } },
  });

  test("is not waited for by whoever cannot: nothing at first, then what was answered last", async () => {
    let moment = "12:00";
    let counted = Promise.withResolvers<string>();
    const dedupViews = await serving(() => counted.promise);
    const read = createCleanViewsReader(dedupViews.url, () => moment);
    expect(await read(1)).toEqual({ answer: null, current: false });

    counted.resolve(answered(5));
    expect(await read()).toMatchObject({ answer: known(5), current: true });
    expect(await read(60_000)).toMatchObject({ answer: known(5), current: true });

    moment = "13:00";
    counted = Promise.withResolvers();
    expect(await read(1)).toMatchObject({ answer: known(5), current: false });
    counted.resolve(answered(6));
    expect(await read()).toMatchObject({ answer: known(6), current: true });
    await dedupViews.close();
  });

  test("is a problem in the function's own words when it cannot be told", async () => {
    const dedupViews = await serving(() => '{"title":"Bad gateway","detail":"It is down."}');
    const read = createCleanViewsReader(dedupViews.url, () => "12:00");

    expect(await read()).toEqual({
      answer: { ok: false, problem: "Bad gateway: It is down." },
      current: true,
    });
    await dedupViews.close();
  });
});

describe("whether anything readable is left", () => {
  const proof = {
    as_of: "2026-02-08T12:00:00Z",
    status: "ok",
    claims: [{ claim: "key", subject: "registry", status: "ok", text: "Key 1.", actions: [] }],
    tables: [
      {
        table: "people",
        clean_rows: null,
        columns: [{ column: "email", hashed: 9, never_given: 1, unusable: 0, readable: 0 }],
        recoverable: { emptied_at: null },
      },
    ],
    search: { tables: [{ table: "p.d.t", findings: [{ code: "put_off", text: "Later." }] }] },
  };

  async function read(answer: object) {
    const hasher = await serving(() => JSON.stringify(answer));
    return createPiiReader(hasher.url, () => "12:00")().finally(hasher.close);
  }

  test("is asked of what the search remembers, so that nothing is searched for it", async () => {
    let asked = "";
    const server = createServer((request, response) => {
      asked = request.url ?? "";
      response.end(JSON.stringify(proof));
    });
    const port = await listenHttp(server);
    const pii = await createPiiReader(`http://127.0.0.1:${port}/pii-hasher`, () => "12:00")();
    await closeHttp(server);

    expect(asked).toBe("/pii-hasher/proof?search=quick");
    expect(pii).toMatchObject({
      current: true,
      answer: {
        ok: true,
        report: { status: "ok", tables: [{ clean_rows: null, recoverable: { queryable_until: null } }] },
      },
    });
  });

  test("is no question where the warehouse file names no columns of people", async () => {
    const problem = { type: "about:blank", title: "Bad request", status: 400, detail: "no section pii" };

    expect(await read(problem)).toEqual({ current: true, answer: { ok: true, report: null } });
  });

  test("is a problem in the function's own words, and where its answer is not understood", async () => {
    const problem = { type: "about:blank", title: "Try again later", status: 503, detail: "It is busy." };

    expect(await read(problem)).toMatchObject({
      answer: { ok: false, problem: "Try again later: It is busy." },
    });
    expect(await read({ ...proof, claims: null })).toMatchObject({
      answer: { ok: false, problem: expect.stringContaining("claims") },
    });
  });
});

describe("whether the numbers hold", () => {
  const found = {
    as_of: "2026-02-08T12:00:00Z",
    summary: { ok: 1, warning: 0, critical: 1, unknown: 0 },
    complete: true,
    trusted_through: { jointly: null, platforms: [{ platform: "facebook", spend: null, through: null }] },
    to_do: [
      {
        title: "x: days are missing",
        status: "critical",
        impact: [{ amount: 9, low: 8, high: 10, currency: "USD", what: "spend", basis: "As usual." }],
        since: null,
        actions: ["Load them again."],
      },
    ],
    since_last_run: { at: null, new: [], resolved: [] },
    results: [],
  };

  test("is asked once as long as the world stands still, by however many, and again when it has moved", async () => {
    let asked = 0;
    let moment = "12:00 0";
    const answered = Promise.withResolvers<void>();
    const reconciliation = await serving(async () => {
      asked += 1;
      await answered.promise;
      return JSON.stringify(found);
    });
    const read = createReconciliationReader(reconciliation.url, () => moment);
    expect(await Promise.all([read(1), read(1)])).toEqual([
      { answer: null, current: false },
      { answer: null, current: false },
    ]);
    answered.resolve();
    expect(await read()).toMatchObject({
      current: true,
      answer: { ok: true, report: { summary: { critical: 1 }, to_do: [{ title: "x: days are missing" }] } },
    });
    expect(asked).toBe(1);

    moment = "12:00 1";
    await read();
    expect(asked).toBe(2);
    await reconciliation.close();
  });

  test("is a problem in the function's own words, and where its answer is not understood", async () => {
    let answer: object = { title: "It would read too much", status: 422, detail: "Raise max_scan." };
    const reconciliation = await serving(() => JSON.stringify(answer));
    const read = createReconciliationReader(reconciliation.url, () => "12:00");

    expect(await read()).toMatchObject({
      answer: { ok: false, problem: "It would read too much: Raise max_scan." },
    });
    answer = { ...found, to_do: null };
    expect(await read()).toMatchObject({
      answer: { ok: false, problem: expect.stringContaining("to_do") },
    });
    await reconciliation.close();
  });
});

async function serving(body: () => string | Promise<string>) {
  const server = createServer(async (_request, response) => void response.end(await body()));
  const port = await listenHttp(server);
  return { url: `http://127.0.0.1:${port}`, close: () => closeHttp(server) };
}

describe("what the cloud must hold", () => {
  async function read(yaml: string) {
    const folder = await mkdtemp(join(tmpdir(), "needs-"));
    const file = join(folder, "warehouse.yaml");
    await writeFile(file, yaml);
    return readNeeds(file).finally(() => rm(folder, { recursive: true }));
  }

  test("is read from the warehouse file: each Slack channel, and each SMTP secret once", async () => {
    const channels = await read(`
ops_dataset: ops
notifications:
  channels:
    data-alerts: { slack: { webhook_secret: hook } }
    mail: { email: { smtp_secret: smtp, from: a@x.example, to: [b@x.example] } }
    more-mail: { email: { smtp_secret: smtp, from: a@x.example, to: [c@x.example] } }
`);

    expect(channels).toEqual({
      opsDataset: "ops",
      slack: [{ channel: "#data-alerts", secret: "hook" }],
      smtpSecrets: ["smtp"],
      signingSecret: null,
      identitySecret: null,
      canariesSecret: null,
    });
  });

  test("and so is the secret that signs the links in the messages", async () => {
    const yaml = "ops_dataset: ops\nnotifications: { acknowledge: { secret: ack-key, for: 12h } }\n";
    expect(await read(yaml)).toMatchObject({ signingSecret: "ack-key" });
  });

  test("and the secrets of identifiers of people, where planted people may be none", async () => {
    expect(await read("ops_dataset: ops\npii: { key: id-key, canaries: planted }\n")).toMatchObject({
      identitySecret: "id-key",
      canariesSecret: "planted",
    });
    expect(await read("ops_dataset: ops\npii: { key: id-key }\n")).toMatchObject({ canariesSecret: null });
  });

  test("may be nothing, but a file without its dataset is refused with what is missing", async () => {
    expect(await read("ops_dataset: ops\n")).toMatchObject({ slack: [], smtpSecrets: [] });
    await expect(read("project: hulken\n")).rejects.toThrow(/warehouse\.yaml: [\s\S]*ops_dataset/);
  });
});

test("what was opened is closed, the last first, and one that fails keeps no other open", async () => {
  const closed: string[] = [];
  const closing = createClosing();
  for (const name of ["first", "second", "third"]) {
    closing.add({
      async close() {
        if (name === "second") throw new Error("stuck");
        closed.push(name);
      },
    });
  }

  await expect(closing.close()).rejects.toThrow("Not everything could be closed.");
  expect(closed).toEqual(["third", "first"]);
  await closing.close();
});

test.skipIf(process.platform !== "linux")(
  "the peak of memory holds the children too (told by Linux only)",
  async () => {
    const before = await peakMemory();
    const hungry =
      "const held = Buffer.alloc(300 * 2 ** 20, 1); console.log(held.length); setInterval(() => {}, 1000)";
    const child = spawn(process.execPath, ["-e", hungry], { stdio: ["ignore", "pipe", "ignore"] });
    await once(child.stdout, "data");
    const during = await peakMemory();
    child.kill("SIGKILL");

    expect(during.processes).toBeGreaterThan(before.processes);
    expect(during.bytes - before.bytes).toBeGreaterThan(300 * 2 ** 20);
  },
);
