import type { Engine } from "../engine.ts";
import type { Partitioning, TableEntry } from "../entries.ts";
import { invalid, notSupported } from "../errors.ts";
import { parseFields } from "../fields.ts";
import { Locks } from "../locks.ts";
import { type TableId, tableName } from "../names.ts";
import { changeSchema } from "../patch-schema.ts";
import { type NewTable, requireFuture } from "../warehouse.ts";
import type { ApiRequest, Route } from "./http.ts";
import {
  flagOf,
  type JsonObject,
  labelsOf,
  listOf,
  numberOf,
  objectOf,
  patchedLabels,
  requiredText,
  textOf,
} from "./json.ts";
import { cutPage } from "./paging.ts";
import { requireMatch, tableListItem, tableResource } from "./resources.ts";

const TABLES = "projects/{projectId}/datasets/{datasetId}/tables";

const idOf = ({ path }: ApiRequest): TableId => ({
  project: path.projectId ?? "",
  dataset: path.datasetId ?? "",
  table: path.tableId ?? "",
});

export function tableRoutes(engine: Engine): Route[] {
  const { warehouse, requireAccess, putView, viewFields } = engine.internals;
  const { store } = warehouse;

  const resource = async (id: TableId) => {
    const entry = store.table(id);
    const [stored, buffer] = [await warehouse.storedStatistics(entry), await warehouse.buffer(entry)];
    return tableResource(entry, store.dataset(id).location, stored, buffer);
  };

  const edits = new Locks();
  const patch = (request: ApiRequest) => edits.hold(tableName(idOf(request)), () => patchAlone(request));

  const patchAlone = async (request: ApiRequest) => {
    const id = idOf(request);
    const { body } = request;
    const entry = store.table(id);
    const query = textOf(objectOf(body, "view"), "query");
    if (query !== undefined && entry.view === undefined) throw invalid("A table cannot become a view.");
    requireMatch(entry, request.ifMatch);
    refuseOtherLayout(entry, body);
    const expires = numberOf(body, "expirationTime");
    requireFuture(expires, engine.clock());
    const given = objectOf(body, "schema").fields;
    const fields = given === undefined ? undefined : parseFields(given);
    const replaced = query !== undefined && query !== entry.view;
    const columns = replaced ? await viewFields(id, query, fields ?? entry.fields) : undefined;
    // A new query brings its columns; the schema beside it only describes them.
    const altered = fields !== undefined && columns === undefined;
    if (altered) await changeSchema(warehouse, id, fields, engine.clock());
    await warehouse.change(id, engine.clock(), (table) => {
      // Again, in the step that changes: statements of jobs may have come between.
      if (!altered) requireMatch(table, request.ifMatch);
      if (columns !== undefined) Object.assign(table, { view: query, fields: columns });
      table.labels = patchedLabels(table.labels, body);
      if ("description" in body) table.description = textOf(body, "description");
      if ("friendlyName" in body) table.friendlyName = textOf(body, "friendlyName");
      if ("expirationTime" in body) table.expires = expires;
      if ("requirePartitionFilter" in body)
        table.requirePartitionFilter = flagOf(body, "requirePartitionFilter");
    });
    return resource(id);
  };

  return [
    {
      id: "bigquery.tables.list",
      method: "GET",
      path: TABLES,
      query: ["maxResults", "pageToken"],
      handle: (request) => {
        const all = store.tables(idOf(request));
        const { items, nextPageToken } = cutPage(all, request.query);
        return {
          kind: "bigquery#tableList",
          tables: items.map(tableListItem),
          totalItems: all.length,
          nextPageToken,
        };
      },
    },
    {
      id: "bigquery.tables.insert",
      method: "POST",
      path: TABLES,
      handle: async (request) => {
        const { body } = request;
        const table = requiredText(objectOf(body, "tableReference"), "tableId");
        const id = { ...idOf(request), table };
        const definition = readDefinition(body);
        const view = objectOf(body, "view");
        if (body.view === undefined) await warehouse.createTable(id, definition, engine.clock());
        else {
          if (flagOf(view, "useLegacySql")) throw notSupported("legacy SQL");
          await putView(id, requiredText(view, "query"), definition, engine.clock(), false);
        }
        return resource(id);
      },
    },
    {
      id: "bigquery.tables.get",
      method: "GET",
      path: `${TABLES}/{tableId}`,
      query: ["selectedFields", "view"],
      handle: (request) => {
        requireAccess(idOf(request));
        return resource(idOf(request));
      },
    },
    {
      id: "bigquery.tables.patch",
      method: "PATCH",
      path: `${TABLES}/{tableId}`,
      // Columns of a view are worked out anew whether or not they are asked for.
      query: ["autodetect_schema"],
      handle: patch,
    },
    { id: "bigquery.tables.update", method: "PUT", path: `${TABLES}/{tableId}`, handle: patch },
    {
      id: "bigquery.tables.delete",
      method: "DELETE",
      path: `${TABLES}/{tableId}`,
      handle: (request) =>
        warehouse.dropTable(idOf(request), (entry) => requireMatch(entry, request.ifMatch)),
    },
  ];
}

const REFUSED = [
  "rangePartitioning",
  "externalDataConfiguration",
  "materializedView",
  "encryptionConfiguration",
] as const;

/** A table as `tables.insert` and load jobs describe it. */
export function readDefinition(body: JsonObject): NewTable {
  for (const name of REFUSED) if (body[name] !== undefined) throw notSupported(`a table with ${name}`);
  const schema = objectOf(body, "schema");
  const clustering = listOf(objectOf(body, "clustering"), "fields").map(String);
  return {
    fields: schema.fields === undefined ? [] : parseFields(schema.fields),
    partitionBy: body.timePartitioning ? readPartitioning(objectOf(body, "timePartitioning")) : undefined,
    ...(clustering.length > 0 ? { clusterBy: clustering } : {}),
    labels: labelsOf(body),
    description: textOf(body, "description"),
    friendlyName: textOf(body, "friendlyName"),
    requirePartitionFilter: flagOf(body, "requirePartitionFilter") || undefined,
    expires: numberOf(body, "expirationTime"),
  };
}

function refuseOtherLayout(entry: TableEntry, body: JsonObject): void {
  const { partitionBy, clusterBy = [] } = readDefinition({ ...body, schema: undefined });
  if ("clustering" in body && clusterBy.join() !== (entry.clusterBy ?? []).join()) {
    throw notSupported("a change of a table's clustering");
  }
  const text = (of: Partitioning | undefined) => of && `${of.type} ${of.field}`;
  if ("timePartitioning" in body && text(partitionBy) !== text(entry.partitionBy)) {
    throw notSupported("a change of a table's partitioning");
  }
}

function readPartitioning(body: JsonObject): Partitioning {
  const field = textOf(body, "field");
  if (!field) throw notSupported("ingestion-time partitioning");
  if (body.expirationMs) throw notSupported("partition expiration");
  const type = (textOf(body, "type") ?? "DAY").toUpperCase();
  if (type !== "DAY" && type !== "HOUR" && type !== "MONTH" && type !== "YEAR") {
    throw invalid(`Invalid time partitioning type "${type}". Use HOUR, DAY, MONTH or YEAR.`);
  }
  return { field, type };
}
