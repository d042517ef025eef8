import type { SecretManagerServiceClient } from "@google-cloud/secret-manager";
import { ConfigurationError, TemporaryError } from "./errors.ts";

/** There is no such secret, or no version of it that can be read. */
export class SecretMissingError extends ConfigurationError {}

/** The function's service account may not read the secret. */
export class SecretForbiddenError extends ConfigurationError {}

/** gRPC status codes, which the client uses over REST too. */
const invalidArgument = 3;
const notFound = 5;
const permissionDenied = 7;
const failedPrecondition = 9;
const unavailable = 14;
const unauthenticated = 16;

/** The client's own defaults retry for ten minutes; whoever calls a function has long gone by then. */
const callOptions = {
  timeout: 4_000,
  retry: {
    retryCodes: [unavailable],
    backoffSettings: {
      initialRetryDelayMillis: 200,
      retryDelayMultiplier: 2,
      maxRetryDelayMillis: 1_000,
      initialRpcTimeoutMillis: 4_000,
      rpcTimeoutMultiplier: 1,
      maxRpcTimeoutMillis: 4_000,
      totalTimeoutMillis: 5_000,
    },
  },
};

let client: Promise<SecretManagerServiceClient> | null = null;
const cache = new Map<string, Promise<string>>();

/**
 * The value of a secret's latest version, read once per instance.
 *
 * @param name short (`slack-data-alerts`, in the project of GOOGLE_CLOUD_PROJECT), `projects/P/secrets/S`, or
 *   the full name of a version
 * @param options.fresh reads again: after a rotation the old value is refused where it is used
 * @throws SecretMissingError, SecretForbiddenError, ConfigurationError; TemporaryError when Secret Manager
 *   did not answer. No error holds the value.
 */
export async function readSecret(name: string, options: { readonly fresh?: boolean } = {}): Promise<string> {
  const version = versionName(name);
  const known = cache.get(version);
  if (known && !options.fresh) return known;
  const reading = access(version);
  cache.set(version, reading);
  // A failure is not kept: the secret may be there at the next call.
  reading.catch(() => {
    if (cache.get(version) === reading) cache.delete(version);
  });
  return reading;
}

/** A secret as it stands, and which of its versions that is. */
export interface SecretVersion {
  /** Not trimmed: of a key every character counts. */
  readonly value: string;
  /** `projects/P/secrets/S/versions/V`, `latest` resolved to its number. */
  readonly version: string;
}

/**
 * Asked anew at each call, since a key may have changed, and kept nowhere.
 *
 * @param name as of `readSecret`
 * @throws as `readSecret`, but an empty value is none of its mistakes
 */
export async function readSecretVersion(name: string): Promise<SecretVersion> {
  return accessVersion(versionName(name));
}

function versionName(name: string): string {
  if (/^projects\/[^/]+\/secrets\/[^/]+\/versions\/[^/]+$/.test(name)) return name;
  if (/^projects\/[^/]+\/secrets\/[^/]+$/.test(name)) return `${name}/versions/latest`;
  // A value written where a name belongs must not travel into an error, so the name is not quoted.
  if (!/^[A-Za-z0-9_-]{1,255}$/.test(name)) {
    throw new ConfigurationError(
      "A secret's name holds letters, digits, - and _ only, or is projects/P/secrets/S; put the value into Secret Manager and its name here",
    );
  }
  const project = process.env.GOOGLE_CLOUD_PROJECT;
  if (!project) {
    throw new ConfigurationError(
      `Secret ${name} has no project: set GOOGLE_CLOUD_PROJECT or write projects/P/secrets/${name}`,
    );
  }
  return `projects/${project}/secrets/${name}/versions/latest`;
}

async function access(version: string): Promise<string> {
  // `gcloud ... --data-file=-` fed by echo leaves a line end, which no URL has.
  const trimmed = (await accessVersion(version)).value.trim();
  if (trimmed === "")
    throw new SecretMissingError(`The ${describe(version).text} is empty; ${howToFix(version)}`);
  return trimmed;
}

async function accessVersion(version: string): Promise<SecretVersion> {
  try {
    client ??= connect();
    const [answer] = await (await client).accessSecretVersion({ name: version }, callOptions);
    const data = answer.payload?.data;
    const value = typeof data === "string" ? data : Buffer.from(data ?? []).toString("utf8");
    return { value, version: answer.name ?? version };
  } catch (error) {
    throw explain(version, error);
  }
}

async function connect(): Promise<SecretManagerServiceClient> {
  const { SecretManagerServiceClient } = await import("@google-cloud/secret-manager");
  // REST: one request at a time needs no gRPC channel kept alive in an instance that sleeps in between.
  return new SecretManagerServiceClient({ fallback: true, ...endpoint() });
}

function endpoint(): { apiEndpoint?: string; port?: number; protocol?: string } {
  const given = process.env.SECRET_MANAGER_ENDPOINT;
  if (!given) return {};
  const url = URL.parse(given);
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new ConfigurationError("SECRET_MANAGER_ENDPOINT must be a base URL such as https://host:port");
  }
  const protocol = url.protocol.slice(0, -1);
  return { apiEndpoint: url.hostname, port: Number(url.port) || (protocol === "https" ? 443 : 80), protocol };
}

function explain(version: string, error: unknown): Error {
  if (error instanceof ConfigurationError) return error;
  const code = typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
  const { text, secret } = describe(version);
  switch (code) {
    case notFound:
      return new SecretMissingError(`There is no ${text}; ${howToFix(version)}`);
    case failedPrecondition:
      return new SecretMissingError(`The ${text} is disabled or destroyed; ${howToFix(version)}`);
    case permissionDenied:
    case unauthenticated:
      return new SecretForbiddenError(
        `No permission to read the ${text}, or it does not exist; give the function's service account roles/secretmanager.secretAccessor on ${secret}`,
      );
    case invalidArgument:
      return new ConfigurationError(`Secret Manager refuses the name of ${secret}; check its spelling`);
    default:
      // The cause stays out: nothing says what a client puts into the errors it does not classify.
      return new TemporaryError(
        `Secret Manager did not give the ${text} (code ${String(code ?? "unknown")}); try again later`,
      );
  }
}

function howToFix(version: string): string {
  const { project, secret } = describe(version);
  return `add a version: gcloud secrets versions add ${secret} --project=${project} --data-file=-`;
}

function describe(version: string): { text: string; project: string; secret: string } {
  const [, project = "", , secret = "", , number = ""] = version.split("/");
  return { text: `${number} version of secret ${secret} in project ${project}`, project, secret };
}
