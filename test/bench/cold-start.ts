import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { unzipInto } from "../../infra/build/archive.ts";
import { buildAll } from "../../infra/build/build-all.ts";
import { closeHttp, listenHttp } from "../../infra/local/http/loopback.ts";
import { startMetadataServer } from "../../infra/local/metadata/server.ts";
import { median, type Section } from "./figures.ts";

const root = process.cwd();
const rounds = 15;
const main = "node_modules/@google-cloud/functions-framework/build/src/main.js";

interface Candidate {
  readonly name: string;
  readonly target: string;
  readonly folder: string;
  /** The candidate it is compared with; its own name for one that others are compared with. */
  readonly peer: string;
  readonly goal: number | null;
  readonly ask: (url: string) => Promise<Response>;
  readonly status: number;
}

/**
 * From spawn to the first answer, each function from its zip and nothing else, in turn, in one run. Two requests:
 * `/healthz`, which touches no client, beside hello world as npm installs it; and one that reads the warehouse file,
 * loads the BigQuery client and makes one call, which a stub refuses at once, beside hello world that does the last
 * two of these.
 */
export async function coldStart(): Promise<Section> {
  const folder = mkdtempSync(join(tmpdir(), "plumbline-bench-"));
  const stub = createServer((request, response) => {
    request.resume();
    response.writeHead(404, { "content-type": "application/json" }).end(refusal);
  });
  const metadata = await startMetadataServer({ project: "hulken" });
  const environment = {
    NODE_ENV: "production",
    PLUMBLINE_CONFIG: "warehouse.yaml",
    GOOGLE_CLOUD_PROJECT: "hulken",
    BIGQUERY_EMULATOR_HOST: `http://127.0.0.1:${await listenHttp(stub)}`,
    GCE_METADATA_HOST: metadata.host,
    METADATA_SERVER_DETECTION: "assume-present",
  };
  try {
    const candidates = await prepare(folder);
    const figures = new Map(candidates.map((it) => [it, { ms: [] as number[], mebibytes: [] as number[] }]));
    for (let round = 0; round <= rounds; round++) {
      for (const candidate of candidates) {
        const figure = await startOnce(candidate, environment);
        // The first round fills the caches of the file system.
        if (round === 0) continue;
        figures.get(candidate)?.ms.push(figure.ms);
        figures.get(candidate)?.mebibytes.push(figure.mebibytes);
      }
    }
    const peerMs = ({ peer }: Candidate) =>
      median(candidates.flatMap((it) => (it.name === peer ? (figures.get(it)?.ms ?? []) : [])));
    return {
      title: `Cold start: spawn to first answer (${rounds} rounds, median)`,
      columns: ["function", "ms", "× its peer", "peer", "goal", "memory MiB"],
      rows: candidates.map((it) => {
        const { ms, mebibytes } = figures.get(it) ?? { ms: [], mebibytes: [] };
        return [
          it.name,
          median(ms).toFixed(0),
          (median(ms) / peerMs(it)).toFixed(2),
          it.peer === it.name ? "" : it.peer,
          it.goal === null ? "" : `≤ ${it.goal}`,
          median(mebibytes).toFixed(0),
        ];
      }),
    };
  } finally {
    await Promise.all([closeHttp(stub), metadata.close()]);
    rmSync(folder, { recursive: true, force: true });
  }
}

const refusal = JSON.stringify({
  error: { code: 404, message: "Not found", errors: [{ reason: "notFound", message: "Not found" }] },
});

async function prepare(folder: string): Promise<Candidate[]> {
  const health = (url: string) => fetch(`${url}/healthz`);
  const get = (url: string) => fetch(url);
  const candidates: Candidate[] = [
    { ...helloWorld(folder, "hello", greet), name: hello, peer: hello, goal: null, ask: health, status: 200 },
    { ...helloWorld(folder, "asks", ask), name: asks, peer: asks, goal: null, ask: get, status: 502 },
  ];
  const file = readFileSync(join(root, "infra/local/world/warehouse.yaml"), "utf8");
  const bundles = await buildAll(join(folder, "zips"), file);
  for (const { name, zip } of bundles) {
    await unzipInto(join(folder, name), zip);
    const one = { target: name, folder: join(folder, name) };
    candidates.push({ ...one, name, peer: hello, goal: 1.1, ask: health, status: 200 });
    const first = firstCalls[name];
    if (first === undefined)
      throw new Error(`Say in ${import.meta.filename} what makes ${name} load its client`);
    candidates.push({ ...one, name: `${name}, asks`, peer: asks, goal: 1.25, ask: first, status: 502 });
  }
  return candidates;
}

/** A request of each function that makes it ask BigQuery. */
const firstCalls: Readonly<Record<string, (url: string) => Promise<Response>>> = {
  "sync-watchdog": (url) => fetch(url, { method: "POST" }),
  "dedup-views": (url) => fetch(url, { method: "POST" }),
  notifier: (url) =>
    fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ message: { messageId: "1", data: btoa(JSON.stringify(notice)) } }),
    }),
};

const notice = {
  id: "n",
  incident: "i",
  kind: "problem",
  reason: "first",
  severity: "critical",
  subjects: [],
  owners: [],
  from: "bench",
  at: "2026-02-08T12:00:00.000Z",
  why: "",
  title: "t",
  lead: "",
  facts: [],
  actions: [],
  details: [],
  links: [],
};

const hello = "hello world";
const asks = "hello world that asks BigQuery";
const greet = "response.send('hello')";
const ask = `import("@google-cloud/bigquery")
  .then(({ BigQuery }) => new BigQuery({ projectId: "hulken" }).createQueryJob({ query: "SELECT 1" }))
  .catch(() => response.status(502).send())`;

function helloWorld(folder: string, target: string, body: string): Pick<Candidate, "target" | "folder"> {
  const own = join(folder, target);
  mkdirSync(own);
  writeFileSync(join(own, "package.json"), JSON.stringify({ type: "module", main: "index.mjs" }));
  symlinkSync(join(root, "node_modules"), join(own, "node_modules"));
  writeFileSync(
    join(own, "index.mjs"),
    `import { http } from "@google-cloud/functions-framework";\nhttp("${target}", (_, response) => { ${body}; });\n`,
  );
  return { target, folder: own };
}

async function startOnce(
  { folder, target, ask, status }: Candidate,
  environment: Readonly<Record<string, string>>,
): Promise<{ ms: number; mebibytes: number }> {
  const port = await freePort();
  const started = performance.now();
  const child = spawn(process.execPath, [main, `--target=${target}`], {
    cwd: folder,
    env: { ...environment, PORT: String(port) },
    stdio: "ignore",
  });
  try {
    for (;;) {
      const response = await ask(`http://127.0.0.1:${port}`).catch(() => null);
      if (response?.status === status) break;
      if (response !== null)
        throw new Error(`${target} answered ${response.status}: ${await response.text()}`);
      if (child.exitCode !== null) throw new Error(`${target} exited with ${child.exitCode}`);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    return { ms: performance.now() - started, mebibytes: await residentMebibytes(child) };
  } finally {
    const gone = once(child, "exit");
    if (child.kill("SIGKILL")) await gone;
  }
}

async function residentMebibytes(child: ChildProcess): Promise<number> {
  const { readFile } = await import("node:fs/promises");
  const status = await readFile(`/proc/${child.pid}/status`, "utf8").catch(() => "");
  return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? Number.NaN) / 1024;
}

async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listenHttp(server);
  await closeHttp(server);
  return port;
}
