/**
 * The 95 statements by which the local BigQuery is measured: each agrees with
 * Google's reference evaluator, or is refused by name. Never anything else.
 */
export interface CorpusStatement {
  readonly name: string;
  readonly sql: string;
  /** What the evaluator is asked instead, where it lacks a function or a catalog. */
  readonly oracle?: string;
  /** Read after the statement, with the rows it must give. */
  readonly check?: string;
  readonly expect?: readonly (readonly string[])[];
  /** The statement itself must give these rows. */
  readonly rows?: readonly (readonly string[])[] | null;
  /** The statement must fail in these words. */
  readonly error?: RegExp;
  readonly parameters?: Readonly<Record<string, readonly [type: string, value: string | readonly string[]]>>;
}

/** Each table is what the evaluator answers to its query. */
export const SEEDS: Readonly<Record<string, string>> = {
  "demo.shop.events": `SELECT id, TIMESTAMP_ADD(TIMESTAMP '2024-01-01 00:00:00+00', INTERVAL id*97 MINUTE) ts, DATE(TIMESTAMP_ADD(TIMESTAMP '2024-01-01 00:00:00+00', INTERVAL id*97 MINUTE)) event_date,
  CONCAT('u',CAST(MOD(id,7) AS STRING)) user_id, ['click','view','buy'][OFFSET(MOD(id,3))] kind, CAST(id AS NUMERIC)*NUMERIC '1.125' amount, id/3.0 price,
  FORMAT('{"page":"/p/%d","n":%d,"arr":[1,%d],"o":{"k":"v%d"}}',id,id,id,id) payload, IF(MOD(id,5)=0,NULL,CONCAT('https://www.ex',CAST(id AS STRING),'.com/a?b=',CAST(id AS STRING))) url,
  IF(MOD(id,4)=0,CAST([] AS ARRAY<STRING>),[CONCAT('t',CAST(MOD(id,3) AS STRING)),'all']) tags,
  [STRUCT(CONCAT('sku',CAST(MOD(id,4) AS STRING)) AS sku, MOD(id,3) AS qty, id*0.5 AS price), STRUCT('z' AS sku, 1 AS qty, 2.5 AS price)] items,
  STRUCT(CONCAT('c',CAST(MOD(id,2) AS STRING)) AS city, '0'||CAST(id AS STRING) AS zip) addr, CAST(CONCAT('r',CAST(id AS STRING)) AS BYTES) raw, DATETIME '2024-03-01 10:11:12' local_dt
  FROM UNNEST(GENERATE_ARRAY(1,60)) id`,
  "demo.shop.users": `SELECT CONCAT('u',CAST(i AS STRING)) user_id, CONCAT('User',CAST(i AS STRING),'@Example.com') email, ['DE','FR','US'][OFFSET(MOD(i,3))] country, DATE_ADD(DATE '2023-01-15', INTERVAL i MONTH) created, TIMESTAMP_ADD(TIMESTAMP '2024-01-01 12:30:15.123456+00', INTERVAL i DAY) updated, IF(i=3,NULL,i*1.5) score FROM UNNEST(GENERATE_ARRAY(0,9)) i`,
  "demo.shop.events_20240101": `SELECT i id, CONCAT('a',CAST(i AS STRING)) name FROM UNNEST(GENERATE_ARRAY(1,3)) i`,
  "demo.shop.events_20240102": `SELECT i id, CONCAT('b',CAST(i AS STRING)) name FROM UNNEST(GENERATE_ARRAY(4,5)) i`,
  "demo.shop.target": `SELECT i id, CONCAT('n',CAST(i AS STRING)) name, i*10 qty, TIMESTAMP '2024-01-01 00:00:00+00' updated FROM UNNEST(GENERATE_ARRAY(1,4)) i`,
};

export const CORPUS: readonly CorpusStatement[] = [
  {
    name: "qualify",
    sql: `SELECT user_id, id FROM \`demo.shop.events\` QUALIFY ROW_NUMBER() OVER (PARTITION BY user_id ORDER BY ts DESC) = 1 ORDER BY user_id`,
  },
  {
    name: "dedup-subquery",
    sql: `SELECT * EXCEPT(rn) FROM (SELECT user_id, id, ROW_NUMBER() OVER (PARTITION BY user_id ORDER BY ts DESC) AS rn FROM \`demo.shop.events\`) WHERE rn = 1 ORDER BY 1`,
  },
  {
    name: "array_agg-struct-dedup",
    sql: `SELECT latest.* FROM (SELECT ARRAY_AGG(STRUCT(id, user_id, amount) ORDER BY ts DESC LIMIT 1)[OFFSET(0)] latest FROM \`demo.shop.events\` GROUP BY user_id) ORDER BY id`,
  },
  {
    name: "array_agg-row",
    sql: `SELECT r.id, r.kind FROM (SELECT ARRAY_AGG(t ORDER BY t.ts DESC LIMIT 1)[OFFSET(0)] AS r FROM \`demo.shop.events\` t GROUP BY t.user_id) ORDER BY 1`,
  },
  {
    name: "backticks-parts",
    sql: `SELECT COUNT(*) c FROM demo.shop.events e JOIN \`demo\`.\`shop\`.\`users\` u USING (user_id)`,
    oracle: `SELECT COUNT(*) c FROM \`demo.shop.events\` e JOIN \`demo.shop.users\` u USING (user_id)`,
  },
  {
    name: "generate_date_array",
    sql: `SELECT d, COUNT(e.id) n FROM UNNEST(GENERATE_DATE_ARRAY('2024-01-01','2024-01-06', INTERVAL 1 DAY)) d LEFT JOIN \`demo.shop.events\` e ON e.event_date=d GROUP BY d ORDER BY d`,
  },
  {
    name: "generate_timestamp_array",
    sql: `SELECT FORMAT_TIMESTAMP('%H:%M', t) h FROM UNNEST(GENERATE_TIMESTAMP_ARRAY(TIMESTAMP '2024-01-01 00:00:00+00', TIMESTAMP '2024-01-01 03:00:00+00', INTERVAL 1 HOUR)) t ORDER BY 1`,
  },
  {
    name: "timestamp_diff",
    sql: `SELECT id, TIMESTAMP_DIFF(TIMESTAMP '2024-01-05 00:30:00+00', ts, HOUR) h, TIMESTAMP_DIFF(TIMESTAMP '2024-01-05 00:30:00+00', ts, MINUTE) m, TIMESTAMP_DIFF(TIMESTAMP '2024-01-05 00:30:00+00', ts, DAY) d FROM \`demo.shop.events\` ORDER BY id`,
  },
  {
    name: "timestamp_sub-trunc",
    sql: `SELECT id, TIMESTAMP_SUB(ts, INTERVAL 90 MINUTE) a, TIMESTAMP_TRUNC(ts, HOUR) b, TIMESTAMP_TRUNC(ts, WEEK) c, TIMESTAMP_TRUNC(ts, DAY, 'Europe/Berlin') d FROM \`demo.shop.events\` ORDER BY id`,
  },
  {
    name: "date-fns",
    sql: `SELECT DISTINCT event_date, DATE_TRUNC(event_date, WEEK(MONDAY)) a, DATE_TRUNC(event_date, MONTH) b, DATE_DIFF(event_date, DATE '2023-12-25', WEEK) c, DATE_DIFF(event_date, DATE '2023-11-30', MONTH) d, EXTRACT(DAYOFWEEK FROM event_date) e, EXTRACT(ISOWEEK FROM event_date) f, LAST_DAY(event_date) g, DATE_SUB(event_date, INTERVAL 1 WEEK) h, event_date + 1 i FROM \`demo.shop.events\` ORDER BY 1`,
  },
  {
    name: "extract-tz",
    sql: `SELECT id, EXTRACT(HOUR FROM ts AT TIME ZONE 'America/New_York') h, EXTRACT(DATE FROM ts) d, DATE(ts, 'Asia/Tokyo') j, DATETIME(ts, 'Asia/Tokyo') dt, EXTRACT(WEEK FROM ts) w FROM \`demo.shop.events\` ORDER BY id`,
  },
  {
    name: "safe_divide",
    sql: `SELECT id, SAFE_DIVIDE(id, MOD(id,3)) a, id/4 b, DIV(id,4) c, MOD(-id,4) d, IEEE_DIVIDE(id,0) e, ROUND(id/7,2) f, ROUND(-2.5) g, CAST(2.5 AS INT64) h, CAST(id/2 AS INT64) i FROM \`demo.shop.events\` ORDER BY id`,
  },
  {
    name: "safe_cast",
    sql: `SELECT SAFE_CAST('12' AS INT64) a, SAFE_CAST('x' AS INT64) b, SAFE_CAST('2024-02-30' AS DATE) c, SAFE_CAST('1.5' AS NUMERIC) d, CAST(TRUE AS STRING) e, CAST(1.0 AS STRING) f, CAST(DATE '2024-01-02' AS STRING) g, CAST(TIMESTAMP '2024-01-02 03:04:05+00' AS STRING) h, CAST(0.1 AS STRING) i, CAST(b'ab' AS STRING) j, SAFE_CAST('0x1F' AS INT64) k`,
  },
  {
    name: "countif",
    sql: `SELECT kind, COUNTIF(amount > 10) a, COUNTIF(url IS NULL) b, LOGICAL_OR(id>58) c, LOGICAL_AND(id>0) d, ANY_VALUE(kind) e, AVG(amount) f, SUM(price) g, SUM(amount) h, MAX_BY(id, ts) i, STDDEV(price) j FROM \`demo.shop.events\` GROUP BY kind ORDER BY kind`,
    oracle: `SELECT kind, COUNTIF(amount > 10) a, COUNTIF(url IS NULL) b, LOGICAL_OR(id>58) c, LOGICAL_AND(id>0) d, ANY_VALUE(kind) e, AVG(amount) f, SUM(price) g, SUM(amount) h, ARRAY_AGG(id ORDER BY ts DESC LIMIT 1)[OFFSET(0)] i, STDDEV(price) j FROM \`demo.shop.events\` GROUP BY kind ORDER BY kind`,
  },
  {
    name: "approx_count_distinct",
    sql: `SELECT kind, APPROX_COUNT_DISTINCT(user_id) u FROM \`demo.shop.events\` GROUP BY kind ORDER BY kind`,
    oracle: `SELECT kind, COUNT(DISTINCT user_id) u FROM \`demo.shop.events\` GROUP BY kind ORDER BY kind`,
  },
  {
    name: "hll",
    sql: `SELECT HLL_COUNT.MERGE(s) m, HLL_COUNT.EXTRACT(HLL_COUNT.MERGE_PARTIAL(s)) x FROM (SELECT event_date, HLL_COUNT.INIT(user_id) s FROM \`demo.shop.events\` GROUP BY event_date)`,
    oracle: `SELECT COUNT(DISTINCT user_id) m, COUNT(DISTINCT user_id) x FROM \`demo.shop.events\``,
  },
  {
    name: "approx_quantiles",
    sql: `SELECT APPROX_QUANTILES(id, 4) q, APPROX_QUANTILES(id,100)[OFFSET(50)] m, APPROX_TOP_COUNT(kind, 1)[OFFSET(0)].count c FROM \`demo.shop.events\``,
    oracle: `SELECT [1,15,30,45,60] q, 30 m, 20 c`,
  },
  {
    name: "to_hex-sha256",
    sql: `SELECT user_id, TO_HEX(SHA256(LOWER(TRIM(email)))) h, TO_HEX(MD5(email)) m, TO_BASE64(SHA256(email)) b, SHA256(CAST(email AS BYTES)) raw FROM \`demo.shop.users\` ORDER BY 1`,
  },
  {
    name: "sha512-farm",
    sql: `SELECT TO_HEX(SHA512('abc')) h, FARM_FINGERPRINT('abc') f, TO_HEX(SHA1('abc')) s`,
  },
  {
    name: "json_value",
    sql: `SELECT id, JSON_VALUE(payload,'$.page') a, JSON_EXTRACT_SCALAR(payload,'$.o.k') b, JSON_QUERY(payload,'$.o') c, JSON_EXTRACT(payload,'$.arr') d, CAST(JSON_VALUE(payload,'$.n') AS INT64) e, JSON_VALUE(payload,'$.missing') f, JSON_VALUE(payload,'$.o') g, JSON_VALUE(payload,'$.arr[1]') h FROM \`demo.shop.events\` ORDER BY id`,
  },
  {
    name: "json_array",
    sql: `SELECT id, x FROM \`demo.shop.events\`, UNNEST(JSON_VALUE_ARRAY(payload,'$.arr')) x ORDER BY id, x`,
  },
  {
    name: "json_extract_array",
    sql: `SELECT id, ARRAY_LENGTH(JSON_QUERY_ARRAY(payload,'$.arr')) n, JSON_EXTRACT_ARRAY(payload,'$.arr')[SAFE_OFFSET(5)] x FROM \`demo.shop.events\` ORDER BY id`,
  },
  {
    name: "json-type",
    sql: `SELECT STRING(j.a) s, INT64(j.b) n, j.c[1] c, TO_JSON_STRING(j) t, JSON_TYPE(j.b) ty FROM (SELECT PARSE_JSON('{"a":"x","b":7,"c":[1,2]}') j)`,
  },
  {
    name: "to_json_string",
    sql: `SELECT TO_JSON_STRING(STRUCT(id, kind AS k, [1,2] AS arr, DATE '2024-01-01' AS d, TIMESTAMP '2024-01-01 00:00:00+00' AS t, NUMERIC '1.50' AS n, NULL AS z)) j FROM \`demo.shop.events\` WHERE id=3`,
  },
  {
    name: "struct-select",
    sql: `SELECT id, addr.city, items[OFFSET(0)].sku, items[SAFE_OFFSET(7)].qty q, STRUCT(id AS a, kind) s, ARRAY_LENGTH(tags) n FROM \`demo.shop.events\` ORDER BY id`,
  },
  {
    name: "unnest-offset",
    sql: `SELECT id, i.sku, i.qty*i.price v, o FROM \`demo.shop.events\`, UNNEST(items) i WITH OFFSET o WHERE i.qty > 0 ORDER BY id, o`,
  },
  {
    name: "left-join-unnest",
    sql: `SELECT id, t FROM \`demo.shop.events\` LEFT JOIN UNNEST(tags) t ORDER BY id, t`,
  },
  {
    name: "array-subquery",
    sql: `SELECT id, ARRAY(SELECT UPPER(t) FROM UNNEST(tags) t ORDER BY t) a, (SELECT SUM(qty*price) FROM UNNEST(items)) b, EXISTS(SELECT 1 FROM UNNEST(items) WHERE sku='sku1') c, 'all' IN UNNEST(tags) d, ARRAY_TO_STRING(tags,',') e FROM \`demo.shop.events\` ORDER BY id`,
  },
  {
    name: "array-fns",
    sql: `SELECT id, ARRAY_CONCAT(tags,['x']) a, ARRAY_REVERSE([1,2,3]) b, GENERATE_ARRAY(1,id,10) c, SPLIT('a,b,c',',')[SAFE_OFFSET(1)] d, [1,2,3][ORDINAL(3)] e FROM \`demo.shop.events\` ORDER BY id`,
  },
  {
    name: "except-replace",
    sql: `SELECT * EXCEPT(email, updated) REPLACE(UPPER(country) AS country, IFNULL(score,-1) AS score) FROM \`demo.shop.users\` ORDER BY user_id`,
  },
  {
    name: "pivot",
    sql: `SELECT * FROM (SELECT user_id, kind, amount FROM \`demo.shop.events\`) PIVOT(SUM(amount) AS s, COUNT(*) AS n FOR kind IN ('click','view','buy')) ORDER BY user_id`,
  },
  {
    name: "unpivot",
    sql: `SELECT * FROM (SELECT user_id, 1 AS a, 2 AS b FROM \`demo.shop.users\`) UNPIVOT(v FOR k IN (a,b)) ORDER BY 1,2,3`,
  },
  {
    name: "wildcard",
    sql: `SELECT _TABLE_SUFFIX s, COUNT(*) c FROM \`demo.shop.events_*\` WHERE _TABLE_SUFFIX BETWEEN '20240101' AND '20240131' GROUP BY s ORDER BY s`,
    oracle: `SELECT * FROM UNNEST([STRUCT('20240101' AS s, 3 AS c),('20240102',2)])`,
  },
  {
    name: "wildcard-2",
    sql: `SELECT id, name FROM \`demo.shop.events_2024*\` WHERE _TABLE_SUFFIX = '0102' ORDER BY id`,
    oracle: `SELECT * FROM UNNEST([STRUCT(4 AS id, 'b4' AS name),(5,'b5')])`,
  },
  {
    name: "format",
    sql: `SELECT FORMAT('%05d|%s|%.2f|%t|%T|%\\'d', id, kind, price, event_date, kind, 1234567) a, FORMAT('%10s|%-6s|%%', kind, kind) b FROM \`demo.shop.events\` WHERE id<4 ORDER BY id`,
  },
  {
    name: "format_timestamp",
    sql: `SELECT id, FORMAT_TIMESTAMP('%F %T %Z', ts) a, FORMAT_TIMESTAMP('%Y%m%dT%H', ts, 'Europe/Berlin') b, FORMAT_DATE('%G-W%V %a %b %e', event_date) c, FORMAT_TIMESTAMP('%Y-%m-%dT%H:%M:%E3SZ', ts) d FROM \`demo.shop.events\` ORDER BY id`,
  },
  {
    name: "parse",
    sql: `SELECT PARSE_DATE('%Y%m%d','20240115') a, PARSE_TIMESTAMP('%Y-%m-%d %H:%M:%S','2024-01-15 10:11:12') b, PARSE_DATE('%d/%m/%Y','01/02/2024') c, PARSE_DATETIME('%F %T','2024-01-15 10:11:12') d, SAFE.PARSE_DATE('%Y%m%d','x') e, PARSE_TIMESTAMP('%Y-%m-%dT%H:%M:%E*S%Ez','2024-01-15T10:11:12.5+02:00') f`,
  },
  {
    name: "unix-time",
    sql: `SELECT UNIX_SECONDS(ts) a, UNIX_MILLIS(ts) b, UNIX_MICROS(ts) c, TIMESTAMP_SECONDS(1700000000) d, TIMESTAMP_MILLIS(1700000000123) e, TIMESTAMP_MICROS(1700000000123456) f, UNIX_DATE(event_date) g FROM \`demo.shop.events\` WHERE id<5 ORDER BY id`,
  },
  {
    name: "regexp",
    sql: `SELECT id, REGEXP_CONTAINS(url, r'ex1\\d') a, REGEXP_EXTRACT(url, r'//([^/]+)/') b, REGEXP_REPLACE(url, r'(\\d+)', r'<\\1>') c, REGEXP_EXTRACT_ALL('a1b22', r'\\d+') d, REGEXP_EXTRACT(url, r'zzz') e, REGEXP_INSTR('abcabc','c') f, REGEXP_EXTRACT(url, r'\\.com') g FROM \`demo.shop.events\` ORDER BY id`,
  },
  {
    name: "strings",
    sql: `SELECT SUBSTR(kind,2,2) a, SUBSTR(kind,-2) b, STRPOS(kind,'i') c, LPAD(kind,6,'*') d, REPLACE(kind,'i','I') e, INITCAP('ab cd') f, REVERSE(kind) g, STARTS_WITH(kind,'c') h, CONCAT(kind,'-',kind) i, kind||'x' j, LENGTH(kind) k, BYTE_LENGTH('é') l, INSTR(kind,'c') m, LEFT(kind,2) n, RIGHT(kind,2) o, TRIM('xxaxx','x') p, NORMALIZE('a') q, CHAR_LENGTH('é') r, REPEAT('a',2) s, CONTAINS_SUBSTR(kind,'LIC') t FROM \`demo.shop.events\` WHERE id<4 ORDER BY id`,
    oracle: `SELECT SUBSTR(kind,2,2) a, SUBSTR(kind,-2) b, STRPOS(kind,'i') c, LPAD(kind,6,'*') d, REPLACE(kind,'i','I') e, INITCAP('ab cd') f, REVERSE(kind) g, STARTS_WITH(kind,'c') h, CONCAT(kind,'-',kind) i, kind||'x' j, LENGTH(kind) k, BYTE_LENGTH('é') l, INSTR(kind,'c') m, LEFT(kind,2) n, RIGHT(kind,2) o, TRIM('xxaxx','x') p, NORMALIZE('a') q, CHAR_LENGTH('é') r, REPEAT('a',2) s, STRPOS(LOWER(kind),'lic')>0 t FROM \`demo.shop.events\` WHERE id<4 ORDER BY id`,
  },
  {
    name: "net-url",
    sql: `SELECT id, NET.HOST(url) h, NET.REG_DOMAIN(url) r FROM \`demo.shop.events\` WHERE id<4 ORDER BY id`,
  },
  {
    name: "string_agg",
    sql: `SELECT kind, STRING_AGG(DISTINCT user_id, ',' ORDER BY user_id) a, STRING_AGG(user_id ORDER BY id LIMIT 3) b, ARRAY_AGG(DISTINCT user_id IGNORE NULLS ORDER BY user_id LIMIT 2) c FROM \`demo.shop.events\` GROUP BY kind ORDER BY kind`,
  },
  {
    name: "window-frames",
    sql: `SELECT id, SUM(amount) OVER (PARTITION BY user_id ORDER BY ts ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) a, SUM(id) OVER w b, LAG(id,1,-1) OVER w c, FIRST_VALUE(url IGNORE NULLS) OVER (PARTITION BY kind ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) d, NTILE(4) OVER (ORDER BY id) e, PERCENT_RANK() OVER (ORDER BY kind) f, AVG(price) OVER (ORDER BY UNIX_SECONDS(ts) RANGE BETWEEN 7200 PRECEDING AND CURRENT ROW) g, COUNTIF(kind='buy') OVER w h FROM \`demo.shop.events\` WINDOW w AS (PARTITION BY user_id ORDER BY ts) ORDER BY id`,
  },
  {
    name: "percentile_cont",
    sql: `SELECT DISTINCT kind, PERCENTILE_CONT(price, 0.5) OVER (PARTITION BY kind) p, PERCENTILE_DISC(id, 0.9) OVER (PARTITION BY kind) q FROM \`demo.shop.events\` ORDER BY kind`,
  },
  {
    name: "numeric",
    sql: `SELECT NUMERIC '1.123456789' * NUMERIC '2.5' a, NUMERIC '10' / NUMERIC '3' b, SUM(amount*NUMERIC '1.19') c, ROUND(NUMERIC '2.345',2) d, CAST('123.4567891234' AS NUMERIC) e, CAST(1.1 AS NUMERIC) f, AVG(amount) g FROM \`demo.shop.events\``,
  },
  {
    name: "bignumeric",
    sql: `SELECT BIGNUMERIC '1.12345678901234567890123456789' * BIGNUMERIC '2' a, CAST(1 AS BIGNUMERIC)/BIGNUMERIC '3' b`,
  },
  {
    name: "cte-union",
    sql: `WITH a AS (SELECT user_id, COUNT(*) n FROM \`demo.shop.events\` GROUP BY user_id), b AS (SELECT user_id, 0 n FROM \`demo.shop.users\`) SELECT user_id, MAX(n) mx FROM (SELECT * FROM a UNION ALL SELECT * FROM b) GROUP BY user_id HAVING MAX(n) >= 0 ORDER BY mx DESC, user_id LIMIT 5 OFFSET 1`,
  },
  {
    name: "recursive",
    sql: `WITH RECURSIVE r AS (SELECT 1 n UNION ALL SELECT n+1 FROM r WHERE n<5) SELECT n FROM r ORDER BY n`,
  },
  {
    name: "joins",
    sql: `SELECT u.country, COUNT(DISTINCT e.user_id) c, IFNULL(SUM(e.amount),0) s FROM \`demo.shop.users\` u LEFT JOIN \`demo.shop.events\` e ON e.user_id=u.user_id AND e.kind IN ('buy','view') WHERE u.created >= '2023-02-01' AND NOT EXISTS (SELECT 1 FROM \`demo.shop.events\` x WHERE x.user_id=u.user_id AND x.id>59) GROUP BY u.country ORDER BY u.country`,
  },
  {
    name: "rollup",
    sql: `SELECT kind, user_id, COUNT(*) c FROM \`demo.shop.events\` GROUP BY ROLLUP(kind, user_id) ORDER BY kind, user_id`,
    oracle: `SELECT * FROM (SELECT kind, user_id, COUNT(*) c FROM \`demo.shop.events\` GROUP BY 1,2 UNION ALL SELECT kind, NULL, COUNT(*) FROM \`demo.shop.events\` GROUP BY 1 UNION ALL SELECT NULL,NULL,COUNT(*) FROM \`demo.shop.events\`) ORDER BY kind,user_id`,
  },
  {
    name: "grouping-sets",
    sql: `SELECT kind, COUNT(*) c FROM \`demo.shop.events\` GROUP BY GROUPING SETS (kind, ()) ORDER BY kind`,
    oracle: `SELECT * FROM (SELECT kind, COUNT(*) c FROM \`demo.shop.events\` GROUP BY 1 UNION ALL SELECT NULL,COUNT(*) FROM \`demo.shop.events\`) ORDER BY kind`,
  },
  {
    name: "group-by-all-order",
    sql: `SELECT kind, user_id, COUNT(*) c FROM \`demo.shop.events\` GROUP BY ALL ORDER BY 1, 2`,
    oracle: `SELECT kind, user_id, COUNT(*) c FROM \`demo.shop.events\` GROUP BY 1,2 ORDER BY 1,2`,
  },
  {
    name: "set-ops",
    sql: `SELECT user_id FROM \`demo.shop.users\` EXCEPT DISTINCT SELECT user_id FROM \`demo.shop.events\` ORDER BY 1`,
  },
  { name: "nulls-order", sql: `SELECT user_id, score FROM \`demo.shop.users\` ORDER BY score DESC, user_id` },
  {
    name: "nulls-order-2",
    sql: `SELECT user_id, score FROM \`demo.shop.users\` ORDER BY score NULLS LAST, user_id`,
  },
  {
    name: "params",
    sql: `SELECT @s s, @n n, @d d, @t t, @f f, COUNT(*) c FROM \`demo.shop.events\` WHERE kind = @s AND id > @n AND user_id IN UNNEST(@a)`,
    oracle: `SELECT 'buy' s, 3 n, DATE '2024-01-02' d, TIMESTAMP '2024-01-02 03:04:05+00' t, 1.5 f, COUNT(*) c FROM \`demo.shop.events\` WHERE kind='buy' AND id>3 AND user_id IN ('u1','u2')`,
    parameters: {
      s: ["STRING", "buy"],
      n: ["INT64", "3"],
      d: ["DATE", "2024-01-02"],
      t: ["TIMESTAMP", "2024-01-02 03:04:05+00"],
      f: ["FLOAT64", "1.5"],
      a: ["ARRAY<STRING>", ["u1", "u2"]],
    },
  },
  {
    name: "params-pos",
    sql: `SELECT COUNT(*) c FROM \`demo.shop.events\` WHERE kind = ? AND id > ?`,
    oracle: `SELECT COUNT(*) c FROM \`demo.shop.events\` WHERE kind='buy' AND id>3`,
    parameters: { "1": ["STRING", "buy"], "2": ["INT64", "3"] },
  },
  {
    name: "case-if",
    sql: `SELECT id, IF(id>5,'a','b') a, CASE kind WHEN 'buy' THEN 1 WHEN 'view' THEN 2 END b, COALESCE(url,'-') c, NULLIF(kind,'buy') d, GREATEST(id,10) e, LEAST(id,10) f, id BETWEEN 2 AND 4 g, kind IN ('buy','x') h, ABS(-id) i, SIGN(-id) j, POW(2,id) k, id & 1 l, id << 2 m, kind LIKE 'b%' n, kind IS DISTINCT FROM 'buy' o FROM \`demo.shop.events\` WHERE id<9 ORDER BY id`,
  },
  {
    name: "current",
    sql: `SELECT CURRENT_DATE() <= CURRENT_DATE('UTC') a, TIMESTAMP_DIFF(CURRENT_TIMESTAMP(), TIMESTAMP '2024-01-01 00:00:00+00', DAY) > 1 b, LENGTH(GENERATE_UUID()) c, CURRENT_DATETIME() > DATETIME '2020-01-01 00:00:00' d, SESSION_USER() IS NOT NULL e`,
    oracle: `SELECT TRUE a,TRUE b,36 c,TRUE d,TRUE e`,
  },
  {
    name: "datetime-arith",
    sql: `SELECT DATETIME_ADD(local_dt, INTERVAL 1 MONTH) a, DATETIME_DIFF(local_dt, DATETIME '2024-02-28 00:00:00', DAY) b, TIMESTAMP(local_dt,'Europe/Berlin') c, DATETIME_TRUNC(local_dt, HOUR) d, ts + INTERVAL 1 DAY e, DATE_ADD(event_date, INTERVAL 1 QUARTER) f, TIME(10,11,12) g, EXTRACT(YEAR FROM local_dt) h, DATETIME(2024,1,2,3,4,5) i, DATE(2024,5,6) j, TIMESTAMP('2024-01-01 10:00:00','Asia/Tokyo') k, TIMESTAMP(event_date) l FROM \`demo.shop.events\` WHERE id<3 ORDER BY id`,
    oracle: `SELECT DATETIME_ADD(local_dt, INTERVAL 1 MONTH) a, DATETIME_DIFF(local_dt, DATETIME '2024-02-28 00:00:00', DAY) b, TIMESTAMP(local_dt,'Europe/Berlin') c, DATETIME_TRUNC(local_dt, HOUR) d, TIMESTAMP_ADD(ts, INTERVAL 1 DAY) e, DATE_ADD(event_date, INTERVAL 1 QUARTER) f, TIME(10,11,12) g, EXTRACT(YEAR FROM local_dt) h, DATETIME(2024,1,2,3,4,5) i, DATE(2024,5,6) j, TIMESTAMP('2024-01-01 10:00:00','Asia/Tokyo') k, TIMESTAMP(event_date) l FROM \`demo.shop.events\` WHERE id<3 ORDER BY id`,
  },
  {
    name: "tablesample-bucket",
    sql: `SELECT RANGE_BUCKET(id,[0,10,20,30]) b, WIDTH FROM (SELECT id, 1 WIDTH FROM \`demo.shop.events\`) WHERE id<35 ORDER BY id`,
  },
  {
    name: "safe-prefix",
    sql: `SELECT SAFE.SUBSTR('abc',1,-1) a, SAFE.PARSE_TIMESTAMP('%F','zz') b, SAFE.DIV(1,0) c`,
  },
  { name: "error-divzero", sql: `SELECT 1/0`, error: /division by zero/i },
  {
    name: "error-cast",
    sql: `SELECT CAST('abc' AS INT64)`,
    error: /Bad int64|Could not convert|conversion/i,
  },
  {
    name: "error-column",
    sql: `SELECT nope FROM \`demo.shop.events\``,
    error: /Unrecognized name|not found/i,
  },
  {
    name: "error-type",
    sql: `SELECT id + kind FROM \`demo.shop.events\``,
    error: /No matching signature|No function matches|Could not convert/i,
  },
  {
    name: "view-options",
    sql: `CREATE OR REPLACE VIEW \`demo.shop.v_latest\` OPTIONS(description="latest", labels=[("team","x")]) AS SELECT * EXCEPT(rn) FROM (SELECT *, ROW_NUMBER() OVER(PARTITION BY user_id ORDER BY ts DESC) rn FROM \`demo.shop.events\`) WHERE rn=1`,
    check: `SELECT COUNT(*) c FROM \`demo.shop.v_latest\``,
    expect: [["7"]],
  },
  {
    name: "ctas-part",
    sql: `CREATE OR REPLACE TABLE \`demo.shop.daily\` PARTITION BY event_date CLUSTER BY kind OPTIONS(description='d', partition_expiration_days=30, require_partition_filter=false) AS SELECT event_date, kind, COUNT(*) n, SUM(amount) s FROM \`demo.shop.events\` GROUP BY 1,2`,
    check: `SELECT COUNT(*), SUM(n) FROM \`demo.shop.daily\``,
    expect: [["13", "60"]],
  },
  {
    name: "create-table-cols",
    sql: `CREATE TABLE IF NOT EXISTS \`demo.shop.t1\` (id INT64 NOT NULL, name STRING(20) OPTIONS(description="n"), amt NUMERIC(10,2), created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP(), a ARRAY<STRUCT<k STRING, v INT64>>, PRIMARY KEY (id) NOT ENFORCED) PARTITION BY TIMESTAMP_TRUNC(created_at, DAY) CLUSTER BY name OPTIONS(labels=[("a","b")])`,
    check: `SELECT COUNT(*) FROM \`demo.shop.t1\``,
    expect: [["0"]],
  },
  {
    name: "insert-values",
    sql: `INSERT INTO \`demo.shop.target\` (id, name, qty) VALUES (10, "ten", 100), (11, 'eleven', 110)`,
    check: `SELECT id,name,qty FROM \`demo.shop.target\` ORDER BY id`,
    expect: [
      ["1", "n1", "10"],
      ["2", "n2", "20"],
      ["3", "n3", "30"],
      ["4", "n4", "40"],
      ["10", "ten", "100"],
      ["11", "eleven", "110"],
    ],
  },
  {
    name: "insert-select",
    sql: `INSERT \`demo.shop.target\` (id, name, qty, updated) SELECT id, kind, CAST(price AS INT64), ts FROM \`demo.shop.events\` WHERE id=20`,
    check: `SELECT id,name,qty,updated FROM \`demo.shop.target\` WHERE id=20`,
    expect: [["20", "buy", "7", "2024-01-02 08:20:00+00"]],
  },
  {
    name: "update",
    sql: `UPDATE \`demo.shop.target\` SET qty = qty + 1, name = CONCAT(name,'!') WHERE id IN (1,2)`,
    check: `SELECT id,name,qty FROM \`demo.shop.target\` ORDER BY id LIMIT 2`,
    expect: [
      ["1", "n1!", "11"],
      ["2", "n2!", "21"],
    ],
  },
  {
    name: "update-from",
    sql: `UPDATE \`demo.shop.target\` t SET qty = s.q, name = s.kind FROM (SELECT id, id*1000 q, kind FROM \`demo.shop.events\`) s WHERE s.id = t.id AND t.id > 2`,
    check: `SELECT id,name,qty FROM \`demo.shop.target\` ORDER BY id LIMIT 4`,
    expect: [
      ["1", "n1", "10"],
      ["2", "n2", "20"],
      ["3", "click", "3000"],
      ["4", "view", "4000"],
    ],
  },
  {
    name: "delete",
    sql: `DELETE FROM \`demo.shop.target\` WHERE id > 2`,
    check: `SELECT id,name,qty FROM \`demo.shop.target\` ORDER BY id`,
    expect: [
      ["1", "n1", "10"],
      ["2", "n2", "20"],
    ],
  },
  {
    name: "delete-sub",
    sql: `DELETE \`demo.shop.target\` t WHERE EXISTS (SELECT 1 FROM \`demo.shop.events\` e WHERE e.id = t.id AND e.kind = 'buy')`,
    check: `SELECT id,name,qty FROM \`demo.shop.target\` ORDER BY id`,
    expect: [
      ["1", "n1", "10"],
      ["3", "n3", "30"],
      ["4", "n4", "40"],
    ],
  },
  {
    name: "merge",
    sql: `MERGE \`demo.shop.target\` t USING (SELECT 2 id, 'two' name, 22 qty UNION ALL SELECT 99, 'new', 990) s ON t.id = s.id WHEN MATCHED AND s.qty > t.qty THEN UPDATE SET name = s.name, qty = t.qty + s.qty, updated = CURRENT_TIMESTAMP() WHEN NOT MATCHED THEN INSERT (id, name, qty) VALUES (s.id, s.name, s.qty) WHEN NOT MATCHED BY SOURCE AND t.id = 4 THEN DELETE`,
    check: `SELECT id,name,qty FROM \`demo.shop.target\` ORDER BY id`,
    expect: [
      ["1", "n1", "10"],
      ["2", "two", "42"],
      ["3", "n3", "30"],
      ["99", "new", "990"],
    ],
  },
  {
    name: "merge-insert-row",
    sql: `MERGE INTO \`demo.shop.target\` t USING (SELECT 1 id,'x' name,5 qty, TIMESTAMP '2024-01-01 00:00:00+00' updated UNION ALL SELECT 7,'y',6,NULL) s ON t.id=s.id WHEN MATCHED THEN DELETE WHEN NOT MATCHED BY TARGET THEN INSERT ROW`,
    check: `SELECT id,name,qty FROM \`demo.shop.target\` ORDER BY id`,
    expect: [
      ["2", "n2", "20"],
      ["3", "n3", "30"],
      ["4", "n4", "40"],
      ["7", "y", "6"],
    ],
  },
  {
    name: "merge-false",
    sql: `MERGE \`demo.shop.target\` t USING (SELECT 50 id, 'r' name, 1 qty) s ON FALSE WHEN NOT MATCHED THEN INSERT (id,name,qty) VALUES(id,name,qty) WHEN NOT MATCHED BY SOURCE AND id < 3 THEN DELETE`,
    check: `SELECT id,name,qty FROM \`demo.shop.target\` ORDER BY id`,
    expect: [
      ["3", "n3", "30"],
      ["4", "n4", "40"],
      ["50", "r", "1"],
    ],
  },
  {
    name: "truncate",
    sql: `TRUNCATE TABLE \`demo.shop.target\``,
    check: `SELECT COUNT(*) FROM \`demo.shop.target\``,
    expect: [["0"]],
  },
  {
    name: "alter-add",
    sql: `ALTER TABLE \`demo.shop.target\` ADD COLUMN IF NOT EXISTS extra STRING OPTIONS(description="e")`,
    check: `SELECT COUNT(extra) FROM \`demo.shop.target\``,
    expect: [["0"]],
  },
  {
    name: "alter-options",
    sql: `ALTER TABLE \`demo.shop.target\` SET OPTIONS(description="hello", expiration_timestamp=TIMESTAMP "2030-01-01 00:00:00+00")`,
    check: `SELECT id,name,qty FROM \`demo.shop.target\` ORDER BY id LIMIT 1`,
    expect: [["1", "n1", "10"]],
  },
  { name: "drop", sql: `DROP TABLE IF EXISTS \`demo.shop.nope\``, check: `SELECT 1`, expect: [["1"]] },
  {
    name: "clone",
    sql: `CREATE OR REPLACE TABLE \`demo.shop.copy\` CLONE \`demo.shop.target\``,
    check: `SELECT COUNT(*) FROM \`demo.shop.copy\``,
    expect: [["4"]],
  },
  {
    name: "create-schema",
    sql: `CREATE SCHEMA IF NOT EXISTS \`demo.mart\` OPTIONS(location="EU", labels=[("a","b")])`,
    check: `SELECT 1`,
    expect: [["1"]],
  },
  {
    name: "create-function",
    sql: `CREATE OR REPLACE FUNCTION \`demo.shop.clean\`(s STRING) RETURNS STRING AS (LOWER(TRIM(s)))`,
    check: `SELECT \`demo.shop.clean\`('  AbC ')`,
    expect: [["abc"]],
  },
  {
    name: "temp-function",
    sql: `CREATE TEMP FUNCTION addone(x INT64) AS (x+1); SELECT addone(4)`,
    rows: [["5"]],
  },
  {
    name: "transaction",
    sql: `BEGIN TRANSACTION; DELETE FROM \`demo.shop.target\` WHERE id=1; INSERT INTO \`demo.shop.target\`(id,name,qty) VALUES(1,'re',1); COMMIT TRANSACTION;`,
    check: `SELECT id,name,qty FROM \`demo.shop.target\` ORDER BY id LIMIT 1`,
    expect: [["1", "re", "1"]],
  },
  {
    name: "script-declare",
    sql: `DECLARE x INT64 DEFAULT 3; DECLARE s STRING; SET s = (SELECT name FROM \`demo.shop.target\` WHERE id=x); IF s = 'n3' THEN UPDATE \`demo.shop.target\` SET qty=x WHERE id=3; END IF; SELECT s, qty FROM \`demo.shop.target\` WHERE id=x;`,
    rows: [["n3", "3"]],
  },
  {
    name: "assert",
    sql: `ASSERT (SELECT COUNT(*) FROM \`demo.shop.target\`) = 4 AS 'row count'`,
    rows: null,
  },
  {
    name: "assert-fail",
    sql: `ASSERT (SELECT COUNT(*) FROM \`demo.shop.target\`) = 5 AS 'row count'`,
    error: /row count/i,
  },
  { name: "execute-immediate", sql: `EXECUTE IMMEDIATE 'SELECT @a + 1 x' USING 4 AS a`, rows: [["5"]] },
  {
    name: "information_schema",
    sql: `SELECT table_name, table_type FROM \`demo.shop.INFORMATION_SCHEMA.TABLES\` WHERE table_name IN ('users','target') ORDER BY 1`,
    rows: [
      ["target", "BASE TABLE"],
      ["users", "BASE TABLE"],
    ],
  },
  {
    name: "information_schema-region",
    sql: `SELECT table_name, total_rows FROM \`region-eu\`.INFORMATION_SCHEMA.TABLE_STORAGE WHERE table_name='users'`,
    rows: [["users", "10"]],
  },
  {
    name: "information_schema-columns",
    sql: `SELECT column_name, data_type FROM demo.shop.INFORMATION_SCHEMA.COLUMNS WHERE table_name='target' ORDER BY ordinal_position`,
    rows: [
      ["id", "INT64"],
      ["name", "STRING"],
      ["qty", "INT64"],
      ["updated", "TIMESTAMP"],
    ],
  },
  {
    name: "__TABLES__",
    sql: `SELECT table_id, row_count FROM \`demo.shop.__TABLES__\` WHERE table_id='users'`,
    rows: [["users", "10"]],
  },
];
