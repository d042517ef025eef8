import { createServer } from "node:net";
import { join, resolve } from "node:path";
import { createWorldClock } from "./clock.ts";
import { instant } from "./console/words.ts";
import { builtFunctions } from "./functions/built-functions.ts";
import type { FunctionProcess } from "./functions/function-process.ts";
import { sourceFunctions } from "./functions/program.ts";
import { describeError } from "./http/problem.ts";
import { peakMemory } from "./memory.ts";
import type { Tick } from "./scheduler.ts";
import { createClosing } from "./stack/closing.ts";
import { openDemoWorld } from "./stack/demo-world.ts";
import { type LocalStack, startStack } from "./stack/stack.ts";
import { readStartOptions, type StartOptions, usage } from "./terminal/options.ts";
import { createProgress } from "./terminal/progress.ts";
import { printResult, summaryLine } from "./terminal/result.ts";

/** The demo's warehouse file, or your own over the demo's warehouse. */
const warehouseFile = resolve(
  process.env.PLUMBLINE_CONFIG ?? join(import.meta.dirname, "world", "warehouse.yaml"),
);
const closing = createClosing();
let isClosing = false;

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  // npm and the terminal both send the signal, so it arrives twice.
  process.on(signal, () => {
    if (!isClosing) say("\nStopping.");
    void end(0);
  });
}

await main().catch((error: unknown) => {
  if (!isClosing) console.error(`\n${describeError(error)}`);
  return end(1);
});

async function main(): Promise<void> {
  const options = readStartOptions(process.argv.slice(2), process.env);
  if (options.mode === "help") {
    console.log(usage);
    return;
  }
  await refuseTakenPort(options.port);
  const stack = await start(options);

  say("Running every schedule once");
  const ticks = await stack.scheduler.runAll();
  for (const tick of ticks) say(`  ${tickLine(tick)}`);
  if (options.mode === "serve") {
    say(`  ${await summaryLine(stack.view)}`);
    say(addresses(stack));
    return;
  }

  console.log(`\n${await printResult(stack.view)}\n`);
  const { bytes, processes } = await peakMemory();
  const seconds = (performance.now() / 1000).toFixed(1);
  console.log(
    `${seconds} s; at most ${(bytes / 2 ** 30).toFixed(2)} GiB of memory in ${processes} processes`,
  );
  const complaints = await whatWentWrong(stack, ticks);
  for (const complaint of complaints) console.error(complaint);
  await end(complaints.length === 0 ? 0 : 1);
}

async function start(options: StartOptions): Promise<LocalStack> {
  const clock = createWorldClock();
  say("The demo warehouse");
  const world = closing.add(await openDemoWorld({ clock: clock.now, onProgress: createProgress() }));
  say(
    world.built === null ? "  built before" : `  built in ${(world.built.ms / 1000).toFixed(1)} s, and kept`,
  );
  if (options.built) say("One zip for each function");
  const { folder: functionsFolder, programOf } = options.built ? await builtFunctions() : sourceFunctions;
  return closing.add(
    await startStack({
      world,
      clock,
      warehouseFile,
      functionsFolder,
      programOf,
      port: options.port,
      onStep: say,
      onFunctionChange: reportCrash,
    }),
  );
}

/** Checked before minutes of work, and again when the port is bound. */
async function refuseTakenPort(port: number): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(port, "127.0.0.1", () => server.close(() => resolve()));
  }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "EACCES") {
      throw new Error(`Port ${port} may not be used. Choose another from 1024 up: PORT=8081 npm start`);
    }
    if (error.code !== "EADDRINUSE") throw error;
    throw new Error(`Port ${port} is in use. Choose another: PORT=${port + 1} npm start`);
  });
}

function reportCrash(one: FunctionProcess): void {
  const state = one.state();
  if (isClosing || (state !== "crashed" && state !== "given up")) return;
  const next = state === "crashed" ? "it is restarted" : "it crashed too often and is not restarted";
  console.error(
    `${one.manifest.name} ended unexpectedly (${one.lastExit()}); ${next}. The console shows its log.`,
  );
}

function tickLine(tick: Tick): string {
  const outcome =
    tick.problem === null ? `done in ${tick.ms} ms` : `failed (${tick.status}): ${tick.problem}`;
  return `${tick.function} at ${instant(tick.at)}: ${outcome}`;
}

/** The full text was printed before. */
function firstLine(text: string): string {
  return text.split("\n")[0] ?? "";
}

async function whatWentWrong(stack: LocalStack, ticks: readonly Tick[]): Promise<string[]> {
  const { deliveries, functions } = stack.view.status();
  const watchdog = await stack.view.watchdog();
  const { answer: cleanViews } = await stack.view.cleanViews();
  const { answer: pii } = await stack.view.pii();
  const { answer: numbers } = await stack.view.reconciliation();
  return [
    ...ticks.filter((tick) => tick.problem !== null).map((tick) => `Failed: ${firstLine(tickLine(tick))}`),
    ...functions.filter((one) => one.crashes > 0).map((one) => `Crashed: ${one.name} (${one.last_exit})`),
    ...(deliveries.pending + deliveries.dead_lettered > 0
      ? [`Not delivered: ${deliveries.pending + deliveries.dead_lettered} notices`]
      : []),
    ...(watchdog.ok ? [] : [`The sync watchdog could not answer: ${firstLine(watchdog.problem)}`]),
    ...(cleanViews?.ok === false
      ? [`The clean views could not be checked: ${firstLine(cleanViews.problem)}`]
      : []),
    ...(pii?.ok === false ? [`The PII proof could not be made: ${firstLine(pii.problem)}`] : []),
    ...(numbers?.ok === false ? [`Reconciliation could not answer: ${firstLine(numbers.problem)}`] : []),
  ];
}

function addresses({ url, bigQueryUrl, view }: LocalStack): string {
  const { functions } = view.status();
  return [
    "",
    `${"Console".padEnd(15)}${url}/`,
    ...functions.map((one) => `${one.name.padEnd(15)}${url}/${one.name}`),
    `${"BigQuery".padEnd(15)}${bigQueryUrl}  (BIGQUERY_EMULATOR_HOST; or: bq --api ${bigQueryUrl} --project_id=hulken --oauth_access_token=local ls)`,
    "",
    "Ctrl-C stops everything.",
  ].join("\n");
}

function say(line: string): void {
  console.log(line);
}

async function end(code: number): Promise<void> {
  if (isClosing) return;
  isClosing = true;
  // A part that does not close in time must not block the terminal. Children end when their pipe ends.
  setTimeout(() => process.exit(code || 1), 30_000).unref();
  await closing.close().catch((error: unknown) => console.error(describeError(error)));
  process.exit(code);
}
