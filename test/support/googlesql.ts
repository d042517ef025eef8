import { type DuckDBConnection, DuckDBInstance, type DuckDBValue } from "@duckdb/node-api";
import {
  type Analyzer,
  type AnalyzerTable,
  type Rows,
  type SmallTable,
  startAnalyzer,
  type TypedValue,
} from "../../infra/local/emulators/bigquery/analyzer.ts";
import type { Environment, PhysicalTable } from "../../infra/local/emulators/bigquery/sql/environment.ts";
import { prepareConnection, translate } from "../../infra/local/emulators/bigquery/sql/translate.ts";
import type { Translated } from "../../infra/local/emulators/bigquery/sql/translated.ts";
import { decimalText, literal } from "../../infra/local/emulators/bigquery/sql/values.ts";
import {
  duckdbType,
  type GoogleType,
  memberName,
  quoteIdentifier,
  quoteLiteral,
  type Value,
} from "../../infra/local/emulators/bigquery/types.ts";

export interface SqlCase {
  readonly sql: string;
  /** Tables by the name the statement puts between backticks, `project.dataset.table`. */
  readonly tables?: readonly SmallTable[];
  /** By lower-case name; positional ones by their number from 1. */
  readonly parameters?: ReadonlyMap<string, TypedValue>;
  /** What CURRENT_TIMESTAMP() answers locally; the evaluator has its own clock. */
  readonly now?: Date;
}

/** Small tables → rows, once through DuckDB and once through Google's reference evaluator. */
export interface GoogleSql {
  readonly analyzer: Analyzer;
  /** A database that holds the tables and keeps what statements change. */
  open(tables?: readonly SmallTable[]): Promise<SmallDatabase>;
  /** @throws Unsupported, SqlError, or DuckDB's error */
  runLocally(test: SqlCase): Promise<Rows>;
  evaluateWithOracle(test: SqlCase): Promise<Rows>;
  close(): Promise<void>;
}

export async function startGoogleSql(): Promise<GoogleSql> {
  const analyzer = await startAnalyzer();
  const open = (tables: readonly SmallTable[] = []) => SmallDatabase.open(analyzer, tables);
  return {
    analyzer,
    open,
    async runLocally({ sql, tables, parameters, now }) {
      const database = await open(tables);
      try {
        return await database.rows(sql, parameters, now);
      } finally {
        database.close();
      }
    },
    evaluateWithOracle: ({ sql, tables, parameters }) => analyzer.evaluate(sql, tables, parameters),
    close: () => analyzer.close(),
  };
}

const NO_PARAMETERS: ReadonlyMap<string, TypedValue> = new Map();
const NOW = new Date("2026-02-08T12:00:00Z");

/** Just enough of a catalog to run statements one after another. */
export class SmallDatabase {
  readonly #analyzer: Analyzer;
  readonly #instance: DuckDBInstance;
  readonly #connection: DuckDBConnection;
  readonly #tables = new Map<string, PhysicalTable>();

  private constructor(analyzer: Analyzer, instance: DuckDBInstance, connection: DuckDBConnection) {
    this.#analyzer = analyzer;
    this.#instance = instance;
    this.#connection = connection;
  }

  static async open(analyzer: Analyzer, tables: readonly SmallTable[]): Promise<SmallDatabase> {
    const instance = await DuckDBInstance.create(":memory:");
    const connection = await instance.connect();
    await prepareConnection(connection);
    const database = new SmallDatabase(analyzer, instance, connection);
    for (const table of tables) await database.#create(table);
    return database;
  }

  close(): void {
    this.#connection.closeSync();
    this.#instance.closeSync();
  }

  async #create({ name, columns, rows }: SmallTable): Promise<void> {
    const list = columns.map((column) => `${quoteIdentifier(column.name)} ${duckdbType(column.type)}`);
    await this.#connection.run(`CREATE TABLE ${quoteIdentifier(name)} (${list.join(", ")})`);
    this.#tables.set(name, { from: quoteIdentifier(name), columns });
    if (rows.length === 0) return;
    const tuples = rows.map(
      (row) => `(${columns.map((column, i) => literal(row[i] ?? null, column.type)).join(", ")})`,
    );
    await this.#connection.run(`INSERT INTO ${quoteIdentifier(name)} VALUES ${tuples.join(", ")}`);
  }

  #resolve(path: readonly string[]): PhysicalTable {
    const name = path.join(".");
    const known = this.#tables.get(name);
    if (known) return known;
    const prefix = name.endsWith("*") ? name.slice(0, -1) : null;
    const shards = [...this.#tables].filter(([table]) => prefix !== null && table.startsWith(prefix));
    const [first] = shards;
    if (prefix === null || !first) throw new Error(`Not found: Table ${name}`);
    const selects = shards.map(
      ([table, { from }]) =>
        `SELECT *, ${quoteLiteral(table.slice(prefix.length))} AS "_TABLE_SUFFIX" FROM ${from}`,
    );
    const columns = [
      ...first[1].columns,
      { name: "_TABLE_SUFFIX", type: { kind: "STRING" as const }, pseudo: true },
    ];
    return { from: `(${selects.join(" UNION ALL ")})`, columns };
  }

  async translated(sql: string, parameters = NO_PARAMETERS, now = NOW): Promise<Translated> {
    const paths = await this.#analyzer.extractTableNames(sql);
    const resolved = new Map(paths.map((path) => [path.join("."), this.#resolve(path)]));
    const tables: AnalyzerTable[] = paths.map((path) => ({
      path,
      name: path.join("."),
      columns: resolved.get(path.join("."))?.columns ?? [],
    }));
    const positional = parameters.size > 0 && [...parameters.keys()].every((name) => /^\d+$/.test(name));
    const types = new Map([...parameters].map(([name, { type }]) => [name, type]));
    const statement = await this.#analyzer.analyze(sql, tables, {
      parameters: positional ? [...types.values()] : types,
    });
    const environment: Environment = {
      table: (name) => resolved.get(name) ?? { from: name, columns: [] },
      parameter: (name) => {
        const parameter = parameters.get(String(name));
        if (!parameter) throw new Error(`no parameter ${name}`);
        return parameter;
      },
      now,
      user: "local@localhost",
    };
    return translate(statement, environment);
  }

  /** Rows of a SELECT. */
  async rows(sql: string, parameters = NO_PARAMETERS, now = NOW): Promise<Rows> {
    const statement = await this.translated(sql, parameters, now);
    if (statement.kind !== "SELECT") throw new Error(`${statement.kind} has no rows`);
    const read = await this.#connection.runAndReadAll(statement.sql);
    const rows = read
      .getRows()
      .map((row) => statement.schema.map(({ type }, i) => canonical(row[i] ?? null, type)));
    return { columns: statement.schema, rows };
  }

  /** Runs any statement; the number of rows DML affects. */
  async execute(sql: string, parameters = NO_PARAMETERS): Promise<number> {
    const statement = await this.translated(sql, parameters);
    switch (statement.kind) {
      case "INSERT":
      case "UPDATE":
      case "DELETE":
      case "MERGE":
      case "TRUNCATE_TABLE": {
        for (const check of statement.checks) await this.#connection.runAndReadAll(check);
        const read = await this.#connection.runAndReadAll(statement.sql);
        return Number(read.getRows()[0]?.[0] ?? 0);
      }
      case "CREATE_TABLE": {
        const copied = statement.from ? this.#resolve(statement.from.table.split(".")) : null;
        const columns = copied?.columns ?? statement.columns;
        await this.#create({ name: statement.path.join("."), columns, rows: [] });
        if (copied)
          await this.#connection.run(
            `INSERT INTO ${quoteIdentifier(statement.path.join("."))} FROM ${copied.from}`,
          );
        return 0;
      }
      case "CREATE_TABLE_AS_SELECT": {
        const name = statement.path.join(".");
        await this.#connection.run(`CREATE TABLE ${quoteIdentifier(name)} AS ${statement.sql}`);
        this.#tables.set(name, { from: quoteIdentifier(name), columns: statement.schema });
        return 0;
      }
      case "CREATE_VIEW": {
        const select = await this.translated(statement.query);
        if (select.kind !== "SELECT") throw new Error("a view is a SELECT");
        this.#tables.set(statement.path.join("."), { from: `(${select.sql})`, columns: statement.schema });
        return 0;
      }
      case "ALTER_TABLE": {
        const name = statement.path.join(".");
        const table = this.#resolve(statement.path);
        for (const action of statement.actions) {
          if (action.kind !== "ADD_COLUMN") continue;
          const { column } = action;
          await this.#connection.run(
            `ALTER TABLE ${table.from} ADD COLUMN ${quoteIdentifier(column.name)} ${duckdbType(column.type)}`,
          );
          this.#tables.set(name, {
            ...table,
            columns: [...table.columns, { name: column.name, type: column.type }],
          });
        }
        return 0;
      }
      case "SELECT":
      case "ASSERT":
      case "BEGIN_TRANSACTION":
      case "COMMIT_TRANSACTION":
      case "ROLLBACK_TRANSACTION":
        await this.#connection.runAndReadAll(statement.sql);
        return 0;
      default:
        return 0;
    }
  }
}

interface Held {
  readonly value: bigint;
  readonly scale: number;
  readonly days: number;
  readonly micros: bigint;
  readonly bytes: Uint8Array;
  readonly items: readonly DuckDBValue[];
  readonly entries: Readonly<Record<string, DuckDBValue>>;
}

function civil(micros: bigint): string {
  const rest = ((micros % 1_000_000n) + 1_000_000n) % 1_000_000n;
  const seconds = Number((micros - rest) / 1_000_000n);
  const text = new Date(seconds * 1000).toISOString().slice(0, 19);
  return rest === 0n ? text : `${text}.${String(rest).padStart(6, "0")}`;
}

/** A value of DuckDB's in the form of `Value`, as the evaluator's are decoded. */
function canonical(value: DuckDBValue, type: GoogleType): Value {
  if (value === null) return null;
  const held = value as unknown as Held;
  switch (type.kind) {
    case "ARRAY":
      return held.items.map((item) => canonical(item, type.element));
    case "STRUCT":
      return type.members.map((member, i) =>
        canonical(held.entries[memberName(member, i)] ?? null, member.type),
      );
    case "NUMERIC":
      return decimalText(held.value, held.scale);
    case "DATE":
      return new Date(held.days * 86_400_000).toISOString().slice(0, 10);
    case "TIMESTAMP":
      return `${civil(held.micros).replace("T", " ")}+00`;
    case "DATETIME":
      return civil(held.micros);
    case "TIME":
      return civil(held.micros).slice(11);
    case "BYTES":
      return Buffer.from(held.bytes).toString("base64");
    case "FLOAT64":
      return Object.is(value, -0) ? "-0" : String(value);
    default:
      return String(value);
  }
}

const NUMBER = /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i;

/** Equal, or the same FLOAT64 but for the order in which it was summed. */
function close(a: Value, b: Value, type: GoogleType): boolean {
  if (a === null || b === null) return a === b;
  if (Array.isArray(a) && Array.isArray(b)) {
    if (a.length !== b.length) return false;
    return a.every((item, i) => {
      const inner =
        type.kind === "ARRAY" ? type.element : type.kind === "STRUCT" ? type.members[i]?.type : type;
      return close(item, b[i] ?? null, inner ?? type);
    });
  }
  if (a === b) return true;
  if (type.kind !== "FLOAT64" || !NUMBER.test(String(a)) || !NUMBER.test(String(b))) return false;
  return Math.abs(Number(a) - Number(b)) <= 1e-12 * Math.max(Math.abs(Number(a)), 1);
}

/** What differs between two results, in words; null when nothing does. A NULL array is an empty one in a result. */
export function difference(local: Rows, oracle: Rows): string | null {
  const types = (rows: Rows) => JSON.stringify(rows.columns.map((column) => column.type));
  if (types(local) !== types(oracle)) return `types ${types(local)} instead of ${types(oracle)}`;
  if (local.rows.length !== oracle.rows.length) {
    return `${local.rows.length} rows instead of ${oracle.rows.length}`;
  }
  for (const [r, row] of local.rows.entries()) {
    for (const [c, column] of local.columns.entries()) {
      const expected = asResult(oracle.rows[r]?.[c] ?? null, column.type);
      const found = row[c] ?? null;
      if (!close(found, expected, column.type)) {
        return `row ${r}, ${column.name}: ${JSON.stringify(found)} instead of ${JSON.stringify(expected)}`;
      }
    }
  }
  return null;
}

function asResult(value: Value, type: GoogleType): Value {
  if (type.kind === "ARRAY")
    return Array.isArray(value) ? value.map((item) => asResult(item, type.element)) : [];
  if (type.kind !== "STRUCT" || !Array.isArray(value)) return value;
  return type.members.map((member, i) => asResult(value[i] ?? null, member.type));
}
