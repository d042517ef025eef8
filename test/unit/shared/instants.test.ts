import { expect, test } from "vitest";
import { earliest, latest } from "../../../functions/shared/instants.ts";

const [monday, tuesday] = [new Date("2026-02-09T00:00:00Z"), new Date("2026-02-10T00:00:00Z")];

test("the earliest and the latest of the instants that are known", () => {
  const some = [null, tuesday, monday, null];
  expect([earliest(some), latest(some)]).toEqual([monday, tuesday]);
  expect([earliest(some.toReversed()), latest(some.toReversed())]).toEqual([monday, tuesday]);
  expect([earliest([null]), latest([])]).toEqual([null, null]);
});
