import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { unzipInto } from "../../build/archive.ts";
import { buildAll, defaultOutput } from "../../build/build-all.ts";
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

/**
 * Builds every function's zip, and serves what is in them and nothing else, with the environment a deployment has.
 * Built anew each time: it takes two seconds, and nobody wonders whether it is what the source says.
 */
export async function builtFunctions(folder = join(defaultOutput, "local")): Promise<FunctionSet> {
  const bundles = await buildAll(folder, null);
  await Promise.all(bundles.map(({ name, zip }) => unzipInto(join(folder, name), zip)));
  return { folder, programOf: fromBundle };
}

function fromBundle({ folder }: FunctionManifest): Program {
  return {
    framework: `${folder}/node_modules/@google-cloud/functions-framework/build/src/main.js`,
    source: folder,
    workingFolder: folder,
    environment: { NODE_ENV: "production", LOG_EXECUTION_ID: "true" },
  };
}
