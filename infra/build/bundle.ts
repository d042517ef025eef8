import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { bytesOf, type Files, sha256, toZip } from "./archive.ts";
import { compile, root } from "./compile.ts";
import { type Framework, frameworkName } from "./framework.ts";
import { type Lock, lockOf } from "./lock.ts";
import { type Material, materialsOf, toSbom } from "./materials.ts";
import { namedExports } from "./named-exports.ts";

/** Where a bundle looks for its warehouse file: `PLUMBLINE_CONFIG` of a deployment. */
const warehouseFileInside = "warehouse.yaml";

export interface Bundle {
  readonly name: string;
  readonly zip: Uint8Array;
  /** Of the zip, in hexadecimal. */
  readonly sha256: string;
  readonly unpackedBytes: number;
  readonly materials: readonly Material[];
}

/** Every folder of `functions/` that says in a function.json what it is to the platform. */
export function functionNames(): string[] {
  const folder = join(root, "functions");
  return readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, "function.json")))
    .sort();
}

/**
 * Everything that one function needs to be served, and nothing to be installed.
 *
 * @param warehouseFile contents of the warehouse file; without it the bundle has none
 */
export async function makeBundle(
  name: string,
  framework: Framework,
  warehouseFile: string | null,
): Promise<Bundle> {
  const { files: code, inputs } = await compile({
    entryPoints: { index: `functions/${name}/handler.ts` },
    outExtension: { ".js": ".mjs" },
    chunkNames: "chunks/[name]-[hash]",
    // Split, so that a client is read only when it is used.
    splitting: true,
    format: "esm",
    // One copy, the one that serves: a function registered with another is registered with nobody.
    external: [frameworkName],
    banner: { js: commonJs },
    plugins: [namedExports],
  });
  const materials = materialsOf([...inputs, ...framework.inputs]);
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
  const files: Files = new Map([
    ...code,
    ...framework.files,
    ...statementsOf(inputs),
    ["function.json", readFileSync(join(root, "functions", name, "function.json"))],
    ["package.json", bytesOf(json(packageJson(name, version, framework)))],
    ["package-lock.json", bytesOf(json(lockOf({ name }, frameworkName, readLock())))],
    ["sbom.json", bytesOf(toSbom(name, version, materials))],
    ...(warehouseFile === null ? [] : [[warehouseFileInside, bytesOf(warehouseFile)] as const]),
  ]);
  const zip = toZip(files);
  const unpackedBytes = [...files.values()].reduce((sum, { length }) => sum + length, 0);
  return { name, zip, sha256: sha256(zip), unpackedBytes, materials };
}

/** What packages written for CommonJS expect to be there. */
const commonJs =
  'import{createRequire as requireFrom}from"node:module";const require=requireFrom(import.meta.url),__filename=import.meta.filename,__dirname=import.meta.dirname;';

/** `gcp-build` is there, and empty, so that the platform looks for no build of its own. */
function packageJson(name: string, version: string, framework: Framework): object {
  return {
    name,
    version,
    private: true,
    type: "module",
    main: "index.mjs",
    scripts: { "gcp-build": "" },
    dependencies: { [frameworkName]: framework.version },
  };
}

/** The statements whose names stand in the code: a function reaches no other. */
function statementsOf(inputs: readonly string[]): [string, Uint8Array][] {
  const code = inputs
    .filter((path) => path.startsWith("functions/"))
    .map((path) => readFileSync(join(root, path), "utf8"));
  const folder = "sql/bigquery";
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => path.endsWith(".sql") && code.some((it) => it.includes(`"${path.slice(0, -4)}"`)))
    .sort()
    .map((path) => [`${folder}/${path}`, readFileSync(join(root, folder, path))]);
}

function readLock(): Lock {
  return JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));
}

function json(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
