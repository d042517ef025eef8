import { describe, expect, test } from "vitest";
import { warehouseError } from "../../../../../functions/shared/stores/bigquery/error.ts";

const byReason = (reason: string, message = "it failed") =>
  warehouseError("duplicates/figures", { code: 400, message, errors: [{ reason, message }] });

describe("why BigQuery refuses", () => {
  test.each([
    ["notFound", "not_found", false],
    ["accessDenied", "access_denied", false],
    ["invalidQuery", "invalid", false],
    ["bytesBilledLimitExceeded", "too_expensive", false],
    ["resourcesExceeded", "too_expensive", false],
    ["billingTierLimitExceeded", "too_expensive", false],
    ["responseTooLarge", "too_expensive", false],
    ["rateLimitExceeded", "temporary", true],
    ["backendError", "temporary", true],
    ["stopped", "temporary", true],
    ["somethingNew", "invalid", false],
  ] as const)("%s is %s", (said, reason, retry) => {
    expect(byReason(said)).toMatchObject({ reason, retry, kind: retry ? "temporary" : "permanent" });
  });

  test.each([
    [404, "not_found"],
    [403, "access_denied"],
    [400, "invalid"],
    [408, "temporary"],
    [429, "temporary"],
    [499, "temporary"],
    [503, "temporary"],
    [418, "invalid"],
    ["ECONNRESET", "temporary"],
  ] as const)("a bare %s is %s", (code, reason) => {
    expect(warehouseError("duplicates/figures", { code, message: "it failed" }).reason).toBe(reason);
  });

  test("a job that its own time-out stopped is tried again", () => {
    const failure = {
      code: 499,
      message: "Job timed out",
      errors: [{ reason: "stopped", message: "Job timed out" }],
    };
    expect(warehouseError("duplicates/figures", failure)).toMatchObject({
      retry: true,
      message: "duplicates/figures: Job timed out",
    });
  });

  test("two that change one table at once are no invalid statement", () => {
    expect(byReason("invalidQuery", "Could not serialize access to table shop.ops.runs").reason).toBe(
      "temporary",
    );
  });
});
