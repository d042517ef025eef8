import type {
  CleanView,
  CleanViews,
  CleanViewsReport,
  RawRead,
  RepeatedMoney,
  RoasReport,
} from "../stack-view.ts";
import { type Html, html } from "./html.ts";
import { briefDay, briefInstant, count, decimal, instant, money, number, percent } from "./words.ts";

const worstFirst = ["critical", "warning", "unknown", "ok"];
const rawReadsShown = 8;

/** The clean views: problems, figures, return on ad spend, and reads of the raw tables. */
export function drawCleanViews({ answer, current }: CleanViews): Html {
  return html`<section id="clean-views"${!current && html` data-waiting`}><h2>Clean views</h2>
    <p class="about">One row per fact over tables whose loader sends the same rows again. Every analysis reads these, never the
      raw tables. <a class="short" href="/dedup-views?format=html">By day, and the queries</a></p>
    ${!current && html`<p class="notice">Rows are being counted.${answer?.ok && ` Until then, as of ${instant(answer.report.as_of)}:`}</p>`}
    ${
      answer !== null &&
      (answer.ok
        ? drawReport(answer.report)
        : html`<p class="notice">The clean views could not be checked: ${answer.problem}</p>`)
    }</section>`;
}

function drawReport({ views, roas, raw_reads }: CleanViewsReport): Html {
  if (views.length === 0) return html`<p class="empty">The warehouse file has no dedup views.</p>`;
  const sorted = [...views].sort((a, b) => worstFirst.indexOf(a.status) - worstFirst.indexOf(b.status));
  const noteworthy = sorted.filter((view) => view.finding !== null || view.reasons.length > 0);
  return html`
    ${noteworthy.length > 0 && html`<div class="groups">${noteworthy.map(drawProblem)}</div>`}
    <div class="table-frame"><table class="stacking hanging">
      <thead><tr><th>View</th><th>State</th><th class="number">Raw rows</th><th class="number">Clean rows</th>
        <th class="number">Duplicates</th><th class="number">Counted twice</th><th>Last changed</th></tr></thead>
      <tbody>${sorted.map(drawView)}</tbody></table></div>
    ${roas.length > 0 && drawRoas(roas)}
    ${drawRawReads(raw_reads, views)}`;
}

const states = {
  create: "to create",
  replace: "to replace",
  unchanged: "up to date",
  refused: "refused",
};

function drawProblem(view: CleanView): Html {
  const { finding, reasons, diff } = view;
  return html`<article class="group ${view.status}">
    <h3><span class="pill ${view.status}">${finding?.severity ?? states[view.action]}</span> ${view.view}</h3>
    ${finding !== null && html`<p class="lead">${finding.text}</p>`}
    ${view.to_do.length > 0 && html`<ol>${view.to_do.map((action) => html`<li>${action}</li>`)}</ol>`}
    ${reasons.length > 0 && html`<ul>${reasons.map((reason) => html`<li>${reason}</li>`)}</ul>`}
    ${
      diff !== null &&
      diff !== "" &&
      html`<details id="diff-${view.view}"><summary>The lines that differ</summary><pre class="log">${diff.split("\n").map(drawLine)}</pre></details>`
    }
    ${view.owner !== null && html`<p class="quiet">Owner: ${view.owner}</p>`}
  </article>`;
}

function drawLine(line: string): Html {
  const change = /^[+-](?![+-]{2} )/.test(line) && (line.startsWith("+") ? "added" : "taken");
  return html`<span class="${change || "same"}">${line}</span>\n`;
}

function drawView({ view, key, action, status, figures, last_changed }: CleanView): Html {
  const repeated = figures?.money ?? null;
  return html`<tr class="${status}">
    <th scope="row">${drawName(view)}<span class="finding">One row per ${key.join(", ")}</span></th>
    <td data-label="State"><span class="pill ${status}">${states[action]}</span></td>
    <td data-label="Raw rows" class="number short">${number(figures?.raw_rows)}</td>
    <td data-label="Clean rows" class="number short">${number(figures?.clean_rows)}</td>
    <td data-label="Duplicates" class="number short">${number(figures?.duplicates)}${
      figures !== null && html`<span class="range">${percent(figures.rate)}</span>`
    }</td>
    <td data-label="Counted twice" class="number${repeated === null && " nothing"}">${drawRepeated(repeated)}</td>
    <td data-label="Last changed">${
      last_changed === null
        ? html`<span class="quiet">–</span>`
        : html`<span class="short">${briefInstant(last_changed.at)}</span> <span class="finding">${last_changed.what}</span>`
    }</td>
  </tr>`;
}

/** Line breaks only between the words of a name. */
function drawName(name: string): Html {
  return html`<code class="name">${name.split(/(?<=_)/).map((word) => html`${word}<wbr>`)}</code>`;
}

function drawRepeated(repeated: RepeatedMoney | null): Html {
  if (repeated === null || repeated.overcounted === null) return html`<span class="quiet">–</span>`;
  const { raw, clean, overcounted, currency, kind } = repeated;
  return html`<b>${money(Number(overcounted), currency)}</b> ${kind}${
    raw !== null &&
    clean !== null &&
    html`<span class="range"><span class="short">${money(Number(raw), currency)}</span> instead of
      <span class="short">${money(Number(clean), currency)}</span></span>`
  }`;
}

function drawRoas(roas: readonly RoasReport[]): Html {
  return html`<h3>Return on ad spend</h3>
    <div class="table-frame"><table class="stacking hanging">
      <thead><tr><th>Platform</th><th>Days</th><th class="number">By clean rows</th><th class="number">By raw rows</th><th>Calculation</th></tr></thead>
      <tbody>${roas.map(
        (one) => html`<tr class="${one.status}">
          <th scope="row" class="short"><code>${one.platform}</code></th>
          <td data-label="Days" class="short">${briefDay(one.from)} to ${briefDay(one.through)}</td>
          <td data-label="By clean rows" class="number short"><b>${decimal(one.roas)}</b></td>
          <td data-label="By raw rows" class="number short">${decimal(one.roasRaw)}</td>
          <td class="sentences">${one.text}${
            one.finding !== null && html` <b class="${one.status}-text">${one.finding}</b>`
          }</td></tr>`,
      )}</tbody></table></div>`;
}

function drawRawReads(
  { checked, why, jobs }: CleanViewsReport["raw_reads"],
  views: readonly CleanView[],
): Html {
  const heading = html`<h3>Who reads the raw tables</h3>`;
  if (!checked) {
    return html`${heading}<p class="notice">The log of jobs could not be read: ${why}</p>`;
  }
  if (jobs.length === 0)
    return html`${heading}<p class="empty">No job of the last 7 days in this project.</p>`;
  const older = jobs.length - rawReadsShown;
  return html`${heading}
    <div class="table-frame"><table class="stacking hanging">
      <thead><tr><th>When, UTC</th><th>Who</th><th>Should read</th><th class="number">Counts twice</th><th>Job</th></tr></thead>
      <tbody>${jobs.slice(0, rawReadsShown).map((job) => drawRawRead(job, views))}</tbody></table></div>
    ${older > 0 && html`<p class="quiet">And ${count(older, "earlier job")}.</p>`}`;
}

function drawRawRead({ at, reader, view, job }: RawRead, views: readonly CleanView[]): Html {
  const repeated = views.find((one) => one.view === view)?.figures?.money ?? null;
  return html`<tr>
    <td data-label="When" class="short"><time datetime="${at}" title="${instant(at)}">${briefInstant(at)}</time></td>
    <td data-label="Who">${reader}</td>
    <td data-label="Should read">${drawName(view)}</td>
    <td data-label="Counts twice" class="number short">${
      repeated?.overcounted ? money(Number(repeated.overcounted), repeated.currency) : "–"
    }</td>
    <td data-label="Job"><code class="quiet">${job}</code></td></tr>`;
}
