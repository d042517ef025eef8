/**
 * What a report is made of, without a word of any channel. Text is plain text:
 * each renderer escapes it for its own format.
 */
export type Block =
  | { readonly kind: "heading"; readonly level: 1 | 2 | 3; readonly text: string }
  | { readonly kind: "paragraph"; readonly text: string }
  /** Label and value, read in two columns. */
  | { readonly kind: "facts"; readonly facts: readonly Fact[] }
  | { readonly kind: "list"; readonly ordered: boolean; readonly items: readonly string[] }
  | {
      readonly kind: "table";
      readonly columns: readonly Column[];
      readonly rows: readonly (readonly Cell[])[];
    }
  /** Text kept as written: a query, a command. */
  | { readonly kind: "code"; readonly language: string; readonly text: string }
  /** Days as a row of marks per subject: where people look rather than read. */
  | {
      readonly kind: "strip";
      readonly title: string;
      /** `2026-02-08`, oldest first. */
      readonly days: readonly string[];
      readonly rows: readonly StripRow[];
    }
  /** Figures by day, one or two series over the same days. */
  | {
      readonly kind: "bars";
      readonly title: string;
      /** `2026-02-08`, oldest first. */
      readonly days: readonly string[];
      readonly series: readonly Series[];
      /** An ISO 4217 code, e.g. `USD`: then money; else a word that stands after the number, e.g. `rows`. */
      readonly unit: string;
      /** A line after this day, e.g. "trusted through". */
      readonly marked?: { readonly day: string; readonly label: string };
    }
  /** What only some want to read, e.g. the query under a finding; printed and mailed open, left out of a chat. */
  | { readonly kind: "fold"; readonly title: string; readonly blocks: readonly Block[] };

/** The one block that can be written as CSV. */
export type TableBlock = Extract<Block, { kind: "table" }>;
export type StripBlock = Extract<Block, { kind: "strip" }>;
export type BarsBlock = Extract<Block, { kind: "bars" }>;
export type FoldBlock = Extract<Block, { kind: "fold" }>;

export interface StripRow {
  readonly label: string;
  /** One a day; a day without one counts as unknown. */
  readonly marks: readonly Mark[];
}

/** What came of one day: all of it, some, nothing, nothing yet because it is not due, or nobody knows. */
export type Mark = "arrived" | "partial" | "missing" | "not_due" | "unknown";

export interface Series {
  readonly label: string;
  /** One a day, in the block's unit; null where nobody knows. */
  readonly values: readonly (number | null)[];
}

export interface Fact {
  readonly label: string;
  readonly value: string;
}

export interface Column {
  readonly label: string;
  readonly align?: "left" | "right";
}

export type Cell = string | number | null;
