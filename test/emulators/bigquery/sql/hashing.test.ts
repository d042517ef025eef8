import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { SmallTable } from "../../../../infra/local/emulators/bigquery/analyzer.ts";
import { scalar } from "../../../../infra/local/emulators/bigquery/types.ts";
import { difference, type GoogleSql, startGoogleSql } from "../../../support/googlesql.ts";

const text = (name: string) => ({ name, type: scalar("STRING") });

/** Rows that repeat, values that are missing, empty or of several bytes a character. */
const ORDERS: SmallTable = {
  name: "ads.orders",
  columns: [
    { name: "id", type: scalar("INT64") },
    text("email"),
    text("phone"),
    text("digest"),
    { name: "seen", type: scalar("TIMESTAMP") },
  ],
  rows: [
    ["1", " Ann@Example.com ", "+49 30 1234", null, "2026-02-05 12:00:00.123456+00"],
    ["2", "ann@example.com", null, null, "2026-02-05 12:00:00.120000+00"],
    ["3", null, "030/1234", null, "2026-02-05 12:00:00+00"],
    ["4", "", "", "kept", null],
    ["5", "žofie@exämple.cz", "0", null, "1969-12-31 23:59:59.999999+00"],
    ["5", "žofie@exämple.cz", "0", null, "2026-02-06 00:00:00+00"],
  ],
};

const STAGED: SmallTable = {
  name: "ops.staged",
  columns: [
    { name: "id", type: scalar("INT64") },
    text("digest"),
    { name: "seq", type: scalar("INT64") },
    { name: "seen", type: scalar("TIMESTAMP") },
  ],
  rows: [
    ["1", "h1-old", "1", "2026-02-05 12:00:00.123456+00"],
    ["1", "h1-new", "2", "2026-02-05 12:00:00.123456+00"],
    ["3", "h3", "1", "2026-02-05 12:00:00+00"],
    ["9", "h9", "1", null],
    [null, "none", "1", null],
  ],
};

const QUERIES: readonly string[] = [
  "SELECT id, TO_HEX(SHA256(LOWER(TRIM(email)))) AS h, TO_HEX(SHA256(CONCAT('key:', email))) AS k FROM `ads.orders` ORDER BY id, seen",
  "SELECT id, CONCAT(email, '|', IFNULL(phone, ''), '|', CAST(id AS STRING)) AS c, CONCAT('a', NULL) AS n FROM `ads.orders` ORDER BY id, seen",
  "SELECT TO_HEX(CONCAT(b'\\x00', SHA256(CAST(email AS BYTES)))) AS b FROM `ads.orders` ORDER BY id, seen",
  "SELECT TO_HEX(SHA256(CONCAT(SHA256('a'), b'b'))) AS twice, LENGTH(SHA256('')) AS n",
  "SELECT id, CAST(seen AS STRING) AS s, CAST(CAST(seen AS STRING) AS TIMESTAMP) AS back FROM `ads.orders` ORDER BY id, seen",
  "SELECT id FROM `ads.orders` WHERE seen = TIMESTAMP '2026-02-05 12:00:00.123456+00'",
  "SELECT id, STARTS_WITH(digest, 'k') AS k, REGEXP_CONTAINS(digest, r'^[0-9a-f]{64}$') AS is_hash FROM `ads.orders` ORDER BY id, seen",
  "SELECT COUNT(DISTINCT IF(email LIKE '%@%', LOWER(TRIM(email)), NULL)) AS people, COUNT(DISTINCT IF(digest IS NULL, id, NULL)) AS open, COUNTIF(digest IS NULL AND email IS NOT NULL) AS due FROM `ads.orders`",
  "SELECT id, DIV(id, 2) AS half, DIV(-id, 2) AS minus FROM `ads.orders` ORDER BY id, seen",
  "SELECT id, SUM(LENGTH(email)) OVER (ORDER BY id, seen) AS running, SUM(1) OVER (ORDER BY id) AS peers, DIV(SUM(LENGTH(email)) OVER (ORDER BY id, seen ROWS UNBOUNDED PRECEDING), 20) AS chunk FROM `ads.orders` ORDER BY id, seen",
  "SELECT chunk, MIN(id) AS first, MAX(id) AS last, COUNT(*) AS n FROM (SELECT id, DIV(ROW_NUMBER() OVER (ORDER BY id, seen) - 1, 2) AS chunk FROM `ads.orders`) GROUP BY chunk ORDER BY chunk",
  "SELECT o.id, s.digest FROM `ads.orders` AS o LEFT JOIN `ops.staged` AS s ON s.id = o.id AND s.seq = 1 AND (s.seen = o.seen OR s.seen IS NULL) ORDER BY 1, 2",
  "SELECT o.id FROM `ads.orders` AS o LEFT JOIN `ops.staged` AS s ON s.id = o.id WHERE s.id IS NULL ORDER BY 1",
  "SELECT id, ARRAY_AGG(STRUCT(email AS raw, CAST(seen AS STRING) AS at_text) ORDER BY seen LIMIT 2) AS versions FROM `ads.orders` GROUP BY id ORDER BY id",
  "SELECT ARRAY_AGG(STRUCT(id, [email, 'x'] AS texts) ORDER BY id, seen LIMIT 1) AS nested FROM `ads.orders` WHERE email IS NOT NULL",
  "SELECT * EXCEPT (digest) FROM `ads.orders` WHERE TRUE QUALIFY ROW_NUMBER() OVER (PARTITION BY id ORDER BY seen DESC) = 1 ORDER BY id",
  "SELECT id FROM `ads.orders` AS o WHERE NOT EXISTS (SELECT 1 FROM `ops.staged` AS s WHERE s.id = o.id AND s.seen IS NOT DISTINCT FROM o.seen) ORDER BY id, seen",
  "SELECT id FROM `ads.orders` AS o WHERE EXISTS (SELECT 1 FROM `ops.staged` AS s WHERE s.id = o.id AND s.seq > 1)",
  "SELECT TO_JSON_STRING(STRUCT(id, email, seen)) AS j FROM `ads.orders` ORDER BY id, seen",
];

/** A change of `ads.orders`, beside the rows it must leave. */
const CHANGES: readonly (readonly [statement: string, left: string])[] = [
  [
    "UPDATE `ads.orders` SET digest = TO_HEX(SHA256(LOWER(TRIM(email)))), email = NULL WHERE digest IS NULL AND email LIKE '%@%'",
    `SELECT id, IF(digest IS NULL AND email LIKE '%@%', NULL, email) AS email, phone,
       IF(digest IS NULL AND email LIKE '%@%', TO_HEX(SHA256(LOWER(TRIM(email)))), digest) AS digest, seen FROM \`ads.orders\``,
  ],
  [
    `UPDATE \`ads.orders\` AS o SET digest = s.digest
     FROM (SELECT id, digest FROM \`ops.staged\` WHERE id IS NOT NULL
           QUALIFY ROW_NUMBER() OVER (PARTITION BY id ORDER BY seq DESC) = 1) AS s
     WHERE o.id = s.id AND o.digest IS NULL`,
    "SELECT id, email, phone, CASE id WHEN 1 THEN 'h1-new' WHEN 3 THEN 'h3' ELSE digest END AS digest, seen FROM `ads.orders`",
  ],
  [
    "UPDATE `ads.orders` AS o SET email = NULL, phone = NULL WHERE EXISTS (SELECT 1 FROM `ops.staged` AS s WHERE s.id = o.id AND s.seen = o.seen)",
    "SELECT id, IF(id IN (1, 3), NULL, email) AS email, IF(id IN (1, 3), NULL, phone) AS phone, digest, seen FROM `ads.orders`",
  ],
  [
    `INSERT INTO \`ads.orders\` (id, digest, seen)
     SELECT id, MAX(digest), MAX(seen) FROM \`ops.staged\` AS s
     WHERE NOT EXISTS (SELECT 1 FROM \`ads.orders\` AS o WHERE o.id = s.id) GROUP BY id`,
    `SELECT * FROM \`ads.orders\` UNION ALL
     SELECT 9, NULL, NULL, 'h9', NULL UNION ALL SELECT NULL, NULL, NULL, 'none', NULL`,
  ],
  [
    "DELETE FROM `ads.orders` AS o WHERE NOT EXISTS (SELECT 1 FROM `ops.staged` AS s WHERE s.id = o.id)",
    "SELECT * FROM `ads.orders` WHERE id IN (1, 3)",
  ],
  [
    `MERGE \`ads.orders\` AS o
     USING (SELECT id, digest, seen FROM \`ops.staged\` WHERE TRUE
            QUALIFY ROW_NUMBER() OVER (PARTITION BY id ORDER BY seq DESC) = 1) AS s
     ON o.id = s.id AND o.seen = s.seen
     WHEN MATCHED THEN UPDATE SET digest = s.digest, email = NULL
     WHEN NOT MATCHED BY TARGET AND s.id IS NOT NULL THEN INSERT (id, digest) VALUES (s.id, s.digest)
     WHEN NOT MATCHED BY SOURCE AND o.digest = 'kept' THEN DELETE`,
    `SELECT id, IF(id IN (1, 3), NULL, email) AS email, phone,
       CASE id WHEN 1 THEN 'h1-new' WHEN 3 THEN 'h3' ELSE digest END AS digest, seen
     FROM \`ads.orders\` WHERE id <> 4 UNION ALL SELECT 9, NULL, NULL, 'h9', NULL`,
  ],
];

const tables = [ORDERS, STAGED];
let sql: GoogleSql;

beforeAll(async () => {
  sql = await startGoogleSql();
});
afterAll(() => sql.close());

describe("identifiers hashed in a query, as Google's evaluator does", () => {
  test.each(QUERIES)("%s", async (query) => {
    const local = await sql.runLocally({ sql: query, tables });
    const oracle = await sql.evaluateWithOracle({ sql: query, tables });
    expect(difference(local, oracle)).toBeNull();
  });
});

describe("identifiers replaced where they are", () => {
  test.each(CHANGES)("%s", async (statement, left) => {
    const database = await sql.open(tables);
    try {
      await database.execute(statement);
      const all = "ORDER BY id, seen, digest, email, phone";
      const local = await database.rows(`SELECT * FROM \`ads.orders\` ${all}`);
      const oracle = await sql.evaluateWithOracle({ sql: `SELECT * FROM (${left}) ${all}`, tables });
      expect(difference(local, oracle)).toBeNull();
    } finally {
      database.close();
    }
  });
});
