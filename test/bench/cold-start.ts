import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { unzipInto } from "../../infra/build/archive.ts";
import { buildAll } from "../../infra/build/build-all.ts";
import { startMetadataServer } from "../../infra/local/emulators/metadata/server.ts";
import { closeHttp, listenHttp } from "../../infra/local/http/loopback.ts";
import { median, type Section, type Size } from "./figures.ts";

const root = process.cwd();
/** How often each is started; before that, once to fill the caches of the file system. */
const roundsOf = { full: { warm: 1, counted: 15 }, quick: { warm: 0, counted: 1 } };
const main = "node_modules/@google-cloud/functions-framework/build/src/main.js";

interface Candidate {
  readonly name: string;
  readonly target: string;
  readonly folder: string;
  /** The candidate it is compared with; its own name for one that others are compared with. */
  readonly peer: string;
  readonly goal: number | null;
  readonly ask: (url: string) => Promise<Response>;
  /** The answer counts when BigQuery was asked before it; otherwise when it is 200. */
  readonly asksBigQuery: boolean;
}

/**
 * From spawn to the first answer, each function from its zip and nothing else, in turn, in one run. Two requests:
 * `/healthz`, which touches no client, beside hello world as npm installs it; and what its trigger sends, which reads
 * the warehouse file, loads the BigQuery client and makes a call, which a stub refuses at once, beside hello world
 * that does the last two of these.
 */
export async function coldStart(size: Size): Promise<Section> {
  const folder = mkdtempSync(join(tmpdir(), "plumbline-bench-"));
  const bigquery = await startRefusing();
  const metadata = await startMetadataServer({ project: "hulken" });
  const environment = {
    NODE_ENV: "production",
    PLUMBLINE_CONFIG: "warehouse.yaml",
    GOOGLE_CLOUD_PROJECT: "hulken",
    BIGQUERY_EMULATOR_HOST: bigquery.url,
    GCE_METADATA_HOST: metadata.host,
    METADATA_SERVER_DETECTION: "assume-present",
  };
  const { warm, counted } = roundsOf[size];
  try {
    const candidates = await prepare(folder);
    const figures = new Map(candidates.map((it) => [it, { ms: [] as number[], mebibytes: [] as number[] }]));
    for (let round = 0; round < warm + counted; round++) {
      for (const candidate of candidates) {
        const figure = await startOnce(candidate, environment, bigquery.calls);
        if (round < warm) continue;
        figures.get(candidate)?.ms.push(figure.ms);
        figures.get(candidate)?.mebibytes.push(figure.mebibytes);
      }
    }
    const peerMs = ({ peer }: Candidate) =>
      median(candidates.flatMap((it) => (it.name === peer ? (figures.get(it)?.ms ?? []) : [])));
    return {
      title: `Cold start: spawn to first answer (${counted} rounds, median)`,
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
    await Promise.all([bigquery.close(), metadata.close()]);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** In place of BigQuery: counts calls and refuses each at once. */
async function startRefusing() {
  let calls = 0;
  const server = createServer((request, response) => {
    calls += 1;
    request.resume();
    response.writeHead(404, { "content-type": "application/json" }).end(refusal);
  });
  return {
    url: `http://127.0.0.1:${await listenHttp(server)}`,
    calls: () => calls,
    close: () => closeHttp(server),
  };
}

const refusal = JSON.stringify({
  error: { code: 404, message: "Not found", errors: [{ reason: "notFound", message: "Not found" }] },
});

async function prepare(folder: string): Promise<Candidate[]> {
  const health = { ask: (url: string) => fetch(`${url}/healthz`), asksBigQuery: false };
  const get = { ask: (url: string) => fetch(url), asksBigQuery: true };
  const candidates: Candidate[] = [
    { ...helloWorld(folder, "hello", greet), ...health, name: hello, peer: hello, goal: null },
    { ...helloWorld(folder, "asks", ask), ...get, name: asks, peer: asks, goal: null },
  ];
  const file = readFileSync(join(root, "infra/local/world/warehouse.yaml"), "utf8");
  const bundles = await buildAll(join(folder, "zips"), file);
  for (const { name, zip } of bundles) {
    const one = { target: name, folder: join(folder, name) };
    await unzipInto(one.folder, zip);
    const wake = { ask: wakingCall(one.folder), asksBigQuery: true };
    candidates.push({ ...one, ...health, name, peer: hello, goal: 1.1 });
    candidates.push({ ...one, ...wake, name: `${name}, asks`, peer: asks, goal: 1.25 });
  }
  return candidates;
}

/** What its trigger in function.json sends: a message of the topic, or the empty POST of Cloud Scheduler. */
function wakingCall(folder: string): (url: string) => Promise<Response> {
  const { trigger } = JSON.parse(readFileSync(join(folder, "function.json"), "utf8"));
  if (trigger.topic === undefined) return (url) => fetch(url, { method: "POST" });
  const body = JSON.stringify({ message: { messageId: "1", data: btoa(JSON.stringify(notice)) } });
  return (url) => fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body });
}

/** What the alerts topic carries. */
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
  { name, folder, target, ask, asksBigQuery }: Candidate,
  environment: Readonly<Record<string, string>>,
  bigQueryCalls: () => number,
): Promise<{ ms: number; mebibytes: number }> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const started = performance.now();
  const child = spawn(process.execPath, [main, `--target=${target}`], {
    cwd: folder,
    env: { ...environment, PORT: String(port) },
    stdio: "ignore",
  });
  try {
    const before = bigQueryCalls();
    let response = await ask(url).catch(() => null);
    while (response === null) {
      if (child.exitCode !== null) throw new Error(`${name} exited with ${child.exitCode}`);
      await new Promise((resolve) => setTimeout(resolve, 1));
      response = await ask(url).catch(() => null);
    }
    const ms = performance.now() - started;
    if (asksBigQuery ? bigQueryCalls() === before : response.status !== 200) {
      const why = asksBigQuery ? " without asking BigQuery, so that its client was not measured" : "";
      throw new Error(`${name} answered ${response.status}${why}: ${await response.text()}`);
    }
    return { ms, mebibytes: await residentMebibytes(child) };
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
