import { quoted } from "./names.ts";

/** A text at the end of a path. */
export interface TextField {
  readonly steps: readonly {
    readonly name: string;
    readonly repeated: boolean;
    readonly key: string | null;
  }[];
  readonly type: "STRING" | "JSON" | "BYTES" | "NUMBER";
  readonly digits: string;
}

/** The text at the end of the path, as an expression over a row `searched`. */
export function textAt({ steps, type }: TextField): string {
  let value = "searched";
  let label: string | null = null;
  const unnested: string[] = [];
  for (const { name, repeated, key } of steps) {
    value += `.${quoted(name)}`;
    if (!repeated) continue;
    const item = `item_${unnested.length}`;
    unnested.push(`UNNEST(${value}) AS ${item}`);
    value = item;
    if (key !== null) label = `${item}.${quoted(key)}`;
  }
  const written = `IF(${value} IS NULL, NULL, TO_JSON_STRING(${value}))`;
  const text = {
    STRING: value,
    JSON: written,
    BYTES: `CONCAT(SAFE_CONVERT_BYTES_TO_STRING(${value}), '\\n', TO_HEX(${value}))`,
    NUMBER: written,
  }[type];
  if (unnested.length === 0) return text;
  const item = label === null ? text : `CONCAT(COALESCE(${label}, ''), '=', ${text})`;
  return `NULLIF(ARRAY_TO_STRING(ARRAY(SELECT ${item} FROM ${unnested.join(" CROSS JOIN ")}), '\\n'), '')`;
}
