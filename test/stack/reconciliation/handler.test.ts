import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type MorningWorld, startMorningWorld, warehouseFile } from "../../support/a-morning-world.ts";

/**
 * The function as deployed, over a shop with people in it. Refunds lie in a dataset of their own, which may not be read at
 * times; an order names a person where its campaign should be.
 */
const person = "jane.doe@shop.example";
const secrets = [
  "a key for tests that nobody has to guess",
  "/services/",
  "the key that people are hashed with",
];

const shop = {
  sources: [
    "  refunds: { table: apart.refunds, connector: shop, owner: shop, arrival: arrived, business_date: day, unique_key: [id] }",
    "  customers: { table: data.customers, connector: shop, owner: shop, arrival: arrived, business_date: day, unique_key: [id] }",
  ],
  rest: [
    "pii:",
    "  key: identity",
    "  search: [data]",
    "  tables:",
    "    customers: { clean: data.customers_clean, emails: { email: email_hash } }",
  ],
};

let world: MorningWorld;
let forgets = false;
beforeAll(async () => {
  world = await startMorningWorld({
    gates: {
      async reconciliation({ step, moment }) {
        if (forgets && step === "reconciliation/last-results" && moment === "before") throw new Error("away");
      },
    },
    file: warehouseFile(shop),
    secrets: { identity: "the key that people are hashed with" },
  });
  const { engine } = world.stack;
  await engine.createDataset("shop.apart", { location: "US", at: engine.clock() });
  await world.sql("CREATE TABLE `shop.apart.refunds` AS SELECT arrived, id, day FROM {orders}");
  await world.sql(`CREATE TABLE {customers} AS SELECT arrived, id, day, '${person}' AS email FROM {orders}`);
  await world.sql(`UPDATE {orders} SET campaign = '${person}' WHERE id = '${world.day(0, -1)}-a'`);
});
afterAll(() => world.close());

type Statuses = Readonly<Record<string, string>>;

/** "check subject" → status. */
async function statuses(query = ""): Promise<Statuses> {
  const { status, json } = await world.get(query);
  expect(status).toBe(200);
  return Object.fromEntries(
    json.results.map((it: Record<string, string>) => [`${it.check} ${it.subject}`, it.status]),
  );
}

function changed(before: Statuses, after: Statuses): Statuses {
  return Object.fromEntries(Object.entries(after).filter(([matter, status]) => before[matter] !== status));
}

const unknown = (...matters: string[]): Statuses =>
  Object.fromEntries(matters.map((matter) => [matter, "unknown"]));

describe("GET looks", () => {
  test("and answers with everything the contract names", async () => {
    const { status, json } = await world.get();
    expect(status).toBe(200);
    expect(Object.keys(json)).toEqual(
      expect.arrayContaining([
        "as_of",
        "summary",
        "trusted_through",
        "to_do",
        "performance",
        "results",
        "queries",
      ]),
    );
    expect(json.trusted_through).toMatchObject({ jointly: "2026-02-08", platforms: [{ platform: "meta" }] });
    expect(json.performance).toMatchObject([
      { platform: "meta", spend: "2000", revenue: "4500", roas: "2.25" },
    ]);
    const counted = Object.groupBy(json.results, (it: Record<string, string>) => it.status ?? "");
    for (const [status, count] of Object.entries(json.summary))
      expect(counted[status]?.length ?? 0).toBe(count);
    expect(json.results.find((it: Record<string, string>) => it.check === "campaigns")).toMatchObject({
      subject: "meta",
      status: "warning",
      code: "campaigns_do_not_join",
      impact: { amount: 150, currency: "USD", what: "revenue credited to no campaign" },
      owner: "growth",
      query: expect.stringContaining("shop.data.orders"),
    });
  });

  test.each([
    ["text/markdown", /^# Reconciliation report, 9 Feb 2026/],
    ["text/html", /^<!doctype html>[\s\S]*<h1/],
    ["text/csv", /^check,subject,status,code,text,cause,impact_amount[\s\S]*\r?\nfreshness,spend,ok,/],
    ["application/json", /^\{/],
  ])("as %s", async (accept, begins) => {
    const { status, type, body } = await world.get("", accept);
    expect([status, type]).toEqual([200, expect.stringContaining(accept)]);
    expect(body).toMatch(begins);
  });

  test("writes nothing and publishes nothing, whatever is asked", async () => {
    const before = [await world.remembered(), world.stack.slack.length];
    const { jobs } = world.stack.engine;
    const from = jobs.length;
    for (const query of ["", "?dry_run=1", "?as_of=2026-02-08T06:00:00Z", "?format=html"])
      await world.get(query);
    const asked = world.stack.engine.jobs.slice(from);
    expect(asked.length).toBeGreaterThan(0);
    // What BigQuery refuses, as to count people in a clean table that is not there yet, has no kind.
    const kinds = asked.flatMap(({ statementType }) => statementType ?? []);
    expect(new Set(kinds)).toEqual(new Set(["SELECT"]));
    await world.stack.settle();
    expect([await world.remembered(), world.stack.slack.length]).toEqual(before);
  });

  test("back in time with as_of: what only the present shows cannot be told", async () => {
    const then = await statuses("?as_of=2026-02-08T06:00:00Z");
    expect(then["pii_search shop.data"]).toBe("unknown");
    expect(then["raw_vs_clean spend_clean"]).toBe("unknown");
    const volumes = Object.entries(then).filter(([matter]) => matter.startsWith("volume"));
    expect(volumes.length).toBeGreaterThan(5);
    expect(new Set(volumes.map(([, status]) => status))).toEqual(new Set(["unknown"]));
    expect(then["continuity spend"]).toBe("ok");
    const { json } = await world.get("?as_of=2026-02-08T06:00:00Z");
    expect(json.performance).toMatchObject([{ spend: "1800", complete_through: "2026-02-07" }]);
  });

  test.each([
    ["?as_off=2026-02-08", /no parameter "as_off"; there are as_of, dry_run, format/],
    ["?as_of=yesterday", /as_of is no instant/],
    ["?as_of=2027-01-01T00:00:00Z", /as_of is in the future/],
    ["?dry_run=maybe", /dry_run is yes or no/],
  ])("%s is refused, and it says why", async (query, why) => {
    const { status, json } = await world.get(query);
    expect(status).toBe(400);
    expect(json.detail).toMatch(why);
  });

  test("at the cost alone with dry_run: bytes of each query, and none is run", async () => {
    const before = world.stack.engine.jobs.length;
    const { json } = await world.get("?dry_run=1");
    expect(world.stack.engine.jobs).toHaveLength(before);
    // Nine tables and views, each billed as 10 MB at least.
    expect(json).toMatchObject({ dry_run: true, tables: 9, bytes_processed: 9 * 10 * 2 ** 20 });
    expect(json.queries.map(({ statement }: Record<string, string>) => statement)).toEqual(
      expect.arrayContaining(["table-stats/datasets", "table-stats/table"]),
    );
    expect((await world.get("?dry_run=0")).json.results).toBeDefined();
  });

  test("is refused before it reads where that is more than the file allows, and says how to read less", async () => {
    await world.stack.rewrite(
      warehouseFile({ ...shop, reconciliation: ["full_scan_up_to: 1MiB", "max_scan: 89MiB"] }),
    );
    const from = world.stack.engine.jobs.length;
    const { status, json } = await world.get();
    expect(status).toBe(422);
    expect(json.detail).toMatch(/would read 94 MB.*allows 93 MB.*Raise reconciliation\.max_scan, or lower/);
    const read = world.stack.engine.jobs.slice(from).map(({ labels }) => labels.plumbline_statement);
    expect(new Set(read)).toEqual(new Set(["table-stats_datasets"]));
    await world.stack.rewrite(
      warehouseFile({ ...shop, reconciliation: ["full_scan_up_to: 1MiB", "max_scan: 90MiB"] }),
    );
    expect((await world.get()).status).toBe(200);
    await world.stack.rewrite(warehouseFile(shop));
  });
});

describe("what cannot be read leaves all other checks standing", () => {
  test("a dataset that may not be read", async () => {
    const before = await statuses();
    world.stack.engine.denyAccess("shop.apart");
    expect(changed(before, await statuses())).toEqual(
      unknown(
        "freshness refunds",
        "duplicates refunds",
        "continuity refunds",
        "required refunds",
        "volume shop.apart.refunds",
      ),
    );
    world.stack.engine.allowAccess("shop.apart");
    expect(await statuses()).toEqual(before);
  });

  test("a table that is missing", async () => {
    const before = await statuses();
    await world.sql("ALTER TABLE {visits} RENAME TO visits_2026");
    expect(changed(before, await statuses())).toEqual(
      unknown("freshness visits", "continuity visits", "required visits", "volume shop.data.visits"),
    );
    await world.sql("ALTER TABLE {visits_2026} RENAME TO visits");
    expect(await statuses()).toEqual(before);
  });

  test("a column that is gone", async () => {
    const before = await statuses();
    await world.sql("ALTER TABLE `shop.apart.refunds` RENAME COLUMN id TO number");
    const { json } = await world.get();
    const lost = json.results.filter(({ subject }: Record<string, string>) => subject === "refunds");
    expect(lost.find(({ check }: Record<string, string>) => check === "duplicates").text).toMatch(/\bid\b/);
    expect(changed(before, await statuses())).toEqual(
      unknown("freshness refunds", "duplicates refunds", "continuity refunds", "required refunds"),
    );
    await world.sql("ALTER TABLE `shop.apart.refunds` RENAME COLUMN number TO id");
    expect(await statuses()).toEqual(before);
  });
});

describe("POST acts", () => {
  test("where a check could not be made, all others are told and remembered, it answers 5xx, and is tried again", async () => {
    world.stack.engine.denyAccess("shop.apart");
    const refused = await world.post(world.at(0));
    expect(refused.status).toBe(500);
    expect(refused.json).toMatchObject({
      title: "Some checks could not be made",
      detail: expect.stringMatching(/^5 of \d+ checks; all others were made, told and remembered\.$/),
      errors: expect.arrayContaining([expect.stringMatching(/^duplicates, refunds: It could not be read: /)]),
    });
    await world.stack.settle();
    const text = world.stack.mails.map(({ text }) => text).join("\n");
    expect(text).toContain("campaigns of orders");
    expect(text).toContain("refunds: It could not be read");
    const { runs, check_results: results } = await world.remembered();
    expect(runs).toBe(1);
    expect(results).toBeGreaterThan(30);

    world.stack.engine.allowAccess("shop.apart");
    const from = world.stack.slack.length;
    const again = await world.morning(world.at(0));
    expect(again).toMatchObject({ status: 200, json: { repeated: false } });
    expect(await world.remembered()).toMatchObject({ runs: 1, check_results: results });
    const over = world.stack.slack.slice(from).map(({ payload }) => String(payload.text));
    expect(over).toEqual([
      expect.stringMatching(
        /refunds, shop\.apart\.refunds are ok again; not over: 3 reconciliation checks are/,
      ),
    ]);
  });

  test("the same tick again answers what it answered, and reads nothing of the warehouse", async () => {
    const before = await world.remembered();
    const from = world.stack.engine.jobs.length;
    const again = await world.post(world.at(0));
    expect(again).toMatchObject({
      status: 200,
      json: { repeated: true, run: "reconciliation/2026-02-09T06:00:00.000Z" },
    });
    const asked = world.stack.engine.jobs.slice(from).map(({ labels }) => labels.plumbline_statement);
    expect(new Set(asked)).toEqual(new Set(["runs_find-run"]));
    expect(await world.remembered()).toEqual(before);
  });
});

test("a run that cannot read what was found before tells nothing, remembers nothing, and is tried again", async () => {
  const before = await world.remembered();
  const from = world.stack.slack.length;
  forgets = true;
  expect((await world.post(world.at(1))).status).toBe(503);
  forgets = false;
  await world.stack.settle();
  expect([await world.remembered(), world.stack.slack.length]).toEqual([before, from]);
  expect(await world.morning(world.at(1))).toMatchObject({ status: 200, json: { repeated: false } });
}, 60_000);

test("no address of a person and no secret in an answer, a log, a statement, a job, a notice or what is remembered", async () => {
  const answers = await Promise.all(
    ["application/json", "text/markdown", "text/html", "text/csv"].map((accept) => world.get("", accept)),
  );
  const { stack } = world;
  const jobs = stack.engine.jobs.filter(({ labels }) => labels.plumbline_function !== undefined);
  const left: Readonly<Record<string, unknown>> = {
    answers: answers.map(({ body }) => body),
    logs: [...stack.processes("reconciliation"), ...stack.processes("notifier")].map((one) => one.logs()),
    jobs: jobs.map(({ query, configuration, labels, error }) => [
      query,
      configuration,
      labels,
      error?.message,
    ]),
    slack: stack.slack.map(({ payload }) => payload),
    mails: stack.mails,
    ...Object.fromEntries(
      await Promise.all(
        ["runs", "check_results", "alert_state", "alert_log", "deliveries"].map(async (table) => [
          table,
          await stack.query(`SELECT TO_JSON_STRING(one) AS json FROM \`{{ops}}.${table}\` AS one`),
        ]),
      ),
    ),
  };
  for (const [where, what] of Object.entries(left)) {
    const text = JSON.stringify(what);
    expect(text.length, where).toBeGreaterThan(200);
    for (const canary of [person, ...secrets])
      expect(text.includes(canary), `${canary} in ${where}`).toBe(false);
  }
  // The order is spoken of, and so would the person be.
  expect(answers[0]?.body).toContain("campaigns_do_not_join");
  expect(JSON.stringify(await world.sql("SELECT DISTINCT campaign FROM {orders}"))).toContain(person);
});
