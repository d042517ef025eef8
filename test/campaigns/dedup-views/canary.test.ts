import { afterAll, beforeAll, expect, test } from "vitest";
import { type DedupWorld, startDedupWorld, version } from "../../support/a-dedup-world.ts";
import { days } from "../../support/a-source.ts";
import { project } from "../../support/small-sources.ts";

/** Values of rows, the address of somebody who reads a raw table, secrets: nowhere in what runs leave behind. */
const canaries = {
  "a value of a key": "canary-ad-4711",
  "a value of a column that tells rows apart": "canary-country-4712",
  "another one": "canary-country-4713",
  "an id of a row": "canary-row-4714",
  "the address of a reader": "canary-reader@shop.example",
  "the key that signs links": "a key for tests that nobody has to guess",
  "the path of a webhook": "/services/",
};

let world: DedupWorld;
beforeAll(async () => {
  world = await startDedupWorld();
});
afterAll(() => world.close());

const row = (hour: number, country: string, spend: number) =>
  version({ id: `canary-row-4714-${hour}-${country}`, hour, ad: "canary-ad-4711", country, spend });

async function asReader(query: string): Promise<void> {
  const response = await fetch(`${world.stack.bigQueryUrl}/bigquery/v2/projects/${project}/queries`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: "Bearer user:canary-reader@shop.example" },
    body: JSON.stringify({ query, useLegacySql: false, location: "US" }),
  });
  expect(response.status).toBe(200);
}

test("no value of a row, no address and no secret in a log, a job, a label, a notice or what is remembered", async () => {
  const one = row(0, "canary-country-4712", 4);
  await world.makeTable("sound_raw", [one, row(24, "canary-country-4712", 1)]);
  await world.makeTable("lies_raw", [one, row(0, "canary-country-4713", 2)]);
  await world.makeTable("tied_raw", [one, { ...one, spend: 3 }]);
  await world.makeTable("lost_raw", [one, row(24, "canary-country-4713", 5)]);
  const views = ["sound", "lies", "tied", "lost"].map((id) => ({ id }));
  await world.want(...views);
  await world.tick();
  await asReader("SELECT * FROM `shop.raw.sound_raw` WHERE TRUE");

  // Everything that is refused, replaced, found or failed.
  await world.want(
    ...views.map((view) => ({ ...view, key: ["ad_id", "day", "spend"], tieBreak: ["country"] })),
  );
  await world.tick();
  await world.rows("DELETE FROM `shop.raw.lost_raw` WHERE TRUE");
  await world.want(...views, { id: "gone" });
  const denied = world.nextTick(days(1));
  world.stack.engine.denyAccess("shop.raw");
  expect((await world.tick(denied)).status).toBe(500);
  world.stack.engine.allowAccess("shop.raw");
  await world.tick();
  const seen = await world.get("", "text/markdown");
  await world.get("?dry_run=1");
  await fetch(`${world.stack.url}/dedup-views/why?view=lies`);

  const { stack } = world;
  const jobs = stack.engine.jobs.filter(({ labels }) => labels.plumbline_function !== undefined);
  const left: Readonly<Record<string, unknown>> = {
    logs: [...stack.processes("dedup-views"), ...stack.processes("notifier")].map((one) => one.logs()),
    jobs: jobs.map(({ query, configuration, labels, error }) => [
      query,
      configuration,
      labels,
      error?.message,
    ]),
    views: await Promise.all([...views, { id: "gone" }].map(({ id }) => world.table(id))),
    slack: stack.slack.map(({ payload }) => payload),
    mails: stack.mails,
    ...Object.fromEntries(
      await Promise.all(
        ["runs", "check_results", "alert_state", "alert_log", "deliveries"].map(async (table) => [
          table,
          await world.rows(`SELECT TO_JSON_STRING(one) AS json FROM \`{{ops}}.${table}\` AS one`),
        ]),
      ),
    ),
  };
  for (const [where, what] of Object.entries(left)) {
    const text = JSON.stringify(what);
    expect(text.length, where).toBeGreaterThan(200);
    for (const [name, canary] of Object.entries(canaries)) {
      expect(text.includes(canary), `${name} in ${where}`).toBe(false);
    }
  }
  // Who asks is told who reads; so the search would have found the address.
  expect(seen.body).toContain(canaries["the address of a reader"]);
  expect(JSON.stringify(await world.rows("SELECT * FROM `shop.raw.sound_raw`"))).toContain(
    canaries["a value of a key"],
  );
}, 60_000);
