import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { checkDuplicates } from "../../../functions/checks/duplicates/check-views.ts";
import { rememberedOf, rowsDetailOf } from "../../../functions/checks/duplicates/detail.ts";
import type { Question, Verdict } from "../../../functions/checks/duplicates/types.ts";
import { instantsOf } from "../../../functions/shared/instants.ts";
import { recordRun, runOf } from "../../../functions/shared/runs/runs.ts";
import type { TableColumn } from "../../../functions/shared/stores/bigquery/types.ts";
import { ago, days, noon } from "../../support/a-source.ts";
import { startWarehouse, type TestWarehouse } from "../../support/a-warehouse.ts";
import { aView, column } from "../../unit/dedup-views/a-view.ts";

/** The whole check over tables in a warehouse, against what a person, or plain TypeScript, makes of the same rows. */
let bigquery: TestWarehouse;
beforeAll(async () => {
  bigquery = await startWarehouse();
  for (const dataset of ["ads", "ops"])
    await bigquery.engine.createDataset(`shop.${dataset}`, { location: "US", at: ago(days(300)) });
});
afterAll(() => bigquery.close());

const columns: readonly TableColumn[] = [
  column("raw_id"),
  column("extracted_at", "TIMESTAMP"),
  column("sync"),
  column("ad_id"),
  column("day", "DATE"),
  column("age"),
  column("gender"),
  column("clicks", "INTEGER"),
  column("spend", "NUMERIC"),
];

interface Row {
  readonly raw_id: string;
  /** Hours before noon. */
  readonly extracted_at: number | null;
  readonly sync: string | null;
  readonly ad_id: string | null;
  readonly day: string;
  readonly age: string | null;
  readonly gender: string | null;
  readonly clicks: number | null;
  /** In cents. */
  readonly spend: number | null;
}

const aRow: Row = {
  raw_id: "r",
  extracted_at: 24,
  sync: "s1",
  ad_id: "ad 1",
  day: "2026-02-01",
  age: "18-24",
  gender: "female",
  clicks: 5,
  spend: 100,
};

const instantOf = (hoursAgo: number) => ago(hoursAgo * 3_600_000).toISOString();
const text = (value: string | null) => (value === null ? "NULL" : `'${value}'`);

function tuple(row: Row): string {
  const at = row.extracted_at === null ? "NULL" : `TIMESTAMPTZ '${instantOf(row.extracted_at)}'`;
  return `(${text(row.raw_id)}, ${at}, ${text(row.sync)}, ${text(row.ad_id)}, DATE '${row.day}', ${text(row.age)},
    ${text(row.gender)}, ${row.clicks ?? "NULL"}, ${row.spend === null ? "NULL" : `${row.spend}::DECIMAL(18, 2) / 100`})`;
}

let made = 0;

/** A table of its own for these rows, and the question about it. */
async function questionOf(
  rows: readonly Row[],
  { view = "{ source: ads, tie_break: [raw_id], sync: { column: sync } }", key = ["ad_id", "day"] } = {},
): Promise<Question> {
  const id = `insights_${made++}`;
  await bigquery.engine.createTable(
    `shop.ads.${id}`,
    { fields: columns.map(({ name, type }) => ({ name, type: type as "STRING" })) },
    ago(days(300)),
  );
  const table = { project: "shop", dataset: "ads", table: id };
  const question = { view: { ...aView(view, { table, uniqueKey: key }), id }, columns, from: null };
  if (rows.length > 0) await append(question, rows);
  return question;
}

async function append({ view }: Question, rows: readonly Row[]): Promise<void> {
  const names = columns.map(({ name }) => name).join(", ");
  const select = `SELECT raw_id, extracted_at, sync, ad_id, day, age, gender, clicks, CAST(spend AS DECIMAL(38, 9)) AS spend
    FROM (VALUES ${rows.map(tuple).join(", ")}) AS t(${names})`;
  await bigquery.engine.appendSelect(`shop.ads.${view.source.table.table}`, select, noon);
}

async function looked(questions: readonly Question[], now = noon): Promise<readonly Verdict[]> {
  return checkDuplicates(questions, bigquery.open(), instantsOf(now, noon));
}

async function look(...args: Parameters<typeof questionOf>): Promise<Verdict> {
  const [verdict] = await looked([await questionOf(...args)]);
  if (verdict === undefined) throw new Error("there is no verdict");
  return verdict;
}

/** Few values each, so that histories are full of repeats, ties and NULLs. */
const anyRow = fc.record<Row>({
  raw_id: fc.constantFrom("a", "b", "c", "d", "e", "f"),
  extracted_at: fc.constantFrom(1, 2, 24, 48, null),
  sync: fc.constantFrom("s1", "s2", "s3", null),
  ad_id: fc.constantFrom("ad 1", "ad 2", null),
  day: fc.constantFrom("2026-02-01", "2026-02-02"),
  age: fc.constantFrom("18-24", "25-34", null),
  gender: fc.constantFrom("female", "male"),
  clicks: fc.constantFrom(1, 2, null),
  spend: fc.oneof(fc.integer({ min: 0, max: 99_999 }), fc.constant(null)),
});

const keyOf = (row: Row, key: readonly string[]) => JSON.stringify(key.map((name) => row[name as keyof Row]));
const content = ({ age, gender, clicks, spend }: Row) => JSON.stringify([age, gender, clicks, spend]);

/** Latest arrival first, none last; then the higher raw id. */
function order(a: Row, b: Row): number {
  const age = (row: Row) => row.extracted_at ?? Number.POSITIVE_INFINITY;
  if (age(a) !== age(b)) return age(a) < age(b) ? -1 : 1;
  return a.raw_id < b.raw_id ? 1 : a.raw_id > b.raw_id ? -1 : 0;
}

const groupsOf = (rows: readonly Row[], by: (row: Row) => string) => [...Map.groupBy(rows, by).values()];
const differing = (groups: readonly (readonly Row[])[]) => {
  const found = groups.filter((group) => new Set(group.map(content)).size > 1);
  return { groups: found.length, rows: found.flat().length };
};
const conflictsOf = (rows: readonly Row[], key: readonly string[]) =>
  differing(
    groupsOf(
      rows.filter(({ sync }) => sync !== null),
      (row) => `${keyOf(row, key)} ${row.sync}`,
    ),
  );
const sumOf = (rows: readonly Row[]) => {
  const cents = rows.flatMap(({ spend }) => spend ?? []);
  return cents.length === 0 ? null : cents.reduce((sum, it) => sum + it, 0);
};
const cents = (decimal: string | null) => (decimal === null ? null : Math.round(Number(decimal) * 100));

const key = ["ad_id", "day"];

describe("random append histories", () => {
  test("figures are those of the latest version of each fact", async () => {
    const histories = fc.array(
      // Raw ids are one row's own, so the order is total.
      fc
        .array(anyRow, { minLength: 1, maxLength: 25 })
        .map((rows) => rows.map((row, at) => ({ ...row, raw_id: `${at}` }))),
      { minLength: 12, maxLength: 12 },
    );
    await fc.assert(
      fc.asyncProperty(histories, async (all) => {
        const verdicts = await looked(await Promise.all(all.map((rows) => questionOf(rows))));
        for (const [at, rows] of all.entries()) {
          const facts = groupsOf(rows, (row) => keyOf(row, key));
          const latest = facts.flatMap((versions) => versions.toSorted(order).slice(0, 1));
          const { figures } = verdicts[at] ?? {};
          const seen = (it: {
            rawRows: number;
            cleanRows: number;
            amounts: NonNullable<typeof figures>["amounts"];
          }) => [it.rawRows, it.cleanRows, cents(it.amounts?.raw ?? null), cents(it.amounts?.clean ?? null)];
          if (figures === null || figures === undefined) throw new Error("there are no figures");
          expect(seen(figures)).toEqual([rows.length, latest.length, sumOf(rows), sumOf(latest)]);
          expect(figures.keyNulls.ad_id ?? 0).toBe(rows.filter(({ ad_id }) => ad_id === null).length);
          expect(figures.rowsWithoutArrival).toBe(rows.filter((row) => row.extracted_at === null).length);
          for (const day of figures.days) {
            const of = (some: readonly Row[]) => some.filter((row) => row.day === day.day);
            expect(seen(day)).toEqual([
              of(rows).length,
              of(latest).length,
              sumOf(of(rows)),
              sumOf(of(latest)),
            ]);
          }
        }
      }),
      { numRuns: 6 },
    );
  }, 60_000);

  test("contradictions are counted, and what the advisor proposes is true, sufficient and not larger than needed", async () => {
    const dense = fc
      .record({
        row: anyRow,
        sync: fc.constantFrom("s1", "s1", "s2", null),
        spend: fc.constantFrom(1, 2, null),
      })
      .map(({ row, sync, spend }) => ({ ...row, sync, spend }));
    // One sync brought two amounts of one fact, and no other column tells them apart.
    const onlyMeasures = dense.map((row) => {
      const one = { ...row, sync: "s1" };
      return [
        { ...one, spend: 1 },
        { ...one, spend: 2 },
      ];
    });
    const anyHistory = fc.array(dense, { minLength: 1, maxLength: 16 });
    const histories = fc
      .tuple(onlyMeasures, fc.array(anyHistory, { minLength: 11, maxLength: 11 }))
      .map(([first, others]) => [first, ...others]);
    const candidates = ["age", "gender", "clicks"];
    const subsets = Array.from({ length: 8 }, (_, bits) => candidates.filter((_, at) => bits & (1 << at)));
    const rank = (set: readonly string[]) => [
      set.includes("clicks") ? 1 : 0,
      set.length,
      ...set.map((it) => candidates.indexOf(it)),
    ];
    const best = subsets.toSorted((a, b) => {
      const [one, other] = [rank(a), rank(b)];
      return one.map((it, at) => it - (other[at] ?? 0)).find((it) => it !== 0) ?? 0;
    });
    const kinds = new Set<string>();
    await fc.assert(
      fc.asyncProperty(histories, async (all) => {
        const verdicts = await looked(await Promise.all(all.map((rows) => questionOf(rows))));
        for (const [at, rows] of all.entries()) {
          const verdict = verdicts[at];
          const conflicts = conflictsOf(rows, key);
          const ties = differing(
            groupsOf(rows, (row) => `${keyOf(row, key)} ${row.extracted_at} ${row.raw_id}`),
          );
          expect(verdict?.contradictions).toEqual({
            rowsCompared: rows.length,
            unmarked: rows.filter(({ sync }) => sync === null).length,
            marks: new Set(rows.flatMap(({ sync }) => sync ?? [])).size,
            conflicts,
            ties,
          });
          const enough = best.find((set) => conflictsOf(rows, [...key, ...set]).groups === 0);
          const { advice } = verdict ?? {};
          kinds.add(advice?.kind ?? "none");
          if (conflicts.groups === 0) expect(advice).toBeNull();
          else if (enough !== undefined) expect(advice).toEqual({ kind: "columns", add: enough });
          else expect(advice).toMatchObject({ kind: "measures_only" });
        }
      }),
      { numRuns: 6 },
    );
    expect(kinds).toContain("columns");
    expect(kinds).toContain("measures_only");
  }, 60_000);
});

describe("the advisor", () => {
  const breakdown = ["18-24", "25-34"].flatMap((age) =>
    ["female", "male"].map((gender) => ({ ...aRow, raw_id: age + gender, age, gender, spend: 1 })),
  );

  test("finds the breakdown that the key leaves out, and both columns of it", async () => {
    const verdict = await look(breakdown);
    expect(verdict.finding?.code).toBe("key_too_coarse");
    expect(verdict.advice).toEqual({ kind: "columns", add: ["age", "gender"] });
  });

  test("has nothing to say of a true key", async () => {
    const verdict = await look(breakdown, { key: ["ad_id", "day", "age", "gender"] });
    expect(verdict).toMatchObject({ status: "ok", advice: null });
  });

  test("prefers two dimensions over one whole number, and takes that where they do not do", async () => {
    const numbered = breakdown.map((row, clicks) => ({ ...row, clicks }));
    expect((await look(numbered)).advice).toEqual({ kind: "columns", add: ["age", "gender"] });
    const alike = numbered.map((row) => ({ ...row, age: null }));
    expect((await look(alike)).advice).toEqual({ kind: "columns", add: ["clicks"] });
  });

  test("finds what one sample does not show, and proves it over everything", async () => {
    const many = Array.from({ length: 200 }, (_, ad) => {
      const row = { ...aRow, ad_id: `ad ${ad}` };
      // All but one ad differ by gender.
      return ad === 77 ? [row, { ...row, age: "25-34" }] : [row, { ...row, gender: "male" }];
    }).flat();
    expect((await look(many)).advice).toEqual({ kind: "columns", add: ["age", "gender"] });
  });

  test("money is no key: only measures differ", async () => {
    const verdict = await look([aRow, { ...aRow, spend: 200 }], { view: "{ source: ads }" });
    expect(verdict.advice).toEqual({ kind: "measures_only", differing: ["spend"], add: [] });
    expect(verdict.finding).toMatchObject({ code: "order_not_total", severity: "warning" });
    const ordered = await look([aRow, { ...aRow, raw_id: "s", spend: 200 }]);
    expect(ordered).toMatchObject({ status: "ok", finding: null });
    expect(ordered.notes.join(" ")).toContain("picks one of them. They differ in spend only.");
  });

  test("where some differ by a dimension and some by money alone, the key is too coarse all the same", async () => {
    const other = { ...aRow, ad_id: "ad 2" };
    const verdict = await look([aRow, { ...aRow, age: "65+" }, other, { ...other, spend: 200 }]);
    expect(verdict.advice).toEqual({ kind: "measures_only", differing: ["spend"], add: ["age"] });
    expect(verdict.finding?.code).toBe("key_too_coarse");
  });
});

describe("syncs that nobody can tell", () => {
  /** 500 facts, each delivered at an instant of its own, under a key that throws all but one away. */
  const stream = Array.from({ length: 500 }, (_, at) => ({
    ...aRow,
    raw_id: `${at}`,
    ad_id: `ad ${at}`,
    extracted_at: 24 + at / 100,
  }));

  test("by their arrivals, one a row: unknown, and the key is not ok", async () => {
    const verdict = await look(stream, { view: "{ source: ads, tie_break: [raw_id] }", key: ["day"] });
    expect(verdict.figures).toMatchObject({ rawRows: 500, cleanRows: 1 });
    expect(verdict).toMatchObject({ status: "unknown", finding: { code: "no_sync" }, proven: null });
  });

  test("with a mark of the sync the same rows contradict the key", async () => {
    expect((await look(stream, { key: ["day"] })).finding?.code).toBe("key_too_coarse");
  });

  test("and that the warehouse file says so: nothing is compared", async () => {
    const verdict = await look(stream, {
      view: "{ source: ads, tie_break: [raw_id], sync: unknown }",
      key: ["day"],
    });
    expect(verdict).toMatchObject({
      status: "ok",
      contradictions: { rowsCompared: 500, unmarked: 500, marks: 0, conflicts: { groups: 0, rows: 0 } },
    });
    const tied = await look([aRow, { ...aRow, spend: 2 }], { view: "{ source: ads, sync: unknown }" });
    expect(tied.finding?.code).toBe("order_not_total");
  });
});

test("rows of the future are told of, and stand in no figure", async () => {
  const verdict = await look([aRow, { ...aRow, raw_id: "s", extracted_at: -5, spend: 900 }]);
  expect(verdict).toMatchObject({
    status: "warning",
    finding: { check: "duplicate_rows", code: "arrival_in_future" },
    figures: { rawRows: 1, cleanRows: 1, rowsInFuture: 1, amounts: { raw: "1" } },
  });
  const [justNow] = await looked([await questionOf([{ ...aRow, extracted_at: -0.5 }])]);
  expect(justNow).toMatchObject({ status: "ok", figures: { rawRows: 1, rowsInFuture: 0 } });
});

describe("many views", () => {
  test("one that cannot be read leaves the others standing, in a job for each thing asked", async () => {
    const good = await questionOf([aRow, { ...aRow, raw_id: "s", sync: "s2", extracted_at: 1 }]);
    const gone = await questionOf([aRow]);
    const missing = {
      ...gone,
      view: {
        ...gone.view,
        id: "missing",
        source: { ...gone.view.source, table: { ...gone.view.source.table, table: "missing" } },
      },
    };
    const verdicts = await looked([good, missing, await questionOf([])]);
    expect(verdicts.map(({ finding }) => finding?.code ?? "ok")).toEqual(["ok", "table_missing", "no_rows"]);
    expect(verdicts.map(({ checked }) => checked)).toEqual([true, false, true]);
    expect(verdicts[0]?.figures).toMatchObject({ rawRows: 2, cleanRows: 1 });

    const warehouse = bigquery.open();
    await checkDuplicates([good, gone], warehouse, instantsOf(noon, noon));
    expect(warehouse.runs.map(({ statement }) => statement).toSorted()).toEqual([
      "duplicates/figures",
      "duplicates/repeats",
    ]);
  });

  test("no value of a row stands in a statement or a verdict", async () => {
    const warehouse = bigquery.open();
    const secret = "jane.doe@example.com";
    const question = await questionOf([aRow, { ...aRow, age: secret }]);
    const verdicts = await checkDuplicates([question], warehouse, instantsOf(noon, noon));
    expect(verdicts[0]?.advice).toEqual({ kind: "columns", add: ["age"] });
    expect(JSON.stringify([verdicts, warehouse.runs])).not.toContain(secret);
  });

  test("only what arrived since is searched for contradictions, and figures are of everything", async () => {
    const old = [aRow, { ...aRow, age: "65+" }].map((row) => ({ ...row, extracted_at: 48 }));
    const question = await questionOf([...old, { ...aRow, sync: "s2", extracted_at: 1 }]);
    const [all, since] = await looked([question, { ...question, from: ago(days(1)) }]);
    expect(all?.finding?.code).toBe("key_too_coarse");
    expect(since?.status).toBe("ok");
    expect(since?.contradictions?.rowsCompared).toBe(1);
    expect(since?.figures).toEqual(all?.figures);
  });
});

describe("what is remembered", () => {
  beforeAll(async () => {
    for (const table of ["runs", "check_results"]) await bigquery.open().execute(`ops/${table}`);
  });

  async function remember(question: Question, at: Date, change: Partial<Verdict["figures"]> = {}) {
    const warehouse = bigquery.open();
    const [verdict] = await checkDuplicates([question], warehouse, instantsOf(at, at));
    if (verdict?.figures === null || verdict === undefined) throw new Error("there are no figures");
    const ending = {
      outcome: "finished",
      summary: {},
      results: rememberedOf({ ...verdict, figures: { ...verdict.figures, ...change } }),
      startedAt: at,
      finishedAt: at,
    } as const;
    // A tick is of one run, and each test has views of its own.
    const run = { ...runOf("dedup-views", at), id: `${question.view.id}/${at.toISOString()}` };
    await recordRun(run, ending, warehouse);
    return verdict;
  }

  test("is read by the next look, strictly before it", async () => {
    const question = await questionOf([aRow]);
    await remember(question, ago(days(1)), { rawRows: 5_000, cleanRows: 5_000 });
    await remember(question, noon, { rawRows: 9_000, cleanRows: 9_000 });
    const [verdict] = await looked([question]);
    expect(verdict?.finding?.code).toBe("clean_rows_lost");
    expect(verdict?.finding?.text).toContain("than the 5,000 of 7 Feb 2026 12:00 UTC");
  });

  test("proves the rest, until rows come with an arrival of before: then everything is looked at, in the same run", async () => {
    const settled = { ...aRow, extracted_at: 24 * 20 };
    const asked = {
      ...(await questionOf([settled, { ...aRow, extracted_at: 30, sync: "s2" }])),
      sinceProven: true,
    };
    expect((await remember(asked, ago(days(1)))).contradictions?.rowsCompared).toBe(2);
    const [nothingCame] = await looked([asked]);
    expect(nothingCame).toMatchObject({ status: "ok", contradictions: { rowsCompared: 1 } });

    await append(asked, [{ ...aRow, sync: "s3", extracted_at: 1 }]);
    expect((await looked([asked]))[0]).toMatchObject({ status: "ok", contradictions: { rowsCompared: 2 } });

    // Of the sync that is proved, by its own arrival: it differs in what the key leaves out.
    await append(asked, [{ ...settled, raw_id: "late", age: "65+" }]);
    const [verdict] = await looked([asked]);
    expect(verdict).toMatchObject({
      finding: { code: "key_too_coarse" },
      contradictions: { rowsCompared: 4, conflicts: { groups: 1, rows: 2 } },
      advice: { kind: "columns", add: ["age"] },
      proven: null,
    });
  });

  test("is the newest 30 days of figures, and all of what later looks compare with", async () => {
    const rows = Array.from({ length: 40 }, (_, at) => ({
      ...aRow,
      day: new Date(Date.UTC(2026, 0, 1 + at)).toISOString().slice(0, 10),
    }));
    const verdict = await look(rows);
    const { figures, look: kept } = rowsDetailOf(verdict);
    expect(verdict.figures?.days).toHaveLength(40);
    expect(figures?.days.map(({ day }) => day)).toEqual(rows.slice(10).map(({ day }) => day));
    expect(figures?.rawRows).toBe(40);
    expect(kept).toMatchObject({ rawRows: 40, cleanRows: 40 });
  });
});
