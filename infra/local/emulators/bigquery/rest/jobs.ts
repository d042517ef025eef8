import type { Engine } from "../engine.ts";
import { notFound } from "../errors.ts";
import type { Job } from "../jobs.ts";
import { timestampFormat } from "./formats.ts";
import { type ApiRequest, errorProto, type Route } from "./http.ts";
import { type JobRequest, readJob } from "./job-configuration.ts";
import { jobReference, jobResource, resultPage } from "./job-resources.ts";
import { flagOf, type JsonObject, numberOf, textOf } from "./json.ts";
import { cutPage, pageOf } from "./paging.ts";
import { plan, startJob } from "./run-job.ts";

const DEFAULT_TIMEOUT_MS = 10_000;
const UPLOAD_GRACE_MS = 250;
const ROWS_A_PAGE = 100_000;
const JOBS = "projects/{projectId}/jobs";

/** @param url where the server answers, for links */
export function jobRoutes(engine: Engine, url: () => string): Route[] {
  const { jobs } = engine.internals;
  const find = ({ path, query }: ApiRequest) =>
    jobs.get(path.projectId ?? "", path.jobId ?? "", textOf(query, "location"));

  const insert = async (request: JobRequest) => {
    const newJob = readJob(request);
    if (flagOf(newJob.configuration, "dryRun")) return dryRun(engine, request, url());
    const job = await startJob(engine, newJob);
    if (job.error) throw job.error;
    return jobResource(job, url());
  };

  return [
    {
      id: "bigquery.jobs.insert",
      method: "POST",
      path: JOBS,
      handle: ({ path, user, body }) => insert({ project: path.projectId ?? "", user, body }),
    },
    {
      id: "bigquery.jobs.query",
      method: "POST",
      path: "projects/{projectId}/queries",
      handle: ({ path, user, body }) => query(engine, { project: path.projectId ?? "", user, body }, url()),
    },
    {
      id: "bigquery.jobs.getQueryResults",
      method: "GET",
      path: "projects/{projectId}/queries/{jobId}",
      query: [
        "location",
        "maxResults",
        "pageToken",
        "startIndex",
        "timeoutMs",
        "formatOptions.useInt64Timestamp",
        "formatOptions.timestampOutputFormat",
      ],
      handle: async (request) => {
        const job = find(request);
        return {
          kind: "bigquery#getQueryResultsResponse",
          ...(await results(job, request.query, request.query)),
        };
      },
    },
    {
      id: "bigquery.jobs.get",
      method: "GET",
      path: `${JOBS}/{jobId}`,
      query: ["location"],
      handle: (request) => jobResource(find(request), url()),
    },
    {
      id: "bigquery.jobs.list",
      method: "GET",
      path: JOBS,
      query: [
        "allUsers",
        "maxResults",
        "pageToken",
        "projection",
        "stateFilter",
        "minCreationTime",
        "maxCreationTime",
        "parentJobId",
      ],
      handle: ({ path, query: parameters }) => {
        const all = jobs.list().filter((job) => job.project === path.projectId);
        const { items, nextPageToken } = cutPage(all.toReversed(), parameters);
        return { kind: "bigquery#jobList", jobs: items.map((job) => listItem(job, url())), nextPageToken };
      },
    },
    {
      id: "bigquery.jobs.cancel",
      method: "POST",
      path: `${JOBS}/{jobId}/cancel`,
      query: ["location"],
      // Best effort in BigQuery too: a job that has ended stays as it ended.
      handle: (request) => ({ kind: "bigquery#jobCancelResponse", job: jobResource(find(request), url()) }),
    },
    {
      id: "bigquery.jobs.delete",
      method: "DELETE",
      path: `${JOBS}/{jobId}/delete`,
      query: ["location"],
      handle: (request) => jobs.delete(find(request)),
    },
  ];
}

/** A load job whose file was uploaded with it. */
export async function insertWithMedia(engine: Engine, request: JobRequest, media: Buffer, url: string) {
  const job = await startJob(engine, readJob(request), media);
  if (job.error) throw job.error;
  // Most files are small; a client that is told RUNNING sleeps before it asks again.
  await Promise.race([job.done, pause(UPLOAD_GRACE_MS)]);
  return jobResource(job, url);
}

async function dryRun(engine: Engine, request: JobRequest, url: string) {
  const { project } = request;
  const newJob = readJob(request);
  const { location, planned } = await plan(engine, newJob);
  return {
    kind: "bigquery#job",
    id: `${project}:${location}.`,
    selfLink: `${url}/bigquery/v2/projects/${project}/jobs/?location=${location}`,
    jobReference: { projectId: project, location },
    configuration: newJob.configuration,
    status: { state: "DONE" },
    statistics: {
      creationTime: String(engine.clock().getTime()),
      totalBytesProcessed: String(planned.bytesProcessed),
      query: {
        statementType: planned.statementType,
        totalBytesProcessed: String(planned.bytesProcessed),
        totalBytesBilled: "0",
        totalBytesProcessedAccuracy: "PRECISE",
        cacheHit: false,
        ...(planned.fields ? { schema: { fields: planned.fields } } : {}),
      },
    },
  };
}

async function query(engine: Engine, { body, ...by }: JobRequest, url: string) {
  const {
    dryRun: dry,
    labels,
    location,
    maxResults,
    timeoutMs,
    requestId,
    formatOptions,
    kind,
    ...rest
  } = body;
  const inserted = {
    ...by,
    body: {
      jobReference: { location },
      configuration: { query: rest, ...(labels ? { labels } : {}), ...(dry ? { dryRun: true } : {}) },
    },
  };
  if (flagOf(body, "dryRun")) {
    const job = await dryRun(engine, inserted, url);
    return {
      kind: "bigquery#queryResponse",
      jobComplete: true,
      jobReference: job.jobReference,
      totalBytesProcessed: job.statistics.totalBytesProcessed,
      cacheHit: false,
      schema: job.statistics.query.schema,
    };
  }
  const job = await startJob(engine, readJob(inserted));
  return { kind: "bigquery#queryResponse", ...(await results(job, { maxResults, timeoutMs }, body)) };
}

/** Waits as long as the client allows. @throws BigQueryError when the job failed */
async function results(job: Job, page: JsonObject, format: JsonObject) {
  await Promise.race([job.done, pause(numberOf(page, "timeoutMs") ?? DEFAULT_TIMEOUT_MS)]);
  if (job.error) throw job.error;
  if (job.ended === undefined) return { jobReference: jobReference(job), jobComplete: false };
  if (job.outcome.fields && !job.outcome.rows && job.statementType === "SELECT") {
    throw notFound(`Not found: results of job ${job.project}:${job.location}.${job.id} are no longer kept`);
  }
  return {
    jobReference: jobReference(job),
    jobComplete: true,
    cacheHit: false,
    totalBytesProcessed: String(job.bytesProcessed),
    ...resultPage(job, pageOf(page, ROWS_A_PAGE), timestampFormat(format)),
  };
}

const pause = (milliseconds: number) =>
  new Promise<void>((resolve) => {
    setTimeout(resolve, milliseconds).unref();
  });

function listItem(job: Job, url: string) {
  const resource = jobResource(job, url);
  return {
    ...resource,
    state: resource.status.state,
    ...(job.error ? { errorResult: errorProto(job.error) } : {}),
  };
}
