import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * SQL lives in `sql/bigquery/<name>.sql`, one GoogleSQL statement a file, and is
 * reached by that name.
 *
 * Values are named parameters, always. Table and column names cannot be
 * parameters in GoogleSQL: they stand in the file as `` `{{table}}` ``, inside
 * backticks, and are filled here.
 */
export interface Names {
  readonly [placeholder: string]: string | Fragment;
}

/** A piece of SQL made of checked names only, by `columnList` or `jsonValue`; it stands outside backticks. */
export class Fragment {
  readonly sql: string;
  private constructor(sql: string) {
    this.sql = sql;
  }

  /** `` `a`, `b` `` */
  static columnList(columns: readonly string[]): Fragment {
    return new Fragment(columns.map((column) => `\`${checked(column)}\``).join(", "));
  }

  static column(column: string): Fragment {
    return Fragment.columnList([column]);
  }

  /** `` `a` DESC, `b` DESC `` */
  static descending(columns: readonly string[]): Fragment {
    return new Fragment(columns.map((column) => `\`${checked(column)}\` DESC`).join(", "));
  }

  /** One below the other, each with a note for people. */
  static columnLines(columns: readonly { readonly name: string; readonly note: string }[]): Fragment {
    const last = columns.length - 1;
    return new Fragment(
      columns
        .map(({ name, note }, at) => `\`${checked(name)}\`${at === last ? "" : ","} -- ${onOneLine(note)}`)
        .join("\n  "),
    );
  }

  /** For a source without business days: costs no bytes and answers none. */
  static readonly noDay = new Fragment("CAST(NULL AS DATE)");

  /**
   * The day a column stands for: it may be a DATE, a DATETIME, a day in text
   * ("2026-02-05", "20260205") or an instant, which falls on a day only in the time
   * zone given as the named parameter `zone`. Anything else is NULL.
   */
  static day(column: string, zone: string): Fragment {
    const text = `CAST(\`${checked(column)}\` AS STRING)`;
    const isInstant = "r'^\\d{4}-\\d{2}-\\d{2}[ T].*(Z|[+-]\\d{2}(:?\\d{2})?)$'";
    return new Fragment(
      `COALESCE(IF(REGEXP_CONTAINS(${text}, ${isInstant}), ` +
        `DATE(SAFE_CAST(${text} AS TIMESTAMP), @${zone}), SAFE_CAST(SUBSTR(${text}, 1, 10) AS DATE)), ` +
        `SAFE.PARSE_DATE('%Y%m%d', ${text}))`,
    );
  }

  /** `` JSON_VALUE(`metrics`, '$.spend') `` */
  static jsonValue(column: string, path: string): Fragment {
    if (!/^\$(\.[A-Za-z_]\w*)+$/.test(path))
      throw new Error(`${JSON.stringify(path)} is no path like $.spend`);
    return new Fragment(`JSON_VALUE(\`${checked(column)}\`, '${path}')`);
  }
}

function onOneLine(note: string): string {
  return note.replaceAll(/[\r\n\u2028\u2029{}]/g, " ");
}

/** Nothing that could end a backtick-quoted identifier or start a comment gets through. */
const identifier = /^[A-Za-z0-9_][A-Za-z0-9_.*$-]*$/;

const cache = new Map<string, string>();

/** @throws Error when there is no such file. */
function readStatement(name: string): string {
  let text = cache.get(name);
  if (text === undefined) {
    text = readFileSync(join(sqlRoot(), `${name}.sql`), "utf8");
    cache.set(name, text);
  }
  return text;
}

/**
 * The statement with its names filled in and without its header comment, which
 * is for readers of the file and would be repeated in every branch of a union.
 * @throws Error on a placeholder without a name or a name that is no identifier.
 */
export function renderStatement(name: string, names: Names): string {
  const body = readStatement(name)
    .replace(/^(?:--[^\n]*\n|\s*\n)*/, "")
    .replace(/;\s*$/, "")
    .trimEnd();
  const fill = (text: string): string =>
    text.replace(/\{\{(\w+)\}\}/g, (_, placeholder: string) => {
      const value = names[placeholder];
      if (value === undefined)
        throw new Error(`sql/bigquery/${name}.sql: no name given for {{${placeholder}}}`);
      return value instanceof Fragment ? fill(value.sql) : checked(value);
    });
  return fill(body);
}

function checked(name: string): string {
  if (!identifier.test(name) || name.includes("--")) {
    throw new Error(`${JSON.stringify(name)} is no table or column name: letters, digits, _ - . * $ only`);
  }
  return name;
}

let root: string | undefined;

/** The nearest `sql/bigquery` above this module: the same in a checkout and in a bundle that ships it. */
function sqlRoot(): string {
  if (root === undefined) {
    let folder = dirname(fileURLToPath(import.meta.url));
    while (!existsSync(join(folder, "sql", "bigquery"))) {
      const parent = dirname(folder);
      if (parent === folder) throw new Error("no sql/bigquery folder above functions/shared/warehouse");
      folder = parent;
    }
    root = join(folder, "sql", "bigquery");
  }
  return root;
}
