import type { CheckedSubject, Reconciliation, ReconciliationReport, ThingToDo } from "../stack-view.ts";
import { type Html, html } from "./html.ts";
import { briefDay, briefInstant, count, instant, money } from "./words.ts";

const worstFirst = ["critical", "unknown", "warning", "ok"] as const;
const thingsShown = 5;
const mattersShown = 8;

/** Do the numbers hold: how many checks say so, up to which day, what to do first, and what is new. */
export function drawReconciliation({ answer, current }: Reconciliation): Html {
  return html`<section id="reconciliation"${!current && html` data-waiting`}><h2>Do the numbers hold?</h2>
    <p class="about">Every check of the warehouse in one look at its tables: what does not hold, why, what it costs and what
      to do first. <a href="/reconciliation?format=html">The whole report</a>,
      <a class="short" href="/reconciliation?format=markdown">as Markdown</a></p>
    ${!current && html`<p class="notice">The tables are being read.${answer?.ok && ` Until then, as of ${instant(answer.report.as_of)}:`}</p>`}
    ${
      answer !== null &&
      (answer.ok
        ? drawReport(answer.report)
        : html`<p class="notice">Nobody can tell whether the numbers hold: ${answer.problem}</p>`)
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

/** In a sentence; platforms singly where they differ. */
export function trustedText({ trusted_through: { jointly, platforms } }: ReconciliationReport): string {
  if (platforms.length === 0) return "No platforms are compared.";
  const each = platforms.map((one) => `${one.platform} ${dayText(one.through)}`).join(", ");
  const differ = new Set(platforms.map(({ through }) => through)).size > 1;
  const singly = differ ? ` By platform: ${each}.` : "";
  return jointly === null
    ? `Unknown: the last complete day of spend and revenue.${singly}`
    : `Spend and revenue are complete through ${briefDay(jointly)}.${singly}`;
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

function drawChanges({ at, new: fresh, mended }: ReconciliationReport["since_last_run"]): Html {
  if (at === null)
    return html`<p class="quiet">Nothing was found before: what is new is told from the next run on.</p>`;
  return html`<p class="quiet">Since the run of ${instant(at)}: ${changesText(fresh, mended)}</p>
    ${drawSubjects("new", fresh)}${drawSubjects("mended", mended)}`;
}

export function changesText(fresh: readonly CheckedSubject[], mended: readonly CheckedSubject[]): string {
  if (fresh.length + mended.length === 0) return "nothing new, nothing fixed.";
  return `${fresh.length || "nothing"} new, ${mended.length || "nothing"} mended.`;
}

function drawSubjects(name: "new" | "mended", matters: readonly CheckedSubject[]): Html | null {
  if (matters.length === 0) return null;
  const more = matters.length - mattersShown;
  return html`<details id="numbers-${name}"><summary>${matters.length} ${name}</summary><ul>${matters
    .slice(0, mattersShown)
    .map(
      ({ check, subject, text }) =>
        html`<li><code>${subject}</code>, ${check.replaceAll("_", " ")}: ${text}</li>`,
    )}${more > 0 && html`<li>and ${more} more</li>`}</ul></details>`;
}
