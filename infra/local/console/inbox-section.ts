import type { Inbox, Mail } from "../stack-view.ts";
import { type Html, html } from "./html.ts";
import { drawSlackMessage } from "./slack-message.ts";
import { count, instant } from "./words.ts";

/** Number of open messages; otherwise a day of turning the clock would fill the page. */
const newest = 2;

/** Slack messages and emails as their recipients see them, newest first. */
export function drawInbox(inbox: Inbox): Html {
  return html`<section id="inbox"><h2>Inbox</h2>
    <div class="inbox">
      <div class="pane"><h3>Slack <span class="quiet">${count(inbox.slack.length, "message")}</span></h3>
        ${inbox.slack.length === 0 && html`<p class="empty">No Slack message was sent yet.</p>`}
        <div class="slack-window">${newestOpen([...inbox.slack].reverse().map(drawSlackMessage))}</div></div>
      <div class="pane"><h3>Email <span class="quiet">${count(inbox.mail.length, "message")}</span></h3>
        ${inbox.mail.length === 0 && html`<p class="empty">No email was sent yet.</p>`}
        ${newestOpen([...inbox.mail].reverse().map(drawMail))}</div>
    </div></section>`;
}

function newestOpen(messages: readonly Html[]): Html {
  const older = messages.slice(newest);
  return html`${messages.slice(0, newest)}${
    older.length > 0 &&
    html`<details class="older"><summary>${count(older.length, "earlier message")}</summary>${older}</details>`
  }`;
}

function drawMail(mail: Mail): Html {
  const name = `mail-${mail.id}`;
  return html`<article class="mail" id="${name}">
    <header><h4>${mail.subject}</h4>
      <p><span class="quiet">From</span> ${mail.from}</p>
      <p><span class="quiet">To</span> ${mail.to.join(", ")} <time class="quiet" datetime="${mail.at}">${instant(mail.at)}</time></p>
    </header>
    ${mail.html !== null && html`<input type="radio" name="${name}" id="${name}-html" class="as-html" checked>`}
    ${mail.html !== null && html`<label for="${name}-html">As HTML</label>`}
    <input type="radio" name="${name}" id="${name}-text" class="as-text"${mail.html === null && html` checked`}>
    <label for="${name}-text">As text</label>
    ${
      mail.html !== null &&
      html`<iframe class="mail-html" title="The email “${mail.subject}”" src="/console/mail/${encodeURIComponent(mail.id)}"
        sandbox="allow-same-origin" loading="lazy"></iframe>`
    }
    <pre class="mail-text">${mail.text}</pre>
  </article>`;
}
