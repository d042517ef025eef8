import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Policy } from "../../functions/shared/alerting/decide/needs-notice.ts";
import { findingKey } from "../../functions/shared/alerting/incidents/incident.ts";
import type { NoticeDecision } from "../../functions/shared/alerting/notice-decision.ts";
import type {
  FindingGroup,
  FindingIdentity,
  FindingKey,
  News,
  Notice,
  Severity,
} from "../../functions/shared/alerting/types.ts";
import { aGroup, aPolicy, fourHours, freshness, hoursLater } from "../unit/shared/alerting/a-case.ts";
import { aFunction } from "../unit/shared/alerting/a-function.ts";

/** Two checks of one subject, and one of each of two others. */
const matters: readonly FindingKey[] = [...freshness("a", "c", "d"), { check: "nulls", subject: "a" }];

/** What happens to each matter in an hour, how the causes are seen, and where the run ends too early. */
interface Hour {
  readonly changes: readonly ("keeps" | "warning" | "critical" | "well")[];
  readonly grouping: "by host" | "by connector" | "alone";
  readonly blind: readonly boolean[];
  readonly crashAt: string | null;
  /** Something happens that is not wrong. */
  readonly happens: boolean;
  /** After a crash: the same tick again, or the next one. */
  readonly retried: boolean;
}

const statements = [
  "alerting/open-incidents",
  "alerting/announce-notices",
  "alerting/log-decisions",
  "alerting/save-incidents",
];

function anHour(parts: { readonly crashes: boolean; readonly blind: boolean }): fc.Arbitrary<Hour> {
  const change = fc.oneof(
    { weight: 6, arbitrary: fc.constant("keeps" as const) },
    { weight: 2, arbitrary: fc.constantFrom("warning" as const, "critical" as const) },
    { weight: 2, arbitrary: fc.constant("well" as const) },
  );
  const four = <T>(one: fc.Arbitrary<T>) => fc.array(one, { minLength: 4, maxLength: 4 });
  const rarely = parts.blind ? fc.integer({ max: 9, min: 0 }).map((n) => n === 0) : fc.constant(false);
  const crash = fc.oneof(
    { weight: 4, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: fc.constantFrom(...statements) },
  );
  return fc.record({
    changes: four(change),
    grouping: fc.constantFrom("by host", "by connector", "alone"),
    blind: four(rarely),
    crashAt: parts.crashes ? crash : fc.constant(null),
    happens: fc.integer({ max: 5, min: 0 }).map((n) => n === 0),
    retried: fc.boolean(),
  });
}

const neverFlapping: Policy = { ...aPolicy, flapping: { moreThan: 1_000, withinMs: 86_400_000 } };

/** The same histories in every run; a failure prints the shortest one. */
const runs = { seed: 20_260_208, numRuns: 250 };
const history = (parts: { readonly crashes: boolean; readonly blind: boolean }) =>
  fc.array(anHour(parts), { minLength: 1, maxLength: 60 });

function groupsOf(wrong: readonly FindingIdentity[], grouping: Hour["grouping"]): FindingGroup[] {
  const key = ({ subject }: FindingIdentity) =>
    grouping === "by host"
      ? "host:h"
      : grouping === "alone"
        ? `source:${subject}`
        : `connector:${subject < "c" ? "x" : "y"}`;
  return [...Map.groupBy(wrong, key)].map(([name, findings]) => aGroup(name, findings));
}

/** What has happened of late, as it is offered at that hour: for two days. */
function newsOf(hours: readonly Hour[], now: number): News[] {
  return hours.flatMap(({ happens }, hour) =>
    happens && hour <= now && hour > now - 48
      ? {
          key: `hour ${hour}`,
          at: hoursLater(hour),
          subjects: ["a"],
          owners: [],
          message: { title: `hour ${hour}`, lead: "", facts: [], actions: [], details: [] },
        }
      : [],
  );
}

type Lived = ReturnType<typeof aFunction>;

interface Tick {
  readonly lived: Lived;
  readonly hour: number;
  /** Found at this tick. */
  readonly wrong: readonly FindingIdentity[];
  readonly judged: readonly FindingKey[];
  readonly told: readonly NoticeDecision[];
  /** The same tick once more. */
  readonly replay: () => Promise<unknown>;
}

/** Lives through a history and looks at every tick that ends; then a day and a half in which everything is well. */
async function live(
  hours: readonly Hour[],
  look: (at: Tick) => void | Promise<void> = () => {},
  policy: Policy = aPolicy,
): Promise<Lived> {
  const lived = aFunction();
  const severity = new Map<FindingKey, "warning" | "critical">();
  for (const [hour, { changes, grouping, blind, crashAt, retried }] of hours.entries()) {
    for (const [n, one] of matters.entries()) {
      const change = changes[n];
      if (change === "well") severity.delete(one);
      else if (change !== "keeps" && change !== undefined) severity.set(one, change);
    }
    const judged = matters.filter((_, n) => !blind[n]);
    const wrong = [...severity]
      .filter(([one]) => judged.includes(one))
      .map(([one, of]) => ({ ...one, severity: of }));
    const tick = () =>
      lived.tick(hoursLater(hour), groupsOf(wrong, grouping), {
        evaluatedKeys: judged,
        monitoredKeys: matters,
        policy,
        news: newsOf(hours, hour),
      });
    if (crashAt !== null && (await crashes(lived, crashAt, tick)) && !retried) continue;
    const told = await tick();
    await look({ lived, hour, wrong, judged, told, replay: tick });
  }
  for (let hour = hours.length; hour < hours.length + 36; hour += 1)
    await lived.tick(hoursLater(hour), [], { evaluatedKeys: matters, news: newsOf(hours, hour) });
  return lived;
}

async function crashes({ memory }: Lived, statement: string, tick: () => Promise<unknown>): Promise<boolean> {
  memory.crashAt(statement);
  const hasCrashed = await tick().then(
    () => false,
    () => true,
  );
  memory.crashAt("none");
  return hasCrashed;
}

/** Of notices with the same id the notifier delivers the first. */
function delivered(published: readonly Notice[]): Notice[] {
  return published.filter(({ id }, at) => published.findIndex((one) => one.id === id) === at);
}

describe("over any history", () => {
  test("an unchanged set of findings is never told twice within the hold", async () => {
    await fc.assert(
      fc.asyncProperty(history({ crashes: false, blind: true }), async (hours) => {
        const { memory } = await live(hours);
        const notified = Map.groupBy(
          memory.log.filter((row) => row.notified),
          (row) => String(row.incident),
        );
        for (const rows of notified.values()) {
          for (const [n, row] of rows.entries()) {
            const before = rows[n - 1];
            if (before === undefined || setOf(before.findings) !== setOf(row.findings)) continue;
            // Something has joined from another incident, where it was told, and is well: less than before.
            if (row.reason === "partly_recovered") continue;
            expect(row.reason).toBe("reminder");
            expect((row.at as Date).getTime() - (before.at as Date).getTime()).toBeGreaterThanOrEqual(
              fourHours,
            );
          }
        }
      }),
      runs,
    );
  });

  test("whatever is wrong is known at its present severity, or worse, at the end of the tick that finds it", async () => {
    await fc.assert(
      fc.asyncProperty(history({ crashes: true, blind: true }), async (hours) => {
        await live(hours, ({ lived, wrong }) => {
          expect(wrong.filter((it) => !isKnown(it, lived))).toEqual([]);
        });
      }),
      runs,
    );
  });

  test("whatever is wrong was said, at its present severity or worse, since it was last said to be well", async () => {
    await fc.assert(
      fc.asyncProperty(history({ crashes: false, blind: true }), async (hours) => {
        const heard = new Map<string, Severity>();
        await live(
          hours,
          ({ wrong, told }) => {
            for (const { decision, incidentUpdate: it } of told) {
              if (decision.notify) for (const one of it?.recovered ?? []) heard.delete(findingKey(one));
            }
            for (const { decision, incidentUpdate: it } of told) {
              if (!decision.notify) continue;
              for (const one of it?.group?.findings ?? []) heard.set(findingKey(one), one.severity);
            }
            const unheard = wrong.filter((one) => {
              const said = heard.get(findingKey(one));
              return said === undefined || (said === "warning" && one.severity === "critical");
            });
            expect(unheard).toEqual([]);
          },
          neverFlapping,
        );
      }),
      { ...runs, numRuns: 1_000 },
    );
  });

  test("only what was judged at a tick is well at it, whatever else of its subject was", async () => {
    await fc.assert(
      fc.asyncProperty(history({ crashes: true, blind: true }), async (hours) => {
        const look = ({ judged, told }: Tick) => {
          const seen = new Set(judged.map(findingKey));
          const well = told.flatMap(({ incidentUpdate: it }) => it?.recovered ?? []);
          expect(well.filter((it) => !seen.has(findingKey(it)))).toEqual([]);
        };
        await live(hours, look, neverFlapping);
      }),
      runs,
    );
  });

  test("every story that was told ends, once, and with its end", async () => {
    await fc.assert(
      fc.asyncProperty(history({ crashes: true, blind: true }), async (hours) => {
        const { memory, published } = await live(hours);
        const incidents = [...memory.state.values()];
        expect(incidents.filter((row) => row.closed_at === null)).toEqual([]);
        for (const { incident, closed_as } of incidents) {
          const own = delivered(published).filter((notice) => notice.incident === incident);
          const isEnd = (notice: Notice | undefined) => notice?.kind === "recovery";
          expect(isEnd(own.at(-1))).toBe(closed_as === "recovered");
          // A run that calls it over and dies before it can close it leaves it open: what breaks then begins again.
          expect(own.filter((notice, n) => isEnd(notice) && isEnd(own[n - 1]))).toEqual([]);
        }
      }),
      runs,
    );
  });

  test("where no run dies, every story that was told has exactly one beginning and one end", async () => {
    await fc.assert(
      fc.asyncProperty(history({ crashes: false, blind: true }), async (hours) => {
        const { memory, published } = await live(hours, () => {}, neverFlapping);
        for (const { incident, closed_as } of memory.state.values()) {
          const reasons = published.filter((it) => it.incident === incident).map(({ reason }) => reason);
          expect(reasons.filter((it) => it === "recovered")).toHaveLength(closed_as === "recovered" ? 1 : 0);
          expect(reasons.filter((it) => it === "first").length).toBeLessThanOrEqual(1);
        }
      }),
      runs,
    );
  });

  test("every piece of news is delivered once, at the first tick that ends after it", async () => {
    await fc.assert(
      fc.asyncProperty(history({ crashes: true, blind: true }), async (hours) => {
        const { published } = await live(hours, ({ lived, hour }) => {
          const news = newsOf(hours, hour).map(({ key }) => key);
          expect(news.filter((key) => !lived.published.some(({ title }) => title === key))).toEqual([]);
        });
        const told = delivered(published).filter(({ reason }) => reason === "news");
        const happened = hours.flatMap(({ happens }, hour) => (happens ? `hour ${hour}` : []));
        expect(told.map(({ title }) => title).sort()).toEqual(happened.sort());
      }),
      runs,
    );
  });

  test("replaying a tick sends nothing and changes nothing", async () => {
    await fc.assert(
      fc.asyncProperty(history({ crashes: true, blind: true }), async (hours) => {
        await live(hours, async ({ lived, replay }) => {
          const sent = lived.published.length;
          const state = structuredClone([...lived.memory.state.values()]);
          await replay();
          expect(lived.published.length).toBe(sent);
          expect([...lived.memory.state.values()]).toEqual(state);
        });
      }),
      runs,
    );
  });
});

function isKnown(finding: FindingIdentity, { memory }: Lived): boolean {
  const told = [...memory.state.values()]
    .filter((row) => row.closed_at === null)
    .flatMap((row) => JSON.parse(String(row.notified_findings)) as FindingIdentity[]);
  return told.some(
    (it) =>
      findingKey(it) === findingKey(finding) &&
      (it.severity === "critical" || finding.severity === "warning"),
  );
}

function setOf(findings: unknown): string {
  const all = JSON.parse(String(findings)) as FindingIdentity[];
  return all
    .map((it) => `${findingKey(it)} ${it.severity}`)
    .sort()
    .join();
}
