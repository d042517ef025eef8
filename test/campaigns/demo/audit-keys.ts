import { beforeAll, describe, expect, test } from "vitest";
import { worldStart } from "../../../infra/local/clock.ts";
import { type Demo, timeoutMs } from "../../support/a-demo.ts";
import { mayPass } from "../../support/a-small-stack.ts";
import { hours } from "../../support/a-source.ts";

/** The clean views of the demo world; made by the function as it is deployed. */
const views = [
  { view: "facebook_insights", table: "facebook_ads_insights", cut: "" },
  {
    view: "facebook_insights_age_gender",
    table: "facebook_ads_insights_age_and_gender",
    cut: ", age, gender",
  },
  { view: "facebook_insights_country", table: "facebook_ads_insights_country", cut: ", country" },
  { view: "facebook_insights_region", table: "facebook_ads_insights_region", cut: ", region" },
];
const auditKey = "ad_id, date_start, account_id";

const ops = "hulken.plumbline_ops";

const byAuditKey = (file: string) =>
  views.reduce((text, { cut }) => text.replace(`[${auditKey}${cut}]`, `[${auditKey}]`), file);

/** Of a demo whose clean views are not made yet. */
export function auditKeys(demo: () => Demo): void {
  /** As Cloud Scheduler would: again while it says that it may be tried again. */
  async function post(minute: number) {
    const at = new Date(worldStart.getTime() + hours(minute / 60)).toISOString();
    for (let tries = 1; ; tries += 1) {
      const headers = { "x-cloudscheduler-scheduletime": at };
      const response = await fetch(`${demo().stack.url}/dedup-views`, { method: "POST", headers });
      const body = await response.text();
      if (response.status === 200)
        return JSON.parse(body) as { readonly views: Readonly<Record<string, string>> };
      if (!mayPass(response.status) || tries > 3) throw new Error(body);
    }
  }

  beforeAll(async () => {
    const file = byAuditKey(demo().file);
    expect(file).not.toBe(demo().file);
    await demo().rewrite(file);
  });
  describe("with the audit's own key over the breakdown tables", () => {
    test(
      "those are refused before anything is written, with what would mend the keys, in one message; the fourth is made",
      async () => {
        expect((await post(1)).views).toEqual({
          facebook_insights: "created",
          facebook_insights_age_gender: "nothing",
          facebook_insights_country: "nothing",
          facebook_insights_region: "nothing",
        });
        const found = await demo().client.query(
          `SELECT subject, code, JSON_QUERY(detail, '$.advice.add') AS proposal FROM \`${ops}.check_results\`
       WHERE check_name = 'duplicate_key' ORDER BY subject`,
        );
        expect(found).toEqual([
          { subject: "facebook_insights", code: null, proposal: null },
          {
            subject: "facebook_insights_age_gender",
            code: "key_too_coarse",
            proposal: '["age","gender"]',
          },
          { subject: "facebook_insights_country", code: "key_too_coarse", proposal: '["country"]' },
          { subject: "facebook_insights_region", code: "key_too_coarse", proposal: '["region"]' },
        ]);
        const told = await demo().client.query(
          `SELECT title FROM \`${ops}.alert_log\` WHERE notified AND function = 'dedup-views' AND reason != 'news'`,
        );
        expect(told).toEqual([
          { title: expect.stringContaining("3 clean views: each has a key that removes real rows") },
        ]);
      },
      timeoutMs,
    );
  });

  describe("with keys that name what the tables are cut by", () => {
    beforeAll(async () => {
      await demo().rewrite(demo().file);
    });

    test(
      "all are made, and the next tick writes nothing",
      async () => {
        expect((await post(2)).views).toEqual({
          facebook_insights: "nothing",
          facebook_insights_age_gender: "created",
          facebook_insights_country: "created",
          facebook_insights_region: "created",
        });
        expect(new Set(Object.values((await post(3)).views))).toEqual(new Set(["nothing"]));
      },
      timeoutMs,
    );

    test(
      "facebook_insights has 126,089 rows of 159,342, a fifth of them repeats",
      async () => {
        const headers = { "x-cloudscheduler-scheduletime": worldStart.toISOString() };
        const response = await fetch(`${demo().stack.url}/dedup-views?view=facebook_insights`, { headers });
        const { views: looked } = (await response.json()) as {
          readonly views: readonly { readonly figures: { readonly rate: number } }[];
        };
        expect(looked).toMatchObject([
          { figures: { raw_rows: 159_342, clean_rows: 126_089, duplicates: 33_253 } },
        ]);
        expect(looked[0]?.figures.rate.toFixed(3)).toBe("0.209");
      },
      timeoutMs,
    );

    test.each(views)(
      "$view has the rows of an independent computation, each to the letter",
      async ({ view, table, cut }) => {
        const copy = `copy_of_${view}`;
        await demo().client.query(
          `CREATE TABLE \`${ops}.${copy}\` AS SELECT * FROM \`hulken.ads_data.${view}\``,
        );
        const raw = `"hulken.ads_data"."${table}"`;
        // The highest arrival and id of each fact, and the rows that have them: nothing is numbered.
        const wanted = `(SELECT raw.* FROM ${raw} AS raw SEMI JOIN (
        SELECT max({'at': _airbyte_extracted_at, 'id': _airbyte_raw_id}) AS last FROM ${raw} GROUP BY ${auditKey}${cut}
      ) AS latest ON raw._airbyte_raw_id = latest.last.id)`;
        const got = `(SELECT * FROM "hulken.plumbline_ops"."${copy}")`;
        const [counts] = await demo().world.engine.duckdb(`SELECT
        (SELECT count(*) FROM ${got}), (SELECT count(*) FROM ${wanted}),
        (SELECT count(*) FROM (${got} EXCEPT ALL ${wanted}))`);
        const [gotRows, wantedRows, more] = (counts ?? []).map(Number);
        // As many rows, and none that is not wanted: the same rows.
        expect({ more, rows: gotRows }).toEqual({ more: 0, rows: wantedRows });
        expect(gotRows).toBeGreaterThan(100_000);
      },
      timeoutMs,
    );

    test(
      "the breakdowns spend on each day what facebook_insights does",
      async () => {
        const byDay = (view: string) =>
          demo().client.query(
            `SELECT CAST(date_start AS STRING) AS day, SUM(spend) AS spend FROM \`hulken.ads_data.${view}\` GROUP BY day ORDER BY day`,
          );
        const whole = await byDay("facebook_insights");
        expect(whole.length).toBeGreaterThan(30);
        for (const { view } of views.slice(1)) expect(await byDay(view), view).toEqual(whole);
      },
      timeoutMs,
    );
  });
}
