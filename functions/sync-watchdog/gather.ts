import { checkFreshness } from "../checks/freshness/check-sources.ts";
import type { Verdict } from "../checks/freshness/types.ts";
import type { Context } from "../shared/function/definition.ts";
import { relatedTo } from "./decide.ts";

/** How fresh each source is; with `source`, only that one and what may share its cause. @throws BadRequestError for no such source */
export function gather({ file, query, at, warehouse }: Context): Promise<readonly Verdict[]> {
  return checkFreshness(relatedTo(query.source, file.sources), file, warehouse, at);
}
