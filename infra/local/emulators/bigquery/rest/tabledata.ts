import type { Engine } from "../engine.ts";
import { invalid, notSupported } from "../errors.ts";
import { physicalTable, type TableId } from "../names.ts";
import { restRow } from "../rows.ts";
import { streamRows } from "../streaming.ts";
import { quoteIdentifier } from "../types.ts";
import { timestampFormat } from "./formats.ts";
import type { ApiRequest, Route } from "./http.ts";
import { flagOf, type JsonObject, listOf, objectOf, textOf } from "./json.ts";
import { pageOf, pageToken } from "./paging.ts";

const ROWS_A_PAGE = 10_000;

const idOf = ({ path }: ApiRequest): TableId => ({
  project: path.projectId ?? "",
  dataset: path.datasetId ?? "",
  table: path.tableId ?? "",
});

export function tabledataRoutes(engine: Engine): Route[] {
  const { warehouse, requireAccess } = engine.internals;

  return [
    {
      id: "bigquery.tabledata.list",
      method: "GET",
      path: "projects/{projectId}/datasets/{datasetId}/tables/{tableId}/data",
      query: ["maxResults", "pageToken", "startIndex", "selectedFields", "formatOptions.useInt64Timestamp"],
      handle: async (request) => {
        const id = idOf(request);
        requireAccess(id);
        const entry = warehouse.store.table(id);
        if (entry.view) throw invalid("Cannot list a table of type VIEW.");
        const { query } = request;
        const { start, limit } = pageOf(query, ROWS_A_PAGE);
        const selected = textOf(query, "selectedFields")?.split(",");
        const fields = entry.fields.filter((field) => !selected || selected.includes(field.name));
        const columns = fields.map((field) => quoteIdentifier(field.name)).join(", ") || "NULL";
        // By row id: pages of one listing must not overlap, and DuckDB promises no order by itself.
        const sql = `SELECT ${columns} FROM ${physicalTable(id)} ORDER BY rowid LIMIT ${limit} OFFSET ${start}`;
        const rows = await warehouse.database.use(async (c) => (await c.runAndReadAll(sql)).getRows());
        const { rows: total } = await warehouse.statistics(entry);
        const end = start + rows.length;
        return {
          kind: "bigquery#tableDataList",
          totalRows: String(total),
          rows: rows.map((row) => restRow(row, fields, timestampFormat(query))),
          ...(end < total && rows.length > 0 ? { pageToken: pageToken(end) } : {}),
        };
      },
    },
    {
      id: "bigquery.tabledata.insertAll",
      method: "POST",
      path: "projects/{projectId}/datasets/{datasetId}/tables/{tableId}/insertAll",
      handle: async (request) => {
        const id = idOf(request);
        requireAccess(id);
        if (textOf(request.body, "templateSuffix")) throw notSupported("insertAll with templateSuffix");
        const rows = listOf(request.body, "rows").map((row) => ({
          json: objectOf(row as JsonObject, "json"),
          insertId: textOf(row as JsonObject, "insertId"),
        }));
        const refused = await streamRows(warehouse, warehouse.store.table(id), rows, {
          skipInvalidRows: flagOf(request.body, "skipInvalidRows"),
          ignoreUnknownValues: flagOf(request.body, "ignoreUnknownValues"),
          now: engine.clock(),
        });
        return {
          kind: "bigquery#tableDataInsertAllResponse",
          ...(refused.length > 0 ? { insertErrors: refused } : {}),
        };
      },
    },
  ];
}
