import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type DedupWorld,
  facts,
  messages,
  startDedupWorld,
  version,
  type WantedView,
} from "../../support/a-dedup-world.ts";
import { hours } from "../../support/a-source.ts";

/** What stops a key that lies, and what does not. The real function over HTTP. */
let world: DedupWorld;
beforeAll(async () => {
  world = await startDedupWorld();
});
afterAll(() => world.close());

const headlines = (told: ReturnType<typeof messages>) => told().map(({ headline }) => headline);

describe("the key advisor", () => {
  const cuts = [
    { id: "by_country", values: ["DE", "FR"] },
    { id: "by_region", values: ["Bayern", "Hessen"] },
  ];
  /** One ad and day, cut in two, delivered twice. */
  const cut = (values: readonly string[]) =>
    [0, 24].flatMap((hour) =>
      values.map((country, n) => version({ id: `r${hour}-${n}`, hour, country, spend: 10 + n + hour })),
    );

  test("a key that merges rows of one sync is refused before anything is written, for all tables in one message, until it is mended", async () => {
    for (const { id, values } of cuts) await world.makeTable(`${id}_raw`, cut(values));
    await world.makeTable("control_raw", facts(2));
    const wanted: WantedView[] = [...cuts.map(({ id }) => ({ id })), { id: "control" }];
    await world.want(...wanted);
    const told = messages(world);
    const refused = await world.tick();
    expect(refused).toMatchObject({
      status: 200,
      json: { views: { by_country: "nothing", by_region: "nothing", control: "created" } },
    });
    expect(await world.table("by_country")).toBeNull();
    expect(await world.table("by_region")).toBeNull();
    const alert = told().filter(({ headline }) => headline.includes("removes real rows"));
    expect(alert).toHaveLength(1);
    expect(alert[0]?.text).toContain(
      "Set unique_key of source by_country_source to [ad_id, day, country] in the warehouse file",
    );
    expect(alert[0]?.text).toContain(
      "Set unique_key of source by_region_source to [ad_id, day, country] in the warehouse file",
    );
    expect(alert[0]?.text).toContain("4 rows in 2 groups of one sync share it and differ");

    const mended = (view: WantedView) => ({ ...view, key: ["ad_id", "day", "country"] });
    await world.want(...wanted.map(mended));
    expect((await world.tick()).json.views).toMatchObject({ by_country: "created", by_region: "created" });
    expect(await world.rows("SELECT country, spend FROM `shop.raw.by_country` ORDER BY country")).toEqual([
      { country: "DE", spend: "34" },
      { country: "FR", spend: "35" },
    ]);
    expect(headlines(told).filter((it) => /recovered/i.test(it))).toHaveLength(1);
  });

  test("a view that stands is not replaced by one whose key lies, and stays as it is", async () => {
    await world.makeTable("stands_raw", cut(["DE", "FR"]));
    const good = { id: "stands", key: ["ad_id", "day", "country"], lines: ["max_removed: 100%"] };
    await world.want(good);
    await world.tick();
    const before = await world.table("stands");
    await world.want({ ...good, key: ["ad_id", "day"] });
    expect((await world.tick()).json.views).toEqual({ stands: "nothing" });
    expect(await world.table("stands")).toEqual(before);
  });

  test("versions that differ in a measure alone come in the order that there is; tied, they are refused", async () => {
    await world.makeTable("measured_raw", [
      version({ id: "a", hour: 0, spend: 10 }),
      version({ id: "b", hour: 0, spend: 20 }),
    ]);
    await world.makeTable("tied_raw", [
      version({ id: "a", hour: 0, spend: 10 }),
      version({ id: "a", hour: 0, spend: 20 }),
    ]);
    await world.want({ id: "measured" }, { id: "tied" });
    const told = messages(world);
    expect((await world.tick()).json.views).toEqual({ measured: "created", tied: "nothing" });
    expect(await world.rows("SELECT spend FROM `shop.raw.measured`")).toEqual([{ spend: "20" }]);
    expect(headlines(told).filter((it) => !it.includes("News"))).toEqual([
      expect.stringContaining("tied has rows without a known latest version"),
    ]);
  });

  test("rows of one sync that are the same to the letter are repeats: no conflict", async () => {
    await world.makeTable("repeated_raw", [
      version({ id: "a", hour: 0 }),
      version({ id: "a", hour: 0 }),
      version({ id: "b", hour: 0 }),
    ]);
    await world.want({ id: "repeated" });
    expect((await world.tick()).json.views).toEqual({ repeated: "created" });
    expect(await world.rows("SELECT raw_id FROM `shop.raw.repeated`")).toEqual([{ raw_id: "b" }]);
  });
});

describe("the circuit breaker", () => {
  const rows = 1_000;

  /** `rows` facts; of the first `merged`, each second one is another country of the same ad, from another sync. */
  async function aView(id: string, merged: number): Promise<{ fine: WantedView; coarse: WantedView }> {
    await world.makeTable(
      `${id}_raw`,
      Array.from({ length: rows }, (_, n) => {
        const second = n % 2 === 1 && n < 2 * merged;
        return version({
          id: `r${n}`,
          hour: second ? 24 : 0,
          ad: second ? `ad-${n - 1}` : `ad-${n}`,
          country: second ? "FR" : "DE",
        });
      }),
    );
    const fine = { id, key: ["ad_id", "day", "country"] };
    await world.want(fine);
    expect((await world.tick()).json.views).toEqual({ [id]: "created" });
    return { fine, coarse: { id, key: ["ad_id", "day"] } };
  }

  test.each([
    ["1.9 % less", 19, true],
    ["2.0 %, as much as may go", 20, true],
    ["2.1 %", 21, false],
  ])("a replacement that removes %s", async (_, merged, goesThrough) => {
    const id = `removes_${merged}`;
    const { coarse } = await aView(id, merged);
    const before = await world.table(id);
    const told = messages(world);
    await world.want(coarse);
    const tick = world.nextTick();
    const answer = await world.tick(tick);
    expect(answer.status).toBe(200);
    expect(answer.json.views).toEqual({ [id]: goesThrough ? "replaced" : "nothing" });
    if (goesThrough) {
      expect(headlines(told)).toEqual([expect.stringContaining("was changed")]);
      return;
    }
    expect(await world.table(id)).toEqual(before);
    expect(told()).toEqual([
      {
        headline: expect.stringContaining("is not replaced: too many rows would be lost"),
        text: expect.stringContaining(
          `POST /dedup-views?override=dedup-views/${tick.toISOString()}&amp;view=${id}`,
        ),
      },
    ]);
    expect(told()[0]?.text).toContain("would remove 21 of its 1,000 rows, 2.1 %; 2 % may go");
  });

  test("a share of its own counts, and a key that becomes finer removes nothing", async () => {
    const { fine, coarse } = await aView("own_share", 50);
    await world.want({ ...coarse, lines: ["max_removed: 5%"] });
    expect((await world.tick()).json.views).toEqual({ own_share: "replaced" });
    await world.want({ ...fine, lines: ["max_removed: 0%"] });
    expect((await world.tick()).json.views).toEqual({ own_share: "replaced" });
    expect(await world.rows("SELECT COUNT(*) AS n FROM `shop.raw.own_share`")).toEqual([{ n: String(rows) }]);
  });

  test("a view of somebody else that is taken over is held to it as well", async () => {
    await world.makeTable("adopted_raw", [...facts(10), ...facts(10, 24)]);
    await world.rows("CREATE VIEW `shop.raw.adopted` AS SELECT * FROM `shop.raw.adopted_raw`");
    const before = await world.table("adopted");
    await world.want({ id: "adopted", lines: ["adopt: true"] });
    const told = messages(world);
    expect((await world.tick()).json.views).toEqual({ adopted: "nothing" });
    expect(await world.table("adopted")).toEqual(before);
    expect(told()[0]?.text).toContain("would remove 10 of its 20 rows, 50 %");
  });

  describe("overridden", () => {
    const id = "overridden";
    let run: string;
    let coarse: WantedView;
    beforeAll(async () => {
      ({ coarse } = await aView(id, 100));
      await world.makeTable("bystander_raw", facts(3));
      await world.want(coarse, { id: "bystander" });
      const tick = world.nextTick(hours(1));
      expect((await world.tick(tick)).json.views).toEqual({ [id]: "nothing", bystander: "created" });
      run = `dedup-views/${tick.toISOString()}`;
    });

    const overriding = (named: string, view: string) => `?override=${encodeURIComponent(named)}&view=${view}`;

    test.each([
      ["no run", () => `?view=${id}`, "An override names both"],
      ["no view", () => `?override=${run}`, "An override names both"],
      ["what is no run", () => overriding("yesterday", id), "override is no run of dedup-views"],
      [
        "a run of long ago",
        () => overriding("dedup-views/2026-01-01T00:00:00.000Z", id),
        "is more than a week ago",
      ],
      [
        "a run that never was",
        () => overriding(run.replace(/T\d\d/, "T00"), id),
        "has not refused to replace overridden",
      ],
      [
        "a view that it did not refuse",
        () => overriding(run, "bystander"),
        "has not refused to replace bystander",
      ],
      [
        "a view that there is not",
        () => overriding(run, "overriden"),
        'has no dedup view \\"overriden\\"; did you mean overridden?',
      ],
    ])("naming %s, it answers 400 with a sentence, and nothing is written", async (_, query, sentence) => {
      const before = [await world.table(id), await world.table("bystander")];
      const told = messages(world);
      const answer = await world.tick(world.nextTick(hours(1)), query());
      expect(answer.status).toBe(400);
      expect(answer.body).toContain(sentence);
      expect([await world.table(id), await world.table("bystander")]).toEqual(before);
      expect(told()).toEqual([]);
    });

    test("for another definition than was refused, it answers 400 and nothing is written", async () => {
      await world.want({ ...coarse, key: ["ad_id"] }, { id: "bystander" });
      const before = await world.table(id);
      const answer = await world.tick(world.nextTick(hours(1)), overriding(run, id));
      expect(answer.status).toBe(400);
      expect(answer.body).toContain("the view or its wanted definition has changed since");
      expect(await world.table(id)).toEqual(before);
      await world.want(coarse, { id: "bystander" });
    });

    test("naming the run and the view, it carries the replacement out, and tells it", async () => {
      const told = messages(world);
      const tick = world.nextTick(hours(1));
      const answer = await world.tick(tick, overriding(run, id));
      expect(answer.json).toMatchObject({
        overridden: [id],
        views: { [id]: "replaced", bystander: "nothing" },
      });
      expect(headlines(told).toSorted()).toEqual([
        expect.stringMatching(/recovered/i),
        expect.stringContaining("was changed"),
      ]);
      expect(await world.rows("SELECT COUNT(*) AS n FROM `shop.raw.overridden`")).toEqual([{ n: "900" }]);
      expect((await world.tick(tick, overriding(run, id))).json).toMatchObject({ repeated: true });
    });

    test("used up: the same override later changes nothing more", async () => {
      const before = await world.table(id);
      const answer = await world.tick(world.nextTick(hours(1)), overriding(run, id));
      expect(answer.json.views).toEqual({ [id]: "nothing", bystander: "nothing" });
      expect(await world.table(id)).toEqual(before);
    });
  });
});
