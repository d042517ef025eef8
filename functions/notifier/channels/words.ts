import type { Notice } from "../../shared/alerting/types.ts";
import { oneLine } from "../../shared/report/plain.ts";

/** The first line on every channel: the state in a word, and the title. */
export function headline(notice: Notice): string {
  const word = state(notice);
  return word === null ? notice.title : `${word}: ${notice.title}`;
}

/** Null for heartbeats and news, which have no severity. */
export function state({ kind, reason, severity }: Notice): string | null {
  if (reason === "news") return "News";
  if (kind === "report" || severity === "info") return null;
  if (kind === "recovery") return "Recovered";
  switch (reason) {
    case "reminder":
      return `Still ${severity}`;
    case "escalated":
      return `Now ${severity}`;
    case "flapping":
      return "Flapping";
    case "partly_recovered":
      return "Partly recovered";
    default:
      return capital(severity);
  }
}

const maxSubjectLength = 200;

/** `[critical] Facebook Marketing stopped`: mail filters use the word in brackets. */
export function subject(notice: Notice): string {
  const whole = [...oneLine(`[${bracketOf(notice)}] ${notice.title}`).toWellFormed()];
  return whole.length <= maxSubjectLength
    ? whole.join("")
    : `${whole
        .slice(0, maxSubjectLength - 1)
        .join("")
        .trimEnd()}…`;
}

export type Tone = Notice["severity"] | "recovered";

export function tone({ kind, severity }: Notice): Tone {
  if (kind === "recovery") return "recovered";
  return kind === "report" ? "info" : severity;
}

const brackets: Readonly<Record<Tone, string>> = {
  critical: "critical",
  warning: "warning",
  recovered: "recovered",
  info: "ok",
};

function bracketOf(notice: Notice): string {
  return notice.reason === "news" ? "news" : brackets[tone(notice)];
}

const emojis: Readonly<Record<Tone, string>> = { critical: "🔴", warning: "🟠", recovered: "✅", info: "🔵" };

export function emojiOf(notice: Notice): string {
  if (notice.kind !== "problem") return emojis[tone(notice)];
  if (notice.reason === "flapping") return "🔁";
  return emojis[tone(notice)];
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
