import { describe, expect, test } from "vitest";
import {
  definitionHash,
  isOverridden,
  narrowedTo,
  overrideOf,
} from "../../../functions/dedup-views/override.ts";
import type { Inputs, Row, Warehouse } from "../../../functions/shared/stores/bigquery/types.ts";
import { aView } from "./a-view.ts";

const run = "dedup-views/2026-02-08T05:30:00.000Z";
const views = [aView(), { ...aView(), id: "other" }];

/** Answers the one question with these rows, and keeps what was asked. */
function remembering(...rows: Row[]) {
  const asked: (readonly [string, Inputs | undefined])[] = [];
  const query: Warehouse["query"] = async (statement, inputs) => {
    asked.push([statement, inputs]);
    return rows;
  };
  return { asked, warehouse: { query } as Warehouse };
}

const refusal = (code: string | null = "removes_too_much"): Row => ({
  code,
  detail: JSON.stringify({
    version: 1,
    definition: "abc",
    etag: "e1",
    removes: { today: 1_000, removed: 100 },
  }),
});

const anHourLater = new Date("2026-02-08T06:30:00Z");
const overridden = (
  query: { readonly override?: string; readonly view?: string },
  warehouse: Warehouse,
  now = anHourLater,
) => overrideOf(query, views, warehouse, now);

describe("an override", () => {
  test("is none where neither run nor view is named, and nothing is asked for it", async () => {
    const { asked, warehouse } = remembering();
    expect(await overridden({}, warehouse)).toBeNull();
    expect(asked).toEqual([]);
  });

  test.each([{ override: run }, { view: "clean" }])("names both, not %j alone", async (query) => {
    await expect(overridden(query, remembering(refusal()).warehouse)).rejects.toThrow(
      "An override names both",
    );
  });

  test("is of the view and the text that this run refused: looked for in the run's own partition", async () => {
    const { asked, warehouse } = remembering(refusal());
    expect(await overridden({ override: run, view: "clean" }, warehouse)).toEqual({
      run,
      view: "clean",
      definition: "abc",
      etag: "e1",
      removed: 100,
    });
    expect(asked).toEqual([
      [
        "dedup-views/find-refusal",
        { params: { run_id: run, view: "clean", schedule_time: new Date("2026-02-08T05:30:00Z") } },
      ],
    ]);
  });

  test.each([
    ["sync-watchdog/2026-02-08T05:30:00.000Z"],
    ["dedup-views/2026-02-08"],
    ["dedup-views/2026-99-99T05:30:00.000Z"],
    [`x${run}`],
    [`${run}x`],
    [""],
  ])("names a run of this function, not %j", async (override) => {
    const { asked, warehouse } = remembering(refusal());
    await expect(overridden({ override, view: "clean" }, warehouse)).rejects.toThrow(
      "override is no run of dedup-views",
    );
    expect(asked).toEqual([]);
  });

  test.each([
    [0, true],
    [1, false],
  ])("is good for a week and %i ms: %s", async (beyond, isGood) => {
    const now = new Date(Date.parse("2026-02-15T05:30:00Z") + beyond);
    const asked = overridden({ override: run, view: "clean" }, remembering(refusal()).warehouse, now);
    if (isGood) expect(await asked).toMatchObject({ view: "clean" });
    else await expect(asked).rejects.toThrow("is more than a week ago");
  });

  test.each([
    ["nothing", []],
    ["another finding", [refusal("key_too_coarse")]],
    ["no finding", [refusal(null)]],
  ])("is refused where the run remembers %s", async (_, rows) => {
    await expect(
      overridden({ override: run, view: "clean" }, remembering(...rows).warehouse),
    ).rejects.toThrow("has not refused to replace clean for what it removes");
  });
});

describe("what is overridden", () => {
  const override = { run, view: "clean", definition: definitionHash("SELECT 1"), etag: "e1", removed: 100 };
  const plan = { query: "SELECT 1", etag: "e1" };

  test("is the replacement that was refused, of that view alone", () => {
    expect(isOverridden(override, aView(), plan, 100)).toBe(true);
    expect(isOverridden(null, aView(), plan, 100)).toBe(false);
    expect(isOverridden(override, { ...aView(), id: "other" }, plan, 100)).toBe(false);
  });

  test("may remove a quarter more, because the table has grown, and nothing beyond", () => {
    expect(isOverridden(override, aView(), plan, 125)).toBe(true);
    expect(() => isOverridden(override, aView(), plan, 126)).toThrow(
      "it would remove 126 rows now, and 100 when it was refused",
    );
  });

  test.each([
    ["another text", { ...plan, query: "SELECT 2" }],
    ["over another state of the view", { ...plan, etag: "e2" }],
  ])("is never %s", (_, other) => {
    expect(() => isOverridden(override, aView(), other, 100)).toThrow(
      "the view or its wanted definition has changed since",
    );
  });
});

test("a view is found by its id; of none, the nearest is named, or that there is none", () => {
  expect(narrowedTo(undefined, views)).toBe(views);
  expect(narrowedTo("other", views).map(({ id }) => id)).toEqual(["other"]);
  expect(() => narrowedTo("othr", views)).toThrow('has no dedup view "othr"; did you mean other?');
  expect(() => narrowedTo("othr", [])).toThrow("it has none");
});
