import {
  type AnalyzerServer,
  SHARED_ANALYZER_PORT,
  startAnalyzerServer,
} from "../../infra/local/emulators/bigquery/analyzer.ts";

let server: AnalyzerServer | null = null;

/** One GoogleSQL analyzer for all test files, whose processes inherit its port; the first project starts it for all. */
export async function setup(): Promise<void> {
  if (process.env[SHARED_ANALYZER_PORT] !== undefined) return;
  server = await startAnalyzerServer();
  process.env[SHARED_ANALYZER_PORT] = String(server.port);
}

export async function teardown(): Promise<void> {
  await server?.close();
}
