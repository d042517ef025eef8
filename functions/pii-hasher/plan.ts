import type { Uploads } from "../shared/config/types.ts";
import { nameOf } from "../shared/config/values/table-name.ts";
import { messageOf } from "../shared/errors.ts";
import { WarehouseError } from "../shared/stores/bigquery/error.ts";
import { layoutOf } from "./tables/layout.ts";
import type { Layout, Refusal, Survey } from "./tables/types.ts";

/** The action for a raw table, from metadata alone. */
export type Plan =
  /** Not written since a run that found nothing left to do. */
  | { readonly action: "rest"; readonly layout: Layout }
  | {
      readonly action: "read";
      readonly layout: Layout;
      /**
       * Rows without readable identifiers are new from then on; all rows if it is null. Readable rows are
       * always included.
       */
      readonly since: Date | null;
    }
  | { readonly action: "refuse"; readonly refusal: Refusal };

/**
 * If a table was not written since all of it was hashed, its metadata shows that there is nothing new. After
 * this time the content is read anyway: streamed rows do not change the modification time until they leave
 * the buffer, and the metadata of the buffer is an estimate.
 */
const trustedForMs = 6 * 3_600_000;

/**
 * Rows that arrive out of order are searched this far back; readable rows are found however late they arrive.
 */
const overlapMs = 2 * 86_400_000;

/** Pure. @param now the tick */
export function planOf(survey: Survey, uploads: Uploads | null, now: Date): Plan {
  const { table, raw, clean, progress } = survey;
  if (raw instanceof WarehouseError) return refuse(notChecked(nameOf(table.source.table), raw));
  if (clean instanceof WarehouseError) return refuse(notChecked(nameOf(table.clean), clean));
  if (raw === null)
    return refuse({
      code: "raw_missing",
      text: `There is no table ${nameOf(table.source.table)}`,
      actions: [
        `Check the table of the source ${table.id} in the warehouse file: was it renamed or dropped?`,
      ],
      retry: false,
    });
  const hashed = progress?.rowsHashed ?? 0;
  if (hashed > 0 && (clean === null || clean.rows === 0))
    return refuse(hashesGone(nameOf(table.clean), hashed, table.id));
  const layout = layoutOf(table, raw, clean, uploads);
  if ("code" in layout) return refuse(layout);
  const isSettled =
    clean !== null &&
    raw.buffer === null &&
    progress !== null &&
    progress.settledAsOf?.getTime() === raw.modified.getTime() &&
    progress.readAt !== null &&
    now.getTime() - progress.readAt.getTime() < trustedForMs;
  if (isSettled) return { action: "rest", layout };
  const seen = progress?.seenUntil ?? null;
  return { action: "read", layout, since: seen === null ? null : new Date(seen.getTime() - overlapMs) };
}

const refuse = (refusal: Refusal): Plan => ({ action: "refuse", refusal });

function notChecked(name: string, error: WarehouseError): Refusal {
  return {
    code: "not_checked",
    text: `${name} could not be checked: ${messageOf(error)}`,
    actions:
      error.reason === "access_denied"
        ? [`Give the function's service account roles/bigquery.dataEditor on the dataset of ${name}`]
        : [
            "Nothing if BigQuery was busy: the run is retried. Otherwise fix the cause that the message names",
          ],
    retry: error.retry,
  };
}

/**
 * A new clean table would lack the hashes of all emptied rows, and a table with its name would prevent
 * restoring the old one.
 */
function hashesGone(name: string, hashed: number, id: string): Refusal {
  return {
    code: "hashes_gone",
    text: `${name} is gone or empty, and ${hashed} rows were hashed into it: what they were made of is emptied, so they cannot be made again`,
    actions: [
      `Bring it back while time travel reaches: CREATE TABLE \`${name}\` CLONE \`${name}\` FOR SYSTEM_TIME AS OF <before>, or bq cp ${name}@<milliseconds> for one that was dropped`,
      "If it was renamed, rename it back, or write its new name into the warehouse file",
      `If it is meant to begin anew, have the loader bring all rows again, and delete the row ${id} of the bundle's table pii_tables`,
    ],
    retry: false,
  };
}
