import { readFile } from "node:fs/promises";
import { relative } from "node:path";
import { parseArgs } from "node:util";
import { parseWarehouseFile } from "../../functions/shared/config/parse.ts";
import { messageOf } from "../../functions/shared/errors.ts";
import { buildAll, defaultOutput } from "./build-all.ts";
import type { Bundle } from "./bundle.ts";
import type { Material } from "./materials.ts";

const usage = `One zip for each function, to be deployed as it is.

  npm run build                                 without a warehouse file: a deployment brings its own
  npm run build -- --config my-warehouse.yaml   with it, after checking it
  npm run build -- --output folder              into another folder than infra/build/.out
`;

try {
  await main();
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = 1;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      config: { type: "string" },
      output: { type: "string" },
      help: { type: "boolean", short: "h" },
    },
  });
  if (values.help) {
    console.log(usage);
    return;
  }
  const warehouseFile = values.config === undefined ? null : await readChecked(values.config);
  const output = values.output ?? defaultOutput;
  const bundles = await buildAll(output, warehouseFile);

  for (const line of bundles.map(bundleLine)) console.log(line);
  console.log(`\nBill of materials, as each zip's sbom.json has it:\n`);
  for (const line of materialLines(bundles)) console.log(line);
  const inside = values.config === undefined ? "without a warehouse file" : `with ${values.config}`;
  console.log(`\n${bundles.length} zips in ${relative(process.cwd(), output) || "."}, ${inside}`);
}

/** @throws WarehouseFileError with every mistake at once */
async function readChecked(path: string): Promise<string> {
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    throw new Error(`The warehouse file cannot be read: ${messageOf(error)}`);
  });
  parseWarehouseFile(text, path);
  return text;
}

function bundleLine({ name, zip, unpackedBytes, sha256 }: Bundle): string {
  const size = `${mebibytes(zip.length)} MiB, ${mebibytes(unpackedBytes)} unpacked`;
  return `${name.padEnd(16)} ${size}  sha256 ${sha256}`;
}

function materialLines(bundles: readonly Bundle[]): string[] {
  const users = new Map<string, { readonly it: Material; readonly names: string[] }>();
  for (const { name, materials } of bundles) {
    for (const it of materials) {
      const key = `${it.name}@${it.version}`;
      const known = users.get(key) ?? { it, names: [] };
      known.names.push(name);
      users.set(key, known);
    }
  }
  return [...users]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(
      ([key, { it, names }]) =>
        `  ${key.padEnd(48)} ${it.licence.padEnd(14)} ${names.length === bundles.length ? "all" : names.join(", ")}`,
    );
}

function mebibytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(2);
}
