import type { Tick } from "../scheduler.ts";
import type { Decision, FunctionStatus, Status } from "../stack-view.ts";
import { type Html, html } from "./html.ts";
import { briefInstant, count, instant } from "./words.ts";

/** Decisions about notices: why a notice was sent or suppressed. */
export function drawDecisions(decisions: readonly Decision[] | string): Html {
  return html`<section id="decisions"><h2>Decisions about notices</h2>
    ${
      typeof decisions === "string"
        ? html`<p class="notice">The log of decisions could not be read: ${decisions}</p>`
        : decisions.length === 0
          ? html`<p class="empty">There are no decisions yet. Turn the clock.</p>`
          : html`<div class="table-frame"><table class="stacking decisions">
          <thead><tr><th>When</th><th>Outcome</th><th>About</th><th>Why</th></tr></thead>
          <tbody>${decisions.map(drawDecision)}</tbody></table></div>`
    }</section>`;
}

function drawDecision(one: Decision): Html {
  return html`<tr>
    <td data-label="When"><time datetime="${one.at}">${instant(one.at)}</time></td>
    <td data-label="Outcome"><span class="pill ${one.notified ? "notified" : "suppressed"}">${one.notified ? "notified" : "suppressed"}</span>
      <span class="reason">${one.reason.replaceAll("_", " ")}</span></td>
    <td data-label="About">${one.title} <code class="quiet">${one.group}</code></td>
    <td data-label="Why">${one.why}${
      one.failure !== null && html` <b class="critical-text">It could not be published: ${one.failure}</b>`
    }</td></tr>`;
}

const linesShown = 40;

/** The functions' processes: their state, their last tick and what they wrote. */
export function drawFunctions(status: Status): Html {
  const { pending, delivered, dead_lettered } = status.deliveries;
  return html`<section id="functions"><h2>Functions</h2>
    <div class="functions">${status.functions.map(drawFunction)}</div>
    <p class="quiet">Alerts topic: ${delivered} delivered, ${pending} waiting${
      dead_lettered > 0 && html`, <b class="critical-text">${dead_lettered} in the dead-letter topic</b>`
    }.</p>
    ${
      status.ticks.length > 0 &&
      html`<details id="ticks"><summary>The last ${count(status.ticks.length, "tick")}</summary>
        <ol class="plain ticks">${inRuns(status.ticks).map((run) => html`<li>${drawRun(run)}</li>`)}</ol></details>`
    }</section>`;
}

const stateClass = new Map([
  ["ready", "ok"],
  ["starting", "warning"],
  ["crashed", "critical"],
  ["given up", "critical"],
]);

function drawFunction(one: FunctionStatus): Html {
  const startedBy = [
    one.schedule !== null &&
      html`<li>Schedule <code>${one.schedule}</code> (${one.time_zone}), next ${instant(one.next_tick)}</li>`,
    one.topic !== null && html`<li>Started by the topic <code>${one.topic}</code></li>`,
    one.last_tick !== null && html`<li>Last tick: ${drawTick(one.last_tick, false)}</li>`,
    one.crashes > 0 &&
      html`<li class="critical-text">Crashed ${count(one.crashes, "time")}, last ${one.last_exit}</li>`,
  ];
  return html`<article class="function">
    <h3><a href="${one.url}">${one.name}</a> <span class="pill ${stateClass.get(one.state) ?? "none"}">${one.state}</span></h3>
    <p>${one.description}</p>
    <ul class="plain">${startedBy}</ul>
    <details id="log-${one.name}"><summary>Log</summary>
      <pre class="log">${one.log.slice(-linesShown).join("\n") || "The log is empty."}</pre></details>
  </article>`;
}

/** Ticks of one function that follow each other and went well are one line: some come every few minutes. */
function inRuns(ticks: readonly Tick[]): readonly Run[] {
  const runs: Run[] = [];
  for (const tick of ticks) {
    const run = runs.at(-1);
    if (run !== undefined && isAlike(run[0], tick)) run.push(tick);
    else runs.push([tick]);
  }
  return runs;
}

/** The newest first. */
type Run = [Tick, ...Tick[]];

function isAlike(one: Tick, other: Tick): boolean {
  const isWell = [one, other].every(({ problem, attempts }) => problem === null && attempts === 1);
  return isWell && one.function === other.function && one.status === other.status;
}

function drawRun(run: Run): Html {
  const [newest] = run;
  if (run.length === 1) return drawTick(newest, true);
  const ms = run.map((tick) => tick.ms);
  return html`${briefInstant(run.at(-1)?.at ?? newest.at)} to ${instant(newest.at)} <code>${newest.function}</code> →
    ${run.length} ticks, ${newest.status} in ${Math.min(...ms)} to ${Math.max(...ms)} ms each`;
}

function drawTick(tick: Tick, named: boolean): Html {
  const outcome =
    tick.problem === null
      ? html`${tick.status} in ${tick.ms} ms`
      : html`<b class="critical-text">${tick.status ?? "no answer"}</b>: ${tick.problem}`;
  const attempts = tick.attempts > 1 ? `, at attempt ${tick.attempts}` : "";
  return html`${instant(tick.at)} ${named && html`<code>${tick.function}</code> `}→ ${outcome}${attempts}`;
}
