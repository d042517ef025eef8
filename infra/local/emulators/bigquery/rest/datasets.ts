import type { Engine } from "../engine.ts";
import { notSupported } from "../errors.ts";
import type { ApiRequest, Route } from "./http.ts";
import {
  flagOf,
  type JsonObject,
  labelsOf,
  numberOf,
  objectOf,
  patchedLabels,
  requiredText,
  textOf,
} from "./json.ts";
import { cutPage } from "./paging.ts";
import { datasetResource, requireMatch } from "./resources.ts";

const idOf = ({ path }: ApiRequest) => ({ project: path.projectId ?? "", dataset: path.datasetId ?? "" });

export function datasetRoutes(engine: Engine): Route[] {
  const { warehouse } = engine.internals;
  const { store } = warehouse;

  const patch = (request: ApiRequest) => {
    const entry = store.dataset(idOf(request));
    requireMatch(entry, request.ifMatch);
    const { body } = request;
    const labels = patchedLabels(entry.labels, body);
    const changed = warehouse.changeDataset(entry, engine.clock(), { ...readOptions(body), labels });
    return datasetResource(changed);
  };

  return [
    {
      id: "bigquery.projects.list",
      method: "GET",
      path: "projects",
      query: ["maxResults", "pageToken"],
      handle: () => ({
        kind: "bigquery#projectList",
        projects: [
          {
            kind: "bigquery#project",
            id: engine.project,
            numericId: "1",
            friendlyName: engine.project,
            projectReference: { projectId: engine.project },
          },
        ],
        totalItems: 1,
      }),
    },
    {
      id: "bigquery.datasets.list",
      method: "GET",
      path: "projects/{projectId}/datasets",
      query: ["all", "filter", "maxResults", "pageToken"],
      handle: ({ path, query }) => {
        const all = store.datasets(path.projectId ?? "").filter((entry) => hasLabels(entry.labels, query));
        const { items, nextPageToken } = cutPage(all, query);
        return {
          kind: "bigquery#datasetList",
          datasets: items.map((entry) => ({
            kind: "bigquery#dataset",
            id: `${entry.project}:${entry.dataset}`,
            datasetReference: { projectId: entry.project, datasetId: entry.dataset },
            labels: entry.labels,
            friendlyName: entry.friendlyName,
            location: entry.location,
          })),
          nextPageToken,
        };
      },
    },
    {
      id: "bigquery.datasets.insert",
      method: "POST",
      path: "projects/{projectId}/datasets",
      handle: async ({ path, body }) => {
        const id = {
          project: path.projectId ?? "",
          dataset: requiredText(objectOf(body, "datasetReference"), "datasetId"),
        };
        const options = {
          location: textOf(body, "location") ?? "US",
          labels: labelsOf(body),
          ...readOptions(body),
        };
        return datasetResource(await warehouse.createDataset(id, options, engine.clock()));
      },
    },
    {
      id: "bigquery.datasets.get",
      method: "GET",
      path: "projects/{projectId}/datasets/{datasetId}",
      query: ["accessPolicyVersion", "datasetView"],
      handle: (request) => datasetResource(store.dataset(idOf(request))),
    },
    {
      id: "bigquery.datasets.patch",
      method: "PATCH",
      path: "projects/{projectId}/datasets/{datasetId}",
      handle: patch,
    },
    {
      id: "bigquery.datasets.update",
      method: "PUT",
      path: "projects/{projectId}/datasets/{datasetId}",
      handle: patch,
    },
    {
      id: "bigquery.datasets.delete",
      method: "DELETE",
      path: "projects/{projectId}/datasets/{datasetId}",
      query: ["deleteContents"],
      handle: async (request) => {
        requireMatch(store.dataset(idOf(request)), request.ifMatch);
        await warehouse.dropDataset(idOf(request), flagOf(request.query, "deleteContents"));
      },
    },
  ];
}

const REFUSED = [
  "defaultTableExpirationMs",
  "defaultPartitionExpirationMs",
  "defaultCollation",
  "defaultRoundingMode",
  "defaultEncryptionConfiguration",
  "isCaseInsensitive",
] as const;

/** What a body says of a dataset, no member that it does not name. */
function readOptions(body: JsonObject) {
  for (const name of REFUSED) if (body[name]) throw notSupported(`a dataset with ${name}`);
  return {
    ...("description" in body ? { description: textOf(body, "description") } : {}),
    ...("friendlyName" in body ? { friendlyName: textOf(body, "friendlyName") } : {}),
    ...("maxTimeTravelHours" in body ? { maxTimeTravelHours: numberOf(body, "maxTimeTravelHours") } : {}),
  };
}

/** `filter=labels.env:dev labels.team`: every word must hold. */
function hasLabels(labels: Readonly<Record<string, string>>, query: JsonObject): boolean {
  const words = (textOf(query, "filter") ?? "").split(/\s+/).filter((word) => word.startsWith("labels."));
  return words.every((word) => {
    const [key = "", value] = word.slice("labels.".length).split(":");
    return value === undefined ? key in labels : labels[key] === value;
  });
}
