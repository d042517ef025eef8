import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { bytesOf, sha256 } from "./archive.ts";
import { type Bundle, functionNames, makeBundle } from "./bundle.ts";
import { root } from "./compile.ts";
import { compileFramework } from "./framework.ts";

export const defaultOutput = join(root, "infra/build/.out");

/**
 * Writes `<name>.zip` for each function, and `bundles.json`, which says the SHA-256 of each and of the warehouse
 * file inside, for whoever deploys them. Zips of functions that are no more are removed.
 */
export async function buildAll(output: string, warehouseFile: string | null): Promise<Bundle[]> {
  const framework = await compileFramework();
  const bundles = await Promise.all(
    functionNames().map((name) => makeBundle(name, framework, warehouseFile)),
  );
  await mkdir(output, { recursive: true });
  const old = (await readdir(output)).filter((file) => file.endsWith(".zip"));
  await Promise.all(old.map((file) => rm(join(output, file))));
  await Promise.all(bundles.map(({ name, zip }) => writeFile(join(output, `${name}.zip`), zip)));
  await writeFile(
    join(output, "bundles.json"),
    `${JSON.stringify(summary(bundles, warehouseFile), null, 2)}\n`,
  );
  return bundles;
}

function summary(bundles: readonly Bundle[], warehouseFile: string | null): object {
  return {
    warehouse_file_sha256: warehouseFile === null ? null : sha256(bytesOf(warehouseFile)),
    functions: Object.fromEntries(bundles.map(({ name, sha256 }) => [name, { zip: `${name}.zip`, sha256 }])),
  };
}
