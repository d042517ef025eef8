import type { WarehouseError, WarehouseErrorReason } from "../../shared/stores/bigquery/error.ts";
import type { FindingCode, Wrong } from "./types.ts";

const codes = {
  not_found: "table_missing",
  access_denied: "no_permission",
  too_expensive: "too_expensive",
  invalid: "not_checked",
  temporary: "not_checked",
} as const satisfies Record<WarehouseErrorReason, FindingCode>;

/** A finding with status `unknown` for a view that could not be read. */
export function failureFinding(what: string, { reason, message }: WarehouseError): Wrong {
  return { code: codes[reason], severity: "unknown", text: `${what} could not be read: ${message}` };
}
