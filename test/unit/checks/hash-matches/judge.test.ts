import { describe, expect, test } from "vitest";
import { judgeMatch } from "../../../../functions/checks/hash-matches/judge.ts";
import type { MatchCount } from "../../../../functions/checks/hash-matches/read.ts";
import type { HashMatch } from "../../../../functions/shared/config/types.ts";
import { WarehouseError } from "../../../../functions/shared/stores/bigquery/error.ts";
import { aTable } from "../pii-hashing/a-coverage.ts";

const match: HashMatch = {
  of: { table: aTable(), hash: "email_hash" },
  among: { table: { ...aTable(), id: "customers" }, hash: "email_hash" },
  unmatchedAre: "guest checkouts",
};

function judged(parts: Partial<MatchCount> = {}, of: HashMatch = match) {
  return judgeMatch(of, { hashes: 4, matching: 3, ...parts });
}

describe("joins are intact", () => {
  test("how many of the different people match, and who the others are", () => {
    expect(judged()).toMatchObject({
      check: "hash_matches",
      subject: "orders.email_hash",
      status: "ok",
      code: null,
      text: "3 of 4 different persons of orders are also in customers (75 %); the others are guest checkouts.",
      evidence: { hashes: 4, matching: 3 },
      actions: [],
    });
  });

  test("where nobody says who the others are, nothing is said of them", () => {
    expect(judged({}, { ...match, unmatchedAre: null }).text).toMatch(/\(75 %\)\.$/);
  });

  test("one person is enough; nobody at all was hashed in another way", () => {
    expect(judged({ matching: 1 }).status).toBe("ok");
    const none = judged({ matching: 0 });
    expect(none).toMatchObject({ status: "critical", code: "hashes_do_not_meet" });
    expect(none.actions[0]).toContain("_key_generation");
  });

  test("unknown where nobody was hashed yet, and no share of nothing is said", () => {
    const nobody = judged({ hashes: 0, matching: 0 });
    expect(nobody).toMatchObject({ status: "unknown", code: "not_counted" });
    expect(nobody.text).not.toContain("%");
    expect(nobody.actions).not.toEqual([]);
  });

  test("unknown where it could not be counted, and it says why and whose it is", () => {
    const error = new WarehouseError("access_denied", "hash-matches/matches", "it may not be read");
    const { owner } = match.of.table.source;
    expect(judgeMatch(match, error)).toMatchObject({ status: "unknown", code: "not_counted", owner });
    expect(judgeMatch(match, error).text).toContain("it may not be read");
  });
});
