import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type DedupWorld,
  facts,
  messages,
  rawFields,
  startDedupWorld,
  version,
} from "../../support/a-dedup-world.ts";

/**
 * What becomes of a raw table while its view stands. Each accident has a table of its own, and a view beside it that
 * must go on: its raw table gains a column at the same time.
 */
let world: DedupWorld;
beforeAll(async () => {
  world = await startDedupWorld();
});
afterAll(() => world.close());

const rows = [...facts(3), version({ id: "r1-0", hour: 24, ad: "ad-0", spend: 12 })];

interface Accident {
  readonly happens: (raw: string) => Promise<unknown>;
  /** In the headline, and in what to do. Null: nothing is wrong. */
  readonly told: readonly [headline: string, text: string] | null;
  /** What the news says; null: the view is left as it is. */
  readonly changed: string | null;
  readonly mended?: (raw: string) => Promise<unknown>;
}

const sql = (text: string) => (raw: string) => world.rows(text.replaceAll("{raw}", `shop.raw.${raw}`));

const remade = (fields: typeof rawFields) => async (raw: string) => {
  await sql("DROP TABLE `{raw}`")(raw);
  await world.makeTable(raw, [], fields);
  await world.append(
    raw,
    rows.map((row) =>
      Object.fromEntries(Object.entries(row).filter(([name]) => fields.some((it) => it.name === name))),
    ),
  );
};

const typed = (column: string, type: (typeof rawFields)[number]["type"]) =>
  rawFields.map((field) => (field.name === column ? { ...field, type } : field));

const whole = async (raw: string) => {
  await world.rows(`DROP TABLE IF EXISTS \`shop.raw.${raw}\``);
  await world.makeTable(raw, rows);
};

describe("a raw table", () => {
  test.each<[string, Accident]>([
    [
      "dropped",
      {
        happens: sql("DROP TABLE `{raw}`"),
        told: ["has no raw table any more", "BigQuery keeps dropped tables for 7 days"],
        changed: null,
        mended: whole,
      },
    ],
    [
      "renamed",
      {
        happens: async (raw) => {
          await world.makeTable(`${raw}_2026`, rows);
          await sql("DROP TABLE `{raw}`")(raw);
        },
        told: [
          "has no raw table any more",
          "If it was renamed: shop.raw.renamed_raw_2026 has all of its columns",
        ],
        changed: null,
        mended: whole,
      },
    ],
    [
      "emptied",
      {
        happens: sql("DELETE FROM `{raw}` WHERE TRUE"),
        told: ["has lost all its rows", "time travel"],
        changed: null,
        mended: (raw) => world.append(raw, rows),
      },
    ],
    [
      "with a column of the key renamed",
      {
        happens: sql("ALTER TABLE `{raw}` RENAME COLUMN ad_id TO ad_ids"),
        told: ["misses a column of its raw table", "If ad_id is called ad_ids now"],
        changed: null,
        mended: sql("ALTER TABLE `{raw}` RENAME COLUMN ad_ids TO ad_id"),
      },
    ],
    [
      "with another column renamed",
      {
        happens: sql("ALTER TABLE `{raw}` RENAME COLUMN country TO land"),
        told: null,
        changed: "ew column land; country is gone",
      },
    ],
    [
      "with a column more",
      {
        happens: sql("ALTER TABLE `{raw}` ADD COLUMN clicks INT64"),
        told: null,
        changed: "ew column clicks",
      },
    ],
    [
      "with a column dropped",
      { happens: sql("ALTER TABLE `{raw}` DROP COLUMN country"), told: null, changed: "ountry is gone" },
    ],
    [
      "with the column of the money dropped",
      {
        happens: sql("ALTER TABLE `{raw}` DROP COLUMN spend"),
        told: ["misses a column of its raw table", "no column spend (as its money) any more"],
        changed: null,
        mended: whole,
      },
    ],
    [
      "made anew with another type of a column",
      { happens: remade(typed("country", "BYTES")), told: null, changed: "ountry is BYTES and was STRING" },
    ],
    [
      "made anew with a key that cannot be one",
      {
        happens: async (raw) => {
          await sql("DROP TABLE `{raw}`")(raw);
          await world.makeTable(raw, [], typed("ad_id", "FLOAT"));
        },
        told: ["needs a column of another type", "ad_id of shop.raw."],
        changed: null,
        mended: whole,
      },
    ],
  ])(
    "%s: it is told what happened and what to do, the other view goes on, and it is told when it is over",
    async (what, { happens, told, changed, mended }) => {
      const id = what.replaceAll(" ", "_");
      const other = `beside_${id}`;
      await world.makeTable(`${id}_raw`, rows);
      await world.makeTable(`${other}_raw`, rows);
      await world.want({ id }, { id: other });
      await world.tick();
      const before = await world.table(id);

      await happens(`${id}_raw`);
      await sql("ALTER TABLE `{raw}` ADD COLUMN later STRING")(`${other}_raw`);
      const heard = messages(world);
      const answer = await world.tick();
      expect(answer.status).toBe(200);
      expect(answer.json.views).toEqual({
        [id]: changed === null ? "nothing" : "replaced",
        [other]: "replaced",
      });
      const problems = heard().filter(({ headline }) => /critical|warning/i.test(headline));
      if (told === null) {
        expect(problems).toEqual([]);
      } else {
        expect(problems).toEqual([
          { headline: expect.stringContaining(`${id} ${told[0]}`), text: expect.stringContaining(told[1]) },
        ]);
      }
      const news = heard().filter(({ headline }) => headline.includes("News"));
      expect(news).toHaveLength(1);
      expect(news[0]?.text).toContain("ew column later");
      if (changed === null) expect(await world.table(id)).toEqual(before);
      else expect(news[0]?.text).toContain(changed);

      const holds = messages(world);
      await world.tick();
      expect(holds().filter(({ headline }) => !/still|reminder/i.test(headline))).toEqual([]);
      if (mended === undefined) {
        expect(Number((await world.rows(`SELECT COUNT(*) AS n FROM \`shop.raw.${id}\``))[0]?.n)).toBe(3);
        return;
      }
      await mended(`${id}_raw`);
      const over = messages(world);
      expect((await world.tick()).status).toBe(200);
      expect(over()).toEqual([expect.objectContaining({ headline: expect.stringMatching(/recovered/i) })]);
      expect(await world.table(id)).toEqual(before);
      expect(await world.rows(`SELECT ad_id, spend FROM \`shop.raw.${id}\` ORDER BY 1`)).toHaveLength(3);
    },
  );

  test("that is replaced by one of another name is followed where the warehouse file says so", async () => {
    await world.makeTable("moved_raw", rows);
    await world.want({ id: "moved" });
    await world.tick();
    await world.makeTable("moved_v2", rows);
    await world.want({ id: "moved", table: "moved_v2" });
    const heard = messages(world);
    expect((await world.tick()).json.views).toEqual({ moved: "replaced" });
    expect(heard().map(({ text }) => text)).toEqual([
      expect.stringContaining("he raw table is shop.raw.moved_v2 and was shop.raw.moved_raw"),
    ]);
  });

  test("that never had a row is told, and its view is made", async () => {
    await world.makeTable("bare_raw");
    await world.want({ id: "bare" });
    const heard = messages(world);
    expect((await world.tick()).json.views).toEqual({ bare: "created" });
    expect(
      heard()
        .map(({ headline }) => headline)
        .toSorted(),
    ).toEqual([expect.stringContaining("bare was made"), expect.stringContaining("has no rows")]);
  });
});

describe("a right that is missing", () => {
  test("on one dataset: 500 that says it, told as what it is, and the views of another dataset are made", async () => {
    const { engine } = world.stack;
    await engine.createDataset("shop.closed", { location: "US", at: engine.clock() });
    await engine.createTable("shop.closed.secret", { fields: rawFields }, engine.clock());
    await world.makeTable("open_raw", rows);
    await world.want({ id: "locked", table: "closed.secret" }, { id: "open" });
    engine.denyAccess("shop.closed");
    const heard = messages(world);
    const at = world.nextTick();
    const answer = await world.tick(at);
    expect(answer).toMatchObject({
      status: 500,
      json: {
        errors: [
          expect.stringMatching(/^locked: shop\.closed\.secret could not be checked: .*Access Denied/),
        ],
      },
    });
    expect(await world.table("open")).not.toBeNull();
    expect(heard().filter(({ headline }) => headline.includes("open was made"))).toHaveLength(1);
    expect(heard().filter(({ headline }) => /critical/i.test(headline))).toEqual([
      {
        headline: expect.stringContaining("locked could not be checked"),
        text: expect.stringContaining("Give the function's service account the right"),
      },
    ]);

    engine.allowAccess("shop.closed");
    const over = messages(world);
    expect((await world.tick()).json.views).toEqual({ locked: "created", open: "nothing" });
    const headlines = over().map(({ headline }) => headline);
    expect(headlines.filter((it) => /recovered/i.test(it))).toEqual([
      expect.stringContaining("locked could not be checked"),
    ]);
    expect(headlines.filter((it) => it.includes("was made"))).toEqual([expect.stringContaining("locked")]);
  });

  test("on a view that stands: it is not touched, and its raw rows are not told to be over", async () => {
    const { engine } = world.stack;
    await engine.createDataset("shop.kept", { location: "US", at: engine.clock() });
    await world.makeTable("apart_raw", rows);
    await world.want({ id: "apart", lines: ["view: kept.apart"] });
    expect((await world.tick()).json.views).toEqual({ apart: "created" });
    await world.rows("DELETE FROM `shop.raw.apart_raw` WHERE TRUE");
    const heard = messages(world);
    await world.tick();
    expect(heard()).toEqual([
      expect.objectContaining({ headline: expect.stringContaining("has lost all its rows") }),
    ]);
    engine.denyAccess("shop.kept");
    const denied = messages(world);
    expect((await world.tick()).status).toBe(500);
    expect(denied().filter(({ headline }) => /recovered/i.test(headline))).toEqual([]);
    engine.allowAccess("shop.kept");
  });
});
