import type { BarsBlock, StripBlock } from "./blocks.ts";
import { inlineHtml } from "./escape-html.ts";
import { barsToHtml } from "./html-bars.ts";
import { stripToHtml } from "./html-strip.ts";

/**
 * A picture with its title, of plain elements: no script, nothing loaded, and every letter of it real text.
 * What is drawn is also said: in the label of each picture, and of each day where the pointer rests.
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
