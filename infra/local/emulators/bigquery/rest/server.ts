import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { callerOf } from "../callers.ts";
import type { Engine } from "../engine.ts";
import { datasetRoutes } from "./datasets.ts";
import { discoveryDocument } from "./discovery.ts";
import { parseJson, Router, readBody, sendError, sendJson } from "./http.ts";
import { insertWithMedia, jobRoutes } from "./jobs.ts";
import { policyRoutes } from "./policies.ts";
import { tabledataRoutes } from "./tabledata.ts";
import { tableRoutes } from "./tables.ts";
import { Uploads } from "./uploads.ts";

export interface BigQueryServer {
  /** `http://127.0.0.1:<port>`, what `BIGQUERY_EMULATOR_HOST` wants. */
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

/** Clients differ: some put `/bigquery/v2` before a path, some do not, some twice. */
const PREFIX = /^(?:\/bigquery\/v2)+/;
const UPLOAD = /^(?:\/bigquery\/v2)?\/(?:resumable\/)?upload\/bigquery\/v2\/projects\/([^/]+)\/jobs$/;
const DISCOVERY = /^\/(?:\$discovery\/rest|discovery\/v1\/apis\/bigquery\/v2\/rest)$/;

/** Serves BigQuery's REST API v2 on loopback. `port` 0 or absent: a free one. The engine stays the caller's. */
export async function startBigQueryServer(options: {
  readonly engine: Engine;
  readonly port?: number;
}): Promise<BigQueryServer> {
  const { engine } = options;
  const uploads = new Uploads();
  let url = "";
  const routes = [
    ...datasetRoutes(engine),
    ...tableRoutes(engine),
    ...policyRoutes(engine),
    ...tabledataRoutes(engine),
    ...jobRoutes(engine, () => url),
  ];
  const router = new Router(routes);

  const upload = async (request: IncomingMessage, response: ServerResponse, project: string, target: URL) => {
    const step = await uploads.receive(request, project, target.searchParams);
    if (step.kind === "started") {
      const location = `${url}/upload/bigquery/v2/projects/${project}/jobs?uploadType=resumable&upload_id=${step.id}`;
      sendJson(response, 200, undefined, { location, "x-guploader-uploadid": step.id });
    } else if (step.kind === "incomplete") {
      sendJson(response, 308, undefined, step.received > 0 ? { range: `bytes=0-${step.received - 1}` } : {});
    } else {
      const { job, media } = step.upload;
      const user = callerOf(request.headers.authorization, engine.project);
      sendJson(response, 200, await insertWithMedia(engine, { project, user, body: job }, media, url));
    }
  };

  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const target = new URL(request.url ?? "/", url);
    const project = UPLOAD.exec(target.pathname)?.[1];
    if (project !== undefined) return upload(request, response, decodeURIComponent(project), target);
    if (DISCOVERY.test(target.pathname)) return sendJson(response, 200, discoveryDocument(routes, url));
    const path = target.pathname.replace(PREFIX, "");
    const { route, parameters } = router.find(request.method ?? "GET", path);
    const reply = await route.handle({
      path: parameters,
      query: Object.fromEntries(target.searchParams),
      body: parseJson(await readBody(request)),
      user: callerOf(request.headers.authorization, engine.project),
      ifMatch: request.headers["if-match"],
    });
    return sendJson(response, reply === undefined ? 204 : 200, reply);
  };

  const server = createServer((request, response) => {
    answer(request, response).catch((error) => sendError(response, error));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the BigQuery server has no port");
  url = `http://127.0.0.1:${address.port}`;
  return {
    url,
    port: address.port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
