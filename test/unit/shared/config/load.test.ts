import { mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, expect, test } from "vitest";
import { loadWarehouseFile } from "../../../../functions/shared/config/load.ts";

const folder = mkdtempSync(join(tmpdir(), "plumbline-test-"));
const path = join(folder, "warehouse.yaml");
const file = (owner: string) => `
project: shop
location: EU
time_zone: UTC
ops_dataset: ops
connectors: { facebook: { name: Facebook, every: 24h } }
sources: { ads: { table: ads.facebook, connector: facebook, owner: ${owner}, arrival: at } }
notifications: { channels: { alerts: { slack: { webhook_secret: s } } } }
`;

let second = 1_770_000_000;
/** Each write is later than the one before, however fast the test is. */
function write(text: string): void {
  writeFileSync(path, text);
  second += 1;
  utimesSync(path, second, second);
}

beforeEach(() => {
  process.env.PLUMBLINE_CONFIG = path;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const owner = async () => (await loadWarehouseFile()).sources[0]?.owner;

test("the file is read once, and again when it has changed", async () => {
  write(file("growth"));
  const first = await loadWarehouseFile();
  expect(await loadWarehouseFile()).toBe(first);
  write(file("finance"));
  expect(await owner()).toBe("finance");
});

test("a mistake is told at each call until it is mended", async () => {
  write(file("growth").replace("facebook, owner", "facebok, owner"));
  await expect(owner()).rejects.toThrow("did you mean facebook?");
  await expect(owner()).rejects.toThrow("warehouse.yaml:7:");
  write(file("growth"));
  expect(await owner()).toBe("growth");
});

test("no file, or none named, says which variable to mend", async () => {
  process.env.PLUMBLINE_CONFIG = join(folder, "missing.yaml");
  await expect(owner()).rejects.toThrow("PLUMBLINE_CONFIG cannot be read");
  delete process.env.PLUMBLINE_CONFIG;
  await expect(owner()).rejects.toThrow("PLUMBLINE_CONFIG is not set");
});
