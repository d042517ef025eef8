import type { Route } from "./http.ts";

const REPEATED = new Set(["projection", "stateFilter"]);

/** Google's discovery document, of the methods served and no others. The `bq` command asks for it first. */
export function discoveryDocument(routes: readonly Route[], url: string) {
  const resources: Record<string, { methods: Record<string, object> }> = {};
  for (const route of routes) {
    const [, resource = "", method = ""] = route.id.split(".");
    resources[resource] ??= { methods: {} };
    resources[resource].methods[method] = methodDocument(route);
  }
  return {
    kind: "discovery#restDescription",
    discoveryVersion: "v1",
    id: "bigquery:v2",
    name: "bigquery",
    version: "v2",
    title: "BigQuery API, the local one",
    protocol: "rest",
    rootUrl: `${url}/`,
    servicePath: "bigquery/v2/",
    baseUrl: `${url}/bigquery/v2/`,
    basePath: "/bigquery/v2/",
    batchPath: "batch/bigquery/v2",
    parameters: {
      alt: { type: "string", default: "json", location: "query" },
      fields: { type: "string", location: "query" },
      prettyPrint: { type: "boolean", default: "true", location: "query" },
      quotaUser: { type: "string", location: "query" },
      key: { type: "string", location: "query" },
      trace: { type: "string", location: "query" },
    },
    schemas: { JsonObject: { id: "JsonObject", type: "object", additionalProperties: { type: "any" } } },
    resources,
  };
}

function methodDocument(route: Route) {
  const inPath = [...route.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? "");
  const parameters = [
    ...inPath.map((name) => [name, { type: "string", required: true, location: "path" }] as const),
    ...(route.query ?? []).map((name) => {
      const parameter = {
        type: "string",
        location: "query",
        ...(REPEATED.has(name) ? { repeated: true } : {}),
      };
      return [name, parameter] as const;
    }),
  ];
  return {
    id: route.id,
    path: route.path,
    flatPath: route.path,
    httpMethod: route.method,
    parameters: Object.fromEntries(parameters),
    parameterOrder: inPath,
    ...(route.method === "GET" || route.method === "DELETE" ? {} : { request: { $ref: "JsonObject" } }),
    ...(route.method === "DELETE" ? {} : { response: { $ref: "JsonObject" } }),
    ...(route.id === "bigquery.jobs.insert" ? MEDIA_UPLOAD : {}),
  };
}

const MEDIA_UPLOAD = {
  supportsMediaUpload: true,
  mediaUpload: {
    accept: ["*/*"],
    protocols: {
      simple: { multipart: true, path: "/upload/bigquery/v2/projects/{projectId}/jobs" },
      resumable: { multipart: true, path: "/resumable/upload/bigquery/v2/projects/{projectId}/jobs" },
    },
  },
};
