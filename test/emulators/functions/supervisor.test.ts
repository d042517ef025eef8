import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { discoverFunctions } from "../../../infra/local/functions/manifest.ts";
import { type Router, startRouter } from "../../../infra/local/functions/router.ts";
import { type Supervisor, startSupervisor } from "../../../infra/local/functions/supervisor.ts";

const framework = pathToFileURL(
  createRequire(import.meta.url).resolve("@google-cloud/functions-framework"),
).href;
const worldNow = new Date("2026-02-08T12:00:00Z");
let folder: string;
let supervisor: Supervisor | null;
let router: Router | null;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "functions-"));
  supervisor = null;
  router = null;
});
afterEach(async () => {
  await router?.close();
  await supervisor?.close();
  await rm(folder, { recursive: true, force: true });
});

/** `body` is what the handler does with `req` and `res`; `first` what the module does when it is loaded. */
async function writeFunction(name: string, body: string, first = "", manifest: object = {}): Promise<void> {
  await mkdir(join(folder, name));
  const about = { name, description: "For a test.", trigger: { http: true }, ...manifest };
  await writeFile(join(folder, name, "function.json"), JSON.stringify(about));
  await writeFile(join(folder, name, "package.json"), '{"type":"module"}');
  await writeFile(
    join(folder, name, "handler.ts"),
    `import functions from ${JSON.stringify(framework)};\n${first}\nfunctions.http(${JSON.stringify(name)}, async (req, res) => {\n${body}\n});\n`,
  );
}

async function start(backOff = { firstMs: 10, longestMs: 20, giveUpAfter: 4, steadyMs: 60_000 }) {
  const manifests = await discoverFunctions(folder);
  const running = await startSupervisor({ manifests, environment: { PLUMBLINE_CONFIG: "w.yaml" }, backOff });
  supervisor = running;
  const routed = await startRouter({
    port: 0,
    clock: () => worldNow,
    find: running.find,
    otherwise: (_request, response) => void response.writeHead(404).end("elsewhere"),
  });
  router = routed;
  return { running, url: routed.url };
}

interface Answer {
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly env: Record<string, string>;
  readonly pid: number;
  readonly detail: string;
}

async function json(answer: Response | Promise<Response>): Promise<Answer> {
  return (await (await answer).json()) as Answer;
}

const echo =
  "res.json({ method: req.method, path: req.url, headers: req.headers, body: req.body, env: process.env });";

describe("a function's process", () => {
  test("is reached behind the one port, with its method, path, query and body", async () => {
    await writeFunction("echo", echo);
    const { url } = await start();
    const response = await fetch(`${url}/echo/deeper?as_of=2026-02-01`, {
      method: "POST",
      body: '{"a":1}',
      headers: { "content-type": "application/json" },
    });

    expect(await json(response)).toMatchObject({
      method: "POST",
      path: "/deeper?as_of=2026-02-01",
      body: { a: 1 },
    });
    expect((await json(fetch(`${url}/echo`))).path).toBe("/");
    expect(await (await fetch(`${url}/echoes`)).text()).toBe("elsewhere");
  });

  test("sees the environment it was given, and nothing of ours but PATH and HOME", async () => {
    vi.stubEnv("GOOGLE_APPLICATION_CREDENTIALS", "/home/someone/key.json");
    await writeFunction("echo", echo);
    const { url } = await start();
    const { env } = await json(fetch(`${url}/echo`));
    vi.unstubAllEnvs();

    expect(env.PLUMBLINE_CONFIG).toBe("w.yaml");
    expect(env.K_SERVICE).toBe("echo");
    expect(env.PATH).toBe(process.env.PATH);
    expect(env.GOOGLE_APPLICATION_CREDENTIALS).toBeUndefined();
  });

  test("that ends by itself is seen, told to the caller, and started again", async () => {
    await writeFunction(
      "fragile",
      'if (req.url === "/die") process.exit(7); else res.json({ pid: process.pid });',
    );
    const { running, url } = await start();
    const before = await json(fetch(`${url}/fragile`));
    const broken = await fetch(`${url}/fragile/die`);
    await vi.waitFor(() => expect(running.find("fragile")?.crashes()).toBe(1), 10_000);
    await vi.waitFor(() => expect(running.find("fragile")?.state()).toBe("ready"), 10_000);
    const after = await json(fetch(`${url}/fragile`));

    expect([500, 502]).toContain(broken.status);
    expect(after.pid).not.toBe(before.pid);
    expect(running.find("fragile")?.lastExit()).toBe("exit code 7");
    expect(running.find("fragile")?.logs().join("\n")).toContain("fragile ended by itself: exit code 7");
  });

  test("that crashes again and again is given up and says so, while its neighbour serves", async () => {
    await writeFunction("hopeless", "", 'console.log("I cannot."); process.exit(3);');
    await writeFunction("well", echo);
    const { running, url } = await start();
    await vi.waitFor(() => expect(running.find("hopeless")?.state()).toBe("given up"), 20_000);
    const down = await fetch(`${url}/hopeless`);

    expect(down.status).toBe(502);
    expect(down.headers.get("content-type")).toBe("application/problem+json");
    expect((await json(down)).detail).toContain("exit code 3");
    expect(running.find("hopeless")?.crashes()).toBe(4);
    expect(running.find("hopeless")?.logs().join("\n")).toContain("I cannot.");
    await expect(running.ready()).rejects.toThrow(/hopeless does not answer[\s\S]*I cannot\./);
    expect((await fetch(`${url}/well`)).status).toBe(200);
  });

  test("does not outlive the stack, not even one that is killed", async () => {
    await writeFunction("echo", echo);
    const script = join(folder, "stack.ts");
    const local = new URL("../../../infra/local/functions/", import.meta.url).href;
    await writeFile(
      script,
      `import { discoverFunctions } from "${local}manifest.ts";
       import { startSupervisor } from "${local}supervisor.ts";
       const manifests = await discoverFunctions(${JSON.stringify(folder)});
       const supervisor = await startSupervisor({ manifests, environment: {} });
       await supervisor.ready();
       console.log(supervisor.functions[0].pid());`,
    );
    const stack = spawn(process.execPath, [script], { stdio: ["ignore", "pipe", "inherit"] });
    const [line] = await once(stack.stdout, "data");
    const pid = Number(line);
    expect(isAlive(pid)).toBe(true);

    stack.kill("SIGKILL");
    await vi.waitFor(() => expect(isAlive(pid)).toBe(false), 10_000);
  });
});

describe("the router", () => {
  test("says what time it is in the world, to a call that names no tick", async () => {
    await writeFunction("echo", echo);
    const { url } = await start();
    const { headers } = await json(fetch(`${url}/echo`));

    expect(headers["x-cloudscheduler-scheduletime"]).toBe("2026-02-08T12:00:00.000Z");
  });

  test("leaves the tick that a call names", async () => {
    await writeFunction("echo", echo);
    const { url } = await start();
    const named = { "X-CloudScheduler-ScheduleTime": "2026-02-08T09:00:00.000Z" };
    const { headers } = await json(fetch(`${url}/echo`, { headers: named }));

    expect(headers["x-cloudscheduler-scheduletime"]).toBe("2026-02-08T09:00:00.000Z");
  });

  test("ends a call that takes longer than its function.json allows", async () => {
    await writeFunction("slow", "if (req.url === '/now') res.end(); ", "", { timeoutSeconds: 0.3 });
    const { url } = await start();
    const [late, control] = [await fetch(`${url}/slow`), await fetch(`${url}/slow/now`)];

    expect(late.status).toBe(504);
    expect((await json(late)).detail).toContain("0.3 s");
    expect(control.status).toBe(200);
  });
});

describe("a function.json", () => {
  test("that is wrong is named with what is wrong, all of them at once", async () => {
    await writeFunction("one", echo, "", { name: "other" });
    await writeFunction("two", echo, "", { schedule: "every hour" });
    await writeFunction("three", echo, "", { schedule: "0 * * * *", timeZone: "Europe/Atlantis" });
    await writeFunction("four", echo, "", { trigger: { queue: "q" } });

    const error = await discoverFunctions(folder).catch((refused: Error) => refused.message);
    for (const name of ["one", "two", "three", "four"]) expect(error).toContain(`${name}/function.json: `);
  });

  test("says what wakes the function", async () => {
    await writeFunction("clockwork", echo, "", { schedule: "0 * * * *" });
    await writeFunction("listener", echo, "", { trigger: { topic: "plumbline-alerts" } });
    const found = await discoverFunctions(folder);

    expect(found).toMatchObject([
      { name: "clockwork", schedule: "0 * * * *", topic: null },
      { name: "listener", schedule: null, topic: "plumbline-alerts" },
    ]);
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
