import { mkdtemp, readlink, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { worldStart } from "../../infra/local/clock.ts";
import { builtFunctions } from "../../infra/local/functions/built-functions.ts";
import { type SmallStack, startSmallStack } from "../support/a-small-stack.ts";
import { hours } from "../support/a-source.ts";
import { listen } from "../support/listen.ts";

/** Every function from its zip, in a folder where nothing of the checkout can be reached. */
let folder: string;
let stack: SmallStack;
beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), "plumbline-built-")));
  stack = await startSmallStack({
    sources: [{ id: "a", connector: "x" }],
    tell: ["acknowledge: { secret: ack-key }"],
    functions: await builtFunctions(folder),
  });
});
afterAll(async () => {
  await stack.close();
  await rm(folder, { recursive: true, force: true });
});

const at = (hour: number) => new Date(worldStart.getTime() + hours(hour));

test("a source that breaks and mends goes all the way: the tick, the watchdog, the topic, the notifier, Slack and mail", async () => {
  const heard = listen(stack);
  expect(await stack.tick(at(3))).toBe(200);
  expect(heard()).toEqual({ slack: ["problem"], mail: ["problem"] });

  await stack.arrive("a", at(4));
  expect(await stack.tick(at(4))).toBe(200);
  expect(heard()).toEqual({ slack: ["problem", "over"], mail: ["problem", "over"] });
  expect(stack.deadLettered()).toBe(0);
});

test("what a person asks is answered: a page, a table, why, and the form to acknowledge", async () => {
  await stack.tick(at(8));
  const ask = (path: string, accept: string, of = "sync-watchdog") =>
    fetch(`${stack.url}/${of}${path}`, { headers: { accept } });
  for (const accept of ["application/json", "text/markdown", "text/html", "text/csv"]) {
    for (const of of ["sync-watchdog", "dedup-views"]) {
      const answer = await ask("", accept, of);
      expect(answer.status, `${of}: ${accept}`).toBe(200);
      expect(answer.headers.get("content-type")).toContain(accept);
    }
  }
  expect((await ask("/why?source=a", "text/html")).status).toBe(200);
  const link = /http[^"<>| ]+\/ack\?[^"<>| ]+/.exec(JSON.stringify(stack.slack.at(-1)?.payload))?.[0] ?? "";
  const form = await fetch(link.replaceAll("&amp;", "&"), { headers: { accept: "text/html" } });
  expect(form.status).toBe(200);
  expect(await form.text()).toContain("<form");
});

test.skipIf(process.platform !== "linux")("each process works in the folder of its zip", async () => {
  for (const name of ["sync-watchdog", "dedup-views", "notifier"] as const) {
    const [one] = stack.processes(name);
    expect(await readlink(`/proc/${one?.pid()}/cwd`)).toBe(join(folder, name));
  }
});

test("a log line names its error by its class, and the run by its tick", async () => {
  const answer = await fetch(`${stack.url}/sync-watchdog/ack`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: '{"incident":"i","signature":"s","until":"x"}',
  });
  expect(answer.status).toBe(400);
  const lines = stack.processes("sync-watchdog").flatMap((one) => one.logs());
  const runs = lines.filter((line) => line.includes('"run":"sync-watchdog/')).map((line) => JSON.parse(line));
  expect(runs.at(-1)).toMatchObject({
    function: "sync-watchdog",
    severity: "INFO",
    run: `sync-watchdog/${at(8).toISOString()}`,
    outcome: "finished",
    notices: 1,
    statements: expect.any(Number),
    bytes_billed: expect.any(Number),
    ms: expect.any(Number),
  });
});
