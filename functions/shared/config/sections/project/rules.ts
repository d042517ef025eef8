import type { Draft } from "../../values/draft.ts";
import type { Contradiction } from "../../values/rule.ts";
import { timeZone } from "../../values/time-zone.ts";
import type { WrittenProject } from "./schema.ts";

export function projectRules(file: Draft<WrittenProject>): Contradiction[] {
  return timeZone(file.time_zone, ["time_zone"]);
}
