import { createServer, type IncomingHttpHeaders } from "node:http";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createWorldClock } from "../../../infra/local/clock.ts";
import { closeHttp, listenHttp } from "../../../infra/local/http/loopback.ts";
import { createScheduler, type ScheduledFunction } from "../../../infra/local/scheduler.ts";

const hourMs = 3_600_000;
let events: string[];
let headers: IncomingHttpHeaders[];
let answers: number[];
let baseUrl: string;
let close: () => Promise<void>;

beforeEach(async () => {
  events = [];
  headers = [];
  answers = [];
  const server = createServer((request, response) => {
    events.push(`${request.method} ${request.url} ${request.headers["x-cloudscheduler-scheduletime"]}`);
    headers.push(request.headers);
    response.writeHead(answers.shift() ?? 200).end('{"title":"No","detail":"The warehouse is away."}');
  });
  baseUrl = `http://127.0.0.1:${await listenHttp(server)}`;
  close = () => closeHttp(server);
});
afterEach(() => close());

function aScheduler(...functions: ScheduledFunction[]) {
  const clock = createWorldClock();
  const scheduler = createScheduler({
    clock,
    functions,
    baseUrl,
    retryPauseMs: 1,
    advanceWorld: async (at) => void events.push(`world ${at.toISOString()}`),
    settle: async () => void events.push("settle"),
  });
  return { clock, scheduler };
}

function hourly(name: string, changes: Partial<ScheduledFunction> = {}): ScheduledFunction {
  return { name, schedule: "0 * * * *", timeZone: "Etc/UTC", retries: 0, timeoutSeconds: 10, ...changes };
}

describe("turning the clock", () => {
  test("walks through every tick in order of time: the world lives first, then the functions look, then all comes to rest", async () => {
    const { clock, scheduler } = aScheduler(hourly("watch"), hourly("half", { schedule: "30 * * * *" }));
    await scheduler.advance(1.5 * hourMs);

    expect(events).toEqual([
      "world 2026-02-08T12:30:00.000Z",
      "POST /half 2026-02-08T12:30:00.000Z",
      "settle",
      "world 2026-02-08T13:00:00.000Z",
      "POST /watch 2026-02-08T13:00:00.000Z",
      "settle",
      "world 2026-02-08T13:30:00.000Z",
      "POST /half 2026-02-08T13:30:00.000Z",
      "settle",
      "world 2026-02-08T13:30:00.000Z",
    ]);
    expect(clock.now().toISOString()).toBe("2026-02-08T13:30:00.000Z");
  });

  test("between two ticks, calls nobody, and the world lives on", async () => {
    const { clock, scheduler } = aScheduler(hourly("watch"));
    await scheduler.advance(hourMs / 2);

    expect(events).toEqual(["world 2026-02-08T12:30:00.000Z"]);
    expect(clock.now().toISOString()).toBe("2026-02-08T12:30:00.000Z");
  });

  test("a schedule is read in its own time zone", async () => {
    const inNewYork = hourly("daily", { schedule: "0 9 * * *", timeZone: "America/New_York" });
    const { scheduler } = aScheduler(inNewYork);
    const ticks = await scheduler.advance(48 * hourMs);

    expect(ticks.map((tick) => tick.at)).toEqual(["2026-02-08T14:00:00.000Z", "2026-02-09T14:00:00.000Z"]);
  });

  test("two turns at once wait for each other", async () => {
    const { clock, scheduler } = aScheduler(hourly("watch"));
    await Promise.all([scheduler.advance(hourMs), scheduler.advance(hourMs)]);

    expect(events.filter((event) => event.startsWith("POST"))).toEqual([
      "POST /watch 2026-02-08T13:00:00.000Z",
      "POST /watch 2026-02-08T14:00:00.000Z",
    ]);
    expect(clock.now().toISOString()).toBe("2026-02-08T14:00:00.000Z");
  });

  test("a turn that failed does not stop the next", async () => {
    const clock = createWorldClock();
    let broken = true;
    const scheduler = createScheduler({
      clock,
      functions: [hourly("watch")],
      baseUrl,
      advanceWorld: async () => {
        if (broken) throw new Error("no room on the disk");
      },
      settle: async () => {},
    });

    await expect(scheduler.advance(hourMs)).rejects.toThrow("no room");
    broken = false;
    expect(await scheduler.advance(hourMs)).toHaveLength(1);
  });
});

describe("a tick", () => {
  test("is a call as Cloud Scheduler makes it", async () => {
    const { scheduler } = aScheduler(hourly("watch"));
    await scheduler.advance(hourMs);

    expect(headers[0]).toMatchObject({
      "user-agent": "Google-Cloud-Scheduler",
      "x-cloudscheduler": "true",
      "x-cloudscheduler-scheduletime": "2026-02-08T13:00:00.000Z",
    });
  });

  test("that fails is called again with the same scheduled time, and what it says in the end is kept", async () => {
    answers = [503, 500, 200, 503, 503, 503];
    const { scheduler } = aScheduler(hourly("watch", { retries: 2 }));
    const [mended] = await scheduler.advance(hourMs);
    const [failed] = await scheduler.advance(hourMs);

    expect(mended).toMatchObject({ status: 200, attempts: 3, problem: null });
    expect(failed).toMatchObject({ status: 503, attempts: 3, problem: "No: The warehouse is away." });
    expect(new Set(events.filter((event) => event.startsWith("POST"))).size).toBe(2);
  });

  test("that is refused as wrong is not called again", async () => {
    answers = [400];
    const { scheduler } = aScheduler(hourly("watch", { retries: 3 }));
    const [tick] = await scheduler.advance(hourMs);

    expect(tick).toMatchObject({ status: 400, attempts: 1 });
    expect(events.filter((event) => event.startsWith("POST"))).toHaveLength(1);
  });

  test("that nobody answers says so, and the next one is made all the same", async () => {
    await close();
    const { scheduler } = aScheduler(hourly("watch"));
    const ticks = await scheduler.advance(2 * hourMs);

    expect(ticks.map((tick) => tick.status)).toEqual([null, null]);
    expect(ticks[0]?.problem).toContain("ECONNREFUSED");
  });
});

test("at the start every schedule runs once, at the world's present time, in order of names", async () => {
  const { scheduler } = aScheduler(hourly("watch"), hourly("audit", { schedule: "0 6 * * 1" }));
  await scheduler.runAll();

  expect(events).toEqual([
    "world 2026-02-08T12:00:00.000Z",
    "POST /audit 2026-02-08T12:00:00.000Z",
    "POST /watch 2026-02-08T12:00:00.000Z",
    "settle",
  ]);
  expect(scheduler.next("watch")?.toISOString()).toBe("2026-02-08T13:00:00.000Z");
});
