import { invalid, notSupported } from "../errors.ts";
import type { NewJob } from "../jobs.ts";
import type { LoadOptions } from "../load.ts";
import type { TableId } from "../names.ts";
import { type RestParameter, readParameters } from "../parameters.ts";
import type { Destination, QueryRequest } from "../query.ts";
import { canonicalLocation, type WriteDisposition } from "../warehouse.ts";
import {
  flagOf,
  type JsonObject,
  labelsOf,
  listOf,
  numberOf,
  objectOf,
  requiredText,
  textOf,
} from "./json.ts";
import { readDefinition } from "./tables.ts";

/** A `jobs.insert`, or what comes to the same. */
export interface JobRequest {
  readonly project: string;
  /** Address of whoever sends it. */
  readonly user: string;
  readonly body: JsonObject;
}

export function readJob({ project, user, body }: JobRequest): NewJob {
  const reference = objectOf(body, "jobReference");
  const configuration = objectOf(body, "configuration");
  const location = textOf(reference, "location");
  const id = textOf(reference, "jobId");
  if (id !== undefined && !/^[\w-]{1,1024}$/.test(id)) throw invalid(`Invalid job ID "${id}".`);
  const type = configuration.query
    ? "QUERY"
    : configuration.load
      ? "LOAD"
      : configuration.copy
        ? "COPY"
        : null;
  if (type === null) {
    if (configuration.extract) throw notSupported("extract jobs");
    throw invalid(
      "Required parameter is missing: configuration.query, configuration.load or configuration.copy.",
    );
  }
  return {
    project,
    id,
    location: location === undefined ? undefined : canonicalLocation(location),
    type,
    user,
    labels: labelsOf(configuration),
    query: textOf(objectOf(configuration, "query"), "query"),
    configuration: { jobType: type, ...configuration },
  };
}

const REFUSED = [
  "tableDefinitions",
  "userDefinedFunctionResources",
  "rangePartitioning",
  "scriptOptions",
] as const;

/** @param query `configuration.query`, or the body of `jobs.query` */
export function readQuery(job: NewJob, query: JsonObject): QueryRequest {
  // BigQuery's own default is legacy SQL; its clients set the flag.
  if (query.useLegacySql !== false && query.useLegacySql !== "false") {
    throw notSupported("legacy SQL (set useLegacySql to false)");
  }
  for (const name of REFUSED) if (query[name] !== undefined) throw notSupported(`a query job with ${name}`);
  const dataset = objectOf(query, "defaultDataset");
  const parameters = listOf(query, "queryParameters") as readonly RestParameter[];
  return {
    sql: requiredText(query, "query"),
    project: job.project,
    user: job.user,
    location: job.location,
    defaultDataset: query.defaultDataset
      ? {
          project: textOf(dataset, "projectId") ?? job.project,
          dataset: requiredText(dataset, "datasetId"),
        }
      : undefined,
    parameters: readParameters(parameters, textOf(query, "parameterMode")),
    maximumBytesBilled: numberOf(query, "maximumBytesBilled"),
    destination: query.destinationTable ? readDestination(job.project, query) : undefined,
  };
}

function readDestination(project: string, query: JsonObject): Destination {
  const { fields: _, ...definition } = readDefinition({ ...query, labels: undefined });
  return { ...readTarget(project, query, "WRITE_EMPTY"), definition };
}

/** Destination table and dispositions, the same in query, load and copy jobs. */
export function readTarget(project: string, job: JsonObject, byDefault: WriteDisposition) {
  return {
    table: readTableReference(objectOf(job, "destinationTable"), project),
    write: readWrite(textOf(job, "writeDisposition") ?? byDefault),
    mayCreate: textOf(job, "createDisposition") !== "CREATE_NEVER",
  };
}

export function readTableReference(reference: JsonObject, project: string): TableId {
  return {
    project: textOf(reference, "projectId") ?? project,
    dataset: requiredText(reference, "datasetId"),
    table: requiredText(reference, "tableId"),
  };
}

function readWrite(value: string): WriteDisposition {
  if (value === "WRITE_APPEND" || value === "WRITE_TRUNCATE" || value === "WRITE_EMPTY") return value;
  throw invalid(`Invalid writeDisposition "${value}". Use WRITE_APPEND, WRITE_TRUNCATE or WRITE_EMPTY.`);
}

export function readLoad(project: string, load: JsonObject): LoadOptions {
  const format = textOf(load, "sourceFormat") ?? "CSV";
  if (format !== "CSV" && format !== "NEWLINE_DELIMITED_JSON") throw notSupported(`load from ${format}`);
  if (listOf(load, "sourceUris").length > 0)
    throw notSupported("load from Cloud Storage (upload the file instead)");
  if (load.destinationTableProperties) throw notSupported("destinationTableProperties");
  if (listOf(load, "schemaUpdateOptions").length > 0) throw notSupported("schemaUpdateOptions");
  if (flagOf(load, "autodetect")) throw notSupported("schema autodetection (give the schema)");
  return {
    ...readTarget(project, load, "WRITE_APPEND"),
    definition: readDefinition({ ...load, description: undefined }),
    format,
    ignoreUnknownValues: flagOf(load, "ignoreUnknownValues"),
    maxBadRecords: numberOf(load, "maxBadRecords") ?? 0,
    skipLeadingRows: numberOf(load, "skipLeadingRows") ?? 0,
    fieldDelimiter: textOf(load, "fieldDelimiter") || ",",
    nullMarker: textOf(load, "nullMarker") ?? "",
  };
}
