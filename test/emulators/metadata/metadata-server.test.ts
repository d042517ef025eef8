import { BigQuery } from "@google-cloud/bigquery";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type LocalMetadata, startMetadataServer } from "../../../infra/local/emulators/metadata/server.ts";

let metadata: LocalMetadata;

beforeEach(async () => {
  metadata = await startMetadataServer({ project: "hulken" });
  vi.stubEnv("GCE_METADATA_HOST", metadata.host);
  vi.stubEnv("METADATA_SERVER_DETECTION", "assume-present");
  for (const name of ["GOOGLE_CLOUD_PROJECT", "GCLOUD_PROJECT", "GOOGLE_APPLICATION_CREDENTIALS"]) {
    vi.stubEnv(name, undefined);
  }
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await metadata.close();
});

const ask = (path: string, headers: Record<string, string> = { "Metadata-Flavor": "Google" }) =>
  fetch(`http://${metadata.host}/computeMetadata/v1/${path}`, { headers });

describe("Google's own auth library", () => {
  test("finds project, service account and token", async () => {
    const { authClient: auth } = new BigQuery();
    expect(await auth.getProjectId()).toBe("hulken");
    expect(await auth.getAccessToken()).toBe("local-access-token");
    expect((await auth.getCredentials()).client_email).toBe("plumbline@hulken.iam.gserviceaccount.com");
    expect(await auth.getUniverseDomain()).toBe("googleapis.com");
  });

  test("gets an identity token for the audience it names", async () => {
    const client = await new BigQuery().authClient.getIdTokenClient("https://notifier.example/");
    const headers = new Headers(await client.getRequestHeaders());
    const [, claims = ""] = headers.get("authorization")?.split(" ")[1]?.split(".") ?? [];
    expect(JSON.parse(Buffer.from(claims, "base64url").toString())).toMatchObject({
      aud: "https://notifier.example/",
      email: "plumbline@hulken.iam.gserviceaccount.com",
    });
  });
});

test("every answer says that it is Google's, and who does not ask for that is refused", async () => {
  const answer = await ask("project/project-id");
  expect([answer.status, answer.headers.get("metadata-flavor")]).toEqual([200, "Google"]);
  const refused = await ask("project/project-id", {});
  expect([refused.status, await refused.text()]).toEqual([403, expect.not.stringContaining("hulken")]);
});

test("what there is not is 404: another account, another field", async () => {
  expect((await ask("instance/service-accounts/default/email")).status).toBe(200);
  expect((await ask("instance/service-accounts/somebody/email")).status).toBe(404);
  expect((await ask("instance/zone")).status).toBe(404);
});
