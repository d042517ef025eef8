import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Unsupported } from "../../../../infra/local/emulators/bigquery/sql/unsupported.ts";
import {
  difference,
  type GoogleSql,
  type SmallDatabase,
  startGoogleSql,
} from "../../../support/googlesql.ts";
import { EXPRESSIONS } from "./expressions.ts";

let sql: GoogleSql;
let database: SmallDatabase;
const counts = new Map<string, number>();

beforeAll(async () => {
  sql = await startGoogleSql();
  database = await sql.open();
});

afterAll(async () => {
  const counted = [...counts].map(([verdict, count]) => `${count} ${verdict}`);
  console.log(`expressions: ${EXPRESSIONS.length}, ${counted.join(", ")}`);
  database.close();
  await sql.close();
});

const note = (verdict: string): void => {
  counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
};

describe("an expression means locally what it means to Google's evaluator, or is refused by name", () => {
  test.each(EXPRESSIONS)("%s", async (expression) => {
    const statement = `SELECT ${expression} AS x`;
    const [local, oracle] = await Promise.allSettled([
      database.rows(statement),
      sql.evaluateWithOracle({ sql: statement }),
    ]);
    if (local.status === "rejected" && local.reason instanceof Unsupported) {
      note("refused by name");
      return;
    }
    if (oracle.status === "rejected") {
      note("fail in both");
      expect(local.status).toBe("rejected");
      return;
    }
    if (local.status === "rejected") throw local.reason;
    note("agree");
    expect(difference(local.value, oracle.value)).toBeNull();
  });
});
