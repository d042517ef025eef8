import { inspect } from "node:util";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type LocalMetadata, startMetadataServer } from "../../../infra/local/emulators/metadata/server.ts";
import {
  type LocalSecretManager,
  startSecretManager,
} from "../../../infra/local/emulators/secret-manager/server.ts";

const canary = "canary-value-that-must-not-travel";

let metadata: LocalMetadata;
let manager: LocalSecretManager;
let secrets: typeof import("../../../functions/shared/secrets.ts");

beforeEach(async () => {
  metadata = await startMetadataServer({ project: "hulken" });
  manager = await startSecretManager({ project: "hulken", secrets: { webhook: canary } });
  vi.stubEnv("GCE_METADATA_HOST", metadata.host);
  vi.stubEnv("METADATA_SERVER_DETECTION", "assume-present");
  vi.stubEnv("SECRET_MANAGER_ENDPOINT", manager.url);
  vi.stubEnv("GOOGLE_CLOUD_PROJECT", "hulken");
  // Each test is a new instance: nothing read, no client made.
  vi.resetModules();
  secrets = await import("../../../functions/shared/secrets.ts");
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await Promise.all([manager.close(), metadata.close()]);
});

describe("a secret", () => {
  test.each(["webhook", "projects/hulken/secrets/webhook", "projects/hulken/secrets/webhook/versions/1"])(
    "is read by the name %s",
    async (name) => {
      expect(await secrets.readSecret(name)).toBe(canary);
    },
  );

  test("is read once per instance, also by two at once", async () => {
    await Promise.all([secrets.readSecret("webhook"), secrets.readSecret("webhook")]);
    await secrets.readSecret("webhook");
    expect(manager.reads.get("webhook")).toBe(1);
  });

  test("after a rotation keeps its old value until it is read afresh, and then the new one for all", async () => {
    await secrets.readSecret("webhook");
    manager.addVersion("webhook", "new");
    expect(await secrets.readSecret("webhook")).toBe(canary);
    expect(await secrets.readSecret("webhook", { fresh: true })).toBe("new");
    expect(await secrets.readSecret("webhook")).toBe("new");
  });

  test("loses the line end that a shell put behind it", async () => {
    manager.addVersion("webhook", "https://example.com/x\n");
    expect(await secrets.readSecret("webhook")).toBe("https://example.com/x");
  });
});

describe("a secret that cannot be read says how to mend it", () => {
  test("missing: the command that adds it; once added it is read", async () => {
    const reading = secrets.readSecret("smtp");
    await expect(reading).rejects.toBeInstanceOf(secrets.SecretMissingError);
    await expect(reading).rejects.toThrow("gcloud secrets versions add smtp --project=hulken");
    manager.addVersion("smtp", "smtps://host");
    expect(await secrets.readSecret("smtp")).toBe("smtps://host");
  });

  test("disabled: the same", async () => {
    manager.disableVersion("webhook", 1);
    await expect(secrets.readSecret("webhook")).rejects.toThrow(
      /disabled.*gcloud secrets versions add webhook/,
    );
  });

  test("empty: the same", async () => {
    manager.addVersion("webhook", " \n");
    await expect(secrets.readSecret("webhook")).rejects.toThrow(/is empty; .*gcloud secrets versions add/);
  });

  test("forbidden: the role to give; once given it is read", async () => {
    manager.deny("webhook");
    const reading = secrets.readSecret("webhook");
    await expect(reading).rejects.toBeInstanceOf(secrets.SecretForbiddenError);
    await expect(reading).rejects.toThrow("roles/secretmanager.secretAccessor");
    manager.deny("webhook", false);
    expect(await secrets.readSecret("webhook")).toBe(canary);
  });

  test("no project: the variable to set; a full name needs none", async () => {
    vi.stubEnv("GOOGLE_CLOUD_PROJECT", "");
    await expect(secrets.readSecret("webhook")).rejects.toThrow("GOOGLE_CLOUD_PROJECT");
    expect(await secrets.readSecret("projects/hulken/secrets/webhook")).toBe(canary);
  });

  test("Secret Manager away: worth another try, where missing and forbidden are not", async () => {
    await expect(secrets.readSecret("smtp")).rejects.toMatchObject({ retry: false });
    await manager.close();
    await expect(secrets.readSecret("webhook")).rejects.toMatchObject({ kind: "temporary", retry: true });
  });

  test("an endpoint that is no URL: what one looks like", async () => {
    vi.stubEnv("SECRET_MANAGER_ENDPOINT", "localhost");
    await expect(secrets.readSecret("webhook")).rejects.toThrow("https://host:port");
  });
});

describe("no error holds a value", () => {
  test("not the one that could be read before", async () => {
    expect(await secrets.readSecret("webhook")).toBe(canary);
    manager.deny("webhook");
    const error = await secrets.readSecret("webhook", { fresh: true }).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(secrets.SecretForbiddenError);
    expect(inspect(error, { depth: 20 })).not.toContain(canary);
  });

  test("not a value written where its name belongs", async () => {
    const error = await secrets
      .readSecret(`https://hooks.slack.com/${canary}`)
      .catch((caught: unknown) => caught);
    expect(error).toMatchObject({ kind: "configuration" });
    expect(inspect(error, { depth: 20 })).not.toContain(canary);
  });
});
