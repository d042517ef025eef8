import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { closeHttp, listenHttp } from "../../http/loopback.ts";

export interface MetadataOptions {
  /** 0, the default, takes a free one. */
  readonly port?: number;
  readonly project: string;
  /** Shown to who asks whose credentials these are. */
  readonly serviceAccount?: string;
}

export interface LocalMetadata {
  readonly port: number;
  /** For `GCE_METADATA_HOST`, with `METADATA_SERVER_DETECTION=assume-present`. */
  readonly host: string;
  close(): Promise<void>;
}

const tokenLifetimeSeconds = 3600;

/**
 * The part of the instance metadata server that Google's clients ask for, so
 * that they find a project and credentials as they do in the cloud. Its tokens
 * open nothing anywhere.
 */
export async function startMetadataServer(options: MetadataOptions): Promise<LocalMetadata> {
  const account = options.serviceAccount ?? `plumbline@${options.project}.iam.gserviceaccount.com`;
  const server = createServer((request, response) => answer(request, response, options.project, account));
  const port = await listenHttp(server, options.port);
  return { port, host: `127.0.0.1:${port}`, close: () => closeHttp(server) };
}

function answer(request: IncomingMessage, response: ServerResponse, project: string, account: string): void {
  response.setHeader("Metadata-Flavor", "Google");
  response.setHeader("Server", "Metadata Server for VM");
  if (request.headers["metadata-flavor"] !== "Google") {
    response.writeHead(403, { "content-type": "text/plain" });
    response.end("Missing required header: Metadata-Flavor: Google\n");
    return;
  }
  const url = new URL(request.url ?? "/", "http://metadata");
  const value = lookUp(url, project, account);
  if (value === null) {
    response.writeHead(404, { "content-type": "text/plain" }).end(`Not found: ${url.pathname}\n`);
    return;
  }
  const text = typeof value === "string";
  response.writeHead(200, { "content-type": text ? "application/text" : "application/json" });
  response.end(text ? value : JSON.stringify(value));
}

function lookUp(url: URL, project: string, account: string): unknown {
  const path = url.pathname.replace(/^\/computeMetadata\/v1(?=\/|$)/, "").replace(/\/$/, "");
  const serviceAccount = /^\/instance\/service-accounts\/([^/]+)(?:\/(.*))?$/.exec(path);
  if (serviceAccount) {
    const [, name = "", field = ""] = serviceAccount;
    if (name !== "default" && name !== account) return null;
    return serviceAccountField(field, url, account);
  }
  switch (path) {
    case "":
    case "/instance":
      return "";
    case "/project/project-id":
      return project;
    case "/project/numeric-project-id":
      return "1";
    case "/universe/universe-domain":
    case "/universe/universe_domain":
      return "googleapis.com";
    case "/instance/service-accounts":
      return `default/\n${account}/\n`;
    default:
      return null;
  }
}

function serviceAccountField(field: string, url: URL, account: string): unknown {
  const scopes = "https://www.googleapis.com/auth/cloud-platform";
  switch (field) {
    case "token":
      return { access_token: "local-access-token", expires_in: tokenLifetimeSeconds, token_type: "Bearer" };
    case "identity":
      return identityToken(url.searchParams.get("audience") ?? "", account);
    case "email":
      return account;
    case "scopes":
      return `${scopes}\n`;
    case "aliases":
      return "default\n";
    case "":
      return { aliases: ["default"], email: account, scopes: [scopes] };
    default:
      return null;
  }
}

/** A JSON Web Token in form only: unsigned, and it never expires within a lifetime. */
function identityToken(audience: string, account: string): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const claims = { aud: audience, email: account, iss: "https://accounts.google.com", exp: 4_102_444_800 };
  return `${part({ alg: "none", typ: "JWT" })}.${part(claims)}.`;
}
