import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { rm } from "node:fs/promises";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { createLogRing } from "./log-ring.ts";
import type { FunctionManifest } from "./manifest.ts";
import { fromSource, type Program } from "./program.ts";

export type FunctionState =
  | "starting"
  | "ready"
  /** It ended by itself and will be started again after a pause. */
  | "crashed"
  /** It ended too often in a row: not restarted until the stack is started again. */
  | "given up"
  | "stopped";

export interface FunctionProcess {
  readonly manifest: FunctionManifest;
  /** Socket its HTTP server listens on: reachable from this machine only, and no port to lose a race for. */
  readonly socketPath: string;
  state(): FunctionState;
  pid(): number | null;
  crashes(): number;
  /** How it ended last, e.g. "exit code 1"; null as long as it never did. */
  lastExit(): string | null;
  logs(): readonly string[];
  /** Resolves true once it answers, false when it is not starting (any more). */
  ready(): Promise<boolean>;
  stop(): Promise<void>;
}

export interface FunctionProcessOptions {
  readonly manifest: FunctionManifest;
  readonly socketPath: string;
  readonly environment: Readonly<Record<string, string>>;
  /** From its source unless said. */
  readonly program?: Program;
  readonly backOff: BackOff;
  readonly onChange: (functionProcess: FunctionProcess) => void;
}

export interface BackOff {
  readonly firstMs: number;
  readonly longestMs: number;
  /** Crashes in a row, none of them after `steadyMs` of service, before it is given up. */
  readonly giveUpAfter: number;
  readonly steadyMs: number;
}

const preload = new URL("./exit-with-parent.ts", import.meta.url).href;

/** Runs one function in its own functions-framework process, as it is deployed, and starts it again when it crashes. */
export function startFunctionProcess(options: FunctionProcessOptions): FunctionProcess {
  const { manifest, socketPath, environment, backOff, onChange } = options;
  const program = options.program ?? fromSource(manifest);
  const logs = createLogRing();
  let child: ChildProcess | null = null;
  let state: FunctionState = "starting";
  let crashes = 0;
  let inARow = 0;
  let lastExit: string | null = null;
  let starting: Promise<boolean>;
  const stopping = new AbortController();

  const self: FunctionProcess = {
    manifest,
    socketPath,
    state: () => state,
    pid: () => child?.pid ?? null,
    crashes: () => crashes,
    lastExit: () => lastExit,
    logs: () => logs.lines(),
    ready: () => starting,
    stop,
  };

  function become(next: FunctionState): void {
    if (state === next) return;
    state = next;
    onChange(self);
  }

  async function start(): Promise<boolean> {
    await rm(socketPath, { force: true });
    if (stopping.signal.aborted) return false;
    const born = spawn(
      process.execPath,
      [
        "--disable-warning=ExperimentalWarning",
        `--import=${preload}`,
        program.framework,
        `--source=${program.source}`,
        `--target=${manifest.name}`,
      ],
      // Detached: Ctrl-C in the terminal is for the stack, which then stops its functions in order.
      {
        ...(program.workingFolder !== undefined && { cwd: program.workingFolder }),
        env: {
          ...environment,
          ...program.environment,
          // What the platform tells its instances.
          CLOUD_RUN_TIMEOUT_SECONDS: String(manifest.timeoutSeconds),
          PORT: socketPath,
        },
        stdio: ["pipe", "pipe", "pipe"],
        detached: true,
      },
    );
    child = born;
    // A write to a child that is gone must not end the stack.
    born.stdin.on("error", () => {});
    born.stdout.setEncoding("utf8").on("data", logs.write);
    born.stderr.setEncoding("utf8").on("data", logs.write);
    const startedAt = performance.now();
    const ended = new Promise<false>((resolve) => {
      born.once("error", (error) => {
        logs.write(`${error.message}\n`);
        resolve(false);
      });
      born.once("close", (code, signal) => {
        lastExit = signal === null ? `exit code ${code}` : `signal ${signal}`;
        child = null;
        resolve(false);
      });
    });
    void ended.then(() => crashed(performance.now() - startedAt));
    const answered = await Promise.race([answers(socketPath, born), ended]);
    if (answered && state === "starting") become("ready");
    return answered;
  }

  async function crashed(lastedMs: number): Promise<void> {
    if (stopping.signal.aborted) return;
    crashes += 1;
    inARow = state === "ready" && lastedMs >= backOff.steadyMs ? 1 : inARow + 1;
    logs.write(`[local stack] ${manifest.name} ended by itself: ${lastExit ?? "it could not be started"}\n`);
    if (inARow >= backOff.giveUpAfter) {
      logs.write(
        `[local stack] ${inARow} times in a row: it is not restarted. Fix ${manifest.folder}, then start the stack again.\n`,
      );
      become("given up");
      return;
    }
    become("crashed");
    const pause = Math.min(backOff.firstMs * 2 ** (inARow - 1), backOff.longestMs);
    await sleep(pause, undefined, { signal: stopping.signal }).catch(() => {});
    if (stopping.signal.aborted) return;
    starting = start();
    become("starting");
  }

  async function stop(): Promise<void> {
    stopping.abort();
    const running = child;
    if (running !== null && running.exitCode === null && running.signalCode === null) {
      const closed = once(running, "close");
      running.kill("SIGTERM");
      const patience = setTimeout(() => running.kill("SIGKILL"), 3_000);
      await closed;
      clearTimeout(patience);
    }
    become("stopped");
    await rm(socketPath, { force: true });
  }

  starting = start();
  return self;
}

/** Waits until something listens on the socket; false when the process ended first. */
async function answers(socketPath: string, child: ChildProcess): Promise<boolean> {
  while (child.exitCode === null && child.signalCode === null) {
    const socket = connect(socketPath);
    const open = await new Promise<boolean>((resolve) => {
      socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    });
    socket.destroy();
    if (open) return true;
    await sleep(25);
  }
  return false;
}
