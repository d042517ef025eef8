import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  type DedupWorld,
  type RawRow,
  rawFields,
  startDedupWorld,
  version,
  type WantedView,
} from "../../support/a-dedup-world.ts";

/**
 * Whatever a loader appends, the view has the latest version of each fact and nothing else: worked out once more here,
 * row by row. Each history is a table of its own, and stands there a second time with its rows the other way round.
 */
const histories = 20;
const seed = 20_260_208;

let world: DedupWorld;
beforeAll(async () => {
  world = await startDedupWorld();
});
afterAll(() => world.close());

/** One delivery of a fact. */
const delivery = fc.record({
  ad: fc.constantFrom("ad-1", "ad-2", "ad-3", null),
  day: fc.constantFrom("2026-02-01", "2026-01-31", null),
  country: fc.constantFrom("DE", "FR", null),
  spend: fc.constantFrom("0", "10.01", "-3.5", null),
});

/**
 * A sync delivers each fact once, and some rows twice to the letter. Hours repeat, so syncs tie; they are in no order,
 * so versions come late; a sync without an hour does not say when it came.
 */
const history = fc
  .array(
    fc.record({
      hour: fc.option(fc.integer({ min: 0, max: 4 }), { freq: 8 }),
      rows: fc.uniqueArray(delivery, {
        minLength: 1,
        maxLength: 6,
        selector: ({ ad, day }) => `${ad} ${day}`,
      }),
      repeats: fc.boolean(),
    }),
    { minLength: 1, maxLength: 7 },
  )
  .map((syncs) =>
    syncs.flatMap(({ hour, rows, repeats }, sync) => {
      const delivered = rows.map((row, n): RawRow => {
        // Ids that do not rise with time: a tie is broken by them, and by nothing else.
        const id = `${(sync * 7 + n * 3) % 10}-${sync}-${n}`;
        const made = version({ id, hour: hour ?? 0, ...row });
        return {
          ...made,
          extracted_at: hour === null ? null : (made.extracted_at ?? null),
          sync: `s${sync}`,
        };
      });
      return repeats ? [...delivered, ...delivered.slice(0, 2)] : delivered;
    }),
  );

function latest(rows: readonly RawRow[]): RawRow[] {
  const best = new Map<string, RawRow>();
  const place = ({ extracted_at, raw_id }: RawRow) => `${extracted_at ?? ""} ${raw_id}`;
  for (const row of rows) {
    const fact = JSON.stringify([row.ad_id, row.day]);
    const known = best.get(fact);
    if (known === undefined || place(row) > place(known)) best.set(fact, row);
  }
  return [...best.values()];
}

const texts = (rows: readonly object[]) => rows.map((row) => JSON.stringify(row)).toSorted();

const written = (row: RawRow) => ({
  raw_id: row.raw_id,
  arrived: row.extracted_at === null ? null : String(row.extracted_at).slice(0, 19),
  ad_id: row.ad_id,
  day: row.day,
  country: row.country,
  spend: row.spend,
  sync: row.sync,
});

const selectFrom = (view: string) => `
  SELECT raw_id, FORMAT_TIMESTAMP('%FT%T', extracted_at) AS arrived, ad_id, CAST(day AS STRING) AS day, country,
    CAST(spend AS STRING) AS spend, sync
  FROM \`shop.raw.${view}\``;

test(`of ${histories} random histories, the views have the latest version of each fact`, async () => {
  const sampled = fc.sample(history, { seed, numRuns: histories });
  const fields = [...rawFields, { name: "sync", type: "STRING" } as const];
  const views: WantedView[] = [];
  for (const [n, rows] of sampled.entries()) {
    for (const [id, inOrder] of [
      [`history_${n}`, rows],
      [`turned_${n}`, rows.toReversed()],
    ] as const) {
      await world.makeTable(`${id}_raw`, inOrder, fields);
      views.push({ id, lines: ["sync: { column: sync }"] });
    }
  }
  await world.want(...views);
  const answer = await world.tick();
  expect(answer.status, answer.body).toBe(200);
  expect(new Set(Object.values(answer.json.views))).toEqual(new Set(["created"]));

  for (const [n, rows] of sampled.entries()) {
    const wanted = texts(latest(rows).map(written));
    for (const view of [`history_${n}`, `turned_${n}`, `history_${n}`]) {
      expect(texts(await world.rows(selectFrom(view))), `${view}, seed ${seed}`).toEqual(wanted);
    }
  }
  // Histories that could not tell a wrong answer from a right one would prove nothing.
  const ties = sampled.filter(
    (rows) =>
      JSON.stringify(latest(rows)) !== JSON.stringify(latest(rows.map((row) => ({ ...row, raw_id: "" })))),
  );
  const late = sampled.filter((rows) =>
    latest(rows).some(
      (row) => rows.indexOf(row) < rows.findLastIndex((it) => it.ad_id === row.ad_id && it.day === row.day),
    ),
  );
  expect(ties.length).toBeGreaterThan(3);
  expect(late.length).toBeGreaterThan(3);
  expect(sampled.flat().filter(({ ad_id, day }) => ad_id === null || day === null).length).toBeGreaterThan(
    10,
  );
}, 60_000);
