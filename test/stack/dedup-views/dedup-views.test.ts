import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type DedupWorld,
  messages,
  startDedupWorld,
  version,
  wantViews,
} from "../../support/a-dedup-world.ts";

/** The real function over HTTP, from the first run on. Each test has tables of its own. */
let world: DedupWorld;
beforeAll(async () => {
  world = await startDedupWorld();
});
afterAll(() => world.close());

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
    await wantViews(world, "one", "two");
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
    await wantViews(world, "fed");
    await world.tick();
    const before = await world.table("fed");
    await world.append("fed_raw", [version({ id: "r2", hour: 48, ad: "ad-7" })]);
    expect((await world.tick()).json.views).toEqual({ fed: "nothing" });
    expect(await world.table("fed")).toEqual(before);
    expect(await world.rows("SELECT COUNT(*) AS n FROM `shop.raw.fed`")).toEqual([{ n: "4" }]);
  });

  test("a changed key replaces that one view, says why and what differs, and rights on it stay", async () => {
    const [kept, changed] = await wantViews(world, "kept", "changed");
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
});
