import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Rows, SmallTable, TypedValue } from "../../../../infra/local/emulators/bigquery/analyzer.ts";
import { Unsupported } from "../../../../infra/local/emulators/bigquery/sql/unsupported.ts";
import {
  arrayOf,
  type GoogleType,
  type ScalarKind,
  scalar,
} from "../../../../infra/local/emulators/bigquery/types.ts";
import {
  difference,
  type GoogleSql,
  type SmallDatabase,
  startGoogleSql,
} from "../../../support/googlesql.ts";
import { CORPUS, type CorpusStatement, SEEDS } from "./corpus.ts";

let sql: GoogleSql;
let seeds: SmallTable[];
/** Shared by the statements that only read. */
let shared: SmallDatabase;
const verdicts = new Map<string, string[]>();

beforeAll(async () => {
  sql = await startGoogleSql();
  seeds = [];
  for (const [name, query] of Object.entries(SEEDS)) {
    seeds.push({ name, ...(await sql.analyzer.evaluate(query)) });
  }
  shared = await sql.open([...seeds, ...METADATA]);
});

afterAll(async () => {
  shared.close();
  const counts = [...verdicts].map(([verdict, names]) => `${names.length} ${verdict}`);
  const refused = verdicts.get("refused by name") ?? [];
  console.log(`corpus: ${CORPUS.length} statements, ${counts.join(", ")}\nrefused: ${refused.join("; ")}`);
  await sql.close();
});

const note = (verdict: string, name: string) =>
  verdicts.set(verdict, [...(verdicts.get(verdict) ?? []), name]);

const text = (name: string) => ({ name, type: scalar("STRING") });
const count = (name: string) => ({ name, type: scalar("INT64") });

/** The catalog's own tables, as an environment gives them: for these statements only. */
const METADATA: readonly SmallTable[] = [
  {
    name: "demo.shop.INFORMATION_SCHEMA.TABLES",
    columns: [text("table_name"), text("table_type")],
    rows: [
      ["users", "BASE TABLE"],
      ["target", "BASE TABLE"],
      ["events", "BASE TABLE"],
    ],
  },
  {
    name: "region-eu.INFORMATION_SCHEMA.TABLE_STORAGE",
    columns: [text("table_name"), count("total_rows")],
    rows: [
      ["users", "10"],
      ["target", "4"],
    ],
  },
  {
    name: "demo.shop.INFORMATION_SCHEMA.COLUMNS",
    columns: [text("table_name"), text("column_name"), count("ordinal_position"), text("data_type")],
    rows: [
      ["target", "updated", "4", "TIMESTAMP"],
      ["target", "id", "1", "INT64"],
      ["users", "user_id", "1", "STRING"],
      ["target", "qty", "3", "INT64"],
      ["target", "name", "2", "STRING"],
    ],
  },
  {
    name: "demo.shop.__TABLES__",
    columns: [text("table_id"), count("row_count")],
    rows: [
      ["users", "10"],
      ["target", "4"],
    ],
  },
];

function parameterType(name: string): GoogleType {
  const element = /^ARRAY<(\w+)>$/.exec(name)?.[1];
  return element ? arrayOf(scalar(element as ScalarKind)) : scalar(name as ScalarKind);
}

const parametersOf = ({ parameters = {} }: CorpusStatement): ReadonlyMap<string, TypedValue> =>
  new Map(
    Object.entries(parameters).map(([name, [type, value]]) => [name, { type: parameterType(type), value }]),
  );

/** Control flow belongs to an engine; a plain sequence of statements does not need one. */
async function runScript(database: SmallDatabase, script: string): Promise<Rows | null> {
  let last: Rows | null = null;
  for (const statement of await sql.analyzer.parseScript(script)) {
    if (/declaration|assignment|if_statement|loop|while|begin_end/.test(statement.kind)) {
      throw new Unsupported(`scripting, ${statement.kind}`);
    }
    if (statement.kind === "query_statement") last = await database.rows(statement.sql);
    else await database.execute(statement.sql);
  }
  return last;
}

async function agree(statement: CorpusStatement, database: SmallDatabase): Promise<void> {
  if (statement.error) {
    await expect(runScript(database, statement.sql)).rejects.toThrow(statement.error);
  } else if (statement.check) {
    await runScript(database, statement.sql);
    expect((await database.rows(statement.check)).rows).toEqual(statement.expect);
  } else if (statement.rows !== undefined) {
    expect((await runScript(database, statement.sql))?.rows ?? null).toEqual(statement.rows);
  } else {
    const local = await database.rows(statement.sql, parametersOf(statement));
    const oracle = await sql.analyzer.evaluate(statement.oracle ?? statement.sql, seeds);
    expect(difference(local, oracle)).toBeNull();
  }
}

describe("each statement of the corpus agrees with Google's evaluator or is refused by name", () => {
  for (const statement of CORPUS) {
    test(statement.name, async () => {
      const changes = statement.check !== undefined;
      const database = changes ? await sql.open([...seeds, ...METADATA]) : shared;
      try {
        await agree(statement, database);
        note("agree", statement.name);
      } catch (error) {
        if (!(error instanceof Unsupported)) {
          note("DIFFERENT", statement.name);
          throw error;
        }
        expect(error.message).toMatch(/^not supported by the local BigQuery: \S/);
        note("refused by name", `${statement.name} (${error.message.replace(/^.*?: /, "")})`);
      } finally {
        if (changes) database.close();
      }
    });
  }
});
