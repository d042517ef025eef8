import { describe, expect, test } from "vitest";
import { planContent } from "../../../../functions/checks/freshness/plan.ts";
import type { Source } from "../../../../functions/shared/config/types.ts";
import { instantsOf } from "../../../../functions/shared/instants.ts";
import { ago, aSource, atNoon, days, hours, metadata, noon } from "../../../support/a-source.ts";

/** A source that metadata alone can answer for: one arrival clock, one writer. */
const simple = (parts: Partial<Source> = {}) => aSource({ businessDate: null, ...parts });
const written = (age: number) => metadata({ modified: ago(age) });

describe("metadata is enough", () => {
  test("for a table that only its loader writes, a while before the warning age", () => {
    expect(planContent(simple(), written(hours(4)), atNoon)).toEqual({
      read: false,
      because: "metadata_proves",
    });
  });

  test("to prove that a table is critical, whoever writes it and whatever clocks it has", () => {
    const shared = aSource({ otherWriters: ["pii-hasher"] });
    expect(planContent(shared, written(hours(48)), atNoon)).toEqual({
      read: false,
      because: "metadata_proves",
    });
  });

  test("for date shards, whose names are the clock", () => {
    const source = aSource({ businessDate: "_TABLE_SUFFIX", arrival: null });
    expect(planContent(source, metadata({ kind: "shards", shardDay: "2026-02-06" }), atNoon).read).toBe(
      false,
    );
  });
});

describe("content is read", () => {
  test.each([
    [
      "something else writes the table",
      simple({ otherWriters: ["pii-hasher"] }),
      written(60_000),
      "also_written_by_others",
    ],
    ["business days are watched, which metadata cannot tell", aSource(), written(hours(4)), "business_date"],
    ["it is a view", simple(), metadata({ kind: "view" }), "view"],
    ["the last write is within 3 h of the warning age", simple(), written(hours(28)), "close_to_threshold"],
    ["the last write is within 3 h of the critical age", simple(), written(hours(46)), "close_to_threshold"],
    [
      "it is empty by the metadata, which leaves out rows just streamed",
      simple(),
      metadata({ rows: 0 }),
      "no_rows",
    ],
  ])("when %s", (_, source, seen, because) => {
    expect(planContent(source, seen, atNoon)).toMatchObject({ read: true, because });
  });

  test("no further back than a row could matter", () => {
    expect(planContent(aSource(), written(hours(4)), atNoon)).toMatchObject({ from: ago(days(7)) });
    const patient = aSource({ criticalAfterMs: days(10) });
    expect(planContent(patient, written(hours(4)), atNoon)).toMatchObject({ from: ago(days(20)) });
  });

  test("not between the thresholds, where metadata has proved the warning", () => {
    expect(planContent(simple(), written(hours(35)), atNoon).read).toBe(false);
  });

  test("when the table was written after the instant asked about, which only a look back sees", () => {
    const lookingBack = instantsOf(ago(hours(6)), noon);
    expect(planContent(simple(), written(hours(4)), lookingBack)).toMatchObject({
      read: true,
      because: "changed_since",
    });
    expect(planContent(simple(), written(hours(7)), lookingBack).read).toBe(false);
  });

  test("not because the loader was at work while the tick was on its way", () => {
    expect(planContent(simple(), written(-90_000), atNoon)).toEqual({
      read: false,
      because: "metadata_proves",
    });
  });
});
