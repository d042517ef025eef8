import { describe, expect, test } from "vitest";
import { judgeVolume } from "../../../../functions/checks/volume/judge.ts";
import { WarehouseError } from "../../../../functions/shared/stores/bigquery/error.ts";
import { ago, days } from "../../../support/a-source.ts";

const table = { name: "shop.ads.insights", owner: "growth@example.com" };
const at = ago(days(1));

const judged = (rows: number, last: number | null) =>
  judgeVolume(table, { rows, bytes: 819_000_000 }, last === null ? null : { rows: last, at });

describe("how large a table is", () => {
  test("larger than before: nothing is wrong", () => {
    expect(judged(159_342, 158_138)).toMatchObject({
      check: "volume",
      subject: "shop.ads.insights",
      owner: "growth@example.com",
      status: "ok",
      code: null,
      text: "159,342 rows, 819 MB; 1,204 more than on 7 Feb 2026 12:00 UTC.",
      evidence: {
        rows: 159_342,
        bytes: 819_000_000,
        last_rows: 158_138,
        last_at: "2026-02-07T12:00:00.000Z",
      },
      query: null,
    });
  });

  test("as large, smaller within bounds, or not looked at before", () => {
    expect(judged(10, 10).text).toBe("10 rows, 819 MB; as many as on 7 Feb 2026 12:00 UTC.");
    expect(judged(990, 1_000).text).toBe(
      "990 rows, 819 MB; 10 fewer (1 %) than the 1,000 on 7 Feb 2026 12:00 UTC.",
    );
    expect(judged(1, null)).toMatchObject({
      status: "ok",
      text: "1 row, 819 MB.",
      evidence: { last_rows: null, last_at: null },
    });
    expect(judged(5, 0)).toMatchObject({ status: "ok" });
    expect([judged(10, 10).status, judged(990, 1_000).status]).toEqual(["ok", "ok"]);
  });

  test.each([
    [5_001, 10_000, "warning"],
    [5_000, 10_000, "warning"],
    [4_999, 10_000, "critical"],
    [1, 2, "ok"],
    [1, 3, "critical"],
    [50, 100, "ok"],
    [49, 100, "critical"],
  ])("%i rows of %i: more than half is lost or not", (rows, last, status) => {
    expect(judged(rows, last).status).toBe(status);
  });

  test.each([
    ["at a twentieth", 9_500, 10_000, "ok"],
    ["just above a twentieth", 9_499, 10_000, "warning"],
    ["just below a twentieth", 9_501, 10_000, "ok"],
    ["at a twentieth that no float is exactly", 19_190, 20_200, "ok"],
    ["at a handful", 900, 1_000, "ok"],
    ["just above a handful", 899, 1_000, "warning"],
    ["a handful and a large share", 150, 250, "ok"],
    ["more than a handful and a small share", 999_000, 1_000_000, "ok"],
  ])("%s", (_, rows, last, status) => {
    expect(judged(rows, last).status).toBe(status);
  });

  test("what shrank is said with how far, whatever its severity", () => {
    const shrank = {
      code: "shrank",
      text: "800 rows, 819 MB; 200 fewer (20 %) than the 1,000 on 7 Feb 2026 12:00 UTC.",
      evidence: { rows: 800, last_rows: 1_000 },
      query: {
        statement: "volume/evidence",
        inputs: { names: { dataset: "shop.ads" }, params: { table: "insights" } },
      },
    };
    expect(judged(800, 1_000)).toMatchObject({ status: "warning", ...shrank });
    expect(judged(800, 1_000).actions).toHaveLength(2);
    expect(judged(100, 1_000)).toMatchObject({
      status: "critical",
      code: "shrank",
      query: shrank.query,
    });
    expect(judged(100, 1_000).actions).toHaveLength(2);
  });

  test("emptied, or never filled", () => {
    expect(judged(0, 1)).toMatchObject({
      status: "critical",
      code: "emptied",
      text: "It has no rows any more; it had 1 row on 7 Feb 2026 12:00 UTC.",
    });
    expect(judged(0, null)).toMatchObject({ status: "unknown", code: "empty", text: "It has no rows." });
    expect(judged(0, 0)).toMatchObject({
      status: "unknown",
      code: "empty",
      evidence: { rows: 0, last_rows: 0 },
    });
  });

  test("gone, or never there", () => {
    expect(judgeVolume(table, null, { rows: 1_000, at })).toMatchObject({
      status: "critical",
      code: "table_gone",
      text: "It is gone; it had 1,000 rows on 7 Feb 2026 12:00 UTC.",
      evidence: { rows: null, bytes: null, last_rows: 1_000 },
    });
    expect(judgeVolume(table, null, { rows: 0, at }).code).toBe("table_gone");
    expect(judgeVolume(table, null, null)).toMatchObject({ status: "unknown", code: "table_missing" });
  });

  test("what could not be listed is unknown, whatever was there before", () => {
    const busy = new WarehouseError("temporary", "table-stats/datasets", "busy");
    expect(judgeVolume(table, busy, { rows: 1, at })).toMatchObject({
      status: "unknown",
      code: "not_read",
      retry: true,
    });
  });
});
