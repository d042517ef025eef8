import { createRequire } from "node:module";
import { join } from "node:path";
import type { Plugin } from "esbuild";
import { root } from "./compile.ts";

const namespace = "named-exports";
const identifier = /^[A-Za-z_$][\w$]*$/;
const taken = new Set(["default", "__esModule"]);
const load = createRequire(import.meta.url);

/**
 * `const { BigQuery } = await import("@google-cloud/bigquery")` works in Node, which finds the names that a CommonJS
 * module exports, and not in a bundle: there, such a module has a default export only. This puts a module with
 * the names in between, for the packages that our own code loads late.
 */
export const namedExports: Plugin = {
  name: namespace,
  setup(build) {
    build.onResolve({ filter: /^[^./]/ }, ({ kind, path, importer }) =>
      kind === "dynamic-import" && importer.startsWith(join(root, "functions/")) && !path.startsWith("node:")
        ? { path, namespace }
        : null,
    );
    build.onLoad({ filter: /.*/, namespace }, ({ path }) => {
      const names = Object.keys(load(path) as object).filter((it) => identifier.test(it) && !taken.has(it));
      return {
        contents: `export { ${names.sort().join(", ")} } from ${JSON.stringify(path)};`,
        resolveDir: root,
      };
    });
  },
};
