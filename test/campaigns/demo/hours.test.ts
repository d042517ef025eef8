import { beforeAll, describe, expect, test } from "vitest";
import { timeoutMs, useDemo } from "../../support/a-demo.ts";
import { hoursLater } from "./hours.ts";
import { reportOfTheAudit } from "./report.ts";

// One demo that is turned on by hours, and whose connectors are repaired.
const demo = useDemo();

beforeAll(async () => {
  const ticks = await demo().stack.scheduler.runAll();
  expect(ticks.filter(({ problem }) => problem !== null)).toEqual([]);
}, timeoutMs);

// In this order: the hours turn the clock, and repair what is broken.
describe("the report after the first tick, section by section", () => reportOfTheAudit(demo));
describe("the hours after the first tick", () => hoursLater(demo));

test("no process of a function has ended by itself", () => {
  const { functions } = demo().stack.view.status();
  expect(functions.filter(({ crashes }) => crashes > 0)).toEqual([]);
});
