import { describe, expect, test } from "vitest";
import type { Facts } from "../../../functions/checks/facts.ts";
import { judge } from "../../../functions/checks/freshness/judge.ts";
import { problemsOf } from "../../../functions/checks/freshness/problems.ts";
import { toMailHtml } from "../../../functions/notifier/channels/email/html.ts";
import { toSlackPayload } from "../../../functions/notifier/channels/slack/render.ts";
import { decide } from "../../../functions/reconciliation/decide.ts";
import { weeklyNews } from "../../../functions/reconciliation/render.ts";
import { toBlocks } from "../../../functions/reconciliation/report/report.ts";
import { openedAnnouncement, planToSend } from "../../../functions/shared/alerting/news/announcement.ts";
import type { Notice } from "../../../functions/shared/alerting/types.ts";
import { parseWarehouseFile } from "../../../functions/shared/config/parse.ts";
import { addDays, daysBetween } from "../../../functions/shared/days.ts";
import { ago, atNoon, days, metadata, noon, observation } from "../../support/a-source.ts";
import { linesOf } from "../../support/slack-lines.ts";
import { aResult, money } from "./a-result.ts";

const link = { label: "The whole report", url: "https://p.example/reconciliation?format=html" };

/** The weekly report of a warehouse in which every source has stopped, misses days and holds repeats. */
function aBadWeek(count: number): Notice {
  const ids = Array.from({ length: count }, (_, n) => `source_with_a_rather_long_name_${n}`);
  const file = parseWarehouseFile(
    [
      "project: shop",
      "location: US",
      "time_zone: UTC",
      "ops_dataset: plumbline_ops",
      "connectors:",
      ...ids.map((id) => `  c_${id}: { name: Connector of ${id}, every: 24h }`),
      "sources:",
      ...ids.map(
        (id) =>
          `  ${id}: { table: data.${id}, connector: c_${id}, owner: data@shop.example, arrival: arrived, business_date: day, warn_after: 30h, critical_after: 48h }`,
      ),
    ].join("\n"),
    "warehouse.yaml",
    { notifies: false },
  );
  const freshness = file.sources.map((source, n) =>
    judge(observation({ source, metadata: metadata({ modified: ago(days(3 + n)) }), content: null }), atNoon),
  );
  const missing = daysBetween(addDays("2026-02-08", -29), "2026-02-07").filter((_, n) => n % 3 === 0);
  const results = ids.flatMap((subject, n) => [
    aResult({ check: "freshness", subject, text: "Nothing new for 3 days.", cause: "The loader stopped." }),
    aResult({
      subject,
      text: "10 of 30 days have no rows.",
      impact: money(1_000 - n),
      evidence: { missing },
    }),
    aResult({
      check: "duplicates",
      subject,
      code: `repeats_${n}`,
      text: "3 of 9 rows are repeats.",
      actions: ["Load it again"],
    }),
    aResult({ check: "required", subject, code: `required_${n}`, text: "NULL in 3 facts." }),
  ]);
  const decision = decide({ results, trusted: [], returns: [] }, problemsOf(freshness, noon), null, noon);
  const facts: Facts = {
    listings: new Map(),
    plan: { asked: [], sources: new Map(), views: new Map(), orders: new Map(), pairs: new Map() },
    answers: new Map(),
    freshness,
    piiFacts: null,
    memory: null,
  };
  const report = toBlocks({ decision, facts, file, runs: [], brief: true });
  const [news] = weeklyNews(decision, { reportOn: 1, timeZone: "UTC", report, links: [link] });
  if (news === undefined) throw new Error("a week has its report");
  const speaking = { functionName: "reconciliation", now: noon };
  const opened = openedAnnouncement(news.key, { title: news.message.title, since: null, ...speaking });
  return planToSend(opened, { reason: "news", why: "The report of the week.", ...news }, speaking).notice;
}

describe("the report of the week", () => {
  test.each([13, 60, 500])("of %i sources that are all wrong is shown whole by a mail reader", (count) => {
    const notice = aBadWeek(count);
    const html = toMailHtml(notice);
    expect(Buffer.byteLength(html)).toBeLessThanOrEqual(90_000);
    const places = ["The most expensive first", ">The report<", ">Freshness<", ">Continuity<"].map((it) =>
      html.indexOf(it),
    );
    expect(places.every((place) => place > 0)).toBe(true);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(html).toContain("more, in the whole report");
    expect(html).toContain(link.url);
  });

  test("of 500 sources is at most 12 lines in a chat, with the page that has the rest", () => {
    const lines = linesOf(toSlackPayload(aBadWeek(500)).blocks);
    expect(lines.length).toBeLessThanOrEqual(12);
    expect(lines).toContain("The whole report");
  });
});
