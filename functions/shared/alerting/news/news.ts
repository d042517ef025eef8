import { formatInstant } from "../../report/format.ts";
import type { Plan } from "../decide/remember.ts";
import type { Incident } from "../incidents/incident.ts";
import type { News } from "../types.ts";
import { openedReport, planToDrop, planToReport, reportKeys } from "./report.ts";

/** As its incident has it. */
export function keyOfNews({ key }: Pick<News, "key">): string {
  return `${reportKeys.news}${key}`;
}

/**
 * What of the news was not told for certain is told now. Silences hold nothing back: they are for what is wrong.
 *
 * @param recent those of the keys that are offered, however long ago
 */
export function newsPlans(
  offered: readonly News[],
  { open, recent }: { readonly open: readonly Incident[]; readonly recent: readonly Incident[] },
  speaking: { readonly from: string; readonly now: Date },
): Plan[] {
  // What was dropped may have been listed in a message that was told without it since: it is told by itself.
  const dropped = recent.map((it) => ({ ...it, telling: null }));
  const known = new Map([...dropped, ...open].map((it) => [it.key, it]));
  return offered.flatMap((news) => {
    const { message, at, subjects, owners, links = [] } = news;
    const key = keyOfNews(news);
    const incident = known.get(key) ?? openedReport(key, { title: message.title, since: at, ...speaking });
    if (incident.toldAt !== null) return [];
    const why = news.why ?? `News of ${formatInstant(at)}: nothing is wrong, and it is said once.`;
    return [planToReport(incident, { reason: "news", why, message, subjects, owners, links }, speaking)];
  });
}

/**
 * News that a run began to tell and that nobody offers now. It is closed, so that it is not carried along for ever,
 * and told when it is offered again.
 */
export function newsNotOffered(offered: readonly News[], open: readonly Incident[]): Plan[] {
  const keys = new Set(offered.map(keyOfNews));
  return open
    .filter(({ key }) => key.startsWith(reportKeys.news) && !keys.has(key))
    .map((it) => planToDrop(it, "The run that told it did not finish, and it is not offered any more."));
}
