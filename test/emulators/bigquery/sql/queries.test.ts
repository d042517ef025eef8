import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { SmallTable } from "../../../../infra/local/emulators/bigquery/analyzer.ts";
import { scalar } from "../../../../infra/local/emulators/bigquery/types.ts";
import {
  difference,
  type GoogleSql,
  type SmallDatabase,
  startGoogleSql,
} from "../../../support/googlesql.ts";
import { SEEDS } from "./corpus.ts";

/** Ties, NULLs in every column, NaN and infinity: where dialects part. */
const FIGURES: SmallTable = {
  name: "d.f",
  columns: [
    { name: "k", type: scalar("STRING") },
    { name: "x", type: scalar("FLOAT64") },
    { name: "n", type: scalar("NUMERIC") },
    { name: "i", type: scalar("INT64") },
    { name: "t", type: scalar("TIMESTAMP") },
    { name: "b", type: scalar("BOOL") },
  ],
  rows: [
    ["a", "1.5", "1.1", "1", "2026-01-01 00:00:00+00", "true"],
    ["a", null, null, null, null, null],
    ["b", "nan", "2", "2", "2026-01-02 10:00:00+00", "false"],
    ["b", "-3", "-2.5", "2", "2026-01-02 10:00:00+00", "true"],
    [null, "0", "0", "5", "2026-01-09 00:00:00+00", null],
    ["c", "inf", "1e3", "7", "2026-03-09 00:00:00+00", "false"],
  ],
};

const QUERIES: readonly string[] = [
  `SELECT k, SUM(x) s FROM \`d.f\` WHERE k='a' GROUP BY k`,
  `SELECT k, COUNT(*) c, COUNT(x) cx, COUNT(DISTINCT i) ci, MIN(x) m, MAX(n) mx, AVG(n) an, AVG(i) ai, SUM(n) sn FROM \`d.f\` GROUP BY k ORDER BY k`,
  `SELECT MAX(x) m, MIN(x) l FROM \`d.f\``,
  `SELECT AVG(n) a, SUM(i) s, STRING_AGG(k, '|' ORDER BY i DESC, k) g FROM \`d.f\``,
  `SELECT STRING_AGG(k) g, ARRAY_AGG(k IGNORE NULLS ORDER BY k DESC LIMIT 2) h FROM \`d.f\` WHERE FALSE`,
  `SELECT LOGICAL_AND(b) a, LOGICAL_OR(b) o, COUNTIF(b) c, BIT_OR(i) bo, ANY_VALUE(k) av FROM \`d.f\` WHERE k='b'`,
  `SELECT k, i, RANK() OVER (ORDER BY i) r, DENSE_RANK() OVER (ORDER BY i) d, LAG(i) OVER (ORDER BY i, k) l, LEAD(i, 2, 0) OVER (ORDER BY i, k) e, SUM(i) OVER (PARTITION BY k) s, CUME_DIST() OVER (ORDER BY i) cd FROM \`d.f\` ORDER BY i, k`,
  `SELECT i, SUM(n) OVER (ORDER BY i) s, AVG(n) OVER (ORDER BY i ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING) a, MIN(x) OVER (ORDER BY i ROWS 1 PRECEDING) m FROM \`d.f\` WHERE i IS NOT NULL ORDER BY i, n`,
  `SELECT k, LAST_VALUE(i IGNORE NULLS) OVER (PARTITION BY k ORDER BY i ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) l, NTH_VALUE(i, 2) OVER (PARTITION BY k ORDER BY i) nv FROM \`d.f\` ORDER BY k, i`,
  `SELECT k, i FROM \`d.f\` ORDER BY k DESC NULLS FIRST, i NULLS LAST LIMIT 3 OFFSET 1`,
  `SELECT DISTINCT k FROM \`d.f\` ORDER BY k`,
  `SELECT x FROM \`d.f\` ORDER BY x DESC`,
  `SELECT COUNT(*) c FROM \`d.f\` WHERE x > 0`,
  `SELECT COUNT(*) c FROM \`d.f\` WHERE x <> 0`,
  `SELECT COUNT(*) c FROM \`d.f\` a JOIN \`d.f\` b ON a.x = b.x`,
  `SELECT a.k, b.k k2 FROM \`d.f\` a FULL JOIN (SELECT 'a' k UNION ALL SELECT 'z') b ON a.k = b.k ORDER BY 1, 2`,
  `SELECT k FROM \`d.f\` a FULL JOIN (SELECT 'a' k UNION ALL SELECT 'z') b USING (k) ORDER BY 1`,
  `SELECT a.k, z FROM \`d.f\` a LEFT JOIN (SELECT 'a' k, 1 z) b USING (k) ORDER BY 1, 2`,
  `SELECT a.i FROM \`d.f\` a CROSS JOIN (SELECT 1 one) ORDER BY 1`,
  `SELECT i FROM \`d.f\` WHERE k IN (SELECT user_id FROM \`demo.shop.users\`)`,
  `SELECT i FROM \`d.f\` WHERE k NOT IN (SELECT k FROM \`d.f\`)`,
  `SELECT (SELECT MAX(i) FROM \`d.f\` b WHERE b.k = a.k) m FROM \`d.f\` a ORDER BY 1`,
  `SELECT k, ARRAY(SELECT i FROM \`d.f\` b WHERE b.k = a.k AND i IS NOT NULL ORDER BY i DESC) m FROM \`d.f\` a ORDER BY k, i`,
  `SELECT user_id, (SELECT COUNT(*) FROM UNNEST(items) it WHERE it.qty > 1) c FROM \`demo.shop.events\` ORDER BY id LIMIT 9`,
  `SELECT id, tag FROM \`demo.shop.events\`, UNNEST(tags) AS tag WITH OFFSET off WHERE off = 0 ORDER BY id`,
  `SELECT id, x, off FROM \`demo.shop.events\` CROSS JOIN UNNEST(IF(id > 3, NULL, GENERATE_ARRAY(2, id))) AS x WITH OFFSET off ORDER BY id, off`,
  `SELECT id, tag, x, off FROM \`demo.shop.events\`, UNNEST(tags) AS tag, UNNEST([tag, 'x']) AS x WITH OFFSET off ORDER BY id, tag, off`,
  `SELECT id, tag FROM \`demo.shop.events\` JOIN UNNEST(tags) AS tag ON tag != 'all' AND id > 3 ORDER BY id, tag`,
  `SELECT id, ARRAY(SELECT x FROM UNNEST(e.items) it CROSS JOIN UNNEST([it.sku, CAST(e.id AS STRING)]) AS x WITH OFFSET off WHERE off <= e.id ORDER BY x) a FROM \`demo.shop.events\` e ORDER BY id`,
  `SELECT id, EXISTS(SELECT 1 FROM UNNEST(e.items) it, UNNEST(e.tags) AS tag WHERE it.qty > 1 AND tag = 'all') b FROM \`demo.shop.events\` e ORDER BY id`,
  `SELECT id, ARRAY_CONCAT(tags, IF(id > 3, NULL, tags)) a, ARRAY_CONCAT(tags, [], ['x']) b FROM \`demo.shop.events\` ORDER BY id`,
  `SELECT TO_HEX(SHA256(TO_HEX(MD5(email)))) a, TO_HEX(CONCAT(SHA1(email), b'x')) b, TO_HEX(SAFE.SHA256(IF(user_id = 'u1', NULL, email))) c FROM \`demo.shop.users\` ORDER BY user_id`,
  `SELECT it.sku, SUM(it.qty) q FROM \`demo.shop.events\` e CROSS JOIN UNNEST(e.items) it GROUP BY 1 HAVING SUM(it.qty) > 3 ORDER BY 1`,
  `SELECT addr.city, COUNT(*) c FROM \`demo.shop.events\` GROUP BY addr.city ORDER BY 1`,
  `WITH a AS (SELECT k, i FROM \`d.f\`), b AS (SELECT k, SUM(i) s FROM a GROUP BY k) SELECT a.k, a.i / b.s r FROM a JOIN b USING (k) ORDER BY 1, 2`,
  `SELECT CASE WHEN x IS NULL THEN 'n' WHEN x > 1 THEN 'hi' ELSE 'lo' END c, COUNT(*) n FROM \`d.f\` GROUP BY c ORDER BY c`,
  `SELECT DATE(t) d, COUNT(*) c, COUNT(DISTINCT k) u FROM \`d.f\` GROUP BY d ORDER BY d`,
  `SELECT DATE_TRUNC(DATE(t), WEEK(MONDAY)) w, SUM(n) s FROM \`d.f\` WHERE t IS NOT NULL GROUP BY 1 ORDER BY 1`,
  `SELECT FORMAT_DATE('%Y-%m', DATE(t)) m, ROUND(SUM(n), 2) s, SAFE_DIVIDE(SUM(n), COUNT(*)) r FROM \`d.f\` GROUP BY m ORDER BY m`,
  `SELECT PERCENTILE_CONT(i, 0.25) OVER () p FROM \`d.f\` LIMIT 1`,
  `SELECT PERCENTILE_DISC(i, 0) OVER () p, PERCENTILE_DISC(i, 1) OVER () q, PERCENTILE_DISC(i, 0.5) OVER () m FROM \`d.f\` LIMIT 1`,
  `SELECT TO_JSON_STRING(e) j FROM \`demo.shop.target\` e ORDER BY id`,
  `SELECT TO_JSON_STRING(STRUCT(x, n, t, b)) j FROM \`d.f\` ORDER BY i, n`,
  `SELECT e.* EXCEPT (id), id + 1 AS nid FROM \`demo.shop.target\` e ORDER BY id`,
  `SELECT ARRAY(SELECT AS STRUCT i, k FROM \`d.f\` WHERE i > 2 ORDER BY i) s`,
  `SELECT ARRAY_AGG(STRUCT(i, k) ORDER BY i LIMIT 2) s FROM \`d.f\` WHERE i IS NOT NULL`,
  `SELECT k, ARRAY_CONCAT_AGG(tags ORDER BY id) t FROM (SELECT id, kind k, tags FROM \`demo.shop.events\` WHERE id < 6) GROUP BY k ORDER BY k`,
  `SELECT * FROM UNNEST([STRUCT(1 AS a, 'x' AS b), (2, 'y')]) ORDER BY a`,
  `SELECT n FROM UNNEST(GENERATE_ARRAY(1, 3)) n UNION DISTINCT SELECT 2 ORDER BY n`,
  `SELECT n FROM UNNEST([1,2,3]) n INTERSECT DISTINCT SELECT 2`,
  `SELECT n FROM UNNEST([1,2,3]) n EXCEPT DISTINCT SELECT 2 ORDER BY 1`,
  `SELECT VAR_SAMP(i) v, STDDEV(n) s, CORR(i, n) c, COVAR_POP(i, n) cp FROM \`d.f\` WHERE n IS NOT NULL`,
  `SELECT MAX(k) mk, MIN(t) mt, MAX(b) mb FROM \`d.f\``,
  `SELECT GREATEST(x, 1.0) g, LEAST(x, 1.0) l FROM \`d.f\` ORDER BY i, n`,
  `SELECT i, IF(i > 2, 1 / (i - 2), NULL) q FROM \`d.f\` ORDER BY i`,
  `SELECT 1 / i q FROM \`d.f\` WHERE i <> 0 ORDER BY 1`,
  `SELECT SUM(x) OVER (ORDER BY i ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) s FROM \`d.f\` WHERE x < 100`,
  `SELECT k, i, ROW_NUMBER() OVER (PARTITION BY k ORDER BY i DESC) rn FROM \`d.f\` WHERE TRUE QUALIFY rn = 1 ORDER BY k`,
  `SELECT user_id, email LIKE '%@Example.com' l, REGEXP_CONTAINS(email, r'^(?i)user[0-3]@') r FROM \`demo.shop.users\` ORDER BY 1`,
  `SELECT COUNT(*) FROM \`demo.shop.events\` WHERE kind IN UNNEST(['buy', 'view']) AND event_date BETWEEN '2024-01-01' AND DATE '2024-01-02'`,
  `SELECT LOWER(k) || CAST(i AS STRING) s FROM \`d.f\` ORDER BY 1`,
  `SELECT k FROM \`d.f\` GROUP BY k HAVING COUNT(*) > 1 ORDER BY k`,
  `SELECT x, COUNT(*) c FROM \`d.f\` GROUP BY x ORDER BY x`,
  `SELECT IFNULL(k, '?') kk, SUM(IF(b, n, 0)) s FROM \`d.f\` GROUP BY 1 ORDER BY 1`,
  `SELECT SUM(CASE WHEN b THEN 1 END) s FROM \`d.f\``,
  `SELECT * FROM (SELECT k, i FROM \`d.f\`) PIVOT (SUM(i) FOR k IN ('a', 'b'))`,
  `SELECT COUNT(DISTINCT IF(b, k, NULL)) c, SUM(DISTINCT i) s, AVG(DISTINCT i) a FROM \`d.f\``,
  `SELECT DATE_DIFF(DATE(t), LAG(DATE(t)) OVER (ORDER BY t), DAY) gap FROM \`d.f\` ORDER BY t`,
  `SELECT MAX(UNIX_SECONDS(t)) m, TIMESTAMP_SECONDS(CAST(AVG(UNIX_SECONDS(t)) AS INT64)) a FROM \`d.f\``,
  `SELECT id FROM \`demo.shop.events\` WHERE JSON_VALUE(payload, '$.n') > '5' ORDER BY id LIMIT 3`,
  `SELECT SUM(CAST(JSON_VALUE(payload, '$.n') AS NUMERIC)) s FROM \`demo.shop.events\``,
  `SELECT TO_HEX(SHA512(LOWER(NORMALIZE(email, NFKC)))) h FROM \`demo.shop.users\` ORDER BY user_id LIMIT 2`,
  `SELECT MOD(ABS(i), 2) m, i * 1.5 f, n * 2 nn, n / 3 nd, -n neg FROM \`d.f\` ORDER BY i, n`,
  `SELECT id, ts, ts > '2024-01-02' later FROM \`demo.shop.events\` WHERE ts BETWEEN TIMESTAMP '2024-01-02' AND '2024-01-03' ORDER BY id`,
];

let sql: GoogleSql;
let tables: SmallTable[];
let database: SmallDatabase;

beforeAll(async () => {
  sql = await startGoogleSql();
  tables = [FIGURES];
  for (const [name, query] of Object.entries(SEEDS)) {
    tables.push({ name, ...(await sql.analyzer.evaluate(query)) });
  }
  database = await sql.open(tables);
});
afterAll(async () => {
  database.close();
  await sql.close();
});

describe("a query answers as Google's evaluator does", () => {
  test.each(QUERIES)("%s", async (query) => {
    const local = await database.rows(query);
    const oracle = await sql.evaluateWithOracle({ sql: query, tables });
    expect(difference(local, oracle)).toBeNull();
  });
});

describe("what the evaluator cannot say", () => {
  test.each([
    ["SELECT APPROX_COUNT_DISTINCT(i) AS c FROM `d.f`", [["4"]]],
    ["SELECT APPROX_QUANTILES(i, 2) AS q FROM `d.f`", [[["1", "2", "7"]]]],
    [
      "SELECT k, SUM(i) AS s FROM `d.f` WHERE k < 'c' GROUP BY ROLLUP (k) ORDER BY k",
      [
        [null, "5"],
        ["a", "1"],
        ["b", "4"],
      ],
    ],
    ["SELECT CONTAINS_SUBSTR('Hello', 'ELL') AS c, CONTAINS_SUBSTR('Hello', 'x') AS d", [["true", "false"]]],
    [
      "SELECT CURRENT_TIMESTAMP() AS t, CURRENT_DATE('Asia/Tokyo') AS d",
      [["2026-02-08 12:00:00+00", "2026-02-08"]],
    ],
  ])("%s", async (query, rows) => {
    expect((await database.rows(query)).rows).toEqual(rows);
  });
});
