import type { Job } from "../jobs.ts";
import { restRow, type TimestampFormat } from "../rows.ts";
import { errorProto } from "./http.ts";
import { pageToken } from "./paging.ts";
import { fieldResource, tableReference } from "./resources.ts";

export const jobReference = (job: Job) => ({ projectId: job.project, jobId: job.id, location: job.location });

/** As `jobs.get` shows a job. */
export function jobResource(job: Job, url: string) {
  const error = job.error && errorProto(job.error);
  const ended = job.ended === undefined ? {} : { endTime: String(job.ended) };
  return {
    kind: "bigquery#job",
    id: `${job.project}:${job.location}.${job.id}`,
    selfLink: `${url}/bigquery/v2/projects/${job.project}/jobs/${job.id}?location=${job.location}`,
    user_email: job.user,
    jobReference: jobReference(job),
    configuration: job.configuration,
    status: {
      state: job.ended === undefined ? "RUNNING" : "DONE",
      ...(error ? { errorResult: error, errors: [error] } : {}),
    },
    statistics: {
      creationTime: String(job.created),
      startTime: String(job.created),
      ...ended,
      ...(job.type === "QUERY"
        ? { totalBytesProcessed: String(job.bytesProcessed), query: queryStatistics(job) }
        : {}),
      ...(job.outcome.load
        ? {
            load: {
              inputFiles: "1",
              inputFileBytes: String(job.outcome.load.inputBytes),
              outputRows: String(job.outcome.load.outputRows),
              outputBytes: "0",
              badRecords: "0",
            },
          }
        : {}),
    },
  };
}

function queryStatistics(job: Job) {
  const { outcome } = job;
  return {
    statementType: outcome.statementType,
    totalBytesProcessed: String(outcome.bytesProcessed),
    totalBytesBilled: String(outcome.bytesBilled),
    totalBytesProcessedAccuracy: "PRECISE",
    cacheHit: false,
    referencedTables: outcome.referencedTables.map(tableReference),
    ...(outcome.fields ? { schema: { fields: outcome.fields.map(fieldResource) } } : {}),
    ...dmlMembers(job),
    ...(outcome.ddlTarget ? { ddlTargetTable: tableReference(outcome.ddlTarget) } : {}),
    ...(outcome.ddlOperation ? { ddlOperationPerformed: outcome.ddlOperation } : {}),
  };
}

function dmlMembers({ outcome: { affectedRows, dml } }: Job) {
  return {
    ...(affectedRows === undefined ? {} : { numDmlAffectedRows: String(affectedRows) }),
    ...(dml
      ? {
          dmlStats: {
            insertedRowCount: String(dml.inserted),
            updatedRowCount: String(dml.updated),
            deletedRowCount: String(dml.deleted),
          },
        }
      : {}),
  };
}

/** BigQuery's limit for one page of results. */
const BYTES_A_PAGE = 10 * 1024 * 1024;

/** The members that `jobs.query` and `jobs.getQueryResults` share once the job has ended. */
export function resultPage(job: Job, page: { start: number; limit: number }, format: TimestampFormat) {
  const { fields, rows } = job.outcome;
  const dml = dmlMembers(job);
  if (!fields || !rows) return { schema: { fields: [] }, totalRows: "0", ...dml };
  const cut = [];
  let bytes = 0;
  let next = page.start;
  for (const values of page.limit > 0 ? rows.from(page.start) : []) {
    const row = restRow(values, fields, format);
    bytes += Buffer.byteLength(JSON.stringify(row));
    cut.push(row);
    next++;
    if (cut.length >= page.limit || bytes >= BYTES_A_PAGE) break;
  }
  return {
    schema: { fields: fields.map(fieldResource) },
    totalRows: String(rows.length),
    ...(cut.length > 0 ? { rows: cut } : {}),
    ...(next < rows.length && page.limit > 0 ? { pageToken: pageToken(next) } : {}),
    ...dml,
  };
}
