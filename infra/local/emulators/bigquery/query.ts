import type { Analyzer } from "./analyzer.ts";
import { fromSelect } from "./append.ts";
import { type BytesEstimate, estimateBytes } from "./bytes.ts";
import type { Field } from "./catalog.ts";
import { runDefinition } from "./ddl.ts";
import { BigQueryError, invalid, invalidQuery, notSupported } from "./errors.ts";
import type { JobRecord, Outcome, Work } from "./jobs.ts";
import { physicalTable, type TableId, tableName } from "./names.ts";
import { neededColumns } from "./needed-columns.ts";
import type { Parameters } from "./parameters.ts";
import type { Relation } from "./relation.ts";
import { completeTableId, expandedEnvironment, resolveAll, type Scene } from "./relations.ts";
import { ResultRows } from "./result-rows.ts";
import { runDml } from "./run-dml.ts";
import { translate } from "./sql/translate.ts";
import type { Scan, Translated } from "./sql/translated.ts";
import { SqlError, Unsupported } from "./sql/unsupported.ts";
import { quoteIdentifier, type TypedColumn, toField } from "./types.ts";
import type { NewTable, Warehouse, WriteTarget } from "./warehouse.ts";

export interface QueryRequest {
  readonly sql: string;
  readonly project: string;
  /** What SESSION_USER() answers. */
  readonly user: string;
  readonly defaultDataset: Omit<TableId, "table"> | undefined;
  readonly location: string | undefined;
  readonly parameters: Parameters;
  readonly maximumBytesBilled: number | undefined;
  /** Table that takes the rows of a SELECT. */
  readonly destination: Destination | undefined;
}

export interface Destination extends WriteTarget {
  /** Partitioning and clustering of a table to be made. */
  readonly definition: Omit<NewTable, "fields">;
}

/** What every statement works with. */
export interface Session {
  readonly warehouse: Warehouse;
  readonly analyzer: Analyzer;
  readonly clock: () => Date;
  readonly jobs: () => readonly JobRecord[];
  readonly isDenied: Scene["isDenied"];
}

/** One analyzed statement and what it may touch. */
export interface Statement {
  readonly translated: Translated;
  readonly scene: Scene;
  readonly relations: readonly Relation[];
  /** Columns of each table that count as read; undefined: all that its scans name. */
  readonly needed: ReadonlyMap<string, ReadonlySet<string>> | undefined;
}

/** Analyzes a query job: everything that can be refused before it runs, and the bytes it will read. */
export async function planQuery(session: Session, request: QueryRequest): Promise<Work> {
  const statements = await splitScript(session.analyzer, request.sql);
  const [only] = statements;
  if (statements.length > 1 || only === undefined) return planScript(session, request, statements);
  return planStatement(session, { ...request, sql: only });
}

async function splitScript(analyzer: Analyzer, sql: string): Promise<readonly string[]> {
  if (!/;[\s;]*\S/.test(sql)) return [sql];
  const statements = await clean(() => analyzer.parseScript(sql));
  const procedural = statements.find(({ kind }) => PROCEDURAL.test(kind));
  if (procedural) {
    const [first = ""] = procedural.sql.trim().split(/\s/, 1);
    throw notSupported(`${first.toUpperCase()} in a script`);
  }
  return statements.map((statement) => statement.sql);
}

/** The parser's names of statements of the procedural language. */
const PROCEDURAL =
  /^(?:variable_declaration|single_assignment|assignment_from_struct|parameter_assignment|system_variable_assignment|if|case|while|repeat|for_in|begin_end|break|continue|return|raise|execute_immediate|call)(?:_|$)/;

/** Statements run one after another; each is analyzed when its turn comes, since one may need the table of another. */
async function planScript(
  session: Session,
  request: QueryRequest,
  statements: readonly string[],
): Promise<Work> {
  if (request.destination) throw invalid("A script cannot have a destination table.");
  return {
    location: request.location ?? "US",
    planned: { statementType: "SCRIPT", bytesProcessed: 0, bytesBilled: 0, referencedTables: [] },
    async run() {
      let last: Outcome = { bytesProcessed: 0, bytesBilled: 0, referencedTables: [] };
      let bytesProcessed = 0;
      let bytesBilled = 0;
      for (const sql of statements) {
        const work = await planStatement(session, { ...request, sql });
        last = await work.run();
        bytesProcessed += last.bytesProcessed;
        bytesBilled += last.bytesBilled;
      }
      return { ...last, statementType: "SCRIPT", bytesProcessed, bytesBilled };
    },
  };
}

async function planStatement(session: Session, request: QueryRequest): Promise<Work> {
  const statement = await clean(() => analyzeStatement(session, request));
  const { translated, scene } = statement;
  const scans = "scans" in translated ? translated.scans : [];
  const estimate = await estimateBytes(
    countedScans(scans, translated, statement),
    scene.found,
    session.warehouse,
  );
  refuseOverLimit(estimate, request.maximumBytesBilled);
  const planned: Outcome = {
    statementType: translated.kind,
    bytesProcessed: estimate.processed,
    bytesBilled: estimate.billed,
    referencedTables: tablesBelow(scene),
    ...destinationOf(request, statement),
    ...("schema" in translated ? { fields: resultFields(translated.schema) } : {}),
  };
  return {
    location: scene.location ?? "US",
    planned,
    run: () => clean(async () => ({ ...planned, ...(await runStatement(session, request, statement)) })),
  };
}

/**
 * As BigQuery does, by what its users report (its documentation does not say): of a query over a view the tables
 * below it, and not the view.
 */
function tablesBelow({ found }: Scene): readonly TableId[] {
  const members = [...found.values()].flatMap((relation) => relation.members);
  return [...new Map(members.map((table) => [tableName(table), table])).values()];
}

/** None for a SELECT without a table to fill: the anonymous ones that BigQuery keeps for a day are not made here. */
function destinationOf(
  request: QueryRequest,
  { translated, scene }: Statement,
): Pick<Outcome, "destination"> {
  if (request.destination) return { destination: request.destination.table };
  if (translated.kind === "CREATE_TABLE_AS_SELECT") {
    return { destination: completeTableId(translated.path, scene) };
  }
  const target = "target" in translated ? scene.found.get(translated.target)?.entry : null;
  return target ? { destination: target } : {};
}

export async function analyzeStatement(session: Session, request: QueryRequest): Promise<Statement> {
  const { analyzer, warehouse } = session;
  const { sql, parameters } = request;
  const scene: Scene = {
    warehouse,
    analyzer,
    jobs: session.jobs,
    project: request.project,
    user: request.user,
    defaultDataset: request.defaultDataset,
    location: request.location,
    now: session.clock(),
    isDenied: session.isDenied,
    found: new Map(),
    views: [],
  };
  const { tables, relations } = await resolveAll(await analyzer.extractTableNames(sql), scene);
  const types =
    parameters instanceof Map
      ? new Map([...parameters].map(([name, { type }]) => [name, type]))
      : [...parameters.values()].map(({ type }) => type);
  const resolved = await analyzer.analyze(sql, tables, { parameters: types });
  const parameter = (name: string | number) =>
    parameters instanceof Map
      ? parameters.get(String(name).toLowerCase())
      : [...parameters.values()][Number(name) - 1];
  const environment = await expandedEnvironment(resolved, relations, scene, parameter);
  const translated = translate(resolved, environment);
  return { translated, scene, relations, needed: neededColumns(resolved, environment) };
}

export function resultFields(columns: readonly TypedColumn[]): Field[] {
  return columns.map((column, i) =>
    toField(column.name.startsWith("$") ? `f${i}_` : column.name, column.type),
  );
}

/** The scans with the columns that BigQuery counts: of an UPDATE, DELETE or MERGE its whole target. */
function countedScans(
  scans: readonly Scan[],
  translated: Translated,
  { scene, needed }: Statement,
): readonly Scan[] {
  if (needed) {
    return scans.map((scan) => {
      const columns = needed.get(scan.table);
      return { ...scan, columns: scan.columns.filter((column) => columns?.has(column)) };
    });
  }
  if (translated.kind !== "UPDATE" && translated.kind !== "DELETE" && translated.kind !== "MERGE")
    return scans;
  const entry = scene.found.get(translated.target)?.entry;
  const columns = entry?.fields.map((field) => field.name) ?? [];
  const ofTarget = scans.filter((scan) => scan.table === translated.target);
  const whole = ofTarget.length > 0 ? ofTarget : [{ table: translated.target, columns, filters: [] }];
  return [
    ...scans.filter((scan) => scan.table !== translated.target),
    ...whole.map((s) => ({ ...s, columns })),
  ];
}

function refuseOverLimit(estimate: BytesEstimate, limit: number | undefined): void {
  if (limit === undefined || estimate.billed <= limit) return;
  throw new BigQueryError(
    400,
    "bytesBilledLimitExceeded",
    `Query exceeded limit for bytes billed: ${limit}. ${estimate.billed} or higher required.`,
  );
}

async function runStatement(
  session: Session,
  request: QueryRequest,
  { translated, scene }: Statement,
): Promise<Partial<Outcome>> {
  const { warehouse } = session;
  const now = session.clock();
  if (request.destination && translated.kind !== "SELECT") {
    throw invalid("Only a SELECT may have a destination table.");
  }
  switch (translated.kind) {
    case "SELECT": {
      const fields = resultFields(translated.schema);
      const { destination } = request;
      if (destination) {
        const definition = { ...destination.definition, fields };
        await warehouse.write(destination, definition, now, fromSelect(translated.sql, fields));
      }
      // The rows of a job with a destination are those of its table.
      const sql = destination ? allRows(destination.table, fields) : translated.sql;
      const rows = await warehouse.database.use((connection) => ResultRows.of(connection, sql));
      return { fields, rows };
    }
    case "INSERT":
    case "UPDATE":
    case "DELETE":
    case "MERGE":
    case "TRUNCATE_TABLE":
      return runDml(session.warehouse, translated, scene, now);
    case "ASSERT":
      await warehouse.database.use((connection) => connection.run(translated.sql));
      return {};
    case "BEGIN_TRANSACTION":
    case "COMMIT_TRANSACTION":
    case "ROLLBACK_TRANSACTION":
      throw notSupported("transactions");
    default:
      return runDefinition(warehouse, translated, scene, now);
  }
}

function allRows(table: TableId, fields: readonly Field[]): string {
  const names = fields.map((field) => quoteIdentifier(field.name)).join(", ");
  return `SELECT ${names} FROM ${physicalTable(table)}`;
}

/** Errors of the translator and of DuckDB in the API's shape. */
export async function clean<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof BigQueryError) throw error;
    if (error instanceof SqlError || error instanceof Unsupported) throw invalidQuery(error.message);
    const message = error instanceof Error ? error.message : String(error);
    const ofDuckDb =
      /^(?:Invalid Input|Conversion|Out of Range|Constraint|Binder|Parser|Catalog|[A-Z][\w ]*) Error: /;
    if (!ofDuckDb.test(message)) throw error;
    throw invalidQuery(message.replace(ofDuckDb, "").split("\n")[0] ?? message);
  }
}
