import { afterEach, describe, expect, test, vi } from "vitest";
import { ConfigurationError } from "../../../functions/shared/errors.ts";
import {
  leftMs,
  needTime,
  OutOfTimeError,
  requestLimitMs,
  shortenAll,
  withinTime,
} from "../../../functions/shared/time-left.ts";

afterEach(() => vi.unstubAllEnvs());

const never = new Promise<never>(() => {});

describe("the time of a request", () => {
  test.each([
    ["300", 295_000],
    ["60", 55_000],
    ["10", 9_000],
    ["", Number.POSITIVE_INFINITY],
    ["0", Number.POSITIVE_INFINITY],
    ["soon", Number.POSITIVE_INFINITY],
  ])("ends before the platform's limit of %j does, and never where there is none", (seconds, limit) => {
    vi.stubEnv("CLOUD_RUN_TIMEOUT_SECONDS", seconds);
    expect(requestLimitMs()).toBe(limit);
  });
});

describe("work within time", () => {
  test("that is done in time gives its result, or its error", async () => {
    expect(await withinTime(60_000, async () => leftMs() > 0)).toBe(true);
    await expect(withinTime(60_000, async () => Promise.reject(new Error("own")))).rejects.toThrow("own");
  });

  test("that is not done is given up, and gets through no door afterwards", async () => {
    const door = Promise.withResolvers<void>();
    const afterwards = Promise.withResolvers<unknown>();
    const work = withinTime(20, async () => {
      await door.promise;
      try {
        needTime(0, "speak");
        afterwards.resolve("it spoke");
      } catch (error) {
        afterwards.resolve(error);
      }
    });
    await expect(work).rejects.toThrow(OutOfTimeError);
    door.resolve();
    expect(await afterwards.promise).toBeInstanceOf(OutOfTimeError);
  });

  test("that is over leaves nothing open to what it forgot to wait for", async () => {
    let forgotten: Promise<number> | undefined;
    await withinTime(60_000, async () => {
      forgotten = new Promise((resolve) => setImmediate(() => resolve(leftMs())));
    });
    expect(await forgotten).toBe(0);
  });

  test("within other work has no more time than that", async () => {
    await withinTime(1_000, () =>
      withinTime(60_000, async () => expect(leftMs()).toBeLessThanOrEqual(1_000)),
    );
    await expect(withinTime(20, () => withinTime(60_000, () => never))).rejects.toThrow(OutOfTimeError);
  });

  test("side by side has each its own", async () => {
    const short = withinTime(20, () => never);
    const long = withinTime(60_000, async () => {
      await short.catch(() => {});
      return leftMs();
    });
    expect(await long).toBeGreaterThan(1_000);
  });

  test("is cut short when the process must end, and is not made longer by it", async () => {
    await withinTime(60_000, async () => {
      shortenAll(8_000);
      expect(leftMs()).toBeLessThanOrEqual(8_000);
      shortenAll(30_000);
      expect(leftMs()).toBeLessThanOrEqual(8_000);
    });
    const cut = withinTime(60_000, () => never);
    shortenAll(10);
    await expect(cut).rejects.toThrow(OutOfTimeError);
  });
});

describe("a step that must not be left half done", () => {
  test("is begun where there is time for it, and without any limit", async () => {
    expect(() => needTime(1_000, "publish notices")).not.toThrow();
    await withinTime(60_000, async () => needTime(1_000, "publish notices"));
  });

  test("is not begun where there is not, and may be tried again", async () => {
    await withinTime(60_000, async () => {
      shortenAll(8_000);
      expect(() => needTime(45_000, "publish notices")).toThrow(OutOfTimeError);
      expect(() => needTime(45_000, "publish notices")).toThrow(
        /too little time was left to publish notices/i,
      );
    });
  });

  test("for which the limit never leaves enough says so: trying again would not help", async () => {
    const hopeless = withinTime(10_000, async () => needTime(45_000, "publish notices"));
    await expect(hopeless).rejects.toThrow(ConfigurationError);
    await expect(hopeless).rejects.toThrow(/10 s is too short to publish notices, which may take 45 s/);
  });
});
