import type { Check } from "../check.ts";
import { statsOf, windowIn } from "../input.ts";
import { judgeSpend } from "./judge.ts";

/** Checks that every amount of a platform's spend is in the sum. */
export const spend = {
  id: "spend",
  judge: (input) =>
    input.file.platforms.map((platform) =>
      judgeSpend(platform, statsOf(platform.spend, input), windowIn(platform.spend, input)),
    ),
} as const satisfies Check;
