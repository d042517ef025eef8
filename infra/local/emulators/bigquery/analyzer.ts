import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import path from "node:path";
import * as grpc from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { DECLARED_FUNCTIONS, FEATURES, REWRITES } from "./sql/language.ts";
import { Resolved } from "./sql/resolved.ts";
import { SqlError, Unsupported } from "./sql/unsupported.ts";
import { decode, googleSqlLiteral, type ProtoValue } from "./sql/values.ts";
import {
  fromProto,
  type GoogleType,
  type ProtoType,
  type TypedColumn,
  toProto,
  typeName,
  type Value,
} from "./types.ts";

/** A table or view that a statement names. */
export interface AnalyzerTable {
  /** The segments as the statement writes them, from `extractTableNames`. */
  readonly path: readonly string[];
  /** What the translation calls it, e.g. `project.dataset.table`. */
  readonly name: string;
  readonly columns: readonly AnalyzerColumn[];
}

export interface AnalyzerColumn extends TypedColumn {
  /** Left out of `*`, as `_TABLE_SUFFIX` is. */
  readonly pseudo?: boolean;
}

export interface AnalyzeOptions {
  /** Named parameters by lower-case name, or positional ones in order. */
  readonly parameters?: ReadonlyMap<string, GoogleType> | readonly GoogleType[];
  /** Script variables. */
  readonly variables?: ReadonlyMap<string, GoogleType>;
}

export interface Rows {
  readonly columns: readonly TypedColumn[];
  readonly rows: readonly (readonly Value[])[];
}

export interface SmallTable extends Omit<Rows, "columns"> {
  /** As the statement writes it between backticks. */
  readonly name: string;
  readonly columns: readonly TypedColumn[];
}

export interface TypedValue {
  readonly type: GoogleType;
  readonly value: Value;
}

export interface ScriptStatement {
  /** The parser's name of it, e.g. `query_statement`, `variable_declaration`. */
  readonly kind: string;
  readonly sql: string;
}

export interface Analyzer {
  /** Paths of the tables a statement names, each once, as written. @throws SqlError on a syntax error */
  extractTableNames(sql: string): Promise<readonly (readonly string[])[]>;
  /** @throws SqlError in BigQuery's form, with `at [line:column]` */
  analyze(sql: string, tables: readonly AnalyzerTable[], options?: AnalyzeOptions): Promise<Resolved>;
  /** Google's reference evaluator: what GoogleSQL itself answers. For tests. */
  evaluate(
    sql: string,
    tables?: readonly SmallTable[],
    parameters?: ReadonlyMap<string, TypedValue>,
  ): Promise<Rows>;
  /** The statements of a script, in order, with their text. */
  parseScript(sql: string): Promise<readonly ScriptStatement[]>;
  /** Process id of its own server; null where the server is shared. */
  readonly pid: number | null;
  close(): Promise<void>;
}

/** How the server is tied to us: our end of the pipe closes with us, however we die. */
const WATCHER = '"$1" localhost "$2" & server=$!; echo $server; cat >/dev/null; kill -9 $server';

const READY_ATTEMPTS = 400;
const READY_PAUSE_MS = 15;
const MAX_MESSAGE_BYTES = 512 * 1024 * 1024;

type Request = Readonly<Record<string, unknown>>;
type Response = Readonly<Record<string, unknown>>;
type Call = (method: string, request: Request) => Promise<Response>;

/** Names the port of a server that runs already, which several processes share: it keeps nothing between two calls. */
export const SHARED_ANALYZER_PORT = "GOOGLESQL_ANALYZER_PORT";

export interface AnalyzerServer {
  readonly port: number;
  readonly pid: number;
  close(): Promise<void>;
}

/**
 * Google's GoogleSQL analyzer, a gRPC server of the package `@fivetrandevelopers/zetasql`: a process of its own, unless
 * `SHARED_ANALYZER_PORT` names one, which `close()` then leaves running.
 * @throws Error when the platform has no such server or it does not answer
 */
export async function startAnalyzer(): Promise<Analyzer> {
  const shared = process.env[SHARED_ANALYZER_PORT];
  const server = shared === undefined ? await startAnalyzerServer() : null;
  const client = connect(server?.port ?? Number(shared));
  const close = async () => {
    client.close();
    await server?.close();
  };
  try {
    await untilReady(client.call);
    return analyzerOver(client.call, await languageOptions(client.call), server?.pid ?? null, close);
  } catch (error) {
    await close();
    throw error;
  }
}

/** The server alone; it may take a moment until it answers. @throws Error when the platform has no such server */
export async function startAnalyzerServer(): Promise<AnalyzerServer> {
  const suffix = `${process.arch.startsWith("arm") ? "_arm" : ""}${process.platform === "darwin" ? "" : ".so"}`;
  const port = await freePort();
  const watcher = spawn(
    "/bin/sh",
    ["-c", WATCHER, "sh", `${packageRoot()}/lib/zetasql/remote_server${suffix}`, String(port)],
    { stdio: ["pipe", "pipe", "ignore"], detached: true },
  );
  const ended = new Promise<void>((resolve) => watcher.once("close", () => resolve()));
  const pid = await new Promise<number>((resolve, reject) => {
    watcher.once("error", reject);
    watcher.stdout.once("data", (line: Buffer) => resolve(Number(line.toString())));
  });
  return {
    port,
    pid,
    async close() {
      watcher.stdin.end();
      await ended;
    },
  };
}

function packageRoot(): string {
  const require = createRequire(import.meta.url);
  return path.dirname(require.resolve("@fivetrandevelopers/zetasql/package.json"));
}

function connect(port: number): { call: Call; close: () => void } {
  const definitions = loadSync("local_service.proto", {
    keepCase: true,
    defaults: false,
    oneofs: true,
    enums: String,
    longs: String,
    includeDirs: [`${packageRoot()}/lib/zetasql/protos`],
  });
  const service = definitions[
    "zetasql.local_service.ZetaSqlLocalService"
  ] as unknown as grpc.ServiceDefinition;
  const Client = grpc.makeGenericClientConstructor(service, "ZetaSqlLocalService");
  const client = new Client(`localhost:${port}`, grpc.credentials.createInsecure(), {
    "grpc.max_send_message_length": MAX_MESSAGE_BYTES,
    "grpc.max_receive_message_length": MAX_MESSAGE_BYTES,
    "grpc.initial_reconnect_backoff_ms": 20,
    "grpc.min_reconnect_backoff_ms": 20,
    "grpc.max_reconnect_backoff_ms": 50,
  });
  const call: Call = (method, request) => {
    const definition = service[method];
    if (!definition) throw new Error(`the analyzer has no method ${method}`);
    return new Promise((resolve, reject) => {
      client.makeUnaryRequest(
        definition.path,
        definition.requestSerialize,
        definition.responseDeserialize,
        request,
        (error, response) => (error ? reject(error) : resolve(response as Response)),
      );
    });
  };
  return { call, close: () => client.close() };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no free port on 127.0.0.1");
  return address.port;
}

async function untilReady(call: Call): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      await call("FormatSql", { sql: "select 1" });
      return;
    } catch (error) {
      if (attempt >= READY_ATTEMPTS) {
        throw new Error(
          "the GoogleSQL analyzer does not start. It runs on Linux (glibc 2.29 or newer) and macOS, x64 and arm64.",
          { cause: error },
        );
      }
      await new Promise((resolve) => setTimeout(resolve, READY_PAUSE_MS));
    }
  }
}

async function languageOptions(call: Call): Promise<Request> {
  const options = await call("GetLanguageOptions", { maximum_features: true });
  const features = new Set([...((options.enabled_language_features as string[]) ?? []), ...FEATURES]);
  return {
    ...options,
    product_mode: "PRODUCT_EXTERNAL",
    name_resolution_mode: "NAME_RESOLUTION_DEFAULT",
    supported_statement_kinds: [],
    enabled_language_features: [...features],
  };
}

interface Catalog {
  readonly name: string;
  readonly table: { name: string; full_name?: string; serialization_id: number; column: unknown }[];
  readonly catalog: Catalog[];
}

/** Nested catalogs, one for each leading segment of a path. */
function catalogOf(tables: readonly AnalyzerTable[]): Catalog {
  const root: Catalog = { name: "root", table: [], catalog: [] };
  let serial = 1;
  for (const table of tables) {
    let level = root;
    for (const segment of table.path.slice(0, -1)) {
      let next = level.catalog.find((inner) => inner.name === segment);
      if (!next) {
        next = { name: segment, table: [], catalog: [] };
        level.catalog.push(next);
      }
      level = next;
    }
    const name = table.path.at(-1) ?? "";
    if (level.table.some((known) => known.name === name)) continue;
    const column = table.columns.map((c) => ({
      name: c.name,
      type: toProto(c.type),
      is_pseudo_column: c.pseudo === true,
    }));
    level.table.push({ name, full_name: table.name, serialization_id: serial++, column });
  }
  return root;
}

/** What BigQuery accepts and this release of the analyzer does not. */
const NEWER: readonly (readonly [RegExp, string])[] = [
  [/^GROUP BY ALL is not supported/, "GROUP BY ALL: name the columns"],
  [/^Syntax error: (Unexpected keyword FROM at \[1:1\]|.*\|>)/, "pipe syntax"],
];

/** `message [at 1:8]` → `message at [1:8]`, as BigQuery puts it. */
function sqlError(error: unknown): SqlError | Unsupported {
  const { details, message } = error as { details?: string; message?: string };
  const text = (details || message || "query failed").replace(/ \[at (\d+):(\d+)\]/, " at [$1:$2]");
  const newer = NEWER.find(([pattern]) => pattern.test(text));
  return newer ? new Unsupported(newer[1]) : new SqlError(text);
}

/** The analyzer does not list the table that an ALTER changes. */
const ALTERED =
  /^(?:\s|--[^\n]*\n|#[^\n]*\n|\/\*[\s\S]*?\*\/)*ALTER\s+(?:TABLE|VIEW)\s+(?:IF\s+EXISTS\s+)?((?:`[^`]+`|[\w-]+)(?:\s*\.\s*(?:`[^`]+`|[\w-]+))*)/i;

function analyzerOver(
  call: Call,
  language: Request,
  pid: number | null,
  close: () => Promise<void>,
): Analyzer {
  const builtin = { builtin_function_options: { language_options: language } };
  const evaluatorOptions = { language_options: language, default_timezone: "UTC" };
  const asked = async (method: string, request: Request): Promise<Response> => {
    try {
      return await call(method, request);
    } catch (error) {
      throw sqlError(error);
    }
  };

  const query = async (request: Request): Promise<Rows & { readonly content: readonly RawRow[] }> => {
    const response = await asked("EvaluateQuery", request);
    const { columns = [] } = (response.prepared ?? {}) as {
      columns?: { name?: string; type: ProtoType }[];
    };
    const { table_data } = (response.content ?? {}) as { table_data?: { row?: RawRow[] } };
    const content = table_data?.row ?? [];
    return {
      columns: columns.map((column) => ({ name: column.name ?? "", type: fromProto(column.type) })),
      rows: content.map((row) => columns.map((column, i) => decode(row.cell?.[i], column.type))),
      content,
    };
  };

  /** The evaluator itself turns literals into the values that travel to it. */
  const encode = (types: readonly GoogleType[], rows: readonly (readonly Value[])[]) => {
    const name = `STRUCT<${types.map((type, i) => `c${i} ${typeName(type)}`).join(", ")}>`;
    const tuples = rows.map(
      (row) =>
        `STRUCT(${types.map((type, i) => googleSqlLiteral(row[i] ?? null, type, typeName)).join(", ")})`,
    );
    const sql = `SELECT t.* FROM UNNEST(ARRAY<${name}>[${tuples.join(", ")}]) t WITH OFFSET n ORDER BY n`;
    return query({ sql, options: evaluatorOptions, simple_catalog: { name: "root", ...builtin } });
  };

  return {
    pid,
    close,
    async extractTableNames(sql) {
      const response = await asked("ExtractTableNamesFromStatement", {
        sql_statement: sql,
        options: language,
      });
      const listed = (response.table_name ?? []) as { table_name_segment: string[] }[];
      const altered = ALTERED.exec(sql)?.[1]?.match(/`[^`]+`|[\w-]+/g);
      const paths = listed.map((name) => name.table_name_segment);
      if (altered) paths.push(altered.map((segment) => segment.replaceAll("`", "")));
      return paths;
    },
    async analyze(sql, tables, options = {}) {
      const parameters = options.parameters ?? new Map<string, GoogleType>();
      const positional = Array.isArray(parameters);
      const constant = [...(options.variables ?? [])].map(([name, type]) => ({
        name_path: [name],
        type: toProto(type),
        value: {},
      }));
      const response = await asked("Analyze", {
        sql_statement: sql,
        simple_catalog: { ...catalogOf(tables), ...builtin, custom_function: DECLARED_FUNCTIONS, constant },
        options: {
          language_options: language,
          prune_unused_columns: true,
          error_message_mode: "ERROR_MESSAGE_ONE_LINE",
          default_timezone: "UTC",
          parameter_mode: positional ? "PARAMETER_POSITIONAL" : "PARAMETER_NAMED",
          query_parameters: positional
            ? []
            : [...(parameters as ReadonlyMap<string, GoogleType>)].map(([name, type]) => ({
                name,
                type: toProto(type),
              })),
          positional_query_parameters: positional ? parameters.map(toProto) : [],
          enabled_rewrites: REWRITES,
          ddl_pseudo_columns: [
            { name: "_PARTITIONDATE", type: toProto({ kind: "DATE" }) },
            { name: "_PARTITIONTIME", type: toProto({ kind: "TIMESTAMP" }) },
          ],
        },
      });
      return new Resolved(response.resolved_statement);
    },
    async evaluate(sql, tables = [], parameters = new Map()) {
      const content: Record<string, unknown> = {};
      const declared = [];
      for (const [index, table] of tables.entries()) {
        const encoded = await encode(
          table.columns.map((column) => column.type),
          table.rows,
        );
        content[table.name] = { table_data: { row: encoded.content } };
        const column = table.columns.map((c) => ({ name: c.name, type: toProto(c.type) }));
        declared.push({ name: table.name, serialization_id: index + 1, column });
      }
      const names = [...parameters];
      const values = names.map(([, parameter]) => parameter);
      const given =
        values.length === 0
          ? undefined
          : (
              await encode(
                values.map((parameter) => parameter.type),
                [values.map((parameter) => parameter.value)],
              )
            ).content[0];
      const { columns, rows } = await query({
        sql,
        options: {
          ...evaluatorOptions,
          query_parameters: names.map(([name, { type }]) => ({ name, type: toProto(type) })),
        },
        simple_catalog: { name: "root", ...builtin, table: declared },
        table_content: content,
        params: names.map(([name], i) => ({ name, value: given?.cell?.[i] })),
      });
      return { columns, rows };
    },
    async parseScript(sql) {
      const response = await asked("Parse", { sql_statement: sql, allow_script: true, options: language });
      const script = new Resolved(response.parsed_script);
      const source = Buffer.from(sql);
      return script
        .child("statement_list_node")
        .children("statement_list")
        .map((statement) => {
          const range = statement.child("parse_location_range");
          const text = source.subarray(Number(range.text("start")), Number(range.text("end"))).toString();
          return { kind: statement.kind.replace(/^ast_/, ""), sql: text };
        });
    },
  };
}

interface RawRow {
  readonly cell?: readonly ProtoValue[];
}
