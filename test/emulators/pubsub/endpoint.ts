import { createServer } from "node:http";
import { closeHttp, listenHttp, readBody } from "../../../infra/local/http/loopback.ts";

interface Push {
  readonly path: string;
  readonly contentType: string | undefined;
  readonly body: {
    readonly message: Readonly<Record<string, unknown>>;
    readonly subscription: string;
    readonly deliveryAttempt?: number;
  };
}

export interface Endpoint {
  readonly url: string;
  readonly pushes: Push[];
  at(path: string): Push[];
  /** How many requests the other side broke off before an answer. */
  abandoned(): number;
  close(): Promise<void>;
}

/** A push endpoint that records; `answer` says the status of the nth request to a path, from 1, or not to answer. */
export async function startEndpoint(
  answer: (path: string, nth: number) => number | "hang",
): Promise<Endpoint> {
  const pushes: Push[] = [];
  let abandoned = 0;
  const at = (path: string) => pushes.filter((push) => push.path === path);
  const server = createServer(async (request, response) => {
    const body = JSON.parse(await readBody(request));
    const path = request.url ?? "/";
    pushes.push({ path, contentType: request.headers["content-type"], body });
    const status = answer(path, at(path).length);
    response.on("close", () => {
      if (!response.writableFinished) abandoned += 1;
    });
    if (status === 307) response.setHeader("location", "/elsewhere");
    if (status !== "hang") response.writeHead(status).end();
  });
  const port = await listenHttp(server);
  return {
    url: `http://127.0.0.1:${port}`,
    pushes,
    at,
    abandoned: () => abandoned,
    close: () => closeHttp(server),
  };
}
