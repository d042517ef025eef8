import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { median, type Section } from "./figures.ts";

const root = process.cwd();
const rounds = 9;

/**
 * From spawn to the first 200, each function bundled as it would be deployed (ES modules, split, so that a
 * client is parsed only when it is used) beside functions-framework's hello world, in turn, in one run.
 * The request is `/healthz`, which touches no client.
 */
export async function coldStart(): Promise<Section> {
  const folder = mkdtempSync(join(tmpdir(), "plumbline-bench-"));
  try {
    const names = readdirSync(join(root, "functions"), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !["checks", "shared"].includes(entry.name))
      .map((entry) => entry.name);
    const candidates = [{ name: "hello world", folder: helloWorld(folder) }];
    for (const name of names) candidates.push({ name, folder: await bundle(name, folder) });

    const times = new Map(
      candidates.map(({ name }) => [name, { start: [] as number[], memory: [] as number[] }]),
    );
    for (let round = 0; round <= rounds; round++) {
      for (const candidate of candidates) {
        const figure = await startOnce(
          candidate.folder,
          candidate.name === "hello world" ? "hello" : candidate.name,
        );
        // The first round fills the caches of the file system.
        if (round > 0) {
          times.get(candidate.name)?.start.push(figure.ms);
          times.get(candidate.name)?.memory.push(figure.mebibytes);
        }
      }
    }
    const limit = median(times.get("hello world")?.start ?? []);
    return {
      title: `Cold start: spawn to first 200 (${rounds} rounds, median)`,
      columns: ["function", "ms", "× hello world", "goal", "memory MiB"],
      rows: candidates.map(({ name }) => {
        const { start, memory } = times.get(name) ?? { start: [], memory: [] };
        const ms = median(start);
        return [
          name,
          ms.toFixed(0),
          (ms / limit).toFixed(2),
          name === "hello world" ? "" : "≤ 1.25",
          median(memory).toFixed(0),
        ];
      }),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function helloWorld(folder: string): string {
  const own = project(folder, "hello");
  writeFileSync(
    join(own, "index.mjs"),
    'import { http } from "@google-cloud/functions-framework";\nhttp("hello", (_, response) => response.send("hello"));\n',
  );
  return own;
}

async function bundle(name: string, folder: string): Promise<string> {
  const own = project(folder, name);
  await build({
    entryPoints: { index: join(root, "functions", name, "handler.ts") },
    outdir: own,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    splitting: true,
    minify: true,
    platform: "node",
    format: "esm",
    target: "node24",
    // The platform brings it, and a second copy would register its functions with nobody.
    external: ["@google-cloud/functions-framework"],
    banner: {
      js: 'import { createRequire as makeRequire } from "node:module"; const require = makeRequire(import.meta.url);',
    },
    logLevel: "error",
  });
  cpSync(join(root, "sql"), join(own, "sql"), { recursive: true });
  return own;
}

function project(folder: string, name: string): string {
  const own = join(folder, name);
  mkdirSync(own);
  writeFileSync(join(own, "package.json"), JSON.stringify({ name, type: "module", main: "index.mjs" }));
  symlinkSync(join(root, "node_modules"), join(own, "node_modules"));
  return own;
}

async function startOnce(folder: string, target: string): Promise<{ ms: number; mebibytes: number }> {
  const port = await freePort();
  const started = performance.now();
  const child = spawn(
    process.execPath,
    [
      join(root, "node_modules/@google-cloud/functions-framework/build/src/main.js"),
      `--target=${target}`,
      "--source=.",
    ],
    { cwd: folder, env: { PORT: String(port), NODE_ENV: "production" }, stdio: "ignore" },
  );
  try {
    for (;;) {
      const response = await fetch(`http://127.0.0.1:${port}/healthz`).catch(() => null);
      if (response?.status === 200) break;
      if (response !== null)
        throw new Error(`${target} answered ${response.status}: ${await response.text()}`);
      if (child.exitCode !== null) throw new Error(`${target} exited with ${child.exitCode}`);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    return { ms: performance.now() - started, mebibytes: await residentMebibytes(child) };
  } finally {
    child.kill("SIGKILL");
    await new Promise((resolve) => child.once("exit", resolve));
  }
}

async function residentMebibytes(child: ChildProcess): Promise<number> {
  const { readFile } = await import("node:fs/promises");
  const status = await readFile(`/proc/${child.pid}/status`, "utf8").catch(() => "");
  return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? Number.NaN) / 1024;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() =>
        typeof address === "object" && address !== null
          ? resolve(address.port)
          : reject(new Error("no port")),
      );
    });
  });
}
