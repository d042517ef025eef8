import type { DedupView } from "../../shared/config/types.ts";
import { nameOf } from "../../shared/config/values/table-name.ts";
import type { Advice, FindingCode } from "./types.ts";

/** How to fix a finding, most likely first. Pure. */
export function actionsFor(code: FindingCode, view: DedupView, advice: Advice | null): readonly string[] {
  const { source, tieBreak } = view;
  const table = nameOf(source.table);
  switch (code) {
    case "key_too_coarse": {
      const proposal = advice?.kind === "columns" ? advice.add : [];
      return proposal.length > 0
        ? [
            `Set unique_key of source ${source.id} to [${[...source.uniqueKey, ...proposal].join(", ")}] in the warehouse file`,
            `Read no sums of ${view.id} until then, if it is deployed with the key as it is`,
          ]
        : [
            `Ask the owner of ${source.id} (${source.owner}) what makes a row of ${table} one fact, and set its unique_key to that`,
          ];
    }
    case "order_not_total": {
      const known = [source.arrival, ...tieBreak].map((name) => name.toLowerCase());
      const differing = advice?.kind === "measures_only" ? advice.differing : [];
      const some = differing.filter((name) => !known.includes(name.toLowerCase())).slice(0, 3);
      return [
        `Add to tie_break of ${view.id} what numbers the rows of a sync, such as the loader's own id of a row` +
          (some.length === 0
            ? ""
            : `; otherwise ${some.join(", ")}, so that the same rows come out each time`),
      ];
    }
    case "emptied":
    case "clean_rows_lost":
      return [
        `Find who deleted rows of ${table}: no rows should be deleted from an append-mode table`,
        `Restore them by time travel, which keeps them for 7 days: SELECT from ${table} FOR SYSTEM_TIME AS OF an earlier instant`,
      ];
    case "rate_rising":
      return [
        `Check the look-back window of ${source.connector.name}: did it grow?`,
        `Check whether ${source.connector.name} runs more often than it should, or twice`,
      ];
    case "no_rows":
      return [`See whether ${source.connector.name} has delivered anything to ${table} yet`];
    case "no_arrival":
      return [
        `Check arrival of source ${source.id} in the warehouse file: ${source.arrival} is NULL in every row`,
      ];
    case "arrival_in_future":
      return [
        `Check the clock of the machine that ${source.connector.name} runs on, and at the time zone it writes ${source.arrival} in`,
        `Correct ${source.arrival} of these rows: until then they count as newer than real arrivals`,
      ];
    case "no_sync":
      return [
        ...(view.sync === null
          ? []
          : [`Check sync of ${view.id} in the warehouse file against a row of ${table}`]),
        `Name in the warehouse file what is the same for all rows of one sync (${view.id}, sync: { column, json_path }); or, if the loader does not say, sync: unknown`,
      ];
    case "table_missing":
      return [`See whether ${table} was dropped or renamed; a dropped table can be brought back for 7 days`];
    case "no_permission":
      return [`Give the function's service account roles/bigquery.dataViewer on the dataset of ${table}`];
    case "too_expensive":
      return [`Partition ${table} by ${source.arrival}, or raise the ceiling of bytes a query may bill`];
    case "not_checked":
      return [
        "Nothing if BigQuery was busy: the run is retried. Otherwise fix the cause that its message names",
      ];
  }
}
