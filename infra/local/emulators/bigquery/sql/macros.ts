/**
 * DuckDB macros that mean what GoogleSQL means. `bq_raise(text)` is a function
 * of ours: DuckDB's own `error` is volatile, and TRY refuses volatile functions.
 */
export const MACROS: readonly (readonly [signature: string, body: string])[] = [
  // Numbers
  [
    "bq_finite(x)",
    "CASE WHEN NOT isfinite(x) THEN CAST(bq_raise('Floating point error: overflow or invalid operation') AS DOUBLE) ELSE x END",
  ],
  ["bq_nonzero(x)", "CASE WHEN x = 0 THEN CAST(bq_raise('division by zero') AS BIGINT) ELSE x END"],
  ["bq_mod(a, b)", "CASE WHEN b = -1 THEN a - a ELSE a % bq_nonzero(b) END"],
  ["bq_sign(x)", "CASE WHEN isnan(x) THEN x ELSE CAST(sign(x) AS DOUBLE) END"],
  ["bq_hex(x)", "CASE WHEN x < 0 THEN '-' || printf('%x', -x) ELSE printf('%x', x) END"],
  ["bq_div(a, b)", "CASE WHEN b = 0 THEN bq_raise('division by zero') WHEN b = -1 THEN -a ELSE a // b END"],
  ["bq_safe_divide(a, b)", "CASE WHEN b = 0 THEN NULL ELSE bq_finite(a / b) END"],
  ["bq_ieee_divide(a, b)", "a / b"],
  ["bq_numeric_multiply(a, b)", "coalesce(TRY(CAST(a * b AS DECIMAL(38,9))), bq_numeric_product(a, b))"],
  ["bq_numeric_divide(a, b)", "bq_numeric_quotient(a, b)"],
  [
    "bq_float64_int64(x)",
    "CASE WHEN isnan(x) OR isinf(x) THEN bq_raise('Illegal conversion of non-finite floating point number to an integer: ' || x) ELSE CAST(round(x) AS BIGINT) END",
  ],
  ["bq_numeric_round(x, n)", "CAST(round(x, CAST(n AS INTEGER)) AS DECIMAL(38,9))"],
  ["bq_numeric_trunc(x, n)", "CAST(trunc(x, CAST(n AS INTEGER)) AS DECIMAL(38,9))"],
  [
    "bq_shift_left(x, n)",
    "CASE WHEN x IS NULL THEN NULL WHEN n < 0 THEN bq_raise('Bitwise shift by negative offset.') WHEN n > 63 THEN 0 ELSE bq_shift_bits(x, n) END",
  ],
  [
    "bq_shift_right(x, n)",
    "CASE WHEN x IS NULL THEN NULL WHEN n < 0 THEN bq_raise('Bitwise shift by negative offset.') WHEN n > 63 THEN 0 ELSE bq_shift_bits(x, -n) END",
  ],
  [
    "bq_range_bucket(x, l)",
    "CASE WHEN x IS NULL OR l IS NULL THEN NULL WHEN list_count(l) < len(l) THEN bq_raise('Elements in input array to RANGE_BUCKET cannot be null.') WHEN list_sort(l) <> l THEN bq_raise('Elements in input array to RANGE_BUCKET must be in ascending order.') ELSE CAST(len(list_filter(l, lambda z: z <= x)) AS BIGINT) END",
  ],
  // Text of values, and values of text
  [
    "bq_short_fraction(t)",
    "CASE WHEN extract(microsecond FROM t) % 1000000 = 0 THEN '' ELSE '.' || rtrim(strftime(t, '%f'), '0') END",
  ],
  [
    "bq_fraction(t)",
    "CASE WHEN extract(microsecond FROM t) % 1000000 = 0 THEN '' WHEN extract(microsecond FROM t) % 1000 = 0 THEN '.' || left(strftime(t, '%f'), 3) ELSE '.' || strftime(t, '%f') END",
  ],
  [
    "bq_float64_text(x)",
    "CASE WHEN x = 0 THEN '0' WHEN isnan(x) THEN 'nan' WHEN isinf(x) THEN CASE WHEN x > 0 THEN 'inf' ELSE '-inf' END WHEN CAST(printf('%.15g', x) AS DOUBLE) = x THEN printf('%.15g', x) ELSE printf('%.17g', x) END",
  ],
  [
    "bq_float64_source(x)",
    "CASE WHEN x = 0 THEN printf('%.1f', x) ELSE regexp_replace(bq_float64_text(x), '^(-?[0-9]+)$', '\\1.0') END",
  ],
  [
    "bq_format_float64(x, f)",
    "CASE WHEN isfinite(x) THEN printf(f, CASE WHEN x = 0 THEN CAST(0 AS DOUBLE) ELSE x END) ELSE bq_float64_text(x) END",
  ],
  ["bq_numeric_text(x)", "rtrim(rtrim(CAST(CAST(x AS DECIMAL(38,9)) AS VARCHAR), '0'), '.')"],
  ["bq_date_text(x)", "strftime(x, '%Y-%m-%d')"],
  ["bq_time_text(x)", "strftime(DATE '1970-01-01' + x, '%H:%M:%S') || bq_fraction(DATE '1970-01-01' + x)"],
  ["bq_datetime_text(x)", "strftime(x, '%Y-%m-%d %H:%M:%S') || bq_fraction(x)"],
  ["bq_timestamp_text(x)", "bq_datetime_text(x AT TIME ZONE 'UTC') || '+00'"],
  ["bq_utf8(x)", "decode(x)"],
  ["bq_bad(s, what)", "CASE WHEN s IS NULL THEN NULL ELSE bq_raise(what || s) END"],
  [
    "bq_bool(s)",
    "CASE lower(s) WHEN 'true' THEN TRUE WHEN 'false' THEN FALSE ELSE CAST(bq_bad(s, 'Bad bool value: ') AS BOOLEAN) END",
  ],
  // What DuckDB parses as BigQuery does, and much faster than we do; the rest, and what to refuse, is ours.
  [
    "bq_int64(s)",
    "coalesce(TRY_CAST(regexp_extract(s, '^([+-]?[0-9]+)$', 1) AS BIGINT), bq_int64_of_text(s))",
  ],
  [
    "bq_float64(s)",
    "coalesce(TRY_CAST(regexp_extract(s, '^([+-]?[0-9]+(?:\\.[0-9]+)?)$', 1) AS DOUBLE), bq_float64_of_text(s))",
  ],
  [
    "bq_numeric(s)",
    "coalesce(TRY_CAST(regexp_extract(s, '^([+-]?[0-9]+(?:\\.[0-9]+)?)$', 1) AS DECIMAL(38,9)), bq_numeric_of_text(s))",
  ],
  [
    "bq_date(s)",
    "coalesce(TRY_CAST(regexp_extract(s, '^((?:[1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-[0-9]{1,2}-[0-9]{1,2})$', 1) AS DATE), CAST(CAST(bq_bad(s, 'Invalid date: ') AS VARCHAR) AS DATE))",
  ],
  ["bq_time(s)", "CAST(make_timestamp(bq_time_of_text(s)) AS TIME)"],
  ["bq_datetime(s)", "make_timestamp(bq_datetime_of_text(s, 9))"],
  [
    "bq_timestamp(s)",
    "coalesce(TRY_CAST(regexp_extract(s, '^([12][0-9]{3}-[0-9]{2}-[0-9]{2}[ T](?:[01][0-9]|2[0-3]):[0-9]{2}:[0-9]{2}(?:\\.[0-9]{1,6})?)(?:Z|\\+00:00)?$', 1) || '+00' AS TIMESTAMPTZ), make_timestamptz(bq_timestamp_of_text(s, '', 9)))",
  ],
  // The functions TIMESTAMP, DATETIME and DATE of a text read six digits of a fraction, where CAST reads nine.
  ["bq_function_datetime(s)", "make_timestamp(bq_datetime_of_text(s, 6))"],
  ["bq_function_timestamp(s, tz)", "make_timestamptz(bq_timestamp_of_text(s, tz, 6))"],
  // Dates
  ["bq_second(x)", "CAST(x AS DOUBLE)"],
  [
    "bq_checked_date(x)",
    "CASE WHEN x < DATE '0001-01-01' OR x > DATE '9999-12-31' THEN CAST(CAST(bq_raise('Date overflow') AS VARCHAR) AS DATE) ELSE x END",
  ],
  [
    "bq_checked_datetime(x)",
    "CASE WHEN x < TIMESTAMP '0001-01-01' OR x >= TIMESTAMP '10000-01-01' THEN CAST(CAST(bq_raise('Datetime overflow') AS VARCHAR) AS TIMESTAMP) ELSE x END",
  ],
  [
    "bq_checked_timestamp(x)",
    "CASE WHEN x < TIMESTAMPTZ '0001-01-01 00:00:00+00' OR x >= TIMESTAMPTZ '10000-01-01 00:00:00+00' THEN CAST(CAST(bq_raise('Timestamp overflow') AS VARCHAR) AS TIMESTAMPTZ) ELSE x END",
  ],
  ["bq_date_add(d, n)", "bq_checked_date(CAST(d + CAST(n AS INTEGER) AS DATE))"],
  [
    "bq_week_index(d, start)",
    "CAST(floor((date_diff('day', DATE '1970-01-04', CAST(d AS DATE)) - start) / 7.0) AS BIGINT)",
  ],
  [
    "bq_instant(t, tz)",
    "CASE WHEN ((t AT TIME ZONE tz) - INTERVAL 1 HOUR) AT TIME ZONE tz = t THEN (t AT TIME ZONE tz) - INTERVAL 1 HOUR ELSE t AT TIME ZONE tz END",
  ],
  [
    "bq_parse(s, pattern, format, what)",
    "CASE WHEN s IS NULL THEN NULL WHEN regexp_matches(s, pattern) THEN strptime(trim(s), format) ELSE CAST(CAST(bq_raise(what || ': failed to parse input string \"' || s || '\"') AS VARCHAR) AS TIMESTAMP) END",
  ],
  // Strings
  [
    "bq_length(n, what)",
    "CAST(CASE WHEN n < 0 THEN bq_raise(what || ': length must be non-negative') ELSE n END AS INTEGER)",
  ],
  ["bq_start(s, p)", "CASE WHEN p = 0 OR p < -length(s) THEN 1 ELSE p END"],
  ["bq_substr(s, p)", "substr(s, bq_start(s, p))"],
  ["bq_substr_length(s, p, n)", "substr(s, bq_start(s, p), bq_length(n, 'SUBSTR'))"],
  [
    "bq_initcap(s)",
    "CASE WHEN s IS NULL THEN NULL ELSE coalesce(array_to_string(list_transform(regexp_extract_all(s, '[^\\s<>\\[\\](){}/|!?@\"^#$&~_,.:;*%+\\-]+|[\\s<>\\[\\](){}/|!?@\"^#$&~_,.:;*%+\\-]+'), lambda w: upper(w[1]) || lower(w[2:])), ''), '') END",
  ],
  ["bq_split(s, d)", "CASE WHEN d IS NULL THEN NULL WHEN s = '' THEN [''] ELSE string_split(s, d) END"],
  ["bq_unicode(s)", "CASE WHEN s = '' THEN 0 ELSE unicode(s) END"],
  ["bq_from_hex(s)", "unhex(CASE WHEN length(s) % 2 = 1 THEN '0' || s ELSE s END)"],
  ["bq_regexp_extract(s, r, g)", "CASE WHEN regexp_matches(s, r) THEN regexp_extract(s, r, g) END"],
  // A group that took no part is NULL in BigQuery and empty in DuckDB, which cannot tell it from an empty match.
  [
    "bq_regexp_extract_optional(s, r)",
    "CASE WHEN regexp_matches(s, r) THEN CASE WHEN regexp_extract(s, r, 1) = '' THEN CAST(bq_raise('not supported by the local BigQuery: REGEXP_EXTRACT of an optional group that is empty') AS VARCHAR) ELSE regexp_extract(s, r, 1) END END",
  ],
  // The shortest text before a match tells where it begins; searching the matched text would ignore its surroundings.
  [
    "bq_regexp_instr(s, r)",
    "CASE WHEN s IS NULL OR r IS NULL THEN NULL WHEN regexp_matches(s, r) THEN length(regexp_extract(s, '^(?s:(.*?))(?:' || r || ')', 1)) + 1 ELSE 0 END",
  ],
  ["bq_pad_left(s, n)", "CASE WHEN length(s) >= n THEN s ELSE lpad(s, n, ' ') END"],
  ["bq_pad_right(s, n)", "CASE WHEN length(s) >= n THEN s ELSE rpad(s, n, ' ') END"],
  [
    "bq_source_string(s)",
    "CASE WHEN contains(s, '\"') AND NOT contains(s, '''') THEN '''' || replace(replace(s, '\\', '\\\\'), chr(10), '\\n') || '''' ELSE '\"' || replace(replace(replace(s, '\\', '\\\\'), '\"', '\\\"'), chr(10), '\\n') || '\"' END",
  ],
  // Arrays
  [
    "bq_at(l, i)",
    "CASE WHEN l IS NULL OR i IS NULL THEN NULL WHEN i < 0 OR i >= len(l) THEN l[bq_raise('Array index ' || i || ' is out of bounds')] ELSE l[i + 1] END",
  ],
  ["bq_safe_at(l, i)", "CASE WHEN i < 0 THEN NULL ELSE l[i + 1] END"],
  [
    "bq_in_array(x, l)",
    "CASE WHEN coalesce(len(l), 0) = 0 THEN FALSE WHEN x IS NULL THEN NULL WHEN list_contains(l, x) THEN TRUE WHEN list_count(l) < len(l) THEN NULL ELSE FALSE END",
  ],
  [
    "bq_is_distinct(l)",
    "CASE WHEN l IS NULL THEN NULL ELSE list_unique(l) + CASE WHEN list_count(l) < len(l) THEN 1 ELSE 0 END = len(l) END",
  ],
  [
    "bq_series(a, b, step, sign)",
    "CASE WHEN sign = 0 THEN generate_series(a, b, step)[bq_raise('Sequence step cannot be 0.'):] ELSE generate_series(a, b, step) END",
  ],
  [
    "bq_result_array(l, field, empty)",
    "CASE WHEN l IS NULL THEN empty WHEN list_count(l) < len(l) THEN l[bq_raise('Array cannot have a null element; error in writing field ' || field):] ELSE l END",
  ],
  [
    "bq_top_count(x, n)",
    "list_transform(list_sort(list_transform(map_entries(histogram(x)), lambda e: {'count': -CAST(e.value AS BIGINT), 'value': e.key}))[1:n], lambda e: {'value': e.value, 'count': -e.count})",
  ],
  // JSON, in text and as a value; a malformed text answers NULL
  [
    "bq_json_value(j, p)",
    "TRY(CASE json_type(j, p) WHEN 'OBJECT' THEN NULL WHEN 'ARRAY' THEN NULL WHEN 'NULL' THEN NULL WHEN 'DOUBLE' THEN bq_json_source(j, p) ELSE json_extract_string(j, p) END)",
  ],
  [
    "bq_json_value_json(j, p)",
    "CASE json_type(j, p) WHEN 'OBJECT' THEN NULL WHEN 'ARRAY' THEN NULL WHEN 'NULL' THEN NULL WHEN 'DOUBLE' THEN bq_json_source(CAST(j AS VARCHAR), p) ELSE json_extract_string(j, p) END",
  ],
  [
    "bq_json_query(j, p)",
    "TRY(CASE WHEN json_type(j, p) IS NULL OR json_type(j, p) = 'NULL' THEN NULL ELSE bq_json_source(j, p) END)",
  ],
  ["bq_json_query_json(j, p)", "CAST(json_extract(j, p) AS VARCHAR)"],
  [
    "bq_json_value_array(j, p)",
    "TRY(CASE WHEN json_type(j, p) = 'ARRAY' THEN bq_json_scalars(CAST(json_extract(j, p) AS JSON[])) END)",
  ],
  [
    "bq_json_value_array_json(j, p)",
    "CASE WHEN json_type(j, p) = 'ARRAY' THEN bq_json_scalars(CAST(json_extract(j, p) AS JSON[])) END",
  ],
  ["bq_json_scalars(l)", "list_transform(l, lambda e: bq_json_value_json(e, '$'))"],
  [
    "bq_json_query_array(j, p)",
    "TRY(CASE WHEN json_type(j, p) = 'ARRAY' THEN CAST(json_extract(j, p) AS JSON[]) END)",
  ],
  [
    "bq_json_query_array_json(j, p)",
    "CASE WHEN json_type(j, p) = 'ARRAY' THEN CAST(json_extract(j, p) AS JSON[]) END",
  ],
  ["bq_json_field(j, p)", "json_extract(j, p)"],
  ["bq_json_member(j, k)", "json_extract(j, '$.' || CAST(to_json(k) AS VARCHAR))"],
  ["bq_json_item(j, i)", "json_extract(j, '$[' || i || ']')"],
  [
    "bq_json_type(j)",
    "CASE json_type(j) WHEN 'VARCHAR' THEN 'string' WHEN 'BIGINT' THEN 'number' WHEN 'UBIGINT' THEN 'number' WHEN 'HUGEINT' THEN 'number' WHEN 'DOUBLE' THEN 'number' WHEN 'BOOLEAN' THEN 'boolean' WHEN 'ARRAY' THEN 'array' WHEN 'OBJECT' THEN 'object' WHEN 'NULL' THEN 'null' END",
  ],
  [
    "bq_json_string(j)",
    "CASE WHEN j IS NULL THEN NULL WHEN json_type(j) = 'VARCHAR' THEN json_extract_string(j, '$') ELSE CAST(bq_raise('The provided JSON input is not a string') AS VARCHAR) END",
  ],
  [
    "bq_json_int64(j)",
    "CASE WHEN j IS NULL THEN NULL WHEN json_type(j) IN ('BIGINT', 'UBIGINT') THEN CAST(CAST(j AS VARCHAR) AS BIGINT) ELSE bq_raise('The provided JSON input is not an integer') END",
  ],
  [
    "bq_json_float64(j)",
    "CASE WHEN j IS NULL THEN NULL WHEN json_type(j) IN ('BIGINT', 'UBIGINT', 'DOUBLE') THEN CAST(CAST(j AS VARCHAR) AS DOUBLE) ELSE CAST(bq_raise('The provided JSON input is not a number') AS DOUBLE) END",
  ],
  [
    "bq_json_bool(j)",
    "CASE WHEN j IS NULL THEN NULL WHEN json_type(j) = 'BOOLEAN' THEN CAST(j AS VARCHAR) = 'true' ELSE CAST(bq_raise('The provided JSON input is not a boolean') AS BOOLEAN) END",
  ],
  [
    "bq_json_quote(s)",
    "replace(replace(CAST(to_json(CAST(s AS VARCHAR)) AS VARCHAR), chr(8232), '\\u2028'), chr(8233), '\\u2029')",
  ],
  [
    "bq_int64_json(x)",
    "CASE WHEN x BETWEEN -9007199254740992 AND 9007199254740992 THEN CAST(x AS VARCHAR) ELSE '\"' || x || '\"' END",
  ],
  [
    "bq_float64_json(x)",
    "CASE WHEN isnan(x) THEN '\"NaN\"' WHEN isinf(x) THEN CASE WHEN x > 0 THEN '\"Infinity\"' ELSE '\"-Infinity\"' END ELSE bq_float64_text(x) END",
  ],
  [
    "bq_numeric_json(x)",
    "CASE WHEN x = trunc(x) AND abs(x) <= 9007199254740992 THEN bq_numeric_text(x) ELSE '\"' || bq_numeric_text(x) || '\"' END",
  ],
];
