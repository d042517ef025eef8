import type { Facts } from "../checks/facts.ts";
import { linksFrom, linkToWhole } from "../shared/alerting/notices/links.ts";
import type { NotifyParts } from "../shared/alerting/notify.ts";
import type { Context } from "../shared/function/definition.ts";
import type { Missed } from "../shared/function/incomplete.ts";
import type { Answer } from "../shared/http/respond.ts";
import { type Decision, wasMade } from "./decide.ts";
import { evaluatedKeys, monitoredKeys, reportTitle, toFindingGroups, weeklyNews } from "./render.ts";
import { resultsTable, toJson } from "./report/json.ts";
import { toBlocks } from "./report/report.ts";

const name = "reconciliation";
const wholeReport = { label: "The whole report", query: "format=html" };

/** The whole report. */
export function answer(decision: Decision, facts: Facts, { file, at, warehouse }: Context): Answer {
  const reported = { decision, facts, file, runs: warehouse.runs };
  return {
    json: toJson(reported),
    report: { title: reportTitle(at.now), blocks: toBlocks(reported) },
    table: resultsTable(decision),
  };
}

/** What is new and what is fixed each morning; once a week the whole report. */
export function notices(decision: Decision, facts: Facts, { file }: Context): NotifyParts {
  return {
    groups: toFindingGroups(decision, file.sources),
    evaluatedKeys: evaluatedKeys(decision),
    monitoredKeys: monitoredKeys(decision),
    // No reminders: the weekly report says what is not over.
    policy: { ...file.notifications, repeatAfterMs: [] },
    news: weeklyNews(decision, {
      reportOn: file.reconciliation.reportOn,
      timeZone: file.timeZone,
      report: toBlocks({ decision, facts, file, runs: [], brief: true }),
      links: linkToWhole(name, wholeReport),
    }),
    links: linksFrom(name, null, wholeReport),
  };
}

/** A figure that does not hold is a result. A check that could not be made is missed. */
export function missed({ results }: Decision): Missed {
  const notMade = results.filter((it) => !wasMade(it));
  return {
    title: "Some checks could not be made",
    detail: `${notMade.length} of ${results.length} checks; all others were made, notified and recorded.`,
    items: notMade.map(({ check, subject, text, retry }) => ({
      text: `${check}, ${subject}: ${text}`,
      retry,
    })),
  };
}
