import { describe, expect, test } from "vitest";
import {
  definitionHash,
  isOverridden,
  narrowedTo,
  overrideOf,
} from "../../../functions/dedup-views/override.ts";
import type { Inputs, Row, Warehouse } from "../../../functions/shared/warehouse/types.ts";
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

const refusal = (definition = "abc", finding: string | null = "removes_too_much"): Row => ({
  finding,
  detail: JSON.stringify({ version: 1, definition }),
});

describe("an override", () => {
  test("is none where neither run nor view is named, and nothing is asked for it", async () => {
    const { asked, warehouse } = remembering();
    expect(await overrideOf({}, views, warehouse)).toBeNull();
    expect(asked).toEqual([]);
  });

  test("is of the view and the text that this run refused: looked for in the run's own partition", async () => {
    const { asked, warehouse } = remembering(refusal());
    expect(await overrideOf({ override: run, view: "clean" }, views, warehouse)).toEqual({
      view: "clean",
      definition: "abc",
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
    await expect(overrideOf({ override, view: "clean" }, views, warehouse)).rejects.toThrow(
      "override is no run of dedup-views",
    );
    expect(asked).toEqual([]);
  });

  test.each([
    ["nothing", []],
    ["another finding", [refusal("abc", "key_too_coarse")]],
    ["no finding", [refusal("abc", null)]],
  ])("is refused where the run remembers %s", async (_, rows) => {
    await expect(
      overrideOf({ override: run, view: "clean" }, views, remembering(...rows).warehouse),
    ).rejects.toThrow("has not refused to replace clean for what it removes");
  });
});

describe("what is overridden", () => {
  const override = { view: "clean", definition: definitionHash("SELECT 1") };

  test("is the text that was refused, of that view alone", () => {
    expect(isOverridden(override, aView(), "SELECT 1")).toBe(true);
    expect(isOverridden(null, aView(), "SELECT 1")).toBe(false);
    expect(isOverridden(override, { ...aView(), id: "other" }, "SELECT 1")).toBe(false);
  });

  test("is never another text", () => {
    expect(() => isOverridden(override, aView(), "SELECT 2")).toThrow("is not what that run refused");
  });
});

test("a view is found by its id; of none, the nearest is named, or that there is none", () => {
  expect(narrowedTo(undefined, views)).toBe(views);
  expect(narrowedTo("other", views).map(({ id }) => id)).toEqual(["other"]);
  expect(() => narrowedTo("othr", views)).toThrow('has no dedup view "othr"; did you mean other?');
  expect(() => narrowedTo("othr", [])).toThrow("it has none");
});
