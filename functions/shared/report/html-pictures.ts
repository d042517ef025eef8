import type { BarsBlock, StripBlock } from "./blocks.ts";
import { inlineHtml } from "./escape-html.ts";
import { barsToHtml } from "./html-bars.ts";
import { stripToHtml } from "./html-strip.ts";

/**
 * A picture with its title, of plain HTML elements: no script, nothing loaded from outside, all letters real
 * text. The label of each picture, and the tooltip of each day, describe it in words.
 */
export function pictureToHtml(block: StripBlock | BarsBlock): string {
  const drawn =
    block.days.length === 0
      ? "<p>No days.</p>"
      : block.kind === "strip"
        ? stripToHtml(block)
        : barsToHtml(block);
  return `<figure class="${block.kind}">
<figcaption dir="auto">${inlineHtml(block.title)}</figcaption>
${drawn}
</figure>`;
}
