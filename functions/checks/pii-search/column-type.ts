/** A type as INFORMATION_SCHEMA.COLUMNS writes it, https://cloud.google.com/bigquery/docs/reference/standard-sql/data-types. */
export type ColumnType =
  | { readonly kind: "array"; readonly element: ColumnType }
  | {
      readonly kind: "struct";
      readonly members: readonly { readonly name: string; readonly type: ColumnType }[];
    }
  | { readonly kind: "scalar"; readonly name: string };

/** @throws Error for a text that is not a type, so that no column is wrongly taken for one without text. */
export function parseColumnType(text: string): ColumnType {
  const tokens = text.match(/`[^`]*`|[^\s<>,()]+|[<>,()]/g) ?? [];
  let next = 0;
  const take = (wanted?: string): string => {
    const token = tokens[next];
    next += 1;
    if (token === undefined || (wanted !== undefined && token !== wanted))
      throw new Error(`${text} is not a supported type`);
    return token;
  };

  function type(): ColumnType {
    const name = take().toUpperCase();
    if (name === "ARRAY") {
      take("<");
      const element = type();
      take(">");
      return { kind: "array", element };
    }
    if (name === "STRUCT") return { kind: "struct", members: members() };
    // NUMERIC(38, 9), STRING(100), RANGE<DATE>
    const close = { "(": ")", "<": ">" }[tokens[next] ?? ""];
    if (close !== undefined) while (take() !== close);
    return { kind: "scalar", name };
  }

  function members() {
    const found: { name: string; type: ColumnType }[] = [];
    take("<");
    do found.push({ name: memberName(), type: type() });
    while (take() === ",");
    next -= 1;
    take(">");
    return found;
  }

  /** A name may contain blanks without quotes: the type is the last word before the end of the member. */
  function memberName(): string {
    const words = [take()];
    while (!/^[<>,()]$/.test(tokens[next + 1] ?? ">")) words.push(take());
    return words.join(" ").replaceAll("`", "");
  }

  const parsed = type();
  if (next !== tokens.length) throw new Error(`${text} is not a supported type`);
  return parsed;
}
