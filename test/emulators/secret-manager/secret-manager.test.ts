import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type LocalMetadata, startMetadataServer } from "../../../infra/local/emulators/metadata/server.ts";
import {
  type LocalSecretManager,
  startSecretManager,
} from "../../../infra/local/emulators/secret-manager/server.ts";

const notFound = 5;
const permissionDenied = 7;
const failedPrecondition = 9;

let metadata: LocalMetadata;
let manager: LocalSecretManager;

beforeEach(async () => {
  metadata = await startMetadataServer({ project: "hulken" });
  manager = await startSecretManager({ project: "hulken", secrets: { "slack-data-alerts": "first" } });
  vi.stubEnv("GCE_METADATA_HOST", metadata.host);
  vi.stubEnv("METADATA_SERVER_DETECTION", "assume-present");
  // Without it the auth library asks the gcloud of the machine, if there is one.
  vi.stubEnv("GOOGLE_CLOUD_PROJECT", "hulken");
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await Promise.all([manager.close(), metadata.close()]);
});

async function access(name: string): Promise<{ name: string; value: string }> {
  const { SecretManagerServiceClient } = await import("@google-cloud/secret-manager");
  const client = new SecretManagerServiceClient({
    fallback: true,
    apiEndpoint: "127.0.0.1",
    port: manager.port,
    protocol: "http",
  });
  const [version] = await client.accessSecretVersion({ name });
  return { name: String(version.name), value: Buffer.from(version.payload?.data ?? "").toString() };
}

const latest = "projects/hulken/secrets/slack-data-alerts/versions/latest";

describe("to the real client", () => {
  test("latest is the newest version, and older ones stay readable by number", async () => {
    expect(await access(latest)).toEqual({ name: latest.replace("latest", "1"), value: "first" });
    expect(manager.addVersion("slack-data-alerts", "second, mit Ümlaut")).toBe(2);
    expect((await access(latest)).value).toBe("second, mit Ümlaut");
    expect((await access(latest.replace("latest", "1"))).value).toBe("first");
    expect(manager.reads.get("slack-data-alerts")).toBe(3);
  });

  test("a version can be described without its value", async () => {
    const { SecretManagerServiceClient } = await import("@google-cloud/secret-manager");
    const options = { fallback: true, apiEndpoint: "127.0.0.1", port: manager.port, protocol: "http" };
    const [version] = await new SecretManagerServiceClient(options).getSecretVersion({ name: latest });
    expect(version).toMatchObject({ name: latest.replace("latest", "1"), state: "ENABLED" });
    expect(manager.reads.size).toBe(0);
  });

  test("a secret or version that is not there is NOT_FOUND", async () => {
    await expect(access(latest.replace("slack", "slick"))).rejects.toMatchObject({ code: notFound });
    await expect(access(latest.replace("latest", "2"))).rejects.toMatchObject({ code: notFound });
  });

  test("without permission it is PERMISSION_DENIED, given back it is read", async () => {
    manager.deny("slack-data-alerts");
    await expect(access(latest)).rejects.toMatchObject({ code: permissionDenied });
    manager.deny("slack-data-alerts", false);
    expect((await access(latest)).value).toBe("first");
  });

  test("another project's secret is PERMISSION_DENIED", async () => {
    await expect(access(latest.replace("hulken", "other"))).rejects.toMatchObject({ code: permissionDenied });
  });

  test("a disabled version is FAILED_PRECONDITION", async () => {
    manager.disableVersion("slack-data-alerts", 1);
    await expect(access(latest)).rejects.toMatchObject({ code: failedPrecondition });
  });
});

test("who brings no token is not answered, and what is not covered is refused by name", async () => {
  const ask = (path: string, headers = {}) => fetch(`${manager.url}/v1/${path}`, { headers });
  const bearer = { authorization: "Bearer x" };
  expect((await ask(`${latest}:access`)).status).toBe(401);
  expect((await ask(`${latest}:access`, bearer)).status).toBe(200);
  const other = await ask("projects/hulken/secrets", bearer);
  expect(other.status).toBe(501);
  expect(await other.text()).toContain("GET /v1/projects/hulken/secrets is not covered");
});
