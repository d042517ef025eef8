import type { CatalogStore } from "./catalog-store.ts";
import type { TableEntry } from "./entries.ts";
import { BigQueryError, notFound } from "./errors.ts";
import { duckdbType } from "./fields.ts";
import { legacyTableName, physicalTable, type TableId, tableName } from "./names.ts";
import type { Relation } from "./relation.ts";
import { fieldType, quoteIdentifier, quoteLiteral, scalar } from "./types.ts";

/** `events_*`: every table whose name begins so, with the columns of the newest. */
export function wildcard(id: TableId, store: CatalogStore): Relation {
  const prefix = id.table.slice(0, -1);
  const matching = store.tables(id).filter((entry) => entry.table.startsWith(prefix));
  const view = matching.find((entry) => entry.view);
  if (view) {
    const message = `Views cannot be queried through prefix. Matched views are: ${legacyTableName(view)}`;
    throw new BigQueryError(400, "invalidQuery", message, "query");
  }
  const newest = matching.reduce<TableEntry | undefined>(
    (best, entry) => (best && best.created > entry.created ? best : entry),
    undefined,
  );
  if (!newest) {
    throw notFound(`${legacyTableName(id)} does not match any table.`);
  }
  const selects = matching.map((entry) => {
    const own = new Map(entry.fields.map((field) => [field.name.toLowerCase(), field]));
    const columns = newest.fields.map((field) => {
      const column = quoteIdentifier(field.name);
      const type = duckdbType(field);
      const mine = own.get(field.name.toLowerCase());
      if (!mine) return `CAST(NULL AS ${type}) AS ${column}`;
      if (duckdbType(mine) === type) return column;
      const message = `Cannot read field '${field.name}' of type ${mine.type} as ${field.type}`;
      throw new BigQueryError(400, "invalidQuery", message, "query");
    });
    const suffix = quoteLiteral(entry.table.slice(prefix.length));
    return `SELECT ${[...columns, `${suffix} AS "_TABLE_SUFFIX"`].join(", ")} FROM ${physicalTable(entry)}`;
  });
  const columns = [
    ...newest.fields.map((field) => ({ name: field.name, type: fieldType(field) })),
    { name: "_TABLE_SUFFIX", type: scalar("STRING"), pseudo: true },
  ];
  return {
    name: tableName(id),
    columns,
    physical: { from: `(${selects.join(" UNION ALL ")})`, columns },
    members: matching,
    prefixLength: prefix.length,
    entry: null,
    catalogBytes: 0,
  };
}
