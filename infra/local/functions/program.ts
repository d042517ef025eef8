import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { FunctionManifest } from "./manifest.ts";

/** How a function's process is started. */
export interface Program {
  /** functions-framework's main module. */
  readonly framework: string;
  /** The module or folder that it loads. */
  readonly source: string;
  readonly workingFolder?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** Functions to be found in a folder, and how each is started. */
export interface FunctionSet {
  readonly folder: string;
  readonly programOf: (manifest: FunctionManifest) => Program;
}

const resolve = createRequire(import.meta.url).resolve;

/** Straight from the source, by the framework of this checkout. */
export function fromSource({ folder }: Pick<FunctionManifest, "folder">): Program {
  return {
    framework: join(dirname(resolve("@google-cloud/functions-framework")), "main.js"),
    source: `${folder}/handler.ts`,
  };
}

export const sourceFunctions: FunctionSet = {
  folder: fileURLToPath(new URL("../../../functions", import.meta.url)),
  programOf: fromSource,
};
