import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { printed } from "../../stack/demo/printed.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const environment = { PATH: process.env.PATH, HOME: process.env.HOME };
/** The first run on a machine builds the demo world, and rows are counted on however slow a machine. */
const patienceMs = 300_000;

function start(args: readonly string[] = [], warehouseFile?: string) {
  const child = spawn(process.execPath, [`${root}infra/local/start.ts`, ...args], {
    cwd: root,
    env: {
      ...environment,
      PORT: "0",
      ...(warehouseFile !== undefined && { PLUMBLINE_CONFIG: warehouseFile }),
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output = { text: "" };
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      output.text += chunk;
    });
  }
  return { child, output };
}

describe("npm start -- --once", () => {
  let text: string;
  let code: number;

  beforeAll(async () => {
    const { child, output } = start(["--once"]);
    [code] = await once(child, "close");
    text = output.text;
  }, patienceMs);

  test("ends well", () => {
    expect({ code, text }).toMatchObject({ code: 0 });
  });

  printed(() => text);

  test("says how long it took and how much memory", () => {
    expect(text).toMatch(/\d+\.\d s; at most \d+\.\d\d GiB of memory in \d+ processes/);
  });
});

/** A file of one's own over the demo's warehouse. */
const oneSource = `
project: hulken
location: US
time_zone: UTC
ops_dataset: plumbline_ops
connectors: { loader: { name: The loader of orders, every: 24h } }
sources:
  shopify_utm: { table: ads_data.shopify_utm, connector: loader, owner: shop@hulken.example }
notifications:
  channels:
    data-alerts: { slack: { webhook_secret: slack-data-alerts } }
    mail: { email: { smtp_secret: smtp-url, from: plumbline@hulken.example, to: [data@hulken.example] } }
`;

describe("npm start", () => {
  let stack: ReturnType<typeof start>;
  let url: string;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "plumbline-start-"));
    await writeFile(join(folder, "warehouse.yaml"), oneSource);
    stack = start([], join(folder, "warehouse.yaml"));
    const started = () => expect(stack.output.text).toContain("Ctrl-C stops everything.");
    await vi.waitFor(started, { timeout: patienceMs - 10_000, interval: 100 });
    url = /^Console +(\S+)\/$/m.exec(stack.output.text)?.[1] ?? "";
  }, patienceMs);
  afterAll(async () => {
    stack.child.kill("SIGKILL");
    await rm(folder, { recursive: true });
  });

  test("the console is served, and what is printed names no webhook, mail server or address", async () => {
    expect(await (await fetch(url)).text()).toContain("sync-watchdog");
    expect(stack.output.text).not.toMatch(/\/services\/T|smtps?:\/\/|@hulken\.example/);
  });

  test("a signal ends everything, and leaves no process behind", async () => {
    const pid = stack.child.pid ?? 0;
    const children = await descendants(pid);
    expect(children.length).toBeGreaterThanOrEqual(process.platform === "linux" ? 3 : 0);

    const closed = once(stack.child, "close");
    stack.child.kill("SIGTERM");
    const [code] = await closed;
    expect({ code, text: stack.output.text }).toMatchObject({ code: 0 });
    await vi.waitFor(() => expect(children.filter(isAlive)).toEqual([]), 10_000);
  });
});

/** Of a system without /proc: none. */
async function descendants(pid: number): Promise<number[]> {
  const parents = new Map<number, number>();
  for (const name of await readdir("/proc").catch(() => [])) {
    const status = await readFile(`/proc/${name}/status`, "utf8").catch(() => "");
    const parent = /^PPid:\s+(\d+)$/m.exec(status)?.[1];
    if (/^\d+$/.test(name) && parent !== undefined) parents.set(Number(name), Number(parent));
  }
  const of = (one: number): number[] =>
    [...parents].filter(([, parent]) => parent === one).flatMap(([child]) => [child, ...of(child)]);
  return of(pid);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
