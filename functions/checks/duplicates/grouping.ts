import type { DedupView } from "../../shared/config/types.ts";
import { nameOf } from "../../shared/config/values/table-name.ts";
import { beginning } from "../../shared/instants.ts";
import { Fragment } from "../../shared/stores/bigquery/fragment.ts";
import type { Inputs, TableColumn } from "../../shared/stores/bigquery/types.ts";
import { contentColumns } from "./columns.ts";
import type { Question } from "./types.ts";

/** How rows are grouped: by key and sync, or by key and the whole order. */
export type Grouping = "sync" | "order";

/** Names and parameters for the grouped rows of a question; `more` columns count as part of the key. */
export function groupInputs(
  { view, columns, from }: Question,
  grouping: Grouping,
  more: readonly string[] = [],
): Inputs {
  const { source, tieBreak } = view;
  const key = [...source.uniqueKey, ...more];
  const apart = grouping === "sync" ? [syncOf(view, columns)] : texts(columns, [source.arrival, ...tieBreak]);
  return {
    names: {
      table: nameOf(source.table),
      arrived: Fragment.arrived(source.arrival, "from_{{n}}", "seen_until"),
      mark: grouping === "sync" ? syncOf(view, columns) : Fragment.always,
      group: Fragment.list([Fragment.columnList(key), ...apart]),
      content: Fragment.digest(contentTexts(view, columns)),
    },
    params: { from: from ?? beginning },
    types: { from: "TIMESTAMP" },
  };
}

/** Like `groupInputs` by sync, with the columns that differ within a group. */
export function counterexampleInputs(question: Question, more: readonly string[]): Inputs {
  const { view, columns } = question;
  const inputs = groupInputs(question, "sync", more);
  const fact = Fragment.digest([
    ...texts(columns, [...view.source.uniqueKey, ...more]),
    Fragment.text(syncOf(view, columns)),
  ]);
  return {
    ...inputs,
    names: {
      ...inputs.names,
      fact,
      fingerprints: Fragment.fingerprints(contentTexts(view, columns), fact),
    },
  };
}

/** The sync of a row; NULL if the row does not name one. */
function syncOf({ sync, source }: DedupView, columns: readonly TableColumn[]): Fragment {
  if (sync === null) return Fragment.column(source.arrival);
  if (sync.jsonPath !== null) return Fragment.jsonValue(sync.column, sync.jsonPath);
  const plain = columns.find(({ name }) => name.toLowerCase() === sync.column.toLowerCase());
  return isGroupable(plain) ? Fragment.column(sync.column) : Fragment.jsonText(sync.column);
}

function isGroupable(column: TableColumn | undefined): boolean {
  return (
    column === undefined ||
    !(column.repeated || ["FLOAT", "JSON", "RECORD", "GEOGRAPHY"].includes(column.type))
  );
}

function contentTexts(view: DedupView, columns: readonly TableColumn[]): Fragment[] {
  return contentColumns(view, columns).map(({ name, type, repeated }) =>
    Fragment.comparable(name, type, repeated),
  );
}

function texts(columns: readonly TableColumn[], names: readonly string[]): Fragment[] {
  return names.map((wanted) => {
    const column = columns.find(({ name }) => name.toLowerCase() === wanted.toLowerCase());
    return Fragment.comparable(wanted, column?.type ?? "STRING", column?.repeated ?? false);
  });
}
