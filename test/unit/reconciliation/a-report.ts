import { problemsOf } from "../../../functions/checks/freshness/problems.ts";
import type { Evidence, Impact } from "../../../functions/checks/result.ts";
import { decide } from "../../../functions/reconciliation/decide.ts";
import { gatherFrom } from "../../../functions/reconciliation/gather.ts";
import { judgeAll } from "../../../functions/reconciliation/judge.ts";
import { toJson } from "../../../functions/reconciliation/report/json.ts";
import { toBlocks } from "../../../functions/reconciliation/report/report.ts";
import type { WarehouseFile } from "../../../functions/shared/config/types.ts";
import { toMarkdown } from "../../../functions/shared/report/markdown.ts";
import { openWarehouse } from "../../../functions/shared/stores/bigquery/bigquery.ts";
import { atNoon, noon } from "../../support/a-source.ts";
import type { TestWarehouse } from "../../support/a-warehouse.ts";

interface Told {
  readonly check: string;
  readonly subject: string;
  readonly status: string;
}

/** The report as its readers get it, as far as it is about money. */
export interface MoneyReport {
  readonly results: readonly (Told & {
    readonly code: string | null;
    readonly text: string;
    readonly evidence: Evidence;
    readonly impact: Impact | null;
  })[];
  readonly performance: readonly {
    readonly platform: string;
    readonly currency: string;
    readonly spend: string | null;
    readonly spend_raw: string | null;
    readonly revenue: string | null;
    readonly roas: string | null;
    readonly roas_raw: string | null;
    readonly complete_through: string | null;
    readonly complete: Readonly<Record<"spend" | "revenue" | "roas", string | null>> | null;
  }[];
  readonly to_do: readonly {
    readonly title: string;
    readonly impact: readonly Impact[];
    readonly results: readonly Told[];
  }[];
  readonly markdown: string;
  /** Day by day, as the pictures show them. */
  readonly days: Readonly<
    Record<
      string,
      readonly { readonly day: string; readonly spend: string | null; readonly revenue: string | null }[]
    >
  >;
}

/** At noon of 8 February 2026, where nothing of the bundle is deployed. */
export async function reportOver(file: WarehouseFile, bigquery: TestWarehouse): Promise<MoneyReport> {
  Object.assign(process.env, bigquery.env);
  const warehouse = openWarehouse({ ...file, from: "test" });
  const facts = await gatherFrom(file, atNoon, warehouse, {
    piiFacts: async () => null,
    memory: async () => null,
    allow: async () => {},
  });
  const problems = problemsOf(facts.freshness, noon);
  const judged = judgeAll({ file, facts, now: noon, isLookBack: false });
  const decision = decide(judged, problems, null, noon);
  const reported = { decision, facts, file, runs: warehouse.runs, brief: false };
  return {
    ...(JSON.parse(JSON.stringify(toJson(reported))) as Omit<MoneyReport, "days" | "markdown">),
    markdown: toMarkdown(toBlocks(reported)),
    days: Object.fromEntries(decision.returns.map(({ platform, days }) => [platform.id, days])),
  };
}
