import type { DedupView } from "../shared/config/types.ts";
import type { WarehouseError } from "../shared/stores/bigquery/error.ts";
import type { TableInfo } from "../shared/stores/bigquery/types.ts";
import type { Change } from "./definition.ts";

/** Metadata of one view and its raw table. */
export interface Survey {
  readonly view: DedupView;
  /** Null if there is no such table. */
  readonly raw: TableInfo | null | WarehouseError;
  /** The table or view that has the view's name. */
  readonly deployed: TableInfo | null | WarehouseError;
  /** Tables with all columns of a missing raw table: one of them may be the renamed table. */
  readonly lookalikes: readonly string[];
}

/** Why a view is not created or not changed. */
export interface Refusal {
  readonly code: RefusalCode;
  /** One sentence. */
  readonly text: string;
  /** How to fix it, most likely first. */
  readonly actions: readonly string[];
  /** True if it could not be checked; the next tick may succeed. */
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

/** The action for a view, from comparing the deployed view with the wanted one. */
export type Plan =
  | { readonly action: "create"; readonly query: string }
  | {
      readonly action: "replace";
      readonly query: string;
      readonly etag: string;
      /** Table, key and order are unchanged, so no row is removed. */
      readonly sameRows: boolean;
      /** The differences, each in a few words; never empty. */
      readonly reasons: readonly string[];
      /** Lines of `diff -u` between the two texts; empty if they are equal. */
      readonly diff: string;
    }
  | { readonly action: "unchanged"; readonly query: string; readonly change: Change }
  | { readonly action: "refused"; readonly refusal: Refusal };

/** The outcome of the action for a view. */
export type Outcome =
  | { readonly done: "created" | "replaced" | "nothing" }
  /** Not done; the next attempt reads the view again. */
  | { readonly done: "failed"; readonly why: string; readonly retry: boolean };
