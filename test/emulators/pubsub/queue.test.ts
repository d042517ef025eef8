import { expect, test } from "vitest";
import { backoffMs } from "../../../infra/local/emulators/pubsub/queue.ts";

test("back-off doubles from the minimum with each refusal, and stays at the maximum", () => {
  const backoff = { minimumMs: 10_000, maximumMs: 600_000 };
  const delays = Array.from({ length: 9 }, (_, index) => backoffMs(backoff, index + 1));
  expect(delays).toEqual([10_000, 20_000, 40_000, 80_000, 160_000, 320_000, 600_000, 600_000, 600_000]);
  expect(backoffMs(backoff, 10_000)).toBe(600_000);
});

test("without back-off a refused message is ready at once", () => {
  expect(backoffMs({ minimumMs: 0, maximumMs: 0 }, 3)).toBe(0);
});
