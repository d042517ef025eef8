import { join } from "node:path";
import { expect, test } from "vitest";
import { audit, base, inventory, isThere, platforms, reportIn, useAudit } from "../../support/an-audit.ts";

/** The command as people give it; all that it is asked and all that it meets: test/campaigns/reconciliation. */
const world = useAudit();

test("before it reads it says how much and for how much, reads metadata only, and ends with 2 where nobody can agree", async () => {
  const before = world.engine.jobs.length;
  const { code, out, error } = await audit(base + platforms, "--out", "not-agreed");
  expect(out).toMatch(
    /^shop: the check of 2 tables will read 21 MB, less than \$0\.01\.\nThe search for PII will read at most 21 MB, less than \$0\.01; --no-pii skips it\.\n/,
  );
  expect(error).toBe("No data was read. With --yes it does not ask.\n");
  expect(code).toBe(2);
  expect(await isThere("not-agreed")).toBe(false);
  const jobs = world.engine.jobs
    .slice(before)
    .filter(({ ended, configuration }) => ended !== undefined && configuration.dryRun !== true);
  expect(jobs.length).toBeGreaterThan(0);
  for (const { query } of jobs)
    expect(query).toMatch(/`shop\.raw\.(__TABLES__|INFORMATION_SCHEMA\.COLUMNS)`/);
  for (const { referencedTables } of jobs)
    expect(JSON.stringify(referencedTables)).not.toMatch(/"(ads|orders)"/);
});

test("with --yes it writes the report in three forms; makes nothing, changes nothing, tells nobody", async () => {
  const [before, made] = [await inventory(), world.engine.jobs.length];
  const { code, out, error } = await audit(base + platforms, "--yes", "--out", "whole");
  expect([code, error]).toEqual([0, ""]);
  const { json } = await reportIn("whole");
  const { ok = 0, warning = 0, critical = 0, unknown = 0 } = json.summary;
  const all = ok + warning + critical + unknown;
  expect(out).toContain(ok === all ? `All ${all} checks are ok` : `${ok} of ${all} checks are ok, `);
  for (const count of [warning, critical, unknown].filter((it) => it > 0)) {
    expect(out).toMatch(new RegExp(`, ${count} (is|are|has|have) `));
  }
  expect(out).toContain(`The report: ${join("whole", "report.html")}`);

  expect(await inventory()).toEqual(before);
  const jobs = world.engine.jobs.slice(made);
  expect(new Set(jobs.map(({ type, statementType }) => `${type} ${statementType}`))).toEqual(
    new Set(["QUERY SELECT"]),
  );
  for (const { query } of jobs) expect(query).not.toContain("plumbline_ops");
  expect(world.calls).toBe(0);
});

test("mistakes in the file are told with their lines, all at once", async () => {
  const text = base
    .replace("time_zone: UTC", "time_zone: Mars/Olympus")
    .replace("every: 24h }", "every: 24 }");
  const { code, out, error } = await audit(text, "--yes");
  expect(error).toMatch(/^2 mistakes in the warehouse file:\nmy-warehouse\.yaml:3:1: time_zone: /);
  expect(error).toMatch(/^my-warehouse\.yaml:6:\d+: connectors\.ads\.every: /m);
  expect([code, out]).toEqual([1, ""]);
});
