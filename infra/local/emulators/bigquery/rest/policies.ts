import { createHash } from "node:crypto";
import type { Engine } from "../engine.ts";
import type { PolicyBinding, TableEntry } from "../entries.ts";
import { BigQueryError, invalid, notSupported } from "../errors.ts";
import type { ApiRequest, Route } from "./http.ts";
import { type JsonObject, listOf, objectOf, textOf } from "./json.ts";

const TABLE = "projects/{projectId}/datasets/{datasetId}/tables/{tableId}";

/**
 * IAM policies of tables and views: kept and answered, not enforced. A policy is no part of what the
 * table's own etag and modification time are of.
 */
export function policyRoutes(engine: Engine): Route[] {
  const { store } = engine.internals.warehouse;
  const entryOf = ({ path }: ApiRequest) =>
    store.table({
      project: path.projectId ?? "",
      dataset: path.datasetId ?? "",
      table: path.tableId ?? "",
    });

  return [
    {
      id: "bigquery.tables.getIamPolicy",
      method: "POST",
      path: `${TABLE}:getIamPolicy`,
      handle: (request) => policyOf(entryOf(request)),
    },
    {
      id: "bigquery.tables.setIamPolicy",
      method: "POST",
      path: `${TABLE}:setIamPolicy`,
      handle: async (request) => {
        const entry = entryOf(request);
        const policy = objectOf(request.body, "policy");
        const bindings = listOf(policy, "bindings").map((binding) => readBinding(binding as JsonObject));
        const etag = textOf(policy, "etag");
        if (etag !== undefined && etag !== policyOf(entry).etag) {
          throw new BigQueryError(
            409,
            "aborted",
            "There were concurrent policy changes. Read the policy again.",
          );
        }
        entry.policy = bindings;
        store.changed(entry);
        await store.save();
        return policyOf(entry);
      },
    },
    {
      id: "bigquery.tables.testIamPermissions",
      method: "POST",
      path: `${TABLE}:testIamPermissions`,
      // The caller owns the local project.
      handle: (request) => {
        entryOf(request);
        return { permissions: listOf(request.body, "permissions").map(String) };
      },
    },
  ];
}

function policyOf({ policy = [] }: TableEntry) {
  const etag = createHash("sha256").update(JSON.stringify(policy)).digest("base64").slice(0, 12);
  return { version: 1, etag, ...(policy.length > 0 ? { bindings: policy } : {}) };
}

function readBinding(binding: JsonObject): PolicyBinding {
  const role = textOf(binding, "role");
  if (!role) throw invalid("A binding of a policy needs a role.");
  if (binding.condition !== undefined) throw notSupported("a condition in an IAM policy");
  return { role, members: listOf(binding, "members").map(String) };
}
