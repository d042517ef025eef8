import { type GoogleType, scalar, toProto } from "../types.ts";

/** Features of BigQuery's dialect that the analyzer leaves off in its own maximum set. */
export const FEATURES: readonly string[] = [
  "FEATURE_INTERVAL_TYPE",
  "FEATURE_V_1_4_GROUPING_SETS",
  "FEATURE_V_1_4_GROUPING_BUILTIN",
  "FEATURE_CREATE_TABLE_CLONE",
  "FEATURE_CLONE_DATA",
  "FEATURE_ALTER_COLUMN_SET_DATA_TYPE",
  "FEATURE_CREATE_VIEWS_WITH_COLUMN_OPTIONS",
  "FEATURE_V_1_4_LIKE_ANY_SOME_ALL_SUBQUERY",
  "FEATURE_V_1_4_LIKE_ANY_SOME_ALL_ARRAY",
];

/** Constructs the analyzer itself turns into simpler ones. */
export const REWRITES: readonly string[] = [
  "REWRITE_PIVOT",
  "REWRITE_UNPIVOT",
  "REWRITE_BUILTIN_FUNCTION_INLINER",
  "REWRITE_LIKE_ANY_ALL",
];

const argument = (kind: string, type?: GoogleType) => ({
  kind,
  num_occurrences: -1,
  options: { cardinality: "REQUIRED" },
  ...(type ? { type: toProto(type) } : {}),
});

const declared = (name: string, mode: string, argumentList: unknown[], returned: unknown, id: number) => ({
  name_path: [name],
  group: "bigquery",
  mode,
  signature: [{ argument: argumentList, return_type: returned, context_id: id }],
  ...(mode === "AGGREGATE" ? { options: { supports_over_clause: false } } : {}),
});

const first = argument("ARG_TYPE_ANY_1");
const second = argument("ARG_TYPE_ANY_2");
const text = argument("ARG_TYPE_FIXED", scalar("STRING"));

/** Functions BigQuery has and this release of the analyzer has not. */
export const DECLARED_FUNCTIONS: readonly unknown[] = [
  declared("max_by", "AGGREGATE", [first, second], first, 1),
  declared("min_by", "AGGREGATE", [first, second], first, 2),
  declared("contains_substr", "SCALAR", [text, text], argument("ARG_TYPE_FIXED", scalar("BOOL")), 3),
];
