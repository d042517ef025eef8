import type { Field } from "../../emulators/bigquery/catalog.ts";

/** What Airbyte adds to every row it delivers. */
export const AIRBYTE_FIELDS: readonly Field[] = [
  { name: "_airbyte_raw_id", type: "STRING", mode: "REQUIRED" },
  { name: "_airbyte_extracted_at", type: "TIMESTAMP", mode: "REQUIRED" },
  { name: "_airbyte_meta", type: "JSON", mode: "REQUIRED" },
  { name: "_airbyte_generation_id", type: "INTEGER" },
];

export const BY_EXTRACTION_DAY = { field: "_airbyte_extracted_at", type: "DAY" } as const;

/**
 * DuckDB SQL of Airbyte's columns.
 * @param identity expressions that together tell one delivered row from every other
 * @param extractedUs when it was extracted, microseconds since 1970
 */
export function airbyteColumnsSql(identity: readonly string[], extractedUs: string): string {
  return `md5(concat_ws(':', ${identity.join(", ")}))::UUID::VARCHAR AS _airbyte_raw_id,
    make_timestamptz(${extractedUs}) AS _airbyte_extracted_at,
    concat('{"sync_id":', (${extractedUs}) // 3600000000, ',"changes":[]}') AS _airbyte_meta,
    0 AS _airbyte_generation_id`;
}

/** DuckDB SQL of an amount of cents as NUMERIC. */
export const moneySql = (cents: string): string => `((${cents})::DECIMAL(18, 0) / 100)::DECIMAL(18, 2)`;

/** Fields of one type. */
export function fields(type: Field["type"], ...names: string[]): Field[] {
  return names.map((name) => ({ name, type }));
}
