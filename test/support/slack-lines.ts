import type { SlackBlock } from "../../functions/notifier/channels/slack/render.ts";

/** The lines of a Slack message as a reader sees them: marks are drawn, and of a link only its label. */
export function linesOf(blocks: readonly SlackBlock[]): string[] {
  return blocks.flatMap((block) => {
    if (block.type === "header") return [block.text.text];
    const texts = block.type === "section" ? [block.text] : block.elements;
    return texts.flatMap(({ text }) => text.split("\n").map(visible));
  });
}

function visible(mrkdwn: string): string {
  return mrkdwn
    .replace(/<[^<>|]+\|([^<>]*)>/g, "$1")
    .replace(/^\*([^*\n]+)\*/, "$1")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
}
