import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import {
  isSignedWith,
  linksFrom,
  signatureOf,
} from "../../../../../functions/shared/alerting/notices/links.ts";
import {
  type LocalMetadata,
  startMetadataServer,
} from "../../../../../infra/local/emulators/metadata/server.ts";
import {
  type LocalSecretManager,
  startSecretManager,
} from "../../../../../infra/local/emulators/secret-manager/server.ts";

const key = "0123456789abcdef0123456789abcdef-canary";
const shortKey = "canary-of-31-characters-exactly";
const day = 86_400_000;

let secrets: LocalSecretManager;
let metadata: LocalMetadata;
let lines: string[];

beforeAll(async () => {
  secrets = await startSecretManager({ project: "shop", secrets: { good: key, short: shortKey, lazy: key } });
  metadata = await startMetadataServer({ project: "shop" });
  Object.assign(process.env, {
    GOOGLE_CLOUD_PROJECT: "shop",
    SECRET_MANAGER_ENDPOINT: secrets.url,
    GCE_METADATA_HOST: metadata.host,
    METADATA_SERVER_DETECTION: "assume-present",
  });
});
beforeEach(() => {
  process.env.PLUMBLINE_URL = "https://plumbline.example/base/";
  lines = [];
  vi.spyOn(process.stdout, "write").mockImplementation((line) => lines.push(String(line)) > 0);
});
afterEach(() => {
  vi.restoreAllMocks();
});
afterAll(async () => {
  await secrets.close();
  await metadata.close();
});

const warnings = () => lines.filter((line) => line.includes('"WARNING"'));

describe("a message carries", () => {
  test("a signed link to acknowledge its incident, one to the evidence, and one to ask why", async () => {
    const links = await linksFrom("sync-watchdog", { secret: "good", forMs: day })("abc123");
    expect(links.map(({ label }) => label)).toEqual(["Acknowledge", "Evidence", "Why this alert"]);
    const [ack, evidence, why] = links.map(({ url }) => new URL(url));
    expect(evidence?.href).toBe("https://plumbline.example/base/sync-watchdog?format=html");
    expect(why?.href).toBe("https://plumbline.example/base/sync-watchdog/why?incident=abc123");
    expect(`${ack?.origin}${ack?.pathname}`).toBe("https://plumbline.example/base/sync-watchdog/ack");
    expect(ack?.searchParams.get("signature")).toMatch(/^[0-9a-f]{64}$/);
    const signature = ack?.searchParams.get("signature") ?? "";
    expect(isSignedWith(key, "sync-watchdog", "abc123", signature)).toBe(true);
    expect(lines).toEqual([]);
  });

  test("no link to acknowledge where the warehouse file does not ask for one", async () => {
    const links = await linksFrom("sync-watchdog", null)("abc123");
    expect(links.map(({ label }) => label)).toEqual(["Evidence", "Why this alert"]);
  });

  test("no links where nobody knows where the functions are; the secret is not read then", async () => {
    delete process.env.PLUMBLINE_URL;
    expect(await linksFrom("sync-watchdog", { secret: "lazy", forMs: day })("abc123")).toEqual([]);
    expect(secrets.reads.get("lazy")).toBeUndefined();
    expect(warnings()).toEqual([]);
  });

  test.each(["plumbline.example", "ftp://plumbline.example/", "/base"])(
    "no links where %s is given as the address, and one warning",
    async (url) => {
      process.env.PLUMBLINE_URL = url;
      const links = linksFrom("sync-watchdog", { secret: "good", forMs: day });
      expect([await links("one"), await links("two")]).toEqual([[], []]);
      expect(warnings()).toHaveLength(1);
    },
  );

  test("the secret is read when the first notice asks, not before, and once", async () => {
    const links = linksFrom("sync-watchdog", { secret: "lazy", forMs: day });
    expect(secrets.reads.get("lazy")).toBeUndefined();
    await Promise.all([links("one"), links("two")]);
    expect(secrets.reads.get("lazy")).toBe(1);
  });
});

describe("a key that cannot be used keeps no notice back", () => {
  test.each([
    ["is not there", "missing", "There is no latest version of secret missing"],
    ["is too short", "short", "openssl rand -hex 32 | gcloud secrets versions add short --data-file=-"],
  ])("one that %s: the other links stay, and one warning says what to do", async (_, secret, said) => {
    const links = linksFrom("sync-watchdog", { secret, forMs: day });
    for (const incident of ["one", "two"]) {
      expect((await links(incident)).map(({ label }) => label)).toEqual(["Evidence", "Why this alert"]);
    }
    expect(warnings()).toHaveLength(1);
    expect(warnings()[0]).toContain(said);
    expect(lines.join()).not.toContain("canary");
  });
});

describe("a signature belongs to", () => {
  const signature = signatureOf(key, "sync-watchdog", "abc123");

  test("one incident of one function under one key", () => {
    expect(isSignedWith(key, "sync-watchdog", "abc123", signature)).toBe(true);
    expect(isSignedWith(key, "sync-watchdog", "abc124", signature)).toBe(false);
    expect(isSignedWith(key, "dedup-views", "abc123", signature)).toBe(false);
    expect(isSignedWith(`${key}x`, "sync-watchdog", "abc123", signature)).toBe(false);
  });

  test.each(["", "0", signature.slice(1), `${signature}0`, signature.toUpperCase(), "é".repeat(32)])(
    "nothing that looks like it: %s",
    (other) => {
      expect(isSignedWith(key, "sync-watchdog", "abc123", other)).toBe(false);
    },
  );
});
