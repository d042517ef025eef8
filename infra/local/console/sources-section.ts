import type { GroupReport, Impact, SourceReport, WatchdogReport } from "../stack-view.ts";
import { type Html, html } from "./html.ts";
import { briefDay, briefInstant, count, hours, instant, money } from "./words.ts";

const worstFirst = ["critical", "warning", "unknown", "ok"];

/** Problems by cause, and then every source with the clock that decided. */
export function drawSources(watchdog: WatchdogReport): Html {
  if (!watchdog.ok) {
    return html`<section id="sources"><h2>Sources</h2>
      <p class="notice">The sync watchdog could not answer: ${watchdog.problem}</p></section>`;
  }
  const { sources, groups, summary } = watchdog.report;
  const sorted = [...sources].sort((a, b) => worstFirst.indexOf(a.status) - worstFirst.indexOf(b.status));
  return html`<section id="wrong"><h2>Problems and what to do</h2>
      ${
        groups.length === 0
          ? html`<p class="empty">No problems. Every source is fresh.</p>`
          : html`<div class="groups">${groups.map(drawGroup)}</div>`
      }</section>
    <section id="sources"><h2>Sources</h2>
      <p class="tally">${worstFirst.map((status) => {
        const number = summary[status as keyof typeof summary];
        return html`<span class="pill ${number > 0 ? status : "none"}">${number} ${status}</span> `;
      })}</p>
      <div class="table-frame"><table class="stacking">
        <thead><tr><th>Source</th><th>Status</th><th>Last arrival, UTC</th><th class="number">Age</th><th>Newest day</th>
          <th>Decided by</th><th class="number">Not visible</th></tr></thead>
        <tbody>${sorted.map(drawSource)}</tbody>
      </table></div></section>`;
}

function drawGroup(group: GroupReport): Html {
  const since = group.since === null ? "" : `Since ${instant(group.since)}. `;
  return html`<article class="group ${group.severity}">
    <h3><span class="pill ${group.severity}">${group.severity}</span> ${group.title}</h3>
    <p class="lead">${since}${group.impact.length > 0 && html`<b>${drawImpacts(group.impact)}</b>`}</p>
    ${group.cause !== null && html`<p><b>${causeLabel(group)}:</b> ${group.cause}</p>`}
    ${group.actions.length > 0 && html`<ol>${group.actions.map((action) => html`<li>${action}</li>`)}</ol>`}
    <details><summary>${count(group.sources.length, "source")}${
      group.evidence.length > 0 && `, ${count(group.evidence.length, "piece")} of evidence`
    }</summary>
      <ul>${group.sources.map((source) => html`<li><code>${source}</code></li>`)}</ul>
      ${group.evidence.length > 0 && html`<ul>${group.evidence.map((piece) => html`<li>${piece}</li>`)}</ul>`}
    </details>
    ${group.owner !== null && html`<p class="quiet">Owner: ${group.owner}</p>`}
  </article>`;
}

/** A text that already contains "probably" needs no label "Probable". */
export function causeLabel({ probable, cause }: GroupReport): string {
  return probable && !/^(probably|possibly)\b/i.test(cause ?? "") ? "Probable cause" : "Cause";
}

function drawImpacts(impacts: readonly Impact[]): string {
  const words = impacts.map((one) => `${money(one.amount, one.currency)} of ${one.kind}`);
  return `About ${words.join(" and ")} not visible.`;
}

function drawSource(source: SourceReport): Html {
  return html`<tr class="${source.status}">
    <th scope="row"><code>${source.source}</code>${
      source.finding !== null && html`<span class="finding">${source.finding}</span>`
    }</th>
    <td data-label="Status"><span class="pill ${source.status}">${source.status}</span></td>
    <td data-label="Last arrival" class="short">${lastArrival(source)}</td>
    <td data-label="Age" class="number short">${hours(source.age_hours)}</td>
    <td data-label="Newest day" class="short">${source.business_date === null ? "–" : briefDay(source.business_date)}</td>
    <td data-label="Decided by" class="short">${decidedBy(source.decided_by)}</td>
    <td data-label="Not visible" class="number${source.impact === null && " nothing"}">${drawImpact(source.impact)}</td>
  </tr>`;
}

/** If only metadata was read: no row can have arrived after the table was last modified. */
export function lastArrival({ arrival, modified }: SourceReport): string {
  if (arrival !== null) return briefInstant(arrival);
  return modified === null ? "unknown" : `by ${briefInstant(modified)}`;
}

const clocks = new Map([
  ["arrival", "newest arrival"],
  ["modified", "modification time"],
  ["business_date", "newest business day"],
]);

function decidedBy(clock: string | null): string {
  return clock === null ? "nothing" : (clocks.get(clock) ?? clock.replaceAll("_", " "));
}

function drawImpact(impact: Impact | null): Html {
  if (impact === null) return html`<span class="quiet">–</span>`;
  const range =
    impact.low !== null && impact.high !== null
      ? html`<span class="range">${money(impact.low, impact.currency)} to ${money(impact.high, impact.currency)}</span>`
      : null;
  return html`<b title="${impact.basis ?? ""}">${money(impact.amount, impact.currency)}</b> ${impact.kind}${range}`;
}
