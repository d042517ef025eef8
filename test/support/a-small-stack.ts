import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { BigQuery } from "@google-cloud/bigquery";
import { createWorldClock, worldStart } from "../../infra/local/clock.ts";
import type { Engine } from "../../infra/local/emulators/bigquery/engine.ts";
import { startMetadataServer } from "../../infra/local/emulators/metadata/server.ts";
import {
  type LocalSecretManager,
  startSecretManager,
} from "../../infra/local/emulators/secret-manager/server.ts";
import { type FunctionProcess, startFunctionProcess } from "../../infra/local/functions/function-process.ts";
import { discoverFunctions } from "../../infra/local/functions/manifest.ts";
import { type FunctionSet, sourceFunctions } from "../../infra/local/functions/program.ts";
import { startRouter } from "../../infra/local/functions/router.ts";
import { type Mail, startMailSink } from "../../infra/local/sinks/mail/server.ts";
import { type SlackMessage, startSlackSink } from "../../infra/local/sinks/slack/server.ts";
import { createClosing } from "../../infra/local/stack/closing.ts";
import { createOpsTables } from "../../infra/local/stack/ops.ts";
import { createWarehouseClient } from "../../infra/local/stack/warehouse-client.ts";
import { localPubSub, type StartPubSub } from "./a-pubsub.ts";
import { type Gate, proxyBigQuery, proxyPubSub, proxySlack, proxySmtp } from "./checkpoints.ts";
import { startLocalBigQuery } from "./local-bigquery.ts";
import {
  arriveIn,
  createSources,
  fileOf,
  location,
  opsDataset,
  project,
  type SmallSource,
} from "./small-sources.ts";

export interface SmallStackOptions {
  readonly sources: readonly SmallSource[];
  /** Lines of the warehouse file's `notifications`, beside the channels. */
  readonly tell?: readonly string[];
  /** The whole text of the warehouse file, instead of one that is made of `sources` and `notifications`. */
  readonly file?: string;
  /** Functions that are started; all unless said. */
  readonly only?: readonly FunctionName[];
  readonly startedAt?: Date;
  /** Processes of each function; one answers, the others stand by. */
  readonly processes?: number;
  /** Messages a second that Slack takes at once before its limit holds. */
  readonly slackBurst?: number;
  /** How long BigQuery holds rows that stream in; as its engine says unless said here. */
  readonly streamingBufferMs?: number;
  /** Beside those that every warehouse file here names. */
  readonly secrets?: Readonly<Record<string, string>>;
  readonly pubsub?: StartPubSub;
  /** From source unless said. */
  readonly functions?: FunctionSet;
  /** Instead of what its function.json says. */
  readonly timeoutSeconds?: Readonly<Partial<Record<FunctionName, number>>>;
  /** Stand between a function and all it talks to. */
  readonly gates?: Readonly<Partial<Record<FunctionName, Gate>>>;
}

export type FunctionName = "sync-watchdog" | "dedup-views" | "pii-hasher" | "reconciliation" | "notifier";
export type Cells = Readonly<Record<string, string | null>>;

/** The whole bundle with real processes, over a warehouse of a few sources. */
export interface SmallStack {
  readonly url: string;
  /** BigQuery's own side: tables of any shape, rights, the log of jobs. */
  readonly engine: Engine;
  readonly secrets: Pick<LocalSecretManager, "addVersion" | "disableVersion" | "deny">;
  /** BigQuery's own address, by the way that is not gated. */
  readonly bigQueryUrl: string;
  /** Google's client, by the same way; as the person of that address, or as the bundle itself. */
  client(user?: string): BigQuery;
  /** From the next call on. */
  rewrite(file: string): Promise<void>;
  /** Data comes in, at the world's present time unless said. */
  arrive(source: string, at?: Date): Promise<void>;
  /** Turns the world's clock, wakes the watchdog, again while it says that it may be tried again, and waits for the deliveries. */
  tick(at: Date): Promise<number>;
  /** One attempt of Cloud Scheduler, at a process if one is named; the watchdog unless said. Status 0: no answer. */
  wake(
    at: Date,
    process?: number,
    path?: `/${string}`,
  ): Promise<{ readonly status: number; readonly body: string }>;
  /** The world's clock; not back. */
  turnTo(at: Date): void;
  settle(): Promise<void>;
  readonly slack: readonly SlackMessage[];
  readonly mails: readonly Mail[];
  /** Refusals of the Slack sink, e.g. for too many messages a second. */
  refusals(): number;
  deadLettered(): number;
  decisions(): Promise<readonly Cells[]>;
  deliveries(): Promise<readonly Cells[]>;
  /** Rows as BigQuery's REST API writes them; `{{ops}}` is the bundle's own dataset. */
  query(sql: string): Promise<readonly Cells[]>;
  processes(of: FunctionName): readonly FunctionProcess[];
  /** The process that was called last. */
  called(of: FunctionName): FunctionProcess;
  /** Everything the bundle remembers is gone, as before its first run. */
  forget(): Promise<void>;
  close(): Promise<void>;
}

const ops = { project, location, dataset: opsDataset };

/** Where a function finds what it talks to. */
interface Servers {
  readonly bigQuery: string;
  readonly pubsub: string;
  readonly slack: string;
  readonly smtp: string;
}

export async function startSmallStack(options: SmallStackOptions): Promise<SmallStack> {
  const closing = createClosing();
  try {
    return await start(options, closing);
  } catch (error) {
    await closing.close();
    throw error;
  }
}

async function start(
  options: SmallStackOptions,
  closing: ReturnType<typeof createClosing>,
): Promise<SmallStack> {
  const { sources, processes: count = 1 } = options;
  const clock = createWorldClock(options.startedAt ?? worldStart);
  const folder = await mkdtemp(join(tmpdir(), "plumbline-small-"));
  closing.add({ close: () => rm(folder, { recursive: true, force: true }) });
  const [bigquery, pubsub, metadata, slack, mail] = await Promise.all([
    startLocalBigQuery({
      project,
      clock: clock.now,
      ...(options.streamingBufferMs !== undefined && { streamingBufferMs: options.streamingBufferMs }),
    }).then(closing.add),
    (options.pubsub ?? localPubSub)(project, clock.now).then(closing.add),
    startMetadataServer({ project }).then(closing.add),
    startSlackSink({ clock: clock.now, burst: options.slackBurst ?? 1_000_000 }).then(closing.add),
    startMailSink({ clock: clock.now }).then(closing.add),
  ]);
  const client = createWarehouseClient({ url: bigquery.url, project, location });
  await createSources(bigquery.engine, sources, clock.now());
  await createOpsTables(client, ops);

  const direct: Servers = {
    bigQuery: bigquery.url,
    pubsub: pubsub.host,
    slack: slack.url,
    smtp: mail.url,
  };
  const seenBy = async (name: FunctionName): Promise<Servers> => {
    const gate = options.gates?.[name];
    if (gate === undefined) return direct;
    return {
      bigQuery: `http://${closing.add(await proxyBigQuery(bigquery.url, gate)).host}`,
      pubsub: closing.add(await proxyPubSub(pubsub.host, gate)).host,
      slack: `http://${closing.add(await proxySlack(slack.url, gate)).host}`,
      smtp: `smtp://${closing.add(await proxySmtp(`127.0.0.1:${mail.port}`, gate)).host}`,
    };
  };
  const servers: Record<string, Servers> = {
    "sync-watchdog": await seenBy("sync-watchdog"),
    "dedup-views": await seenBy("dedup-views"),
    "pii-hasher": await seenBy("pii-hasher"),
    reconciliation: await seenBy("reconciliation"),
    notifier: await seenBy("notifier"),
  };
  const webhook = slack.register("slack-alerts", "#alerts");
  const secrets = closing.add(
    await startSecretManager({
      project,
      secrets: {
        "slack-alerts": webhook.replace(slack.url, (servers.notifier ?? direct).slack),
        smtp: (servers.notifier ?? direct).smtp,
        "ack-key": "a key for tests that nobody has to guess: 0123456789",
        ...options.secrets,
      },
    }),
  );
  const warehouseFile = join(folder, "warehouse.yaml");
  await writeFile(warehouseFile, options.file ?? fileOf(sources, options.tell ?? []));

  const running = new Map<FunctionName, FunctionProcess[]>();
  const called = new Map<string, FunctionProcess>();
  const router = closing.add(
    await startRouter({
      port: 0,
      clock: clock.now,
      find(path) {
        const [name = "", nth] = path.split(".");
        const all = running.get(name as FunctionName) ?? [];
        const one =
          nth === undefined ? (all.find((it) => it.state() === "ready") ?? all[0]) : all[Number(nth)];
        if (one !== undefined) called.set(name, one);
        return one;
      },
      otherwise: (_, response) => void response.writeHead(404).end(),
    }),
  );
  const environment = (name: string) => ({
    PATH: process.env.PATH ?? "",
    HOME: folder,
    K_SERVICE: name,
    GOOGLE_CLOUD_PROJECT: project,
    BIGQUERY_EMULATOR_HOST: (servers[name] ?? direct).bigQuery,
    PUBSUB_EMULATOR_HOST: (servers[name] ?? direct).pubsub,
    SECRET_MANAGER_ENDPOINT: secrets.url,
    GCE_METADATA_HOST: metadata.host,
    METADATA_SERVER_DETECTION: "assume-present",
    PLUMBLINE_CONFIG: warehouseFile,
    PLUMBLINE_ALERTS_TOPIC: "plumbline-alerts",
    PLUMBLINE_URL: router.url,
    NODE_COMPILE_CACHE: join(folder, "compiled"),
  });
  const { folder: functionsFolder, programOf } = options.functions ?? sourceFunctions;
  const isWanted = ({ name }: { readonly name: string }) =>
    options.only?.some((wanted) => wanted === name) ?? true;
  for (const found of (await discoverFunctions(functionsFolder)).filter(isWanted)) {
    const timeoutSeconds = options.timeoutSeconds?.[found.name as FunctionName] ?? found.timeoutSeconds;
    const manifest = { ...found, timeoutSeconds };
    const all = Array.from({ length: count }, (_, nth) =>
      startFunctionProcess({
        manifest,
        program: programOf(manifest),
        socketPath: join(folder, `${manifest.name}-${nth}.sock`),
        environment: environment(manifest.name),
        // The tests kill on purpose: never given up, and back at once.
        backOff: { firstMs: 1, longestMs: 1, giveUpAfter: Number.POSITIVE_INFINITY, steadyMs: 0 },
        onChange: () => {},
      }),
    );
    running.set(manifest.name as FunctionName, all);
    for (const one of all) closing.add({ close: one.stop });
  }
  await Promise.all([...running.values()].flat().map(isReady));
  await pubsub.connect(`${router.url}/notifier`);

  const query = (sql: string) => client.query(sql.replaceAll("{{ops}}", `${project}.${ops.dataset}`));
  const self: SmallStack = {
    url: router.url,
    engine: bigquery.engine,
    secrets,
    bigQueryUrl: bigquery.url,
    client: bigquery.client,
    rewrite: (file) => writeFile(warehouseFile, file),
    slack: slack.messages,
    mails: mail.mails,
    refusals: () => slack.refusals.length,
    deadLettered: pubsub.deadLettered,
    query,
    processes: (of) => running.get(of) ?? [],
    called(of) {
      const one = called.get(of);
      if (one === undefined) throw new Error(`${of} was never called`);
      return one;
    },
    async arrive(source, at = clock.now()) {
      await arriveIn(bigquery.engine, source, at);
    },
    async wake(at, nth, path = "/sync-watchdog") {
      // A tick is tried again when the next one may have been.
      if (at > clock.now()) clock.turnTo(at);
      const url = router.url + (nth === undefined ? path : path.replace(/^[^?]+/, `$&.${nth}`));
      const headers = { "x-cloudscheduler-scheduletime": at.toISOString() };
      try {
        const response = await fetch(url, { method: "POST", headers });
        return { status: response.status, body: await response.text() };
      } catch (error) {
        return { status: 0, body: String(error) };
      }
    },
    turnTo: clock.turnTo,
    async tick(at) {
      let answer = await self.wake(at);
      for (let tries = 1; tries <= 3 && mayPass(answer.status); tries += 1) {
        await sleep(50);
        answer = await self.wake(at);
      }
      await self.settle();
      return answer.status;
    },
    async settle() {
      const settled = pubsub.idle === null ? allDelivered(query) : pubsub.idle();
      const inTime = await Promise.race([settled.then(() => true), sleep(patienceMs, false, { ref: false })]);
      if (inTime) return;
      const logs = self.processes("notifier").flatMap((one) => one.logs().slice(-12));
      throw new Error(`Not everything was delivered within ${patienceMs / 1000} s.\n${logs.join("\n")}`);
    },
    decisions: () =>
      query(`
        SELECT FORMAT_TIMESTAMP('%Y-%m-%dT%H:%M:%SZ', schedule_time) AS tick, group_key, notified, reason, why, notice, failure
        FROM \`{{ops}}.alert_log\` ORDER BY schedule_time, group_key, reason`),
    deliveries: () =>
      query("SELECT notice, channel, status, attempts FROM `{{ops}}.deliveries` ORDER BY notice, channel"),
    async forget() {
      for (const table of ["alert_state", "alert_log", "deliveries", "runs", "check_results"]) {
        await query(`DELETE FROM \`{{ops}}.${table}\` WHERE TRUE`);
      }
    },
    close: closing.close,
  };
  return self;
}

/** Cloud Scheduler tries these again. */
export function mayPass(status: number): boolean {
  return status === 0 || status === 429 || status >= 500;
}

export async function isReady(one: FunctionProcess): Promise<void> {
  const until = performance.now() + patienceMs;
  while (one.state() !== "ready") {
    if (performance.now() > until) {
      throw new Error(`${one.manifest.name} does not start:\n${one.logs().slice(-20).join("\n")}`);
    }
    await sleep(5);
  }
}

const patienceMs = 25_000;

/** For a Pub/Sub that cannot say whether anything is in flight: until every notice is on every channel. */
async function allDelivered(query: SmallStack["query"]): Promise<void> {
  const until = performance.now() + 2 * patienceMs;
  while (performance.now() < until) {
    const [counts] = await query(`
      SELECT
        (SELECT COUNT(DISTINCT notice) FROM \`{{ops}}.alert_log\` WHERE notified AND failure IS NULL) AS published,
        (SELECT COUNT(*) FROM \`{{ops}}.deliveries\` WHERE status = 'sent') AS sent`);
    if (Number(counts?.sent) >= 2 * Number(counts?.published)) return;
    await sleep(50);
  }
}
