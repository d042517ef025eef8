import type { Link, Notice } from "../../shared/alerting/types.ts";
import { oneLine } from "../../shared/report/plain.ts";

/**
 * The links of a notice that are safe to draw: absolute, http or https, without a character that could end
 * them early in any channel. All others are left out, because a link could run code.
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

/** Whether a link leads to a page of the notice's function, which has the rest of the report. */
export function leadsToFunction(notice: Pick<Notice, "links" | "from">): boolean {
  return linksOf(notice).some(({ url }) => URL.parse(url)?.pathname.split("/").includes(notice.from));
}
