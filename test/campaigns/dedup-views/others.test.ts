import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type DedupWorld,
  messages,
  startDedupWorld,
  threeFacts,
  wantViews,
} from "../../support/a-dedup-world.ts";

/** Views that somebody else has changed, made, or left behind. Each test has tables of its own. */
let world: DedupWorld;
beforeAll(async () => {
  world = await startDedupWorld();
});
afterAll(() => world.close());

describe("what people do to a view", () => {
  test("a view that the warehouse file does not name any more stays as it is, and that is told once", async () => {
    const [, stays] = await wantViews(world, "left", "stays");
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
    await wantViews(world, id);
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
    await wantViews(world, "remade");
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
