import type { DedupView } from "../../shared/config/types.ts";
import { beginning } from "../../shared/instants.ts";
import { Fragment } from "../../shared/stores/bigquery/fragment.ts";
import type { Inputs, TableColumn } from "../../shared/stores/bigquery/types.ts";
import { tableOf } from "../freshness/read-content.ts";
import { contentColumns } from "./columns.ts";
import type { Question } from "./types.ts";

/** What makes rows one group: the key with the sync, or the key with the whole order. */
export type Grouping = "sync" | "order";

/** Names and parameters of the rows of a question, grouped; `more` columns are taken for part of the key. */
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
      table: tableOf(source),
      arrived: Fragment.arrived(source.arrival, "from_{{n}}", "seen_until"),
      mark: grouping === "sync" ? syncOf(view, columns) : Fragment.always,
      group: Fragment.list([Fragment.columnList(key), ...apart]),
      content: Fragment.digest(contentTexts(view, columns)),
    },
    params: { from: from ?? beginning },
    types: { from: "TIMESTAMP" },
  };
}

/** As `groupInputs` by sync, with what tells the rows of a group apart. */
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

/** What is the same for all rows of one sync, NULL where a row does not say. */
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
