import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Incident } from "../../functions/shared/alerting/incidents/incident.ts";
import { type NotifyRequest, notify } from "../../functions/shared/alerting/notify.ts";
import {
  announce,
  openIncidents,
  readIncidents,
  saveIncidents,
} from "../../functions/shared/alerting/state/state.ts";
import type { FindingGroup, Notice } from "../../functions/shared/alerting/types.ts";
import {
  aGroup,
  anIncident,
  aPolicy,
  critical,
  fourHours,
  freshness,
  hoursLater,
  noon,
  warning,
} from "../unit/shared/alerting/a-case.ts";
import { type OpsWarehouse, opsDataset, startOpsWarehouse } from "./ops-warehouse.ts";

let ops: OpsWarehouse;

beforeAll(async () => {
  ops = await startOpsWarehouse();
});
afterEach(() => ops.empty("alert_state", "alert_log", "runs"));
afterAll(() => ops.close());

const from = "sync-watchdog";

const remembered = (of: string, now: Date) =>
  readIncidents(ops.warehouse, of, { now, since: new Date(now.getTime() - 6 * fourHours) });

function fresh(key: string, parts: Partial<Incident> = {}): Incident {
  return {
    ...anIncident(key, { findings: critical("a"), notified: [], notifiedAt: null }),
    version: 0,
    ...parts,
  };
}

describe("alerting/open-incidents and read-incidents", () => {
  test("what was opened is read back as it was, null times and all", async () => {
    const incident = fresh("connector:facebook", {
      since: new Date("2026-02-02T12:00:41.123Z"),
      reminders: 2,
      history: [
        {
          check: "freshness",
          subject: "a",
          breaks: [hoursLater(-3), hoursLater(-1)],
          changedAt: hoursLater(-1),
          flappingSince: noon,
        },
      ],
      owners: ["growth@hulken.example", 'Jo "the" Ops'],
    });
    const other = fresh("connector:tiktok", {
      notifiedFindings: warning("b"),
      notifiedAt: hoursLater(-1),
      title: "It's “odd” `x`\n",
    });
    await openIncidents(ops.warehouse, from, [incident, other]);
    const { open, decidedUntil, turn } = await remembered(from, noon);
    expect(turn).toBe(0);
    expect(open).toEqual(expect.arrayContaining([incident, other]));
    expect(open).toHaveLength(2);
    expect(decidedUntil).toBeNull();
  });

  test("the incident of a tick is opened once, and one that has changed is not opened again", async () => {
    await openIncidents(ops.warehouse, from, [fresh("x")]);
    await saveIncidents(ops.warehouse, [{ incident: fresh("x"), closedAs: "recovered" }]);
    await openIncidents(ops.warehouse, from, [fresh("x"), fresh("y")]);
    expect((await remembered(from, noon)).open.map(({ key }) => key)).toEqual(["y"]);
    expect(await ops.rows("alert_state", ["group_key"])).toHaveLength(2);
  });

  test("of an incident with two rows, the one furthest on counts: closed is closed", async () => {
    const insertTwice = () =>
      ops.run(`INSERT INTO \`${opsDataset}.alert_state\`
        SELECT * REPLACE (0 AS version, CAST(NULL AS TIMESTAMP) AS closed_at, CAST(NULL AS STRING) AS closed_as)
        FROM \`${opsDataset}.alert_state\``);
    await openIncidents(ops.warehouse, from, [fresh("x")]);
    await insertTwice();
    expect((await remembered(from, noon)).open).toEqual([fresh("x")]);
    await ops.empty("alert_state");

    await openIncidents(ops.warehouse, from, [fresh("x")]);
    await saveIncidents(ops.warehouse, [{ incident: fresh("x"), closedAs: "recovered" }]);
    await insertTwice();
    expect((await remembered(from, noon)).open).toEqual([]);
  });

  test("another function's incidents are not read", async () => {
    await openIncidents(ops.warehouse, "dedup-views", [fresh("x")]);
    expect((await remembered(from, noon)).open).toEqual([]);
    expect((await remembered("dedup-views", noon)).open).toHaveLength(1);
  });

  test("a late tick sees that a later one has decided, even where that one closed everything", async () => {
    await openIncidents(ops.warehouse, from, [fresh("x")]);
    await saveIncidents(ops.warehouse, [
      { incident: fresh("x", { changedAt: hoursLater(2) }), closedAs: "recovered" },
    ]);
    const none = { open: [], turn: 1 };
    expect(await remembered(from, hoursLater(1))).toMatchObject({
      ...none,
      decidedUntil: hoursLater(2),
    });
    expect(await remembered(from, hoursLater(2))).toMatchObject({ ...none, decidedUntil: null });
  });

  test("a late tick sees that a later one has run, even where that one had nothing to change", async () => {
    const ran = (tick: Date, by = from) =>
      ops.run(
        `INSERT INTO \`${opsDataset}.runs\` (run_id, function, schedule_time, started_at, outcome)
         VALUES (@id, @by, TIMESTAMP(@tick), TIMESTAMP(@tick), 'finished')`,
        { id: `${by}/${tick.toISOString()}`, by, tick: tick.toISOString() },
      );
    await ran(hoursLater(1));
    await ran(hoursLater(2));
    await ran(hoursLater(3), "dedup-views");
    const decidedUntil = async (now: Date) => (await remembered(from, now)).decidedUntil;
    expect(await decidedUntil(noon)).toEqual(hoursLater(2));
    expect(await decidedUntil(hoursLater(2))).toBeNull();
  });
});

describe("alerting/announce-notices", () => {
  const pendingNotice = { notice: "n", reason: "first", findings: critical("a"), at: noon } as const;

  test("what is about to be told is remembered beside what was told, and counts as a turn", async () => {
    await openIncidents(ops.warehouse, from, [fresh("x"), fresh("y")]);
    const change = fresh("x", {
      pendingNotice,
      findings: critical("a", "b"),
      changedAt: hoursLater(1),
    });
    expect(await announce(ops.warehouse, from, 0, [change])).toBe(true);
    const { open, turn } = await remembered(from, hoursLater(1));
    expect(turn).toBe(1);
    expect(open).toEqual(expect.arrayContaining([{ ...change, version: 1 }, fresh("y")]));
  });

  test("of many runs at once that have opened the same cause, each by its own tick, one announces", async () => {
    const ticks = Array.from({ length: 6 }, (_, hour) => {
      const opened = hoursLater(hour);
      return fresh("x", { id: `tick-${hour}`, openedAt: opened, changedAt: opened, pendingNotice });
    });
    // All insertions happen, as BigQuery lets them.
    for (const incident of ticks) await openIncidents(ops.warehouse, from, [incident]);
    const won = await Promise.all(ticks.map((incident) => announce(ops.warehouse, from, 0, [incident])));
    expect(won.filter((it) => it)).toHaveLength(1);
    const { open, turn } = await remembered(from, hoursLater(6));
    expect(turn).toBe(1);
    expect(open.filter((it) => it.pendingNotice !== null)).toHaveLength(1);
  });

  test("a run that has read before another changed anything of the function remembers nothing at all", async () => {
    await openIncidents(ops.warehouse, from, [fresh("x"), fresh("y"), fresh("z")]);
    expect(await announce(ops.warehouse, from, 0, [fresh("z", { pendingNotice })])).toBe(true);
    expect(
      await announce(ops.warehouse, from, 0, [fresh("x", { pendingNotice }), fresh("y", { pendingNotice })]),
    ).toBe(false);
    const { open } = await remembered(from, noon);
    expect(open.filter((it) => it.pendingNotice !== null).map(({ key }) => key)).toEqual(["z"]);
  });

  test("another function's turns are its own, and an insertion is no turn", async () => {
    await openIncidents(ops.warehouse, from, [fresh("x")]);
    await openIncidents(ops.warehouse, "dedup-views", [fresh("d", { id: "d" })]);
    expect(await announce(ops.warehouse, "dedup-views", 0, [fresh("d", { id: "d", pendingNotice })])).toBe(
      true,
    );
    await openIncidents(ops.warehouse, from, [fresh("y")]);
    expect(await announce(ops.warehouse, from, 0, [fresh("x", { pendingNotice })])).toBe(true);
  });
});

describe("alerting/save-incidents", () => {
  test("a change is saved once: the second meets a higher version", async () => {
    await openIncidents(ops.warehouse, from, [fresh("x")]);
    const incident = fresh("x", {
      notifiedFindings: critical("a"),
      notifiedAt: noon,
      reminders: 3,
      acknowledged: { at: noon, until: hoursLater(24) },
      history: [{ check: "freshness", subject: "a", breaks: [noon], changedAt: noon, flappingSince: null }],
      owners: ["growth"],
    });
    const change = { incident, closedAs: null };
    expect(await saveIncidents(ops.warehouse, [change])).toBe(1);
    expect(await saveIncidents(ops.warehouse, [change])).toBe(0);
    const { open } = await remembered(from, noon);
    expect(open).toEqual([{ ...incident, version: 1 }]);
  });

  test("of many runs at once, exactly one saves", async () => {
    await openIncidents(ops.warehouse, from, [fresh("x")]);
    const saved = await Promise.all(
      Array.from({ length: 8 }, (_, n) =>
        saveIncidents(ops.warehouse, [{ incident: fresh("x", { title: `run ${n}` }), closedAs: null }]),
      ),
    );
    expect(saved.reduce((sum, n) => sum + n, 0)).toBe(1);
    expect((await remembered(from, noon)).open[0]?.version).toBe(1);
  });

  test("a closed incident says why and when, and is open no more", async () => {
    await openIncidents(ops.warehouse, from, [fresh("x"), fresh("y")]);
    await saveIncidents(ops.warehouse, [
      { incident: fresh("x", { changedAt: hoursLater(1) }), closedAs: "moved" },
    ]);
    expect(await ops.rows("alert_state", ["group_key", "closed_at", "closed_as"])).toEqual([
      { group_key: "x", closed_at: "2026-02-08T13:00:00.000Z", closed_as: "moved" },
      { group_key: "y", closed_at: null, closed_as: null },
    ]);
    const { open, recent } = await remembered(from, hoursLater(1));
    expect(open.map(({ key }) => key)).toEqual(["y"]);
    expect(recent.map(({ key }) => key)).toEqual(["x"]);
    expect((await remembered(from, hoursLater(26))).recent).toEqual([]);
  });
});

describe("alerting/acknowledge", () => {
  const acknowledged = JSON.stringify({ at: noon, until: hoursLater(12) });
  const acknowledge = async (version: number, by = from) => {
    const params = { function: by, incident: fresh("x").id, version, acknowledged };
    return (await ops.warehouse.execute("alerting/acknowledge", { params })).affectedRows;
  };

  test("is remembered once, and leaves the tick that last decided as it is", async () => {
    await openIncidents(ops.warehouse, from, [fresh("x"), fresh("y")]);
    expect([await acknowledge(0), await acknowledge(0)]).toEqual([1, 0]);
    const { open } = await remembered(from, noon);
    expect(open.find(({ key }) => key === "x")).toEqual({
      ...fresh("x"),
      version: 1,
      acknowledged: { at: noon, until: hoursLater(12) },
    });
    expect(open.find(({ key }) => key === "y")).toEqual(fresh("y"));
  });

  test("of an incident that has changed, is over, or is another function's, nothing is remembered", async () => {
    await openIncidents(ops.warehouse, from, [fresh("x")]);
    expect([await acknowledge(1), await acknowledge(0, "dedup-views")]).toEqual([0, 0]);
    await saveIncidents(ops.warehouse, [{ incident: fresh("x"), closedAs: "recovered" }]);
    expect(await acknowledge(0)).toBe(0);
  });
});

describe("telling people, with BigQuery for a memory (alerting/log-decisions)", () => {
  function aFunction() {
    const published: Notice[] = [];
    const tick = (now: Date, groups: readonly FindingGroup[], parts: Partial<NotifyRequest> = {}) =>
      notify({
        functionName: from,
        groups,
        evaluatedKeys: freshness("a", "b", "c"),
        monitoredKeys: freshness("a", "b", "c"),
        now,
        runId: `${from}/${now.toISOString()}`,
        policy: aPolicy,
        warehouse: ops.warehouse,
        publish: async (notice) => {
          published.push(notice);
        },
        ...parts,
      });
    return { published, tick };
  }

  test("from the first finding to the recovery, with a row for every decision", async () => {
    const { published, tick } = aFunction();
    await tick(noon, [aGroup("connector:facebook", warning("a"))]);
    await tick(hoursLater(1), [aGroup("connector:facebook", critical("a"))]);
    await tick(hoursLater(2), [aGroup("connector:facebook", critical("a"))]);
    await tick(hoursLater(3), [aGroup("host:airbyte", critical("a", "b"))]);
    await tick(hoursLater(4), []);
    expect(published.map(({ reason }) => reason)).toEqual(["first", "escalated", "new_finding", "recovered"]);
    expect(
      await ops.rows("alert_log", ["schedule_time", "group_key", "notified", "reason", "failure"]),
    ).toEqual([
      {
        schedule_time: "2026-02-08T12:00:00.000Z",
        group_key: "connector:facebook",
        notified: true,
        reason: "first",
        failure: null,
      },
      {
        schedule_time: "2026-02-08T13:00:00.000Z",
        group_key: "connector:facebook",
        notified: true,
        reason: "escalated",
        failure: null,
      },
      {
        schedule_time: "2026-02-08T14:00:00.000Z",
        group_key: "connector:facebook",
        notified: false,
        reason: "repeat_interval",
        failure: null,
      },
      {
        schedule_time: "2026-02-08T15:00:00.000Z",
        group_key: "host:airbyte",
        notified: true,
        reason: "new_finding",
        failure: null,
      },
      {
        schedule_time: "2026-02-08T16:00:00.000Z",
        group_key: "host:airbyte",
        notified: true,
        reason: "recovered",
        failure: null,
      },
    ]);
  });

  test("three runs of one tick at once publish one id and log one decision", async () => {
    const { published, tick } = aFunction();
    const groups = [aGroup("connector:facebook", critical("a"))];
    await Promise.all([tick(noon, groups), tick(noon, groups), tick(noon, groups)]);
    expect(new Set(published.map(({ id }) => id)).size).toBe(1);
    expect(await ops.rows("alert_state", ["version"])).toEqual([{ version: 2 }]);
    expect(await ops.rows("alert_log", ["reason"])).toHaveLength(1);
  });

  test("two ticks at once on a cause that both have opened speak of it once, and close what is double", async () => {
    const { published, tick } = aFunction();
    const groups = [aGroup("connector:facebook", critical("a"))];
    const ran = await Promise.allSettled([tick(noon, groups), tick(hoursLater(1), groups)]);
    expect(ran.map(({ status }) => status)).toContain("fulfilled");
    await tick(hoursLater(2), groups);
    await tick(hoursLater(3), []);
    expect(new Set(published.map(({ id }) => id)).size).toBe(2);
    expect(new Set(published.map(({ incident }) => incident)).size).toBe(1);
    expect((await remembered(from, hoursLater(3))).open).toEqual([]);
  });

  test("a notice that could not be published is replaced in the log when the retry could", async () => {
    const { tick } = aFunction();
    const groups = [aGroup("connector:facebook", critical("a"))];
    const publish = async () => {
      throw new Error("the topic is away");
    };
    await expect(tick(noon, groups, { publish })).rejects.toThrow("could not be published");
    expect(await ops.rows("alert_log", ["failure"])).toEqual([{ failure: "the topic is away" }]);
    await tick(noon, groups);
    expect(await ops.rows("alert_log", ["reason", "failure"])).toEqual([{ reason: "first", failure: null }]);
  });

  test("the story of a source that flaps goes through the tables as it goes through memory", async () => {
    const { published, tick } = aFunction();
    const bad = [aGroup("x", critical("a"))];
    for (let hour = 0; hour < 8; hour += 1) await tick(hoursLater(hour), hour % 2 === 0 ? bad : []);
    for (let hour = 8; hour < 17; hour += 1) await tick(hoursLater(hour), []);
    expect(published.map(({ reason }) => reason)).toEqual([
      ...["first", "recovered", "first", "recovered", "first", "recovered"],
      "flapping",
      "recovered",
    ]);
  });

  test("news is told once by its key, days later and by two at once, and what is wrong beside it as ever", async () => {
    const { published, tick } = aFunction();
    const message = { title: "b has a new column", lead: "", facts: [], actions: [], details: [] };
    const piece = (key: string) => ({ key, at: noon, subjects: ["b"], owners: [], message });
    const news = [piece("columns/b")];
    const wrong = [aGroup("x", critical("a"))];
    await Promise.allSettled([tick(noon, [], { news }), tick(noon, [], { news })]);
    await tick(hoursLater(1), wrong, { news });
    await tick(hoursLater(24 * 30), [], { news: [...news, piece("keys/b")] });
    const ids = new Set(published.map(({ reason, id }) => `${reason} ${id}`));
    expect([...ids].map((it) => it.split(" ")[0])).toEqual(["news", "first", "news", "recovered"]);
    expect(await ops.rows("alert_state", ["group_key", "closed_as"])).toEqual(
      expect.arrayContaining([
        { group_key: "news/columns/b", closed_as: "news" },
        { group_key: "news/keys/b", closed_as: "news" },
        { group_key: "x", closed_as: "recovered" },
      ]),
    );
    const logged = await ops.run(
      `SELECT DISTINCT reason, ARRAY_TO_STRING(subjects, ' ') AS about
       FROM \`${opsDataset}.alert_log\` WHERE notified ORDER BY reason`,
    );
    expect(logged).toEqual([
      { reason: "first", about: "a" },
      { reason: "news", about: "b" },
      { reason: "recovered", about: "a" },
    ]);
  });

  test("what follows from what another function has told is its consequence (alerting/read-known-elsewhere)", async () => {
    const { published, tick } = aFunction();
    const days = [{ check: "continuity", subject: "a" }];
    const reconciliation = { functionName: "reconciliation", evaluatedKeys: days, monitoredKeys: days };
    const group = aGroup("missing:a", [{ check: "continuity", subject: "a", severity: "critical" }]);
    const follows = [{ check: "freshness", subject: "a" }];
    const symptom = { ...group, findings: group.findings.map((it) => ({ ...it, follows })) };
    await tick(noon, [aGroup("x", critical("a"))]);
    await tick(hoursLater(1), [symptom], reconciliation);
    await tick(hoursLater(2), []);
    await tick(hoursLater(3), [symptom], reconciliation);
    expect(published.map((it) => [it.from, it.reason])).toEqual([
      [from, "first"],
      [from, "recovered"],
      ["reconciliation", "first"],
    ]);
    expect(await ops.rows("alert_log", ["schedule_time", "function", "reason"])).toContainEqual({
      schedule_time: "2026-02-08T13:00:00.000Z",
      function: "reconciliation",
      reason: "inhibited",
    });
  });
});
