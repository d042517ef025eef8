/**
 * The parts of a report, independent of any channel. Text is plain text; each renderer escapes it for its own
 * format.
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
  /** Days as a row of marks for each subject. */
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
  /** Details for some readers, e.g. the query under a finding; open in print and mail, left out of a chat. */
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

/** The delivery of one day: complete, partial, none, not due yet, or unknown. */
export type Mark = "arrived" | "partial" | "missing" | "not_due" | "unknown";

export interface Series {
  readonly label: string;
  /** One a day, in the block's unit; null if unknown. */
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
