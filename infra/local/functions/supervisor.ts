import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BackOff, type FunctionProcess, startFunctionProcess } from "./function-process.ts";
import type { FunctionManifest } from "./manifest.ts";
import { fromSource, type Program } from "./program.ts";

export interface Supervisor {
  /** In order of names. */
  readonly functions: readonly FunctionProcess[];
  find(name: string): FunctionProcess | undefined;
  /**
   * Resolves when every function answers.
   * @throws Error naming those that do not, with the last lines they wrote
   */
  ready(): Promise<void>;
  close(): Promise<void>;
}

export interface SupervisorOptions {
  readonly manifests: readonly FunctionManifest[];
  /** What a function finds in its environment; nothing else is passed on but PATH and HOME. */
  readonly environment: Readonly<Record<string, string>>;
  /** From its source unless said. */
  readonly programOf?: (manifest: FunctionManifest) => Program;
  readonly backOff?: BackOff;
  /** Told of every change of state, e.g. to print a crash. */
  readonly onChange?: (functionProcess: FunctionProcess) => void;
}

const defaultBackOff: BackOff = { firstMs: 250, longestMs: 8_000, giveUpAfter: 6, steadyMs: 30_000 };

/** Starts one process for each function and keeps them up. */
export async function startSupervisor(options: SupervisorOptions): Promise<Supervisor> {
  const sockets = await mkdtemp(join(tmpdir(), "plumbline-"));
  const functions = options.manifests.map((manifest) =>
    startFunctionProcess({
      manifest,
      program: (options.programOf ?? fromSource)(manifest),
      socketPath: socketPathOf(sockets, manifest.name),
      environment: { ...inherited(), ...options.environment, K_SERVICE: manifest.name },
      backOff: options.backOff ?? defaultBackOff,
      onChange: options.onChange ?? (() => {}),
    }),
  );
  return {
    functions,
    find: (name) => functions.find((one) => one.manifest.name === name),
    async ready() {
      await Promise.all(functions.map((one) => one.ready()));
      const down = functions.filter((one) => one.state() !== "ready");
      if (down.length > 0) throw new Error(down.map(whyDown).join("\n\n"));
    },
    async close() {
      await Promise.all(functions.map((one) => one.stop()));
      await rm(sockets, { recursive: true, force: true });
    },
  };
}

function whyDown(one: FunctionProcess): string {
  const lines = one
    .logs()
    .slice(-12)
    .map((line) => `  ${line}`);
  return [
    `${one.manifest.name} does not answer (${one.lastExit() ?? one.state()}). Its last lines:`,
    ...lines,
  ].join("\n");
}

function socketPathOf(folder: string, name: string): string {
  return process.platform === "win32"
    ? `\\\\.\\pipe\\plumbline-${process.pid}-${name}`
    : join(folder, `${name}.sock`);
}

/** A function must not see what the person at the keyboard happens to have set, credentials above all. */
function inherited(): Record<string, string> {
  const kept = ["PATH", "HOME", "SystemRoot", "TEMP", "TMPDIR"];
  return Object.fromEntries(kept.flatMap((key) => (process.env[key] ? [[key, process.env[key]]] : [])));
}
