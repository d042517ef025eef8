import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { Fragment } from "./fragment.ts";
import { checked } from "./names.ts";

/**
 * SQL lives in `sql/bigquery/<name>.sql`, one GoogleSQL statement a file.
 *
 * Values are always named parameters. GoogleSQL has no parameters for table and column names: they are ``
 * `{{table}}` `` in the file, inside backticks, and are filled here.
 */
export interface Names {
  readonly [placeholder: string]: string | Fragment;
}

const cache = new Map<string, string>();

/** @throws Error if there is no such file. */
function readStatement(name: string): string {
  let text = cache.get(name);
  if (text === undefined) {
    text = readFileSync(join(sqlRoot(), `${name}.sql`), "utf8");
    cache.set(name, text);
  }
  return text;
}

/**
 * The statement with its names, without its header comment, which would be repeated in every branch of a
 * union.
 * @throws Error for a placeholder without a name, or a name that is not an identifier.
 */
export function renderStatement(name: string, names: Names): string {
  const body = bodyOf(name);
  const fill = (text: string): string =>
    text.replace(/\{\{(\w+)\}\}/g, (_, placeholder: string) => {
      const value = names[placeholder];
      if (value === undefined)
        throw new Error(`sql/bigquery/${name}.sql: no name given for {{${placeholder}}}`);
      return value instanceof Fragment ? fill(value.sql) : checked(value);
    });
  return fill(body);
}

/** Includes other statements, `{{> checks/rows}}`: a SELECT that several statements use is written once. */
function bodyOf(name: string): string {
  return readStatement(name)
    .replace(/^(?:--[^\n]*\n|\s*\n)*/, "")
    .replace(/;\s*$/, "")
    .trimEnd()
    .replace(/^( *)\{\{> ([a-z/-]+)\}\}/gm, (_, indent: string, included: string) =>
      bodyOf(included).replace(/^(?=.)/gm, indent),
    );
}

let root: string | undefined;

/** The nearest `sql/bigquery` above this module, in a checkout and in a bundle that contains it. */
function sqlRoot(): string {
  if (root === undefined) {
    let folder = dirname(fileURLToPath(import.meta.url));
    while (!existsSync(join(folder, "sql", "bigquery"))) {
      const parent = dirname(folder);
      if (parent === folder) throw new Error("no sql/bigquery folder above functions/shared/stores/bigquery");
      folder = parent;
    }
    root = join(folder, "sql", "bigquery");
  }
  return root;
}
