import { describe, expect, test } from "vitest";
import { person, secrets, useShopWithPeople } from "../../support/a-shop-with-people.ts";

/** The function as deployed; all that it is asked and all that it cannot read: test/campaigns/reconciliation. */
const shop = useShopWithPeople();

describe("GET looks", () => {
  test("and answers with everything the contract names", async () => {
    const { status, json } = await shop.world.get();
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
    const { status, type, body } = await shop.world.get("", accept);
    expect([status, type]).toEqual([200, expect.stringContaining(accept)]);
    expect(body).toMatch(begins);
  });

  test.each([
    ["?as_off=2026-02-08", /no parameter "as_off"; there are as_of, dry_run, format/],
    ["?as_of=yesterday", /as_of is no instant/],
    ["?as_of=2027-01-01T00:00:00Z", /as_of is in the future/],
    ["?dry_run=maybe", /dry_run is yes or no/],
  ])("%s is refused, and it says why", async (query, why) => {
    const { status, json } = await shop.world.get(query);
    expect(status).toBe(400);
    expect(json.detail).toMatch(why);
  });
});

describe("POST acts", () => {
  test("where a check could not be made, all others are told and remembered, it answers 5xx, and is tried again", async () => {
    shop.world.stack.engine.denyAccess("shop.apart");
    const refused = await shop.world.post(shop.world.at(0));
    expect(refused.status).toBe(500);
    expect(refused.json).toMatchObject({
      title: "Some checks could not be made",
      detail: expect.stringMatching(/^5 of \d+ checks; all others were made, notified and recorded\.$/),
      errors: expect.arrayContaining([expect.stringMatching(/^duplicates, refunds: It could not be read: /)]),
    });
    await shop.world.stack.settle();
    const text = shop.world.stack.mails.map(({ text }) => text).join("\n");
    expect(text).toContain("campaigns of orders");
    expect(text).toContain("refunds: It could not be read");
    const { runs, check_results: results } = await shop.world.remembered();
    expect(runs).toBe(1);
    expect(results).toBeGreaterThan(30);

    shop.world.stack.engine.allowAccess("shop.apart");
    const from = shop.world.stack.slack.length;
    const again = await shop.world.morning(shop.world.at(0));
    expect(again).toMatchObject({ status: 200, json: { repeated: false } });
    expect(await shop.world.remembered()).toMatchObject({ runs: 1, check_results: results });
    const over = shop.world.stack.slack.slice(from).map(({ payload }) => String(payload.text));
    expect(over).toEqual([
      expect.stringMatching(
        /refunds, shop\.apart\.refunds are ok again; still open: 3 reconciliation checks are/,
      ),
    ]);
  });

  test("the same tick again answers what it answered, and reads nothing of the warehouse", async () => {
    const before = await shop.world.remembered();
    const from = shop.world.stack.engine.jobs.length;
    const again = await shop.world.post(shop.world.at(0));
    expect(again).toMatchObject({
      status: 200,
      json: { repeated: true, run: "reconciliation/2026-02-09T06:00:00.000Z" },
    });
    const asked = shop.world.stack.engine.jobs.slice(from).map(({ labels }) => labels.plumbline_statement);
    expect(new Set(asked)).toEqual(new Set(["runs_find-run"]));
    expect(await shop.world.remembered()).toEqual(before);
  });
});

test("no address of a person and no secret in an answer, a log, a statement, a job, a notice or what is remembered", async () => {
  const answers = await Promise.all(
    ["application/json", "text/markdown", "text/html", "text/csv"].map((accept) =>
      shop.world.get("", accept),
    ),
  );
  const { stack } = shop.world;
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
  // The order is notified of, and so would the person be.
  expect(answers[0]?.body).toContain("campaigns_do_not_join");
  expect(JSON.stringify(await shop.world.sql("SELECT DISTINCT campaign FROM {orders}"))).toContain(person);
});
