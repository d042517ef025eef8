import { describe, expect, test } from "vitest";
import {
  judgeHealth,
  judgeKey,
  judgeTable,
  worstOf,
} from "../../../../functions/checks/pii-hashing/judge.ts";
import type { Claim, Coverage, Remembered } from "../../../../functions/checks/pii-hashing/types.ts";
import type { Status } from "../../../../functions/checks/result.ts";
import { WarehouseError } from "../../../../functions/shared/stores/bigquery/error.ts";
import { ago, days, hours, noon } from "../../../support/a-source.ts";
import {
  aColumn,
  aCoverage,
  aHealth,
  aRegisteredKey,
  aTable,
  phoneColumn,
  remembered,
} from "./a-coverage.ts";

const notRead = new WarehouseError("access_denied", "pii-hashing/coverage", "it may not be read");

const proofOf = (coverage: Partial<Coverage> = {}, known: Partial<Remembered> | null = {}) =>
  judgeTable(aTable(), aCoverage(coverage), known === null ? null : remembered(known), 48);

function claim(
  name: string,
  coverage: Partial<Coverage> = {},
  known: Partial<Remembered> | null = {},
): Claim {
  const found = proofOf(coverage, known).claims.find((it) => it.claim === name);
  if (found === undefined) throw new Error(`nothing is claimed under ${name}`);
  return found;
}

describe("a table of which all is hashed", () => {
  test("passes every claim, of itself, and nothing is to be done", () => {
    const { claims, coverage } = proofOf();
    expect(claims.map((it) => [it.claim, it.status])).toEqual([
      ["hashed", "ok"],
      ["readable", "ok"],
      ["nulls", "ok"],
      ["format", "ok"],
      ["one_key", "ok"],
    ]);
    for (const it of claims) expect(it).toMatchObject({ subject: "orders", actions: [] });
    expect(coverage).toEqual(aCoverage());
  });

  test("that could not be counted is unknown, with what the warehouse says, and nothing else is claimed of it", () => {
    const { claims, coverage } = judgeTable(aTable(), notRead, remembered(), 48);
    expect(claims).toMatchObject([{ claim: "hashed", subject: "orders", status: "unknown" }]);
    expect(claims[0]?.text).toContain("it may not be read");
    expect(claims[0]?.actions).not.toEqual([]);
    expect(coverage).toBeNull();
  });
});

describe("everything is hashed", () => {
  test("when each fact is in the clean table once", () => {
    expect(claim("hashed").text).toBe(
      "All facts of the 1,200 rows are in the clean table, once each: 1,000 rows.",
    );
  });

  test("unknown where neither table has a row; one of either is enough to tell", () => {
    const nothing = { rawRows: 0, cleanRows: 0, cleanKeys: 0 };
    expect(claim("hashed", nothing).status).toBe("unknown");
    expect(claim("hashed", nothing).actions).toEqual(["Has the loader brought anything yet?"]);
    expect(claim("hashed", { ...nothing, rawRows: 1 }).status).toBe("ok");
    expect(claim("hashed", { ...nothing, cleanRows: 1, cleanKeys: 1 }).status).toBe("ok");
  });

  test("not while one fact is missing; what the last run left is said beside it", () => {
    const missing = claim("hashed", { missingKeys: 1 });
    expect(missing).toMatchObject({
      status: "critical",
      text: "Missing in the clean table: 1 fact of the raw one.",
    });
    expect(missing.actions[0]).toMatch(/next run/);
    expect(claim("hashed", { missingKeys: 7 }, { rowsLeft: 1 }).text).toBe(
      "Missing in the clean table: 7 facts of the raw one; the last run left 1 row to the next.",
    );
    expect(claim("hashed", { missingKeys: 7 }, null).status).toBe("critical");
  });

  test("not where one fact is there twice, even though none is missing", () => {
    const twice = claim("hashed", { cleanRows: 1_001 });
    expect(twice).toMatchObject({
      status: "critical",
      text: "The clean table has 1,001 rows of 1,000 facts: some are there twice.",
    });
    expect(twice.actions).not.toEqual([]);
  });
});

describe("the raw table has no readable PII", () => {
  const one = { readableRows: 1, columns: [aColumn({ readable: 1 }), phoneColumn()] };

  test("not while one row can be read: its columns are named, and no others", () => {
    expect(claim("readable", one)).toMatchObject({
      status: "critical",
      text: "1 row of the raw table can be read (email: 1).",
    });
    expect(claim("readable", one).actions).not.toEqual([]);
  });

  test("a column that has no hash is counted by its rows alone", () => {
    expect(claim("readable", { readableRows: 2 }).text).toBe("2 rows of the raw table can be read.");
  });

  test("pending while the streaming buffer holds all that can be read", () => {
    const pending = claim("readable", one, { pendingRows: 1, pendingSince: ago(hours(1)) });
    expect(pending).toMatchObject({
      status: "warning",
      text: "1 row of the raw table can be read (email: 1): they are hashed, and have been in the streaming buffer since 8 Feb 2026 11:00 UTC.",
    });
    expect(pending.actions[0]).toMatch(/^Nothing/);
    expect(claim("readable", one, { pendingRows: 2 })).toMatchObject({ status: "warning" });
    expect(claim("readable", one, { pendingRows: 1 }).text).toContain(
      "have been in the streaming buffer since a while",
    );
  });

  test("not pending where one more can be read than the buffer holds", () => {
    const more = claim("readable", { ...one, readableRows: 3 }, { pendingRows: 2 });
    expect(more).toMatchObject({ status: "critical" });
    expect(more.text).toContain("2 of them hashed and still in the streaming buffer");
    expect(claim("readable", one, null).status).toBe("critical");
  });

  test("whatever was pending before, where nothing can be read it passes", () => {
    expect(claim("readable", {}, { pendingRows: 5 }).status).toBe("ok");
  });
});

describe("missing hashes are explained", () => {
  test("by nobody having given anything", () => {
    expect(claim("nulls").text).toBe(
      "Every row without a hash belongs to a person who gave no value. email_hash: 950 hashes, 50 never given; phone_hash: 700 hashes, 300 never given.",
    );
  });

  test("or by what was given being no address or number, each column by itself", () => {
    const { status, text } = claim("nulls", { columns: [aColumn({ unusable: 1 }), phoneColumn()] });
    expect(status).toBe("ok");
    expect(text).toContain("No hash, because the value is not an address or number: email: 1.");
  });
});

describe("hashes are hashes", () => {
  test("not where one cell holds anything else: its column is named, and no other", () => {
    const wrong = claim("format", { columns: [aColumn(), phoneColumn({ otherFormat: 1 })] });
    expect(wrong).toMatchObject({ status: "critical", text: "phone_hash has another format in 1 row." });
    expect(wrong.actions).not.toEqual([]);
  });
});

describe("one key", () => {
  test("not where one row is hashed with another one", () => {
    const other = claim("one_key", { otherGenerations: 1 });
    expect(other).toMatchObject({ status: "critical" });
    expect(other.text).toMatch(/^Hashed with another key .*: 1 row of the clean table\.$/);
    expect(other.actions[0]).toContain("/pii-hasher/rotation");
  });
});

describe("until when emptied text can be had", () => {
  const until = (emptiedAt: Date | null, timeTravelHours: number | null) =>
    judgeTable(aTable(), aCoverage(), remembered({ emptiedAt }), timeTravelHours).recoverable;

  test.each([48, 168])("%i h by a query, then seven days by Google", (timeTravelHours) => {
    const queryableUntil = new Date(noon.getTime() + hours(timeTravelHours));
    expect(until(noon, timeTravelHours)).toEqual({
      emptiedAt: noon,
      queryableUntil,
      failSafeUntil: new Date(queryableUntil.getTime() + days(7)),
      timeTravelHours,
    });
  });

  test("not known where the dataset may not be seen, and never where nothing was emptied", () => {
    const unknown = { queryableUntil: null, failSafeUntil: null };
    expect(until(noon, null)).toEqual({ emptiedAt: noon, timeTravelHours: null, ...unknown });
    expect(until(null, 48)).toEqual({ emptiedAt: null, timeTravelHours: 48, ...unknown });
    expect(judgeTable(aTable(), aCoverage(), null, 48).recoverable.emptiedAt).toBeNull();
  });

  test("is said of a table that could not be counted too", () => {
    const { recoverable } = judgeTable(aTable(), notRead, remembered({ emptiedAt: noon }), 48);
    expect(recoverable.queryableUntil).toEqual(new Date(noon.getTime() + hours(48)));
  });
});

describe("the key is the registered one", () => {
  const key = aRegisteredKey();
  const same = { fingerprint: key.fingerprint, trouble: null };

  test("which of which version, since when", () => {
    expect(judgeKey(key, same)).toMatchObject({
      claim: "key",
      status: "ok",
      text: "Key 1, fingerprint 0123456789abcdef, of projects/shop/secrets/identity-key/versions/1, registered 6 Feb 2026 12:00 UTC; the secret contains the same key.",
      actions: [],
    });
  });

  test("not where the secret holds another", () => {
    const other = judgeKey(key, { fingerprint: "fedcba9876543210", trouble: null });
    expect(other.status).toBe("critical");
    expect(other.text).toContain("another key, fingerprint fedcba9876543210");
    expect(other.actions[0]).toContain("POST /pii-hasher/rotation");
  });

  test("not where it may not be used, and why", () => {
    const refused = judgeKey(key, { fingerprint: null, trouble: "it is empty" });
    expect(refused.status).toBe("critical");
    expect(refused.text).toContain("No rows are hashed: it is empty");
  });

  test("unknown where none is registered, or the registry cannot be read", () => {
    expect(judgeKey(null, same)).toMatchObject({ status: "unknown", actions: ["Wait for the first run"] });
    expect(judgeKey(notRead, same).status).toBe("unknown");
    expect(judgeKey(notRead, same).text).toContain("it may not be read");
  });
});

describe("it runs", () => {
  const health = (parts: Parameters<typeof aHealth>[0] = {}) => judgeHealth(aHealth(parts), noon);
  const minutes = (count: number) => count * 60_000;

  test("with the last hour in figures", () => {
    expect(health()).toMatchObject({
      claim: "jobs",
      status: "ok",
      text: "12 runs in the last hour, 11 of them with nothing to do, 0 failed; the last at 8 Feb 2026 11:55 UTC; 20 MiB billed.",
    });
    expect(health({ runs: 1 }).text).toMatch(/^1 run in the last hour/);
  });

  test.each<[string, number, Status]>([
    ["exactly six ticks", minutes(30), "ok"],
    ["a millisecond more", minutes(30) + 1, "critical"],
  ])("the last one finished %s ago", (_, age, status) => {
    expect(health({ lastFinished: ago(age) }).status).toBe(status);
  });

  test("not where none has finished, however recently one ran", () => {
    const silent = health({ lastFinished: ago(minutes(40)) });
    expect(silent.text).toContain("None has finished since 8 Feb 2026 11:20 UTC.");
    expect(silent.actions).not.toEqual([]);
    const never = health({ lastFinished: null });
    expect(never).toMatchObject({ status: "critical" });
    expect(never.text).toContain("None has finished since a week ago.");
  });

  test("not where one of the last hour failed, though later ones finished", () => {
    expect(health({ failedRuns: 1 })).toMatchObject({ status: "critical" });
    expect(health({ failedRuns: 1 }).text).toContain("1 failed");
  });

  test("unknown where it has not run within a week, or its runs cannot be read", () => {
    expect(health({ lastRun: null, lastFinished: null }).status).toBe("unknown");
    expect(judgeHealth(notRead, noon)).toMatchObject({ status: "unknown" });
    expect(judgeHealth(notRead, noon).text).toContain("it may not be read");
  });
});

describe("the worst of some claims", () => {
  test.each<[Status, Status[]]>([
    ["critical", ["ok", "unknown", "warning", "critical"]],
    ["unknown", ["warning", "unknown", "ok"]],
    ["warning", ["ok", "warning"]],
    ["ok", ["ok", "ok"]],
    ["unknown", []],
  ])("%s of %j", (worst, statuses) => {
    expect(worstOf(statuses.map((status) => ({ status })))).toBe(worst);
  });
});
