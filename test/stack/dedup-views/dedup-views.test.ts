import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type DedupWorld,
  facts,
  messages,
  startDedupWorld,
  version,
  type WantedView,
} from "../../support/a-dedup-world.ts";

/** The real function over HTTP, from the first run on. Each test has tables of its own. */
let world: DedupWorld;
beforeAll(async () => {
  world = await startDedupWorld();
});
afterAll(() => world.close());

/** Three facts, one of them restated: 4 rows. */
const threeFacts = [...facts(3), version({ id: "r1-0", hour: 24, ad: "ad-0", spend: 12 })];

async function made(...ids: string[]): Promise<WantedView[]> {
  for (const id of ids) await world.makeTable(`${id}_raw`, threeFacts);
  const views = ids.map((id) => ({ id }));
  await world.want(...views);
  return views;
}

/** What a run asked of BigQuery, by kind of statement, without what the bundle writes into its own tables. */
async function jobsOf(work: () => Promise<unknown>): Promise<(string | undefined)[]> {
  const { jobs } = world.stack.engine;
  const before = jobs.length;
  await work();
  return world.stack.engine.jobs
    .slice(before)
    .filter(
      ({ query = "" }) =>
        !/^\s*(?:--[^\n]*\n\s*)*(?:INSERT|UPDATE|MERGE|DELETE)[^`]*`shop\.plumbline_ops\./i.test(query),
    )
    .map(({ statementType }) => statementType);
}

describe("from day to day", () => {
  test("the first POST creates the views and tells it, the second writes nothing, the same tick again is a repetition", async () => {
    await made("one", "two");
    const told = messages(world);
    const first = await world.tick();
    expect(first.json).toMatchObject({ repeated: false, views: { one: "created", two: "created" } });
    expect(told().map(({ headline }) => headline)).toEqual([
      expect.stringContaining("2 clean views were made"),
    ]);
    expect(await world.rows("SELECT ad_id, spend FROM `shop.raw.one` ORDER BY ad_id")).toEqual([
      { ad_id: "ad-0", spend: "12" },
      { ad_id: "ad-1", spend: "10" },
      { ad_id: "ad-2", spend: "10" },
    ]);

    const before = await Promise.all([world.table("one"), world.table("two")]);
    const second = world.nextTick();
    const kinds = await jobsOf(async () => {
      const answer = await world.tick(second);
      expect(answer.json).toMatchObject({ repeated: false, views: { one: "nothing", two: "nothing" } });
    });
    expect(kinds.length).toBeGreaterThan(0);
    expect(new Set(kinds)).toEqual(new Set(["SELECT"]));
    expect(await Promise.all([world.table("one"), world.table("two")])).toEqual(before);

    const again = await world.tick(second);
    expect(again.json).toMatchObject({ repeated: true, views: { one: "nothing", two: "nothing" } });
    expect(told()).toHaveLength(1);
  });

  test("rows that come in change nothing about a view", async () => {
    await made("fed");
    await world.tick();
    const before = await world.table("fed");
    await world.append("fed_raw", [version({ id: "r2", hour: 48, ad: "ad-7" })]);
    expect((await world.tick()).json.views).toEqual({ fed: "nothing" });
    expect(await world.table("fed")).toEqual(before);
    expect(await world.rows("SELECT COUNT(*) AS n FROM `shop.raw.fed`")).toEqual([{ n: "4" }]);
  });

  test("a changed key replaces that one view, says why and what differs, and rights on it stay", async () => {
    const [kept, changed] = await made("kept", "changed");
    await world.tick();
    const reader = { role: "roles/bigquery.dataViewer", members: ["user:reader@shop.example"] };
    const view = world.stack.client().dataset("raw").table("changed");
    await view.setIamPolicy({ bindings: [reader] });
    await view.setMetadata({ labels: { team: "growth" } });
    const [keptBefore, changedBefore] = [await world.table("kept"), await world.table("changed")];

    await world.want(
      { ...kept, id: "kept" },
      { ...changed, id: "changed", key: ["ad_id", "day", "country"] },
    );
    const plan = (await world.get("?view=changed")).json.views[0];
    expect(plan).toMatchObject({
      action: "replace",
      reasons: ["the key is ad_id, day, country and was ad_id, day"],
      removes: { today: 3, removed: 0 },
    });
    expect(plan.diff).toContain("\n-  ROW_NUMBER() OVER (PARTITION BY `ad_id`, `day` ORDER");
    expect(plan.diff).toContain("\n+  ROW_NUMBER() OVER (PARTITION BY `ad_id`, `day`, `country` ORDER");
    expect(await world.table("changed")).toEqual(changedBefore);

    const told = messages(world);
    const tick = world.nextTick();
    expect((await world.tick(tick)).json.views).toEqual({ kept: "nothing", changed: "replaced" });
    expect(told()).toEqual([
      {
        headline: expect.stringContaining("The clean view changed was changed"),
        text: expect.stringContaining("The key is ad_id, day, country and was ad_id, day."),
      },
    ]);
    expect(await world.table("kept")).toEqual(keptBefore);
    expect(await world.table("changed")).toMatchObject({
      labels: { plumbline_function: "dedup-views", plumbline_view: "changed", team: "growth" },
      description: expect.stringMatching(
        new RegExp(
          `^One row per ad_id, day, country of shop\\.raw\\.changed_raw: .*\\(extracted_at, then raw_id\\).*` +
            `Last changed ${tick.toISOString()}: the key is ad_id, day, country and was ad_id, day\\.$`,
        ),
      ),
    });
    const [policy] = await view.getIamPolicy();
    expect(policy.bindings).toEqual([reader]);

    await world.tick();
    expect(told()).toHaveLength(1);
  });

  test("a view that the warehouse file does not name any more stays as it is, and that is told once", async () => {
    const [, stays] = await made("left", "stays");
    await world.tick();
    const before = await world.table("left");
    await world.want({ ...stays, id: "stays" });
    const from = world.stack.slack.length;
    for (const _ of ["a day", "another"])
      expect((await world.tick()).json.views).toEqual({ stays: "nothing" });
    expect(await world.table("left")).toEqual(before);
    const told = world.stack.slack.slice(from).map(({ payload }) => String(payload.text));
    expect(told).toEqual([expect.stringContaining("The view shop.raw.left is not kept any more")]);
  });

  test.each([
    [
      "its text alone",
      { view: { query: "SELECT ad_id FROM `shop.raw.{{}}_raw`", useLegacySql: false } },
      "its query was another one",
    ],
    ["its description alone", { description: "mine" }, "its description was another one"],
    ["a label of ours", { labels: { plumbline_view: "other" } }, "its labels were others"],
  ])("%s, changed by hand, is changed back", async (what, change, reason) => {
    const id = `hand_${what.replaceAll(" ", "_")}`;
    await made(id);
    await world.tick();
    const wanted = await world.table(id);
    await world.stack
      .client()
      .dataset("raw")
      .table(id)
      .setMetadata(JSON.parse(JSON.stringify(change).replace("{{}}", id)));
    const told = messages(world);
    expect((await world.tick()).json.views).toEqual({ [id]: "replaced" });
    expect(told().map(({ text }) => text)).toEqual([
      expect.stringMatching(new RegExp(`${id}: ${reason}`, "i")),
    ]);
    const mended = await world.table(id);
    expect({ view: mended?.view, labels: mended?.labels }).toEqual({
      view: wanted?.view,
      labels: wanted?.labels,
    });
    expect(mended?.description).toContain(`: ${reason}`);
  });
});

describe("a name that is somebody else's", () => {
  test("a view that the bundle did not make stays as it is, is told once, and is taken over by adopt: true", async () => {
    await world.makeTable("theirs_raw", threeFacts);
    await world.rows("CREATE VIEW `shop.raw.theirs` AS SELECT DISTINCT ad_id FROM `shop.raw.theirs_raw`");
    const before = await world.table("theirs");
    await world.want({ id: "theirs" });
    const told = messages(world);
    const refused = await world.tick();
    expect(refused).toMatchObject({ status: 200, json: { views: { theirs: "nothing" } } });
    expect(await world.table("theirs")).toEqual(before);
    expect(told()).toEqual([
      {
        headline: expect.stringContaining("a view of another owner has its name"),
        text: expect.stringContaining("adopt: true"),
      },
    ]);
    await world.want({ id: "theirs", lines: ["adopt: true"], key: ["ad_id"] });
    expect((await world.tick()).json.views).toEqual({ theirs: "replaced" });
    const news = told().find(({ headline }) => headline.includes("was changed"));
    expect(news?.text).toContain("A view of another owner was taken over");
    expect(told().filter(({ headline }) => /recovered/i.test(headline))).toHaveLength(1);
    expect(told()).toHaveLength(3);
    expect(await world.rows("SELECT COUNT(*) AS n FROM `shop.raw.theirs`")).toEqual([{ n: "3" }]);
  });

  test("a clean view that somebody makes anew is somebody else's: BigQuery has dropped what marked it", async () => {
    await made("remade");
    await world.tick();
    await world.rows("CREATE OR REPLACE VIEW `shop.raw.remade` AS SELECT * FROM `shop.raw.remade_raw`");
    const before = await world.table("remade");
    const told = messages(world);
    expect((await world.tick()).json.views).toEqual({ remade: "nothing" });
    expect(await world.table("remade")).toEqual(before);
    expect(told().map(({ headline }) => headline)).toEqual([
      expect.stringContaining("remade cannot be made: a view of another owner has its name"),
    ]);
  });

  test("a table of that name is never overwritten, adopt or not", async () => {
    await world.makeTable("taken_raw", threeFacts);
    await world.makeTable("taken", threeFacts);
    await world.want({ id: "taken", lines: ["adopt: true"] });
    const before = await world.table("taken");
    const told = messages(world);
    expect((await world.tick()).json.views).toEqual({ taken: "nothing" });
    expect(await world.table("taken")).toEqual(before);
    expect(told().map(({ headline }) => headline)).toEqual([expect.stringContaining("a table has its name")]);
    expect(await world.rows("SELECT COUNT(*) AS n FROM `shop.raw.taken`")).toEqual([{ n: "4" }]);
  });
});
