import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import {
  areaIds,
  areaTitle,
  type CheckId,
  checkOf,
  checksIn,
  isAlertedBy,
} from "../../../functions/checks/registry.ts";

const reported = areaIds.flatMap(checksIn);
const checks = new URL("../../../functions/checks/", import.meta.url);
const readme = readFileSync(new URL("README.md", checks), "utf8");
const inReadme = [...readme.matchAll(/^\| `(\w+)` \| .* \| `([\w-]+)` \|$/gm)].map(([, id, by]) => [id, by]);

describe("the registry of checks", () => {
  test("each area has checks and a heading of its own", () => {
    expect(areaIds.filter((area) => checksIn(area).length === 0)).toEqual([]);
    expect(new Set(areaIds.map(areaTitle)).size).toBe(areaIds.length);
  });

  test.each(reported)("%s has its check in the folder of its name, and says the same id", (id) => {
    const file = new URL(`${id.replaceAll("_", "-")}/check.ts`, checks);
    expect(existsSync(file)).toBe(true);
    expect(readFileSync(file, "utf8")).toContain(`id: "${id}"`);
  });

  test("a check is in one area, once", () => {
    expect(new Set(reported).size).toBe(reported.length);
    for (const area of areaIds) for (const id of checksIn(area)) expect(checkOf(id).area).toBe(area);
  });

  test("each stands in the README once, with the function that alerts on it", () => {
    const ids = inReadme.map(([id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(reported.filter((id) => !ids.includes(id))).toEqual([]);
    for (const [id, by] of inReadme) expect(checkOf(id as CheckId).alertedBy).toBe(by);
    expect(isAlertedBy("freshness", "sync-watchdog")).toBe(true);
    expect(isAlertedBy("freshness", "reconciliation")).toBe(false);
  });
});
