import { WarehouseError } from "../../shared/stores/bigquery/error.ts";
import type { Check } from "../check.ts";
import { statsFor, statsOf, windowIn } from "../input.ts";
import type { StatsAnswer } from "../table-stats/types.ts";
import { judgeCampaigns } from "./judge.ts";

/** Checks that orders name campaigns that the spend table also names. */
export const campaigns = {
  id: "campaigns",
  judge: (input) =>
    input.file.platforms
      .filter((platform) => platform.campaigns !== null)
      .map((platform) =>
        judgeCampaigns(
          platform,
          labelsOf(statsFor(input.facts.plan.orders.get(platform.id), input)),
          labelsOf(statsOf(platform.spend, input)),
          windowIn(platform.spend, input),
        ),
      ),
} as const satisfies Check;

function labelsOf(answer: StatsAnswer) {
  return answer instanceof WarehouseError ? answer : answer.labels;
}
