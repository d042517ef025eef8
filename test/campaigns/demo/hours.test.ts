import { beforeAll, describe, expect, test } from "vitest";
import { timeoutMs, useDemo } from "../../support/a-demo.ts";
import { hoursLater } from "./hours.ts";

// One demo that is turned on by hours, and whose connectors are repaired.
const demo = useDemo();

beforeAll(async () => {
  const ticks = await demo().stack.scheduler.runAll();
  expect(ticks.filter(({ problem }) => problem !== null)).toEqual([]);
}, timeoutMs);

describe("the hours after the first tick", () => hoursLater(demo));

test("no process of a function has ended by itself", () => {
  const { functions } = demo().stack.view.status();
  expect(functions.filter(({ crashes }) => crashes > 0)).toEqual([]);
});
