import { createServer, type IncomingMessage } from "node:http";
import { closeHttp, listenHttp } from "../../http/loopback.ts";
import { crc32c } from "./crc32c.ts";

export interface SecretManagerOptions {
  /** 0, the default, takes a free one. */
  readonly port?: number;
  readonly project: string;
  /** First version of each secret. */
  readonly secrets?: Readonly<Record<string, string>>;
}

export interface LocalSecretManager {
  readonly port: number;
  readonly url: string;
  /** Creates the secret where there is none; returns the version's number, from 1. */
  addVersion(secret: string, value: string): number;
  /** Makes a version unreadable, as `gcloud secrets versions disable` does. */
  disableVersion(secret: string, version: number): void;
  /** Takes or gives back the right to read a secret. */
  deny(secret: string, denied?: boolean): void;
  /** How often each secret's value was handed out. */
  readonly reads: ReadonlyMap<string, number>;
  close(): Promise<void>;
}

interface Version {
  readonly value: string;
  enabled: boolean;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** Secret Manager's REST API on loopback: access and description of versions. Writing is done from within. */
export async function startSecretManager(options: SecretManagerOptions): Promise<LocalSecretManager> {
  const secrets = new Map<string, Version[]>();
  const denied = new Set<string>();
  const reads = new Map<string, number>();

  function addVersion(secret: string, value: string): number {
    const versions = secrets.get(secret) ?? [];
    versions.push({ value, enabled: true });
    secrets.set(secret, versions);
    return versions.length;
  }

  function answer(request: IncomingMessage): Answer {
    const path = decodeURIComponent(new URL(request.url ?? "/", "http://local").pathname);
    const asked = /^\/v1\/projects\/([^/]+)\/secrets\/([^/]+)\/versions\/([^/:]+)(:access)?$/.exec(path);
    if (!asked || request.method !== "GET") {
      return refusal(
        501,
        "UNIMPLEMENTED",
        `${request.method} ${path} is not covered by the local Secret Manager`,
      );
    }
    if (!request.headers.authorization?.startsWith("Bearer ")) {
      return refusal(401, "UNAUTHENTICATED", "Request is missing required authentication credential.");
    }
    const [, project = "", secret = "", asVersion = "", access] = asked;
    const resource = `projects/${project}/secrets/${secret}`;
    // Permission comes first, so that a reader without it cannot learn what exists.
    if (denied.has(secret) || project !== options.project) {
      const right = access ? "secretmanager.versions.access" : "secretmanager.versions.get";
      const name = `${resource}/versions/${asVersion}`;
      return refusal(
        403,
        "PERMISSION_DENIED",
        `Permission '${right}' denied for resource '${name}' (or it may not exist).`,
      );
    }
    const versions = secrets.get(secret);
    if (!versions || versions.length === 0) {
      return refusal(404, "NOT_FOUND", `Secret [${resource}] not found or has no versions.`);
    }
    const number = asVersion === "latest" ? versions.length : Number(asVersion);
    const version = versions[number - 1];
    const name = `${resource}/versions/${number}`;
    if (!version) {
      return refusal(404, "NOT_FOUND", `Secret Version [${resource}/versions/${asVersion}] not found.`);
    }
    if (!access) return { status: 200, body: { name, state: version.enabled ? "ENABLED" : "DISABLED" } };
    if (!version.enabled) {
      return refusal(400, "FAILED_PRECONDITION", `Secret Version [${name}] is in DISABLED state.`);
    }
    reads.set(secret, (reads.get(secret) ?? 0) + 1);
    const data = Buffer.from(version.value, "utf8");
    const payload = { data: data.toString("base64"), dataCrc32c: String(crc32c(data)) };
    return { status: 200, body: { name, payload } };
  }

  const server = createServer((request, response) => {
    const { status, body } = answer(request);
    response.writeHead(status, { "content-type": "application/json; charset=UTF-8" });
    response.end(JSON.stringify(body));
  });
  for (const [secret, value] of Object.entries(options.secrets ?? {})) addVersion(secret, value);
  const port = await listenHttp(server, options.port);

  return {
    port,
    url: `http://127.0.0.1:${port}`,
    addVersion,
    disableVersion(secret, number) {
      const version = secrets.get(secret)?.[number - 1];
      if (!version) throw new Error(`No version ${number} of secret ${secret} to disable`);
      version.enabled = false;
    },
    deny(secret, isDenied = true) {
      if (isDenied) denied.add(secret);
      else denied.delete(secret);
    },
    reads,
    close: () => closeHttp(server),
  };
}

function refusal(code: number, status: string, message: string): Answer {
  return { status: code, body: { error: { code, message, status } } };
}
