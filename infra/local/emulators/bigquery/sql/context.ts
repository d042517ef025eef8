import type { GoogleType } from "../types.ts";
import type { Environment } from "./environment.ts";
import type { Resolved, ResolvedColumn } from "./resolved.ts";
import type { Scan } from "./translated.ts";

/** A condition that holds for every row of the scans below it. */
export interface Conjunct {
  readonly columns: ReadonlySet<string>;
  readonly render: (context: Context) => string;
}

/**
 * What expressions and scans need of files that import them: translate.ts puts them together. A direct import
 * would close a circle, because a scan holds expressions and an expression holds scans.
 */
export interface Translators {
  /** Every scalar function and operator, by the analyzer's name of it. */
  readonly functions: ReadonlyMap<string, FunctionTranslator>;
  readonly scan: (node: Resolved, context: Context) => string;
}

/** The state of one translation. A view translated in place has its own, with its own names. */
export class Context {
  readonly environment: Environment;
  readonly translators: Translators;
  /** Columns that are not plain `c$<id>`: the target's of DML, an inlined expression. */
  readonly columns = new Map<string, string>();
  /** Columns of each CTE, by its name. */
  readonly ctes = new Map<string, readonly ResolvedColumn[]>();
  /** Names of the recursive CTEs around, innermost last, with their columns. */
  readonly recursive: { readonly name: string; readonly columns: readonly ResolvedColumn[] }[] = [];
  readonly scans: Scan[];
  conjuncts: readonly Conjunct[] = [];
  readonly #prefix: string;
  readonly #serial: { next: number };

  constructor(environment: Environment, translators: Translators, outer?: Context) {
    this.environment = environment;
    this.translators = translators;
    this.scans = outer?.scans ?? [];
    this.#serial = outer ? outer.#serial : { next: 0 };
    this.#prefix = outer ? `v${this.#serial.next++}_` : "";
  }

  /** The DuckDB name of a resolved column inside this translation; no column of a table can have it. */
  columnName(id: string): string {
    return `${this.#prefix}c$${id}`;
  }

  columnSql(id: string): string {
    return this.columns.get(id) ?? this.columnName(id);
  }

  cteName(name: string): string {
    return `${this.#prefix}${name}`;
  }

  /** A name used nowhere else in the statement, for a lambda's argument or an alias. */
  fresh(stem: string): string {
    return `${stem}_${this.#serial.next++}`;
  }

  /** DuckDB SELECT of a resolved scan. @throws Unsupported for what is not covered */
  scan(node: Resolved): string {
    return this.translators.scan(node, this);
  }

  /** Runs `work` below a point that filters above cannot pass, or with others. */
  withConjuncts<T>(conjuncts: readonly Conjunct[], work: () => T): T {
    const before = this.conjuncts;
    this.conjuncts = conjuncts;
    try {
      return work();
    } finally {
      this.conjuncts = before;
    }
  }
}

/** A function call about to be translated. */
export interface Call {
  readonly name: string;
  readonly node: Resolved;
  readonly nodes: readonly Resolved[];
  readonly types: readonly GoogleType[];
  /** DuckDB SQL of the arguments. */
  readonly args: readonly string[];
  readonly type: GoogleType;
  readonly context: Context;
}

export type FunctionTranslator = (call: Call) => string;
export type FunctionTable = Readonly<Record<string, FunctionTranslator>>;
