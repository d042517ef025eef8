import { BigQuery } from "@google-cloud/bigquery";
import { OAuth2Client, PassThroughClient } from "google-auth-library";
import { type Engine, openEngine } from "../../infra/local/emulators/bigquery/engine.ts";
import { startBigQueryServer } from "../../infra/local/emulators/bigquery/rest/server.ts";

export interface LocalBigQuery {
  readonly engine: Engine;
  readonly url: string;
  readonly port: number;
  /** What a process needs to reach it with the real client; credentials are the metadata server's. */
  readonly env: { readonly BIGQUERY_EMULATOR_HOST: string };
  /** The real client: without credentials, or as the person of that address. */
  client(user?: string): BigQuery;
  close(): Promise<void>;
}

/** Starts a local BigQuery in memory, for tests. The caller closes it. */
export async function startLocalBigQuery(
  options: {
    readonly clock?: () => Date;
    readonly project?: string;
    readonly streamingBufferMs?: number;
    /** Path of a DuckDB file; default: in memory. */
    readonly file?: string;
    /** A free one by default. */
    readonly port?: number;
  } = {},
): Promise<LocalBigQuery> {
  const project = options.project ?? "hulken";
  const engine = await openEngine({
    file: options.file ?? ":memory:",
    project,
    clock: options.clock ?? (() => new Date("2026-02-08T12:00:00Z")),
    ...(options.streamingBufferMs === undefined ? {} : { streamingBufferMs: options.streamingBufferMs }),
  });
  const server = await startBigQueryServer({ engine, port: options.port ?? 0 });
  return {
    engine,
    url: server.url,
    port: server.port,
    env: { BIGQUERY_EMULATOR_HOST: server.url },
    // BIGQUERY_EMULATOR_HOST wins over apiEndpoint, so nothing else may set it in this process.
    client: (user) =>
      new BigQuery({ projectId: project, apiEndpoint: server.url, authClient: credentialsOf(user) }),
    async close() {
      await server.close();
      await engine.close();
    },
  };
}

function credentialsOf(user: string | undefined) {
  return user === undefined
    ? new PassThroughClient()
    : new OAuth2Client({ credentials: { access_token: `user:${user}` } });
}
