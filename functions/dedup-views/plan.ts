import { createTwoFilesPatch } from "diff";
import type { DedupView } from "../shared/config/types.ts";
import { nameOf } from "../shared/config/values/table-name.ts";
import { messageOf } from "../shared/errors.ts";
import { WarehouseError } from "../shared/stores/bigquery/error.ts";
import type { TableInfo } from "../shared/stores/bigquery/types.ts";
import { columnChanges, columnRefusal } from "./columns.ts";
import { changeIn, descriptionOf, ownLabels, queryOf } from "./definition.ts";
import type { Plan, Refusal, Survey } from "./types.ts";

/**
 * Decides from metadata what is done about one view. Nothing is done if the deployed view is exactly the
 * wanted one; a change by hand is reverted. Pure.
 */
export function planOf(survey: Survey): Plan {
  const { view, raw, deployed } = survey;
  if (raw instanceof WarehouseError) return refused(notChecked(nameOf(view.source.table), raw));
  if (deployed instanceof WarehouseError) return refused(notChecked(nameOf(view.view), deployed));
  if (raw === null) return refused(rawMissing(survey));
  const refusal = rawRefusal(view, raw) ?? columnRefusal(view, raw.columns);
  if (refusal !== null) return refused(refusal);
  let query: string;
  try {
    query = queryOf(view, raw.columns);
  } catch (failure) {
    return refused({
      code: "column_name",
      text: `A column of ${nameOf(view.source.table)} has a name that cannot be written into a view: ${messageOf(failure)}`,
      actions: ["Rename it in the loader: letters, digits and _, not beginning with a digit"],
      retry: false,
    });
  }
  if (deployed === null) return { action: "create", query };
  const taken = nameRefusal(view, deployed);
  return taken === null ? compared(view, raw, deployed, query) : refused(taken);
}

function compared(view: DedupView, raw: TableInfo, deployed: TableInfo, query: string): Plan {
  const change = changeIn(deployed.description);
  const differs = {
    query: deployed.query !== query,
    labels: isOurs(deployed) && !isLabelled(view, deployed),
    description:
      isOurs(deployed) && (change === null || deployed.description !== descriptionOf(view, change)),
  };
  const reasons = [
    ...(isOurs(deployed) ? [] : ["a view of another owner was taken over"]),
    ...(differs.query ? queryChanges(deployed.query ?? "", query) : []),
    ...(differs.query ? columnChanges(raw.columns, deployed.columns) : []),
    ...(differs.labels ? ["its labels were others"] : []),
    // A changed query is a reason of its own.
    ...(differs.description && !differs.query ? ["its description was another one"] : []),
  ];
  if (differs.query && reasons.length === 0) reasons.push("its query was another one");
  if (reasons.length === 0 && change !== null) return { action: "unchanged", query, change };
  const name = nameOf(view.view);
  return {
    action: "replace",
    query,
    etag: deployed.etag,
    sameRows: isOurs(deployed) && rowsOf(deployed.query ?? "") === rowsOf(query),
    reasons,
    diff: differs.query ? diffOf(name, deployed.query ?? "", query) : "",
  };
}

function diffOf(name: string, deployed: string, wanted: string): string {
  const patch = createTwoFilesPatch(`${name} (deployed)`, `${name} (wanted)`, `${deployed}\n`, `${wanted}\n`);
  // It begins with a line of equals signs, as for mail.
  return patch.replace(/^=+\n/, "");
}

/** The differences between two texts of ours, in words; empty if one of them was not made here. */
function queryChanges(deployed: string, wanted: string): string[] {
  const [was, is] = [partsOf(deployed), partsOf(wanted)];
  if (was === null || is === null) return ["its query was another one"];
  const differing = (["table", "key", "order"] as const).filter((part) => was[part] !== is[part]);
  const words = { table: "the raw table", key: "the key", order: "the order" };
  return differing.map((part) => `${words[part]} is ${is[part]} and was ${was[part]}`);
}

/** The part of a text of ours that selects the rows, without the columns. For any other text, all of it. */
function rowsOf(query: string): string {
  return /^SELECT\n(?: {2}`[^`\n]+`,? -- [^\n]*\n)+(FROM\n[\s\S]*)$/.exec(query)?.[1] ?? query;
}

function partsOf(query: string): { table: string; key: string; order: string } | null {
  const found = /\nFROM\n {2}`([^`]+)`\n[\s\S]*\(PARTITION BY (.+) ORDER BY (.+)\) = 1\s*$/.exec(query);
  if (found === null) return null;
  const [, table = "", key = "", order = ""] = found.map((part) => part.replaceAll("`", ""));
  return { table, key, order };
}

function isOurs({ labels }: TableInfo): boolean {
  return labels.plumbline_function === "dedup-views";
}

function isLabelled(view: DedupView, { labels }: TableInfo): boolean {
  return Object.entries(ownLabels(view)).every(([key, value]) => labels[key] === value);
}

function refused(refusal: Refusal): Plan {
  return { action: "refused", refusal };
}

function notChecked(name: string, failure: WarehouseError): Refusal {
  const denied = failure.reason === "access_denied";
  return {
    code: "not_checked",
    text: `${name} could not be checked: ${failure.message}`,
    actions: [
      denied
        ? "Give the function's service account the right that the message names (infra/gcp gives it for every dataset of the warehouse file)"
        : "Nothing: the run is retried",
    ],
    retry: failure.retry,
  };
}

function rawMissing({ view, lookalikes, deployed }: Survey): Refusal {
  const raw = nameOf(view.source.table);
  const broken = deployed === null ? "" : `; ${nameOf(view.view)} cannot be read until it is back`;
  return {
    code: "raw_missing",
    text: `The raw table ${raw} is not there${broken}`,
    actions: [
      ...lookalikes.map(
        (name) =>
          `If it was renamed: ${name} has all of its columns; name it as the table of source ${view.source.id} in the warehouse file`,
      ),
      `If it was dropped: BigQuery keeps dropped tables for 7 days; bring it back with bq cp '${view.source.table.dataset}.${view.source.table.table}@<milliseconds since 1970, before it was dropped>' ${view.source.table.dataset}.${view.source.table.table}`,
      `If it is not wanted any more: take the dedup view ${view.id} out of the warehouse file and drop the view`,
    ],
    retry: false,
  };
}

function rawRefusal({ source }: DedupView, raw: TableInfo): Refusal | null {
  const name = nameOf(source.table);
  if (raw.kind !== "table") {
    return {
      code: "raw_not_a_table",
      text: `${name} is ${raw.kind === "view" ? "a view itself" : "no table that rows are appended to"}`,
      actions: [`Name the table that the loader appends to as the table of source ${source.id}`],
      retry: false,
    };
  }
  if (!raw.needsPartitionFilter) return null;
  return {
    code: "needs_partition_filter",
    text: `${name} requires a partition filter in every query, which a query over a view of it cannot give`,
    actions: [`ALTER TABLE \`${name}\` SET OPTIONS (require_partition_filter = FALSE)`],
    retry: false,
  };
}

/** A view that somebody else made is not touched unless the warehouse file says so; a table never is. */
function nameRefusal({ id, view, adopt }: DedupView, deployed: TableInfo): Refusal | null {
  const name = nameOf(view);
  if (deployed.kind !== "view") {
    return {
      code: "name_taken",
      text: `${name} is a ${deployed.kind === "table" ? "table" : "table of another kind"}, and its rows would be lost`,
      actions: [
        `Rename it (ALTER TABLE \`${name}\` RENAME TO ${view.table}_old) or drop it, or give the dedup view ${id} another name (view: <dataset>.<name>)`,
      ],
      retry: false,
    };
  }
  if (isOurs(deployed) || adopt) return null;
  return {
    code: "not_ours",
    text: `${name} is a view that another owner made`,
    actions: [
      `Check what it does; to let Plumbline take it over, write adopt: true at the dedup view ${id} in the warehouse file`,
      `Or give the dedup view another name (view: <dataset>.<name>)`,
    ],
    retry: false,
  };
}
