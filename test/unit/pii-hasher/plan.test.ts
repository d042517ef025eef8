import { describe, expect, test } from "vitest";
import { planOf } from "../../../functions/pii-hasher/plan.ts";
import type { Survey } from "../../../functions/pii-hasher/tables/types.ts";
import { WarehouseError } from "../../../functions/shared/stores/bigquery/error.ts";
import { aClean, aRaw, aSurvey, hoursAgo, minutesAgo, noon, settled } from "./a-table.ts";

const plan = (parts: Partial<Survey> = {}) => planOf(aSurvey(parts), null, noon);
const days = 24;

describe("a raw table", () => {
  test("that was not written since a look that found nothing rests", () => {
    expect(plan()).toMatchObject({ action: "rest" });
  });

  test.each<[string, Partial<Survey>]>([
    ["was written since", { raw: aRaw({ modified: minutesAgo(1) }) }],
    ["has rows that stream in", { raw: aRaw({ buffer: { rows: 1, oldest: minutesAgo(1) } }) }],
    ["had something left to do", { progress: { ...settled, settledAsOf: null } }],
    ["was looked at long ago", { progress: { ...settled, readAt: hoursAgo(6) } }],
  ])("that %s is looked at, what has nothing to read for two days back", (_, parts) => {
    expect(plan(parts)).toMatchObject({ action: "read", since: hoursAgo(2 + 2 * days) });
  });

  test("that was never looked at, or never to its end, is looked through", () => {
    expect(plan({ clean: null, progress: null })).toMatchObject({ action: "read", since: null });
    expect(plan({ clean: null, progress: { ...settled, rowsHashed: 0, seenUntil: null } })).toMatchObject({
      action: "read",
      since: null,
    });
  });

  test("is believed to be settled for hours, to the minute", () => {
    const lookedAt = (at: Date) => plan({ progress: { ...settled, readAt: at } }).action;
    expect(lookedAt(minutesAgo(6 * 60 - 1))).toBe("rest");
    expect(lookedAt(minutesAgo(6 * 60))).toBe("read");
  });
});

describe("nothing is done where", () => {
  const denied = new WarehouseError("access_denied", "tables.get", "no");
  const busy = new WarehouseError("temporary", "tables.get", "busy");

  test.each<[string, Partial<Survey>, string, boolean]>([
    ["there is no raw table", { raw: null }, "raw_missing", false],
    ["it is no table", { raw: aRaw({ kind: "view" }) }, "raw_not_a_table", false],
    ["the clean one is none", { clean: aClean({ kind: "other" }) }, "clean_not_a_table", false],
    ["the clean one is gone, and there were hashes", { clean: null }, "hashes_gone", false],
    ["the clean one is empty, and there were hashes", { clean: aClean({ rows: 0 }) }, "hashes_gone", false],
    ["the raw one may not be seen", { raw: denied }, "not_checked", false],
    ["the clean one may not be seen", { clean: denied }, "not_checked", false],
    ["BigQuery is busy", { raw: busy }, "not_checked", true],
  ])("%s, and it is said how to mend it", (_, parts, code, retry) => {
    const it = plan(parts);
    expect(it).toMatchObject({ action: "refuse", refusal: { code, retry } });
    expect(it.action === "refuse" && it.refusal.actions.join()).not.toBe("");
  });

  test("a right is missing, the role is named", () => {
    const it = plan({ clean: denied });
    expect(it.action === "refuse" && it.refusal.actions).toEqual([
      "Give the function's service account roles/bigquery.dataEditor on the dataset of shop.clean.orders",
    ]);
  });

  test("and an empty clean table of which nothing was ever hashed is filled", () => {
    expect(plan({ clean: aClean({ rows: 0 }), progress: null })).toMatchObject({ action: "read" });
  });
});
