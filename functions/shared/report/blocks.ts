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
  | { readonly kind: "code"; readonly language: string; readonly text: string };

/** The one block that can be written as CSV. */
export type TableBlock = Extract<Block, { kind: "table" }>;

export interface Fact {
  readonly label: string;
  readonly value: string;
}

export interface Column {
  readonly label: string;
  readonly align?: "left" | "right";
}

export type Cell = string | number | null;
