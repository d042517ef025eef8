import type { Link, Notice } from "../../shared/alerting/types.ts";
import { oneLine } from "../../shared/report/plain.ts";

/**
 * The links of a notice as they may be drawn: absolute, http or https, without a character that could end them
 * early in any channel. Whatever is no such address is left out: a link that runs something is worse than none.
 */
export function linksOf(notice: Pick<Notice, "links">): readonly Link[] {
  return notice.links.flatMap(({ label, url }) => {
    const parsed = URL.parse(url);
    if (parsed === null || !/^https?:$/.test(parsed.protocol) || parsed.username || parsed.password)
      return [];
    const href = parsed.href.replace(/[|<>"'`\\^{}]/g, (it) => encodeURIComponent(it).replace("'", "%27"));
    return [{ label: oneLine(label) || parsed.host, url: href }];
  });
}

/** Whether a link leads to a page of the function that speaks, where the rest can be read. */
export function leadsToFunction(notice: Pick<Notice, "links" | "from">): boolean {
  return linksOf(notice).some(({ url }) => URL.parse(url)?.pathname.split("/").includes(notice.from));
}
