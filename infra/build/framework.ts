import { readFileSync } from "node:fs";
import { join } from "node:path";
import { bytesOf, type Files } from "./archive.ts";
import { compile, root } from "./compile.ts";

export const frameworkName = "@google-cloud/functions-framework";

export interface Framework {
  /** By path in the zip, below `node_modules`. */
  readonly files: Files;
  readonly inputs: readonly string[];
  readonly version: string;
}

/**
 * functions-framework as one file, in the place where npm would have put it and 60 packages.
 *
 * Why it is in the zip at all: where it is missing the platform installs its own choice of it, elsewhere, where
 * an ES module does not find it; where it is only named as a dependency, a deployment waits for the npm
 * registry. With GOOGLE_VENDOR_NPM_DEPENDENCIES=true the platform runs `npm rebuild` on what it is given, which
 * asks nobody; without it, it throws `node_modules` away and installs what package-lock.json names: the same
 * version.
 *
 * Why as one file: reading 200 small ones is half of hello world's cold start.
 */
export async function compileFramework(): Promise<Framework> {
  const { name, version, license, bin } = manifest();
  const { files, inputs } = await compile({
    stdin: { contents: entry, resolveDir: root, sourcefile: "functions-framework.js" },
    format: "cjs",
    entryNames: "framework",
  });
  const main = `#!/usr/bin/env node\nrequire("./framework.js").serve();\n`;
  const about = { name, version, license, main: "build/src/framework.js", bin };
  const folder = `node_modules/${frameworkName}`;
  return {
    version,
    inputs,
    files: new Map([
      [`${folder}/package.json`, bytesOf(`${JSON.stringify(about, null, 2)}\n`)],
      [`${folder}/build/src/main.js`, bytesOf(main)],
      ...[...files].map(([path, content]) => [`${folder}/build/src/${path}`, content] as const),
    ]),
  };
}

/** Both ways in, and one registry of functions for both; `main.js` serves as soon as it is loaded. */
const entry = `
export { cloudEvent, event, http } from "${frameworkName}";
export const serve = () => require("./node_modules/${frameworkName}/build/src/main.js");
`;

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly bin: Readonly<Record<string, string>>;
}

function manifest(): Manifest {
  return JSON.parse(readFileSync(join(root, "node_modules", frameworkName, "package.json"), "utf8"));
}
