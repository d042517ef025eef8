import { copyTable } from "../copy.ts";
import type { Engine } from "../engine.ts";
import { invalid } from "../errors.ts";
import type { Job, NewJob, Work } from "../jobs.ts";
import { loadFile } from "../load.ts";
import { clean, planQuery } from "../query.ts";
import { readLoad, readQuery, readTableReference, readTarget } from "./job-configuration.ts";
import { type JsonObject, listOf, objectOf } from "./json.ts";

/** Starts the job, or throws what refuses it at once: a syntax error, a missing table, no right, too many bytes. */
export async function startJob(engine: Engine, request: NewJob, media?: Buffer): Promise<Job> {
  const job = engine.internals.jobs.start(request, () => plan(engine, request, media));
  await job.accepted;
  return job;
}

/** What a job would do, without a job: a dry run. */
export function plan(engine: Engine, request: NewJob, media?: Buffer): Promise<Work> {
  const { configuration } = request;
  switch (request.type) {
    case "QUERY":
      return planQuery(engine.internals.session, readQuery(request, objectOf(configuration, "query")));
    case "LOAD":
      return planLoad(engine, request, objectOf(configuration, "load"), media);
    case "COPY":
      return planCopy(engine, request, objectOf(configuration, "copy"));
  }
}

const NOTHING = { bytesProcessed: 0, bytesBilled: 0, referencedTables: [] };

async function planLoad(
  engine: Engine,
  request: NewJob,
  load: JsonObject,
  media: Buffer | undefined,
): Promise<Work> {
  const options = readLoad(request.project, load);
  if (!media) throw invalid("A load job needs a file: upload it to /upload/bigquery/v2/projects/…/jobs.");
  engine.internals.requireAccess(options.table);
  const { warehouse } = engine.internals;
  const planned = { ...NOTHING, destination: options.table };
  return {
    location: warehouse.store.dataset(options.table).location,
    planned,
    async run() {
      const outputRows = await clean(() => loadFile(warehouse, media, options, engine.clock()));
      return { ...planned, load: { inputBytes: media.length, outputRows } };
    },
  };
}

async function planCopy(engine: Engine, request: NewJob, copy: JsonObject): Promise<Work> {
  const { warehouse } = engine.internals;
  const [single] = copy.sourceTable ? [copy.sourceTable] : listOf(copy, "sourceTables");
  if (listOf(copy, "sourceTables").length > 1) throw invalid("Copy one table at a time.");
  const source = readTableReference((single ?? {}) as JsonObject, request.project);
  const target = readTarget(request.project, copy, "WRITE_EMPTY");
  for (const id of [source, target.table]) engine.internals.requireAccess(id);
  warehouse.store.table(source);
  const planned = { ...NOTHING, destination: target.table };
  return {
    location: warehouse.store.dataset(target.table).location,
    planned,
    async run() {
      await clean(() => copyTable(warehouse, source, target, engine.clock()));
      return planned;
    },
  };
}
