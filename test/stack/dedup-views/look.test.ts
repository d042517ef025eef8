import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type DedupWorld, facts, startDedupWorld, version } from "../../support/a-dedup-world.ts";
import { project } from "../../support/small-sources.ts";

/** `GET` looks: what it answers, and that it writes nothing. */
let world: DedupWorld;
beforeAll(async () => {
  world = await startDedupWorld();
  const restated = version({ id: "r1-0", hour: 24, ad: "ad-0", spend: 12 });
  for (const name of ["stands_raw", "comes_raw"]) await world.makeTable(name, [...facts(3), restated]);
  await world.makeTable("lies_raw", [
    version({ id: "a", hour: 0, country: "DE" }),
    version({ id: "b", hour: 0, country: "FR" }),
  ]);
  await world.want({ id: "stands" });
  await world.tick();
  await world.want({ id: "stands", key: ["ad_id", "day", "country"] }, { id: "comes" }, { id: "lies" });
});
afterAll(() => world.close());

const opsRows = async () =>
  Promise.all(
    ["runs", "check_results", "alert_state", "alert_log"].map((table) =>
      world.rows(`SELECT COUNT(*) AS n FROM \`{{ops}}.${table}\``),
    ),
  );

describe("the answer", () => {
  test("as JSON has plan, figures, finding and proposal of each view, and nothing is written for it", async () => {
    const before = [await opsRows(), await world.table("stands"), world.stack.slack.length];
    const { status, json, type } = await world.get();
    expect([status, type]).toEqual([200, expect.stringContaining("application/json")]);
    expect(json.summary).toEqual({ create: 1, replace: 1, unchanged: 0, refused: 1 });
    expect(json.views).toMatchObject([
      {
        view: "stands",
        action: "replace",
        status: "ok",
        reasons: ["the key is ad_id, day, country and was ad_id, day"],
        removes: { today: 3, removed: 0 },
        figures: { raw_rows: 4, clean_rows: 3, duplicates: 1, rate: 0.25 },
      },
      {
        view: "comes",
        action: "create",
        figures: {
          money: { raw: "42", clean: "32", overcounted: "10", currency: "USD", kind: "spend" },
          days: [{ day: "2026-02-01", raw_rows: 4, clean_rows: 3 }],
        },
      },
      {
        view: "lies",
        action: "refused",
        status: "critical",
        finding: { code: "key_too_coarse" },
        proposal: { kind: "columns", add: ["country"] },
      },
    ]);
    expect([await opsRows(), await world.table("stands"), world.stack.slack.length]).toEqual(before);
    expect(await world.table("comes")).toBeNull();
  });

  test.each([
    [
      "text/markdown",
      [
        "# Clean views",
        "1 to create, 1 to replace, 0 up to date, 1 refused.",
        "```diff",
        "With country added it is true.",
      ],
    ],
    ["text/html", ["<h1", "Clean views", "the key is ad_id, day, country and was ad_id, day"]],
    ["text/csv", ["view,name,raw,action,status", "comes,shop.raw.comes,shop.raw.comes_raw,create,ok"]],
  ])("comes as %s", async (accept, parts) => {
    const { status, body, type } = await world.get("", accept);
    expect([status, type]).toEqual([200, expect.stringContaining(accept)]);
    for (const part of parts) expect(body).toContain(part);
  });

  test("is narrowed to one view by ?view=, and says of one that there is not what may be meant", async () => {
    const { json } = await world.get("?view=lies");
    expect(json.views.map(({ view }: { view: string }) => view)).toEqual(["lies"]);
    const unknown = await world.get("?view=lie");
    expect(unknown).toMatchObject({ status: 400, type: expect.stringContaining("application/problem+json") });
    expect(unknown.json.detail).toContain('no dedup view "lie"; did you mean lies?');
  });

  test("as of an earlier day counts what had arrived by then", async () => {
    const { json } = await world.get("?view=comes&as_of=2026-02-01");
    expect(json.views[0].figures).toMatchObject({ raw_rows: 3, clean_rows: 3, duplicates: 0 });
    expect((await world.get("?as_of=soon")).status).toBe(400);
    expect((await world.get("?as_of=2026-12-31")).status).toBe(400);
  });

  test("?dry_run=1 says what each query would scan, and runs none", async () => {
    const ran = () =>
      world.stack.engine.jobs.filter(({ configuration }) => configuration.dryRun !== true).length;
    const before = ran();
    const { status, json } = await world.get("?dry_run=1");
    expect(status).toBe(200);
    expect(ran()).toBe(before);
    expect(json).toMatchObject({ dry_run: true, not_estimated: [] });
    expect(json.bytes_processed).toBeGreaterThan(0);
    expect(json.queries.map(({ statement }: { statement: string }) => statement)).toEqual(
      expect.arrayContaining(["duplicates/figures", "duplicates/repeats", "dedup-views/raw-reads"]),
    );
    expect((await world.get("?dry_run=1", "text/csv")).body).toContain("duplicates/figures,");
  });

  test("an unknown parameter, or one of POST, is refused by its name", async () => {
    for (const query of ["?views=lies", "?override=x&view=lies"]) {
      const { status, json } = await world.get(query);
      expect(status, query).toBe(400);
      expect(json.detail, query).toContain(/\?(\w+)/.exec(query)?.[1]);
    }
    expect((await world.post(world.nextTick(), "?as_of=2026-02-01")).status).toBe(400);
  });

  test("lists who has read a raw table and not its view, and what a sum over it counts twice", async () => {
    const asSomebody = (query: string) =>
      fetch(`${world.stack.bigQueryUrl}/bigquery/v2/projects/${project}/queries`, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: "Bearer user:analyst@shop.example" },
        body: JSON.stringify({ query, useLegacySql: false, location: "US" }),
      });
    await asSomebody("SELECT SUM(spend) AS spend FROM `shop.raw.stands_raw`");
    await asSomebody("SELECT SUM(spend) AS spend FROM `shop.raw.stands`");
    const { json } = await world.get();
    expect(json.raw_reads).toMatchObject({
      checked: true,
      jobs: [{ view: "stands", reader: "analyst@shop.example" }],
    });
    expect((await world.get("", "text/markdown")).body).toMatch(/analyst@shop\.example \| stands +\| +\$10/);
  });
});

describe("why", () => {
  test("is asked of a view by its id", async () => {
    await world.tick();
    const response = await fetch(`${world.stack.url}/dedup-views/why?view=lies`);
    expect(response.status).toBe(200);
    expect(await response.text()).toContain("lies has a key that removes real rows");
    const unknown = await fetch(`${world.stack.url}/dedup-views/why?view=nothing`);
    expect(unknown.status).toBe(400);
  });
});

describe("a warehouse file without dedup views", () => {
  beforeAll(() => world.want());

  test.each([
    ["application/json", '"views": []'],
    ["text/markdown", "The warehouse file has no dedup views"],
    ["text/html", "The warehouse file has no dedup views"],
    ["text/csv", "view,name,raw"],
  ])("is answered as %s", async (accept, said) => {
    const { status, body } = await world.get("", accept);
    expect(status).toBe(200);
    expect(body).toContain(said);
  });

  test("is nothing to do, and no estimate", async () => {
    expect((await world.tick()).json).toMatchObject({ views: {}, summary: { create: 0, refused: 0 } });
    expect((await world.get("?dry_run=1")).json).toMatchObject({ bytes_processed: 0, queries: [] });
  });
});
