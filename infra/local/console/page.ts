import type { StackView, Status } from "../stack-view.ts";
import { drawCleanViews } from "./clean-views-section.ts";
import { type Html, html } from "./html.ts";
import { drawInbox } from "./inbox-section.ts";
import { drawDecisions, drawFunctions } from "./log-sections.ts";
import { drawPii } from "./pii-section.ts";
import { drawReconciliation } from "./reconciliation-section.ts";
import { drawSources } from "./sources-section.ts";
import { instant } from "./words.ts";
import { drawConnectors } from "./world-section.ts";

const decisionsShown = 60;

/** Counting the rows of raw tables takes seconds; the page does not wait for it and reloads later. */
const countingMs = 200;
/** Enough, unless a tick is running. */
const provingMs = 1_000;

/** The whole console as one HTML document; a part that cannot be read shows the error in its place. */
export async function drawPage(stack: StackView): Promise<string> {
  const [watchdog, pii, decisions] = await Promise.all([
    stack.watchdog(),
    stack.pii(provingMs),
    stack.decisions(decisionsShown).catch((error: unknown) => String(error)),
  ]);
  // After the quick requests, which it would slow down.
  const cleanViews = await stack.cleanViews(countingMs);
  const reconciliation = await stack.reconciliation(countingMs);
  // Read last, so that the log includes the requests above.
  const status = stack.status();
  return `<!doctype html>\n${
    html`<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Plumbline, local</title>
<link rel="icon" href="/console/icon.svg">
<link rel="stylesheet" href="/console/console.css">
<link rel="stylesheet" href="/console/inbox.css">
<script type="module" src="/console/console.js"></script>
</head>
<body data-revision="${status.revision}">
${drawIntroduction(status)}
<div class="bar">${drawClock(status)}<p id="said" role="status" aria-live="polite"></p></div>
<main>
${drawSources(watchdog)}
${drawReconciliation(reconciliation)}
${drawCleanViews(cleanViews)}
${drawPii(pii, status.connectors)}
${drawConnectors(status.connectors)}
${drawInbox(stack.inbox())}
${drawDecisions(decisions)}
${drawFunctions(status)}
</main>
<footer><p>The same as JSON: ${["status", "inbox", "decisions"].map(
      (name) => html`<a href="/local/${name}">/local/${name}</a> `,
    )}${status.functions
      .filter((one) => one.schedule !== null)
      .map((one) => html`<a href="${one.url}">/${one.name}</a> `)}</p></footer>
</body>
</html>`.markup
  }`;
}

function drawIntroduction(status: Status): Html {
  const first = status.connectors.find((one) => one.broken);
  const tryFirst =
    first === undefined
      ? html`break a <a href="#connectors">connector</a>, turn the clock by some hours, and see when a notice is sent`
      : html`<a href="#connectors">repair ${first.name}</a>, turn the clock by an hour, and read what the
        <a href="#inbox">inbox</a> says`;
  return html`<header class="top"><h1>Plumbline</h1>
    <p>It watches a marketing warehouse and sends notices when data stops arriving: what, since when, what it
      costs, what to do. It maintains clean views, one row per fact, over tables that repeat their rows, and replaces
      <a href="#pii">PII</a> by hashes. All functions run on this machine, over a demo warehouse with a clock that only
      moves when you turn it. <b>Try first:</b> ${tryFirst}.</p></header>`;
}

function drawClock(status: Status): Html {
  return html`<div class="clock">
    <p><span class="quiet">The world’s clock</span> <time datetime="${status.clock.now}">${instant(status.clock.now)}</time></p>
    <p class="buttons">${[1, 4].map(
      (hours) => html`<button type="button" id="turn-${hours}h" data-post="/local/clock"
        data-body="${JSON.stringify({ advance: `${hours}h` })}" data-busy="Turning…">Turn by ${
          hours === 1 ? "1 hour" : `${hours} hours`
        }</button> `,
    )}</p>
    <noscript><p class="quiet">The buttons need JavaScript. Without it: POST {"advance":"1h"} to /local/clock.</p></noscript>
  </div>`;
}
