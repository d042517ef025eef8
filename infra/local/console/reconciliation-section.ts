import type { CheckedSubject, Reconciliation, ReconciliationReport, ThingToDo } from "../stack-view.ts";
import { type Html, html } from "./html.ts";
import { briefDay, briefInstant, count, instant, money } from "./words.ts";

const worstFirst = ["critical", "unknown", "warning", "ok"] as const;
const thingsShown = 5;
const subjectsShown = 8;

/** The result of all checks, the last complete day, what to do first, and what is new. */
export function drawReconciliation({ answer, current }: Reconciliation): Html {
  return html`<section id="reconciliation"${!current && html` data-waiting`}><h2>Reconciliation</h2>
    <p class="about">Do the numbers hold? One read of the tables for all checks: problems, causes, costs and what to
      do first. <a href="/reconciliation?format=html">The whole report</a>,
      <a class="short" href="/reconciliation?format=markdown">as Markdown</a></p>
    ${!current && html`<p class="notice">The tables are being read.${answer?.ok && ` Until then, as of ${instant(answer.report.as_of)}:`}</p>`}
    ${
      answer !== null &&
      (answer.ok
        ? drawReport(answer.report)
        : html`<p class="notice">Reconciliation could not answer: ${answer.problem}</p>`)
    }</section>`;
}

function drawReport(report: ReconciliationReport): Html {
  const { summary, to_do, since_last_run } = report;
  return html`<p class="tally">${worstFirst.map(
    (status) =>
      html`<span class="pill ${summary[status] > 0 ? status : "none"}">${summary[status]} ${status}</span> `,
  )}</p>
    <p class="verdict">${trustedText(report)}</p>
    ${to_do.length === 0 ? html`<p class="empty">There are no actions.</p>` : drawThings(to_do)}
    ${drawChanges(since_last_run)}`;
}

/** One sentence; platforms are listed if they differ. */
export function trustedText({ trusted_through: { jointly, platforms } }: ReconciliationReport): string {
  if (platforms.length === 0) return "No platforms are compared.";
  const each = platforms.map((one) => `${one.platform} ${dayText(one.through)}`).join(", ");
  const differ = new Set(platforms.map(({ through }) => through)).size > 1;
  const byPlatform = differ ? ` By platform: ${each}.` : "";
  return jointly === null
    ? `Unknown: the last complete day of spend and revenue.${byPlatform}`
    : `Spend and revenue are complete through ${briefDay(jointly)}.${byPlatform}`;
}

function dayText(through: string | null): string {
  return through === null ? "unknown" : briefDay(through);
}

function drawThings(things: readonly ThingToDo[]): Html {
  const more = things.length - thingsShown;
  return html`<div class="table-frame"><table class="stacking hanging">
      <thead><tr><th>What to do first</th><th>Status</th><th class="number">At stake</th><th>Since, UTC</th></tr></thead>
      <tbody>${things.slice(0, thingsShown).map(drawThing)}</tbody></table></div>
    ${more > 0 && html`<p class="quiet">And ${count(more, "more thing")} to do, in the whole report.</p>`}`;
}

function drawThing({ title, status, impact, since, actions: [first] }: ThingToDo): Html {
  return html`<tr class="${status}">
    <th scope="row">${title}${first !== undefined && html`<span class="finding">${first}</span>`}</th>
    <td data-label="Status"><span class="pill ${status}">${status}</span></td>
    <td data-label="At stake" class="number${impact.length === 0 && " nothing"}">${
      impact.length === 0
        ? html`<span class="quiet">–</span>`
        : impact.map(
            ({ amount, currency, what }) =>
              html`<b class="short">${money(amount, currency)}</b> <span class="range">${what}</span>`,
          )
    }</td>
    <td data-label="Since" class="short${since === null && " nothing"}">${since === null ? "–" : briefInstant(since)}</td></tr>`;
}

function drawChanges({ at, new: fresh, resolved }: ReconciliationReport["since_last_run"]): Html {
  if (at === null)
    return html`<p class="quiet">This is the first run: changes are shown from the next run on.</p>`;
  return html`<p class="quiet">Since the run of ${instant(at)}: ${changesText(fresh, resolved)}</p>
    ${drawSubjects("new", fresh)}${drawSubjects("resolved", resolved)}`;
}

export function changesText(fresh: readonly CheckedSubject[], resolved: readonly CheckedSubject[]): string {
  if (fresh.length + resolved.length === 0) return "no new and no resolved findings.";
  return `${fresh.length} new, ${resolved.length} resolved.`;
}

function drawSubjects(name: "new" | "resolved", subjects: readonly CheckedSubject[]): Html | null {
  if (subjects.length === 0) return null;
  const more = subjects.length - subjectsShown;
  return html`<details id="numbers-${name}"><summary>${subjects.length} ${name}</summary><ul>${subjects
    .slice(0, subjectsShown)
    .map(
      ({ check, subject, text }) =>
        html`<li><code>${subject}</code>, ${check.replaceAll("_", " ")}: ${text}</li>`,
    )}${more > 0 && html`<li>and ${more} more</li>`}</ul></details>`;
}
