import { describe, expect, test } from "vitest";
import { checkDuplicates } from "../../../functions/checks/duplicates/check-views.ts";
import type { Question, Verdict } from "../../../functions/checks/duplicates/types.ts";
import { checkRoas } from "../../../functions/checks/roas/check-platforms.ts";
import { parseWarehouseFile } from "../../../functions/shared/config/parse.ts";
import type { DedupView } from "../../../functions/shared/config/types.ts";
import { type Demo, timeoutMs } from "../../support/a-demo.ts";
import { atNoon } from "../../support/a-source.ts";

const auditsKey = ["ad_id", "date_start", "account_id"];

/** The audit's figures, and its keys, over the demo's warehouse. */
export function duplicatesOfTheDemo(demo: () => Demo): void {
  const file = () => parseWarehouseFile(demo().file, "warehouse.yaml");

  async function look(
    views: readonly DedupView[],
    key?: readonly string[],
  ): Promise<ReadonlyMap<string, Verdict>> {
    const warehouse = demo().open();
    const questions = await Promise.all(
      views.map(async (view): Promise<Question> => {
        const { project, dataset, table } = view.source.table;
        const raw = await warehouse.table(`${project}.${dataset}.${table}`);
        const source = { ...view.source, uniqueKey: key ?? view.source.uniqueKey };
        return { view: { ...view, source }, columns: raw?.columns ?? [], from: null };
      }),
    );
    const verdicts = await checkDuplicates(questions, warehouse, atNoon);
    return new Map(verdicts.map((verdict) => [verdict.view.id, verdict]));
  }

  describe("duplicates of the demo", () => {
    test(
      "a fifth of the rows of facebook_insights are repeats, and no view has anything against its key",
      async () => {
        const verdicts = await look(file().dedupViews);
        expect([...verdicts.values()].map(({ status }) => status)).toEqual(["ok", "ok", "ok", "ok"]);
        const facebook = verdicts.get("facebook_insights")?.figures;
        expect(facebook).toMatchObject({
          rawRows: 159_342,
          cleanRows: 126_089,
          rowsWithoutArrival: 0,
          keyNulls: {},
        });
        expect((159_342 - (facebook?.cleanRows ?? 0)) / 159_342).toBeCloseTo(0.209, 3);
        const { days = [] } = facebook ?? {};
        expect(days.reduce((sum, { cleanRows }) => sum + cleanRows, 0)).toBe(126_089);
        // The same spend, cut differently.
        for (const { figures } of verdicts.values()) expect(figures?.amounts).toEqual(facebook?.amounts);
      },
      timeoutMs,
    );

    test(
      "the audit's key would merge rows of a breakdown, and the advisor names what it leaves out",
      async () => {
        // Of one breakdown: each round of the advisor reads the whole table.
        const country = file().dedupViews.filter(({ id }) => id === "facebook_insights_country");
        const verdict = (await look(country, auditsKey)).get("facebook_insights_country");
        expect(verdict).toMatchObject({
          finding: { code: "key_too_coarse" },
          advice: { kind: "columns", add: ["country"] },
        });
        const [facebook] = await checkRoas(
          {
            ...file(),
            platforms: file().platforms.map((it) => ({
              ...it,
              spend: { ...it.spend, id: "facebook_ads_insights_country" },
            })),
          },
          demo().open(),
          atNoon,
          verdict === undefined ? [] : [verdict],
        );
        expect(facebook?.finding).toMatchObject({ code: "key_too_coarse" });
      },
      timeoutMs,
    );
  });

  describe("return on ad spend of the demo", () => {
    test("is the audit's, with a word on days that only one side has", async () => {
      const warehouse = demo().open();
      const verdicts = await checkRoas(file(), warehouse, atNoon);
      expect(warehouse.runs).toHaveLength(1);
      expect(verdicts.map(({ platform, money, status }) => [platform.id, money, status])).toEqual([
        [
          "facebook",
          expect.objectContaining({
            spend: "365294",
            revenue: "492856",
            roas: "1.3492",
            lastSpendDay: "2026-02-02",
          }),
          "warning",
        ],
        [
          "tiktok",
          expect.objectContaining({ spend: "36026", spendRaw: "36026", revenue: "30917", roas: "0.8582" }),
          "warning",
        ],
      ]);
      expect(verdicts[0]?.finding?.text).toBe(
        "Spend ends on 2 Feb 2026, revenue goes on to 8 Feb 2026: ROAS is too high.",
      );
    });

    test("a platform that cannot be read leaves the others standing", async () => {
      const [facebook, tiktok] = file().platforms;
      if (facebook === undefined || tiktok === undefined) throw new Error("the demo has two platforms");
      const broken = { ...facebook, revenue: { ...facebook.revenue, column: "no_such_column" } };
      const verdicts = await checkRoas({ ...file(), platforms: [broken, tiktok] }, demo().open(), atNoon);
      expect(verdicts.map(({ checked }) => checked)).toEqual([false, true]);
      expect(verdicts[0]).toMatchObject({ status: "unknown", finding: { code: "not_checked" } });
    });
  });
}
