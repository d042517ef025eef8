import { describe, expect, test } from "vitest";
import { warehouseFile } from "../../support/a-morning-world.ts";
import { lines, useShopWithPeople } from "../../support/a-shop-with-people.ts";

const shop = useShopWithPeople();

type Statuses = Readonly<Record<string, string>>;

/** "check subject" → status. */
async function statuses(query = ""): Promise<Statuses> {
  const { status, json } = await shop.world.get(query);
  expect(status).toBe(200);
  return Object.fromEntries(
    json.results.map((it: Record<string, string>) => [`${it.check} ${it.subject}`, it.status]),
  );
}

function changed(before: Statuses, after: Statuses): Statuses {
  return Object.fromEntries(Object.entries(after).filter(([matter, status]) => before[matter] !== status));
}

const unknown = (...matters: string[]): Statuses =>
  Object.fromEntries(matters.map((matter) => [matter, "unknown"]));

describe("GET looks", () => {
  test("writes nothing and publishes nothing, whatever is asked", async () => {
    const before = [await shop.world.remembered(), shop.world.stack.slack.length];
    const { jobs } = shop.world.stack.engine;
    const from = jobs.length;
    for (const query of ["", "?dry_run=1", "?as_of=2026-02-08T06:00:00Z", "?format=html"])
      await shop.world.get(query);
    const asked = shop.world.stack.engine.jobs.slice(from);
    expect(asked.length).toBeGreaterThan(0);
    // What BigQuery refuses, as to count people in a clean table that is not there yet, has no kind.
    const kinds = asked.flatMap(({ statementType }) => statementType ?? []);
    expect(new Set(kinds)).toEqual(new Set(["SELECT"]));
    await shop.world.stack.settle();
    expect([await shop.world.remembered(), shop.world.stack.slack.length]).toEqual(before);
  });

  test("back in time with as_of: what only the present shows cannot be told", async () => {
    const then = await statuses("?as_of=2026-02-08T06:00:00Z");
    expect(then["pii_search shop.data"]).toBe("unknown");
    expect(then["raw_vs_clean spend_clean"]).toBe("unknown");
    const volumes = Object.entries(then).filter(([matter]) => matter.startsWith("volume"));
    expect(volumes.length).toBeGreaterThan(5);
    expect(new Set(volumes.map(([, status]) => status))).toEqual(new Set(["unknown"]));
    expect(then["continuity spend"]).toBe("ok");
    const { json } = await shop.world.get("?as_of=2026-02-08T06:00:00Z");
    expect(json.performance).toMatchObject([{ spend: "1800", complete_through: "2026-02-07" }]);
  });

  test("at the cost alone with dry_run: bytes of each query, and none is run", async () => {
    const before = shop.world.stack.engine.jobs.length;
    const { json } = await shop.world.get("?dry_run=1");
    expect(shop.world.stack.engine.jobs).toHaveLength(before);
    // Nine tables and views, each billed as 10 MB at least.
    expect(json).toMatchObject({ dry_run: true, tables: 9, bytes_processed: 9 * 10 * 2 ** 20 });
    expect(json.queries.map(({ statement }: Record<string, string>) => statement)).toEqual(
      expect.arrayContaining(["table-stats/datasets", "table-stats/table"]),
    );
    expect((await shop.world.get("?dry_run=0")).json.results).toBeDefined();
  });

  test("is refused before it reads where that is more than the file allows, and says how to read less", async () => {
    await shop.world.stack.rewrite(
      warehouseFile({ ...lines, reconciliation: ["full_scan_up_to: 1MiB", "max_scan: 89MiB"] }),
    );
    const from = shop.world.stack.engine.jobs.length;
    const { status, json } = await shop.world.get();
    expect(status).toBe(422);
    expect(json.detail).toMatch(/would read 94 MB.*allows 93 MB.*Raise reconciliation\.max_scan, or lower/);
    const read = shop.world.stack.engine.jobs.slice(from).map(({ labels }) => labels.plumbline_statement);
    expect(new Set(read)).toEqual(new Set(["table-stats_datasets"]));
    await shop.world.stack.rewrite(
      warehouseFile({ ...lines, reconciliation: ["full_scan_up_to: 1MiB", "max_scan: 90MiB"] }),
    );
    expect((await shop.world.get()).status).toBe(200);
    await shop.world.stack.rewrite(warehouseFile(lines));
  });
});

describe("what cannot be read leaves all other checks standing", () => {
  test("a dataset that may not be read", async () => {
    const before = await statuses();
    shop.world.stack.engine.denyAccess("shop.apart");
    expect(changed(before, await statuses())).toEqual(
      unknown(
        "freshness refunds",
        "duplicates refunds",
        "continuity refunds",
        "required refunds",
        "volume shop.apart.refunds",
      ),
    );
    shop.world.stack.engine.allowAccess("shop.apart");
    expect(await statuses()).toEqual(before);
  });

  test("a table that is missing", async () => {
    const before = await statuses();
    await shop.world.sql("ALTER TABLE {visits} RENAME TO visits_2026");
    expect(changed(before, await statuses())).toEqual(
      unknown("freshness visits", "continuity visits", "required visits", "volume shop.data.visits"),
    );
    await shop.world.sql("ALTER TABLE {visits_2026} RENAME TO visits");
    expect(await statuses()).toEqual(before);
  });

  test("a column that is gone", async () => {
    const before = await statuses();
    await shop.world.sql("ALTER TABLE `shop.apart.refunds` RENAME COLUMN id TO number");
    const { json } = await shop.world.get();
    const lost = json.results.filter(({ subject }: Record<string, string>) => subject === "refunds");
    expect(lost.find(({ check }: Record<string, string>) => check === "duplicates").text).toMatch(/\bid\b/);
    expect(changed(before, await statuses())).toEqual(
      unknown("freshness refunds", "duplicates refunds", "continuity refunds", "required refunds"),
    );
    await shop.world.sql("ALTER TABLE `shop.apart.refunds` RENAME COLUMN number TO id");
    expect(await statuses()).toEqual(before);
  });
});

test("a run that cannot read what was found before tells nothing, remembers nothing, and is tried again", async () => {
  const before = await shop.world.remembered();
  const from = shop.world.stack.slack.length;
  shop.forgets = true;
  expect((await shop.world.post(shop.world.at(1))).status).toBe(503);
  shop.forgets = false;
  await shop.world.stack.settle();
  expect([await shop.world.remembered(), shop.world.stack.slack.length]).toEqual([before, from]);
  expect(await shop.world.morning(shop.world.at(1))).toMatchObject({
    status: 200,
    json: { repeated: false },
  });
}, 60_000);
