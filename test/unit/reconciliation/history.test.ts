import { describe, expect, test } from "vitest";
import type { Facts } from "../../../functions/checks/facts.ts";
import type { Marked } from "../../../functions/reconciliation/causes.ts";
import type { Decision } from "../../../functions/reconciliation/decide.ts";
import { toCheckResults } from "../../../functions/reconciliation/history.ts";
import { days, noon } from "../../support/a-source.ts";

/** What a run remembers of a table's size, which the next run compares with. */
const about = { check: "volume", subject: "shop.ads.orders" } as const;

function sizeAfter(
  seen: Pick<Marked, "status"> & { readonly rows: number | null },
  before: { rows: number; at: Date } | null,
) {
  const result = {
    ...about,
    status: seen.status,
    code: null,
    text: "",
    evidence: { rows: seen.rows },
    impact: null,
    since: null,
    consequenceOf: null,
  };
  const decision = { asOf: noon, results: [result] } as unknown as Decision;
  const memory = { at: noon, results: before === null ? [] : [{ ...about, size: before, finalSums: {} }] };
  const [row] = toCheckResults(decision, { memory } as unknown as Facts);
  const detail = row?.detail as
    | { readonly remembered: { readonly size: { readonly rows: number } | null } }
    | undefined;
  return detail?.remembered.size;
}

const yesterday = new Date(noon.getTime() - days(1));

describe("the size that the next run compares with", () => {
  test("is today's, where nothing is wrong", () => {
    expect(sizeAfter({ status: "ok", rows: 1_100 }, { rows: 1_000, at: yesterday })).toEqual({
      rows: 1_100,
      at: noon,
    });
    expect(sizeAfter({ status: "ok", rows: 1_100 }, null)).toEqual({ rows: 1_100, at: noon });
  });

  test("is the one before a loss for a week: the loss is not over because a day has passed", () => {
    const before = { rows: 1_000, at: yesterday };
    expect(sizeAfter({ status: "critical", rows: 300 }, before)).toEqual(before);
    expect(sizeAfter({ status: "warning", rows: 800 }, before)).toEqual(before);
    const old = { rows: 1_000, at: new Date(noon.getTime() - days(7)) };
    expect(sizeAfter({ status: "critical", rows: 300 }, old)).toEqual({ rows: 300, at: noon });
  });

  test("is the last known one, where the table is gone, empty or was not seen", () => {
    const before = { rows: 1_000, at: new Date(noon.getTime() - days(30)) };
    expect(sizeAfter({ status: "critical", rows: 0 }, before)).toEqual(before);
    expect(sizeAfter({ status: "unknown", rows: null }, before)).toEqual(before);
    expect(sizeAfter({ status: "unknown", rows: null }, null)).toBeNull();
  });
});
