import type { DedupView } from "../shared/config/types.ts";
import type { WarehouseError } from "../shared/stores/bigquery/error.ts";
import type { TableInfo } from "../shared/stores/bigquery/types.ts";
import type { Change } from "./definition.ts";

/** What there is, of one view. */
export interface Survey {
  readonly view: DedupView;
  /** Null: there is no such table. */
  readonly raw: TableInfo | null | WarehouseError;
  /** What is under the view's name. */
  readonly deployed: TableInfo | null | WarehouseError;
  /** Tables that hold all columns of a raw table that is gone: one of them may be it, renamed. */
  readonly lookalikes: readonly string[];
}

/** Why a view is not made or not changed. */
export interface Refusal {
  readonly code: RefusalCode;
  /** One sentence. */
  readonly text: string;
  /** How to mend it, most likely first. */
  readonly actions: readonly string[];
  /** It could not be checked: the next tick may. */
  readonly retry: boolean;
}

export type RefusalCode =
  | "raw_missing"
  | "raw_not_a_table"
  | "needs_partition_filter"
  | "column_missing"
  | "column_type"
  | "column_name"
  | "name_taken"
  | "not_ours"
  | "key_too_coarse"
  | "order_not_total"
  | "no_sync"
  | "removes_too_much"
  | "not_done"
  | "not_checked";

/** What is to be done about a view: what its deployed form says against the wanted one. */
export type Plan =
  | { readonly action: "create"; readonly query: string }
  | {
      readonly action: "replace";
      readonly query: string;
      readonly etag: string;
      /** The same table, key and order: whatever comes out of the view, no row goes. */
      readonly sameRows: boolean;
      /** What differs, each in a few words; never empty. */
      readonly reasons: readonly string[];
      /** Lines of the two texts, as `diff -u` has them; empty where they are the same. */
      readonly diff: string;
    }
  | { readonly action: "unchanged"; readonly query: string; readonly change: Change }
  | { readonly action: "refused"; readonly refusal: Refusal };

/** What became of what was to be done about a view. */
export type Outcome =
  | { readonly done: "created" | "replaced" | "nothing" }
  /** Not done; the next attempt looks again. */
  | { readonly done: "failed"; readonly why: string; readonly retry: boolean };
