import { describe, expect, test } from "vitest";
import { judge } from "../../../../functions/checks/freshness/judge.ts";
import type { Observation } from "../../../../functions/checks/freshness/types.ts";
import { instantsOf } from "../../../../functions/shared/instants.ts";
import {
  ago,
  aSource,
  atNoon,
  content,
  days,
  hours,
  metadata,
  noon,
  observation,
} from "../../../support/a-source.ts";

const verdict = (parts: Partial<Observation> = {}) => judge(observation(parts), atNoon);
const code = (parts: Partial<Observation>) => verdict(parts).finding?.code ?? null;

describe("a healthy source", () => {
  test("is ok, without a finding, by its arrival clock", () => {
    expect(verdict()).toMatchObject({
      status: "ok",
      finding: null,
      decidedBy: "arrival",
      ageMs: hours(4),
      checked: true,
    });
  });
});

describe("thresholds", () => {
  const arrived = (age: number) =>
    verdict({ content: content({ newestArrival: ago(age) }), metadata: metadata({ modified: ago(age) }) });

  test.each([
    [hours(30) - 1, "ok"],
    [hours(30), "warning"],
    [hours(48) - 1, "warning"],
    [hours(48), "critical"],
  ])("an arrival %i ms ago is %s: a threshold is reached when the age equals it", (age, status) => {
    expect(arrived(age).status).toBe(status);
  });

  test("a source's own thresholds stand before the defaults", () => {
    const patient = aSource({ warnAfterMs: hours(72), criticalAfterMs: hours(96) });
    const old = content({ newestArrival: ago(hours(50)), newestBusinessDay: "2026-02-06" });
    expect(verdict({ source: patient, content: old }).status).toBe("ok");
    expect(verdict({ content: old }).status).toBe("critical");
  });
});

describe("stale", () => {
  const silent = { metadata: metadata({ modified: ago(days(6)) }) };

  test("by content: nothing has arrived", () => {
    const seen = verdict({
      ...silent,
      content: content({ newestArrival: ago(days(6)), newestBusinessDay: "2026-02-02" }),
    });
    expect(seen).toMatchObject({ status: "critical", decidedBy: "arrival" });
    expect(seen.finding).toEqual({
      code: "stale",
      text: "Nothing has arrived for 144 h, since 2 Feb 2026 12:00 UTC.",
    });
  });

  test("by metadata alone: no row can be newer than the last write", () => {
    const seen = verdict({ ...silent, content: null });
    expect(seen).toMatchObject({
      status: "critical",
      decidedBy: "modified",
      arrival: null,
      visibleThrough: ago(days(6)),
    });
    expect(seen.finding?.code).toBe("stale");
  });

  test("control: written by the loader an hour ago, not read: ok by metadata", () => {
    expect(verdict({ metadata: metadata({ modified: ago(hours(1)) }), content: null })).toMatchObject({
      status: "ok",
      decidedBy: "modified",
      finding: null,
    });
  });
});

describe("modified 4 minutes ago, but nothing arrived for 51 h", () => {
  const touched = metadata({ modified: ago(4 * 60_000) });
  const source = aSource({ otherWriters: ["pii-hasher"] });

  test("is a finding of its own, however recent the write", () => {
    const seen = verdict({ source, metadata: touched, content: content({ newestArrival: ago(hours(51)) }) });
    expect(seen).toMatchObject({ status: "critical", decidedBy: "arrival" });
    expect(seen.finding).toEqual({
      code: "written_but_nothing_arrived",
      text: "Modified 4 min ago (pii-hasher also writes it), but nothing has arrived for 51 h.",
    });
  });

  test("control: rows arrived with the write", () => {
    expect(
      code({ source, metadata: touched, content: content({ newestArrival: ago(4 * 60_000) }) }),
    ).toBeNull();
  });
});

describe("arrives fresh, newest business day 60 h old", () => {
  test("is a finding of its own: a connector that re-sends a fixed window", () => {
    const seen = verdict({
      content: content({ newestArrival: ago(hours(8)), newestBusinessDay: "2026-02-05" }),
    });
    expect(seen).toMatchObject({ status: "critical", decidedBy: "business_date", ageMs: hours(60) });
    expect(seen.finding).toEqual({
      code: "arrives_but_business_day_old",
      text: "Rows arrive (the last 8 h ago), but the newest business day is 5 Feb 2026, which ended 60 h ago.",
    });
    expect(seen.visibleThrough).toEqual(new Date("2026-02-06T00:00:00Z"));
  });

  test.each([
    [
      "a loader that brings yesterday at noon is well in the morning, though that day is 36 h over",
      23,
      "2026-02-06",
      null,
    ],
    [
      "control: one whose days were 37 h over when its newest row arrived is not",
      23,
      "2026-02-05",
      "arrives_but_business_day_old",
    ],
  ])("%s", (_, arrivedHoursAgo, day, finding) => {
    expect(
      code({ content: content({ newestArrival: ago(hours(arrivedHoursAgo)), newestBusinessDay: day }) }),
    ).toBe(finding);
  });

  test("a day ends where the source lives", () => {
    const inNewYork = aSource({ timeZone: "America/New_York" });
    const old = content({ newestBusinessDay: "2026-02-05" });
    expect(verdict({ source: inNewYork, content: old }).ageMs).toBe(hours(55));
  });

  test("control: yesterday's rows arrived this morning", () => {
    expect(code({ content: content({ newestBusinessDay: "2026-02-07" }) })).toBeNull();
  });

  test("control: without a business date only the arrival counts", () => {
    expect(
      code({ source: aSource({ businessDate: null }), content: content({ newestBusinessDay: null }) }),
    ).toBeNull();
  });
});

describe("arrival in the future", () => {
  const future = { arrivalsInFuture: 3, farthestArrival: new Date("2030-01-01T00:00:00Z") };

  test("warns although the plausible rows are fresh", () => {
    const seen = verdict({ content: content(future) });
    expect(seen.status).toBe("warning");
    expect(seen.finding).toEqual({
      code: "arrival_in_future",
      text: "3 rows arrive in the future, the farthest on 1 Jan 2030 00:00 UTC; they are not counted as fresh.",
    });
  });

  test("does not hide that the plausible rows are stale", () => {
    const seen = verdict({ content: content({ ...future, newestArrival: ago(days(3)) }) });
    expect(seen.status).toBe("critical");
    expect(seen.finding?.code).not.toBe("arrival_in_future");
    expect(seen.notes).toHaveLength(1);
  });

  test("is unknown when no row is plausible", () => {
    const seen = verdict({ content: content({ ...future, newestArrival: null, newestBusinessDay: null }) });
    expect(seen).toMatchObject({ status: "unknown", finding: { code: "arrival_in_future" } });
  });

  test("control: a row that arrives this very instant is not from the future", () => {
    expect(code({ content: content({ newestArrival: noon, farthestArrival: noon }) })).toBeNull();
  });
});

describe("nothing to judge by is unknown, never ok", () => {
  const nothing = content({ newestArrival: null, newestBusinessDay: null, farthestArrival: null });

  test("an empty table", () => {
    expect(verdict({ metadata: metadata({ rows: 0 }), content: nothing })).toMatchObject({
      status: "unknown",
      finding: { code: "empty" },
    });
  });

  test("rows whose clocks are all NULL", () => {
    expect(verdict({ metadata: metadata({ rows: 12 }), content: nothing })).toMatchObject({
      status: "unknown",
      finding: { code: "clock_null" },
    });
  });

  test("rows that arrive without a business day", () => {
    expect(verdict({ content: content({ newestBusinessDay: null }) })).toMatchObject({
      status: "unknown",
      finding: { code: "clock_null" },
    });
  });

  test("a view that answers nothing", () => {
    expect(verdict({ metadata: metadata({ kind: "view", rows: 0 }), content: nothing }).finding?.code).toBe(
      "empty",
    );
  });

  test("a table that is not there", () => {
    expect(verdict({ metadata: null, content: null })).toMatchObject({
      status: "unknown",
      checked: true,
      finding: { code: "table_missing", text: "There is no table shop.ads.facebook_ads." },
    });
  });

  test("control: one row with a clock is enough", () => {
    expect(verdict({ metadata: metadata({ rows: 1 }) }).status).toBe("ok");
  });
});

describe("a view or a wildcard without a content clock", () => {
  const clockless = aSource({ arrival: null, businessDate: null });

  test.each(["view", "shards"] as const)("of kind %s is unknown, though modified a minute ago", (kind) => {
    const seen = verdict({
      source: clockless,
      metadata: metadata({ kind, modified: ago(60_000) }),
      content: null,
    });
    expect(seen).toMatchObject({ status: "unknown", finding: { code: "no_content_clock" } });
  });

  test("control: a view with an arrival column is judged by it", () => {
    expect(verdict({ metadata: metadata({ kind: "view", rows: 0 }) }).status).toBe("ok");
  });

  test("control: a table may be judged by its modification time", () => {
    expect(verdict({ source: clockless, content: null }).status).toBe("ok");
  });
});

describe("date shards", () => {
  const source = aSource({
    table: { project: "shop", dataset: "analytics_1", table: "events_*" },
    arrival: null,
    businessDate: "_TABLE_SUFFIX",
    warnAfterMs: hours(72),
    criticalAfterMs: hours(96),
  });
  const shards = (shardDay: string, created: Date) =>
    verdict({
      source,
      content: null,
      metadata: metadata({ kind: "shards", shardDay, created, modified: created }),
    });

  test("are judged by the newest shard's name, without reading a row", () => {
    expect(shards("2026-02-06", ago(hours(20)))).toMatchObject({
      status: "ok",
      businessDate: "2026-02-06",
      decidedBy: "arrival",
    });
  });

  test("are stale when no shard comes any more", () => {
    expect(shards("2026-02-03", ago(days(4)))).toMatchObject({
      status: "critical",
      businessDate: "2026-02-03",
    });
  });

  test("are missing when no name matches", () => {
    expect(verdict({ source, metadata: null, content: null }).finding?.text).toBe(
      "No table matches shop.analytics_1.events_*.",
    );
  });
});

describe("a check that could not be made", () => {
  test.each(["no_permission", "wrong_location", "not_checked"] as const)(
    "%s is unknown and not a pass",
    (failure) => {
      const seen = verdict({
        metadata: null,
        content: null,
        failure: { code: failure, message: "why", retry: false },
      });
      expect(seen).toMatchObject({
        status: "unknown",
        checked: false,
        finding: { code: failure, text: "why" },
      });
    },
  );
});

describe("while the tick is on its way", () => {
  test("a row that arrives is simply fresh, by content and by metadata", () => {
    const soon = ago(-90_000);
    expect(
      verdict({ metadata: metadata({ modified: soon }), content: content({ newestArrival: soon }) }),
    ).toMatchObject({
      status: "ok",
      ageMs: 0,
      finding: null,
    });
    const byMetadata = aSource({ arrival: null, businessDate: null });
    expect(
      verdict({ source: byMetadata, metadata: metadata({ modified: soon }), content: null }),
    ).toMatchObject({
      status: "ok",
      ageMs: 0,
    });
  });
});

describe("an emptied table", () => {
  test("is not fresh because it was written to be emptied", () => {
    const clockless = aSource({ arrival: null, businessDate: null });
    expect(verdict({ source: clockless, metadata: metadata({ rows: 0 }), content: null })).toMatchObject({
      status: "unknown",
      finding: { code: "empty" },
    });
  });

  test("control: it stays critical when nothing has been written for long", () => {
    const old = metadata({ rows: 0, modified: ago(days(6)) });
    expect(verdict({ metadata: old, content: null })).toMatchObject({ status: "critical" });
  });
});

describe("shards without a filled daily one", () => {
  const table = { project: "shop", dataset: "analytics_1", table: "events_*" };

  test.each([null, "arrived"])(
    "are empty, whatever the intraday one's modification time (arrival: %s)",
    (arrival) => {
      const source = aSource({ table, arrival, businessDate: "_TABLE_SUFFIX" });
      const intraday = metadata({ kind: "shards", modified: ago(60_000), shardDay: null });
      expect(verdict({ source, metadata: intraday, content: null })).toMatchObject({
        status: "unknown",
        finding: { code: "empty", text: "No daily shard of shop.analytics_1.events_* holds rows." },
      });
    },
  );
});

describe("a look back in time", () => {
  const back = (parts: Partial<Observation>, then = ago(days(5))) =>
    judge(observation(parts), instantsOf(then, noon));

  test("sees what had arrived by then and not the writes since", () => {
    const seen = back({
      metadata: metadata({ modified: ago(hours(1)) }),
      content: content({ newestArrival: ago(days(5) + hours(2)), newestBusinessDay: "2026-02-03" }),
    });
    expect(seen).toMatchObject({ status: "ok", modified: null, ageMs: hours(2) });
  });

  test("says that a modification time alone cannot look back", () => {
    const clockless = aSource({ arrival: null, businessDate: null });
    expect(
      back({ source: clockless, metadata: metadata({ modified: ago(hours(1)) }), content: null }),
    ).toMatchObject({
      status: "unknown",
      finding: {
        text: "It has been written since, and its modification time does not show its earlier state.",
      },
    });
  });

  test("says that nothing had arrived by then", () => {
    const nothing = content({ newestArrival: null, newestBusinessDay: null, farthestArrival: null });
    expect(back({ metadata: metadata({ modified: ago(hours(1)) }), content: nothing }).finding?.text).toBe(
      "Nothing had arrived by then.",
    );
  });

  test("notes that days without arrivals are shown as they are known now", () => {
    const byDay = aSource({ arrival: null });
    expect(back({ source: byDay, metadata: metadata({ modified: ago(hours(1)) }) }).notes).toHaveLength(1);
    expect(verdict({ source: byDay }).notes).toEqual([]);
  });
});
