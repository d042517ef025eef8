import { describe, expect, test } from "vitest";
import type { Coverage } from "../../../../functions/checks/pii-hashing/types.ts";
import { judgeCleanTable } from "../../../../functions/checks/raw-vs-clean/judge-table.ts";
import { WarehouseError } from "../../../../functions/shared/stores/bigquery/error.ts";
import { aCoverage, aTable } from "../pii-hashing/a-coverage.ts";

const judged = (parts: Partial<Coverage> = {}) => judgeCleanTable(aTable(), aCoverage(parts));

describe("a clean table of hashes and the facts of its raw table", () => {
  test("all are there once: nothing is wrong", () => {
    expect(judged()).toMatchObject({
      check: "raw_vs_clean",
      subject: "orders",
      owner: "growth@example.com",
      status: "ok",
      text: "All facts are there once: 1,200 rows in the raw table, 1,000 rows of 1,000 facts in the clean one.",
      evidence: { raw_rows: 1_200, clean_rows: 1_000, clean_facts: 1_000, missing_facts: 0 },
      query: null,
    });
  });

  test("one that is missing fails", () => {
    const result = judged({ missingKeys: 1 });
    expect(result).toMatchObject({
      status: "critical",
      code: "clean_differs",
      text: "1 fact of the raw table missing in the clean one: 1,200 rows in the raw table, 1,000 rows of 1,000 facts in the clean one.",
      actions: [expect.stringContaining("Wait for the hasher's next run")],
      query: {
        statement: "raw-vs-clean/evidence-table",
        inputs: { names: { table: "shop.raw.orders", clean: "shop.clean.orders" } },
      },
    });
  });

  test("one that is there twice fails", () => {
    expect(judged({ cleanKeys: 999 })).toMatchObject({
      status: "critical",
      text: expect.stringMatching(/^1 row of the clean table too many for its facts: /),
      actions: [expect.stringContaining("Only the hasher may write the clean table")],
    });
  });

  test("as many facts as the raw table has rows are possible, one more is not", () => {
    expect(judged({ rawRows: 1_000 }).status).toBe("ok");
    expect(judged({ rawRows: 999 })).toMatchObject({
      status: "critical",
      text: expect.stringMatching(/^at least 1 fact of the clean table not in the raw one: /),
      actions: [expect.stringContaining("Find who deleted rows of shop.raw.orders")],
    });
  });

  test("all at once are said together", () => {
    const result = judged({ rawRows: 900, cleanKeys: 990, missingKeys: 2 });
    expect(result.text).toMatch(/^2 facts of .* one; 10 rows of .* facts; at least 90 facts of the clean/);
    expect(result.actions).toHaveLength(3);
  });

  test("an empty side is a difference; two are nobody's guess", () => {
    expect(judged({ cleanRows: 0, cleanKeys: 0, missingKeys: 1_000 }).status).toBe("critical");
    expect(judged({ rawRows: 0 }).status).toBe("critical");
    expect(judged({ rawRows: 0, cleanRows: 0, cleanKeys: 0 })).toMatchObject({
      status: "unknown",
      code: "empty",
    });
  });

  test("what is not there, or could not be counted, is unknown", () => {
    expect(judgeCleanTable(aTable(), null)).toMatchObject({
      status: "unknown",
      code: "no_clean",
      text: "There is no table shop.clean.orders to compare with.",
    });
    const busy = new WarehouseError("temporary", "pii-hashing/coverage", "busy");
    expect(judgeCleanTable(aTable(), busy)).toMatchObject({
      status: "unknown",
      code: "not_read",
      retry: true,
    });
  });
});
