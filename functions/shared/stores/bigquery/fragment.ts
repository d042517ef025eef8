import { checked, quoted } from "./names.ts";
import { type TextField, textAt } from "./text-field.ts";

/** A piece of SQL that contains only checked names; it stands outside backticks. */
export class Fragment {
  readonly sql: string;
  private constructor(sql: string) {
    this.sql = sql;
  }

  /**
   * A piece written in the code: its text is taken as it is; a filled-in string is a name, which is put in
   * backticks, or another piece. Fragment.of`raw.${column} IS NULL`
   */
  static of(code: TemplateStringsArray, ...filled: readonly (string | Fragment)[]): Fragment {
    const names = filled.map((it) => (it instanceof Fragment ? it.sql : `\`${checked(it)}\``));
    return new Fragment(code.map((text, at) => `${text}${names[at] ?? ""}`).join(""));
  }

  static all(pieces: readonly Fragment[]): Fragment {
    return new Fragment(`(${["TRUE", ...pieces.map(({ sql }) => sql)].join(" AND ")})`);
  }

  static any(pieces: readonly Fragment[]): Fragment {
    return new Fragment(`(${["FALSE", ...pieces.map(({ sql }) => sql)].join(" OR ")})`);
  }

  static array(items: readonly Fragment[]): Fragment {
    return new Fragment(`[${items.map(({ sql }) => sql).join(", ")}]`);
  }

  /** A name as a text: `'email'`. */
  static quotedName(name: string): Fragment {
    return new Fragment(`'${checked(name)}'`);
  }

  static concat(texts: readonly Fragment[]): Fragment {
    return new Fragment(`CONCAT(${["''", ...texts.map(({ sql }) => sql)].join(", ")})`);
  }

  /** `` `a`, `b` `` */
  static columnList(columns: readonly string[]): Fragment {
    return new Fragment(columns.map((column) => `\`${checked(column)}\``).join(", "));
  }

  static column(column: string): Fragment {
    return Fragment.columnList([column]);
  }

  /** `` `a` DESC, `b` DESC `` */
  static descending(columns: readonly string[]): Fragment {
    return new Fragment(columns.map((column) => `\`${checked(column)}\` DESC`).join(", "));
  }

  /** One column a line, each with a comment for readers. */
  static columnLines(columns: readonly { readonly name: string; readonly note: string }[]): Fragment {
    const last = columns.length - 1;
    return new Fragment(
      columns
        .map(({ name, note }, at) => `\`${checked(name)}\`${at === last ? "" : ","} -- ${onOneLine(note)}`)
        .join("\n  "),
    );
  }

  /** `` [`a` IS NULL, `b` IS NULL] `` */
  static nulls(columns: readonly string[]): Fragment {
    return new Fragment(`[${columns.map((column) => `\`${checked(column)}\` IS NULL`).join(", ")}]`);
  }

  /** One item of an array column, counted from 0. */
  static nthFlag(flags: string, at: number): Fragment {
    return new Fragment(`\`${checked(flags)}\`[OFFSET(${Math.trunc(at)})]`);
  }

  /** How often each item of an ARRAY<BOOL> is true, in their order. */
  static counts(flags: string, items: number): Fragment {
    const one = (_: unknown, at: number) => `COUNTIF(\`${checked(flags)}\`[OFFSET(${at})])`;
    return new Fragment(`[${Array.from({ length: items }, one).join(", ")}]`);
  }

  /**
   * 1 for the version of each fact that comes first in the order: the highest values of `order`, column by
   * column.
   */
  static version(key: readonly string[], order: readonly string[]): Fragment {
    const facts = Fragment.columnList(key).sql;
    return new Fragment(
      `ROW_NUMBER() OVER (PARTITION BY ${facts} ORDER BY ${Fragment.descending(order).sql})`,
    );
  }

  /** For a source whose loader never repeats a row: every row is the only version of its fact. */
  static readonly onlyVersion = new Fragment("1");

  /**
   * An amount: a column, or a path in a JSON column. If a column holds a row's own currency, a row in another
   * currency, or in none, has no amount. Without money it is NULL, which costs no bytes.
   */
  static amount(money: AmountPlace | null): Fragment {
    if (money === null) return new Fragment("CAST(NULL AS NUMERIC)");
    const { column, jsonPath, currency, currencyColumn } = money;
    const amount = jsonPath === null ? Fragment.column(column) : Fragment.jsonValue(column, jsonPath);
    if (currencyColumn === undefined || currencyColumn === null) return amount;
    if (currency === undefined) throw new Error(`${column} does not say its currency`);
    return Fragment.of`IF(${currencyColumn} = ${Fragment.quotedName(currency)}, ${amount}, NULL)`;
  }

  /**
   * `` `a` AS key_0, TO_JSON_STRING(`b`) AS key_1 ``: names that differ from every other column's, some as
   * text.
   */
  static renamed(
    columns: readonly string[],
    as: string,
    asText: (column: string) => boolean,
  ): readonly Fragment[] {
    return columns.map((column, at) => {
      const name = `\`${checked(column)}\``;
      const value = asText(column) ? `TO_JSON_STRING(${name})` : name;
      return new Fragment(`${value} AS \`${checked(as)}_${at}\``);
    });
  }

  /**
   * The parameter `label_0_{{n}}` if a column holds one of the values of `is_0_{{n}}`, and so on; else NULL.
   * Case and surrounding blanks are ignored.
   */
  static labelled(column: string, labels: number): Fragment {
    const text = `LOWER(TRIM(CAST(\`${checked(column)}\` AS STRING)))`;
    const one = (_: unknown, at: number) =>
      ` WHEN ${text} IN UNNEST(@is_${at}_{{n}}) THEN @label_${at}_{{n}}`;
    return new Fragment(`CASE${Array.from({ length: labels }, one).join("")} END`);
  }

  /** A piece that is always TRUE. */
  static readonly always = new Fragment("TRUE");

  /** One piece after the other, with commas. */
  static list(pieces: readonly Fragment[]): Fragment {
    return new Fragment(pieces.map(({ sql }) => sql).join(", "));
  }

  /**
   * Rows that arrived between two named parameters, and rows without an arrival, which a view also contains.
   */
  static arrived(column: string, from: string, until: string): Fragment {
    const arrival = `\`${checked(column)}\``;
    return new Fragment(`(${arrival} BETWEEN @${from} AND @${until} OR ${arrival} IS NULL)`);
  }

  /**
   * A column as text in which equal values, and NULLs, are equal, whatever its type: JSON of the value. NaN
   * equals itself there, unlike with `=`. NULL is `null`, which no text equals, because texts have quotes.
   *
   * @param type as the API spells it. A GEOGRAPHY has no JSON form, and is compared as WKT
   */
  static comparable(column: string, type: string, repeated: boolean): Fragment {
    const name = `\`${checked(column)}\``;
    const isPlace = type === "GEOGRAPHY" && !repeated;
    return new Fragment(`TO_JSON_STRING(${isPlace ? `ST_ASTEXT(${name})` : name})`);
  }

  /** JSON of a piece; NULL is `null`. */
  static text({ sql }: Fragment): Fragment {
    return new Fragment(`TO_JSON_STRING(${sql})`);
  }

  /** JSON of a column; NULL stays NULL. */
  static jsonText(column: string): Fragment {
    const name = `\`${checked(column)}\``;
    return new Fragment(`IF(${name} IS NULL, NULL, TO_JSON_STRING(${name}))`);
  }

  /** Bytes that are equal if all texts are: MD5 is enough, because only equality counts. */
  static digest(texts: readonly Fragment[]): Fragment {
    if (texts.length === 0) return new Fragment("b''");
    return new Fragment(`MD5(CONCAT(${texts.map(({ sql }) => sql).join(", ',', ")}))`);
  }

  /**
   * One text for a row: a fingerprint of each of its texts, joined by commas. It is salted with `salt`, so
   * fingerprints can only be compared between rows of one salt.
   */
  static fingerprints(texts: readonly Fragment[], salt: Fragment): Fragment {
    const one = ({ sql }: Fragment) => `SUBSTR(TO_HEX(MD5(CONCAT(TO_HEX(${salt.sql}), ${sql}))), 1, 16)`;
    return new Fragment(`CONCAT(${texts.map(one).join(", ',', ")})`);
  }

  /** For a source without business days: costs no bytes and matches no day. */
  static readonly noDay = new Fragment("CAST(NULL AS DATE)");

  /**
   * The day of a column: a DATE, a DATETIME, a day in text ("2026-02-05", "20260205") or an instant, which
   * needs the time zone in the named parameter `zone`. Any other value is NULL.
   *
   * @param type of the column as the API spells it, if known: then it need not be detected for each row
   */
  static day(column: string, zone: string, type?: string): Fragment {
    const plain = `\`${checked(column)}\``;
    if (type === "DATE") return new Fragment(plain);
    if (type === "DATETIME") return new Fragment(`DATE(${plain})`);
    if (type === "TIMESTAMP") return new Fragment(`DATE(${plain}, @${zone})`);
    const text = `CAST(\`${checked(column)}\` AS STRING)`;
    const isInstant = "r'^\\d{4}-\\d{2}-\\d{2}[ T].*(Z|[+-]\\d{2}(:?\\d{2})?)$'";
    return new Fragment(
      `COALESCE(IF(REGEXP_CONTAINS(${text}, ${isInstant}), ` +
        `DATE(SAFE_CAST(${text} AS TIMESTAMP), @${zone}), SAFE_CAST(SUBSTR(${text}, 1, 10) AS DATE)), ` +
        `SAFE.PARSE_DATE('%Y%m%d', ${text}))`,
    );
  }

  /** `` `project.dataset.table` ``, with any name that BigQuery allows, such as one with blanks. */
  static table(name: string): Fragment {
    return new Fragment(quoted(name));
  }

  /**
   * `[STRUCT(text, 'unknown' AS digits), …]`: the texts of a row of `searched`, each at the end of a path
   * through records and arrays, with the known meaning of its digits. The items of an array are lines of one
   * text; if a member names the others, each line contains the name: `phone=16505551212`. NULL, or no item,
   * is NULL.
   */
  static cells(fields: readonly TextField[]): Fragment {
    const one = (field: TextField) =>
      `STRUCT(${textAt(field)} AS text, '${checked(field.digits)}' AS digits)`;
    return new Fragment(`[\n    ${fields.map(one).join(",\n    ")}\n  ]`);
  }

  /**
   * Between some pairs of named parameters `from_0_{{n}}` and `until_0_{{n}}`, both included. Rows without a
   * partition and rows in the streaming buffer always match.
   */
  static inPartitions(column: string, ranges: number): Fragment {
    const name = `searched.${quoted(column)}`;
    const one = (_: unknown, at: number) => `${name} BETWEEN @from_${at}_{{n}} AND @until_${at}_{{n}}`;
    return new Fragment(`(${[...Array.from({ length: ranges }, one), `${name} IS NULL`].join(" OR ")})`);
  }

  /** `` JSON_VALUE(`metrics`, '$.spend') `` */
  static jsonValue(column: string, path: string): Fragment {
    if (!/^\$(\.[A-Za-z_]\w*)+$/.test(path))
      throw new Error(`${JSON.stringify(path)} is no path like $.spend`);
    return new Fragment(`JSON_VALUE(\`${checked(column)}\`, '${path}')`);
  }
}

/** The place of an amount in the warehouse file. */
interface AmountPlace {
  readonly column: string;
  readonly jsonPath: string | null;
  /** ISO 4217; needed only beside `currencyColumn`. */
  readonly currency?: string;
  /** Column with a row's own currency; null if there is none. */
  readonly currencyColumn?: string | null;
}

function onOneLine(note: string): string {
  return note.replaceAll(/[\r\n\u2028\u2029{}]/g, " ");
}
