import type { TimestampFormat } from "../rows.ts";
import { flagOf, type JsonObject, objectOf, textOf } from "./json.ts";

/** From `formatOptions` of a request's body, or `formatOptions.…` of its query string. */
export function timestampFormat(json: JsonObject): TimestampFormat {
  const nested = objectOf(json, "formatOptions");
  const named =
    textOf(nested, "timestampOutputFormat") ?? textOf(json, "formatOptions.timestampOutputFormat");
  if (named === "ISO8601_STRING" || named === "INT64" || named === "FLOAT64") return named;
  const asInteger = flagOf(nested, "useInt64Timestamp") || flagOf(json, "formatOptions.useInt64Timestamp");
  return asInteger ? "INT64" : "FLOAT64";
}
