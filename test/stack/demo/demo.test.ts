import { beforeAll, describe, expect, test } from "vitest";
import { printResult } from "../../../infra/local/terminal/result.ts";
import { timeoutMs, useDemo } from "../../support/a-demo.ts";
import { printed } from "./printed.ts";

const demo = useDemo();

describe("the first tick of every schedule", () => {
  let text: string;
  beforeAll(async () => {
    const ticks = await demo().stack.scheduler.runAll();
    expect(ticks.filter(({ problem }) => problem !== null)).toEqual([]);
    text = await printResult(demo().stack.view);
  }, timeoutMs);

  printed(() => text);
});

test("no process of a function has ended by itself", () => {
  const { functions } = demo().stack.view.status();
  expect(functions.filter(({ crashes }) => crashes > 0)).toEqual([]);
});
