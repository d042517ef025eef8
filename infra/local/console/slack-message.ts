import type { SlackMessage } from "../stack-view.ts";
import { type Html, html } from "./html.ts";
import { drawMrkdwn, drawPlainText } from "./mrkdwn.ts";
import { instant } from "./words.ts";

/** One incoming-webhook message as Slack would show it in its channel. */
export function drawSlackMessage(message: SlackMessage): Html {
  const { payload } = message;
  const blocks = list(payload.blocks);
  const attachments = list(payload.attachments);
  const channel = message.channel.replace(/^#?/, "#");
  return html`<article class="slack" id="slack-${message.id}">
    <div class="avatar" aria-hidden="true">P</div>
    <div class="slack-body">
      <p class="slack-from"><b>Plumbline</b> <span class="app">APP</span>
        <time datetime="${message.at}">${instant(message.at)}</time> <span class="channel">${channel}</span></p>
      ${blocks.length === 0 && html`<div class="block">${drawMrkdwn(text(payload.text))}</div>`}
      ${blocks.map(drawBlock)}
      ${attachments.map(drawAttachment)}
    </div>
  </article>`;
}

function drawAttachment(attachment: Fields): Html {
  const blocks = list(attachment.blocks);
  const words = text(attachment.text ?? attachment.fallback);
  return html`<div class="attachment">${
    blocks.length > 0 ? blocks.map(drawBlock) : html`<div class="block">${drawMrkdwn(words)}</div>`
  }</div>`;
}

function drawBlock(block: Fields): Html {
  switch (block.type) {
    case "header":
      return html`<h4 class="block slack-header">${drawText(block.text)}</h4>`;
    case "divider":
      return html`<hr class="block">`;
    case "section":
      return html`<div class="block">
        ${block.text !== undefined && html`<div class="slack-text">${drawText(block.text)}</div>`}
        ${
          list(block.fields).length > 0 &&
          html`<div class="slack-fields">${list(block.fields).map((field) => html`<div>${drawText(field)}</div>`)}</div>`
        }
      </div>`;
    case "context":
      return html`<div class="block slack-context">${list(block.elements).map(
        (element) => html`<div>${drawText(element)}</div>`,
      )}</div>`;
    case "actions":
      return html`<div class="block slack-actions">${list(block.elements).map(
        (element) => html`<span class="slack-button">${drawText(element.text)}</span>`,
      )}</div>`;
    default:
      return html`<details class="block"><summary>A block of type “${text(block.type)}”</summary>
        <pre>${JSON.stringify(block, null, 2)}</pre></details>`;
  }
}

function drawText(object: unknown): Html {
  const fields = isFields(object) ? object : {};
  const words = text(fields.text);
  return fields.type === "mrkdwn" ? drawMrkdwn(words) : drawPlainText(words);
}

type Fields = Readonly<Record<string, unknown>>;

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function list(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.filter(isFields) : [];
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
