import { serveApi } from "../api/api.ts";
import type { WorldClock } from "../clock.ts";
import { serveConsole } from "../console/serve.ts";
import type { FunctionProcess } from "../functions/function-process.ts";
import { discoverFunctions } from "../functions/manifest.ts";
import type { FunctionSet } from "../functions/program.ts";
import { startRouter } from "../functions/router.ts";
import { type Supervisor, startSupervisor } from "../functions/supervisor.ts";
import { sendProblem } from "../http/problem.ts";
import { createScheduler, type Scheduler } from "../scheduler.ts";
import type { StackView } from "../stack-view.ts";
import { createCleanViewsReader } from "./clean-views.ts";
import { createClosing } from "./closing.ts";
import { startCloud } from "./cloud.ts";
import { alertsTopic, connectTopics, settled } from "./deliveries.ts";
import { readNeeds } from "./needs.ts";
import { createOpsTables, readDecisions } from "./ops.ts";
import { createPiiReader } from "./pii.ts";
import { createReconciliationReader } from "./reconciliation.ts";
import { createView } from "./view.ts";
import { createWarehouseClient } from "./warehouse-client.ts";
import { createWatchdogReader } from "./watchdog.ts";
import type { World } from "./world.ts";

export interface StackOptions {
  readonly world: World;
  readonly clock: WorldClock;
  /** Path of the warehouse file. */
  readonly warehouseFile: string;
  /** Folder with a folder for each function. */
  readonly functionsFolder: string;
  /** How a function is started; from source by default. */
  readonly programOf?: FunctionSet["programOf"];
  /** 0 for any free port. */
  readonly port: number;
  /** Called with a short sentence for each step. */
  readonly onStep?: (step: string) => void;
  readonly onFunctionChange?: (functionProcess: FunctionProcess) => void;
}

export interface LocalStack {
  readonly url: string;
  readonly bigQueryUrl: string;
  readonly view: StackView;
  readonly scheduler: Scheduler;
  /** The caller closes the world. */
  close(): Promise<void>;
}

/**
 * Starts the bundle on one machine: the cloud's services on loopback, each
 * function in its own process, one port for all, and the scheduler on the
 * world's clock. Nothing is called yet.
 */
export async function startStack(options: StackOptions): Promise<LocalStack> {
  const { world, clock, warehouseFile, onStep = () => {} } = options;
  const closing = createClosing();
  let view: StackView | null = null;
  let supervisor: Supervisor | null = null;
  try {
    const manifests = await discoverFunctions(options.functionsFolder);
    const needs = await readNeeds(warehouseFile);

    onStep("BigQuery, Pub/Sub, Secret Manager, Slack and mail on loopback");
    const cloud = closing.add(await startCloud({ world, clock: clock.now, needs }));
    const client = createWarehouseClient({ ...world, url: cloud.bigQueryUrl });
    const ops = { ...world, dataset: needs.opsDataset };
    await createOpsTables(client, ops);

    // Before the functions, because their messages contain links to the router.
    const router = closing.add(
      await startRouter({
        port: options.port,
        clock: clock.now,
        find: (name) => supervisor?.find(name),
        otherwise: (request, response) => {
          if (view === null) return sendProblem(response, stillStarting);
          const serve = /^\/local(?:[/?]|$)/.test(request.url ?? "") ? serveApi : serveConsole;
          return serve(view, request, response);
        },
      }),
    );

    onStep(
      `${manifests.length} functions, each in its own process: ${manifests.map((one) => one.name).join(", ")}`,
    );
    supervisor = closing.add(
      await startSupervisor({
        manifests,
        ...(options.programOf ? { programOf: options.programOf } : {}),
        environment: {
          ...cloud.environment,
          PLUMBLINE_CONFIG: warehouseFile,
          PLUMBLINE_ALERTS_TOPIC: alertsTopic,
          PLUMBLINE_URL: router.url,
        },
        ...(options.onFunctionChange ? { onChange: options.onFunctionChange } : {}),
      }),
    );
    connectTopics(cloud.pubsub, manifests, router.url);
    await supervisor.ready();

    const scheduler = createScheduler({
      clock,
      functions: manifests.flatMap((one) =>
        one.schedule === null ? [] : [{ ...one, schedule: one.schedule }],
      ),
      baseUrl: router.url,
      advanceWorld: world.advanceTo,
      settle: async () => void (await settled(cloud.pubsub)),
    });
    const now = () => moment(clock, scheduler);
    view = createView({
      world,
      clock,
      cloud,
      supervisor,
      scheduler,
      decisions: (limit) => readDecisions(client, ops, limit),
      watchdog: createWatchdogReader(`${router.url}/sync-watchdog`, now),
      cleanViews: createCleanViewsReader(`${router.url}/dedup-views`, now),
      pii: createPiiReader(`${router.url}/pii-hasher`, now),
      reconciliation: createReconciliationReader(`${router.url}/reconciliation/last`, now),
    });
    return { url: router.url, bigQueryUrl: cloud.bigQueryUrl, view, scheduler, close: closing.close };
  } catch (error) {
    await closing.close();
    throw error;
  }
}

const stillStarting = {
  status: 503,
  title: "The local stack is still starting",
  detail: "Ask again in a few seconds.",
};

/** The contents of the warehouse change with the clock and with each tick. */
function moment(clock: WorldClock, scheduler: Scheduler): string {
  return `${clock.now().toISOString()} ${scheduler.count()}`;
}
