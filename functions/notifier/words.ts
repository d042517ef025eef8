import type { Notice, Severity } from "../shared/alerting/types.ts";

/** The words all channels put before a title. */
export function headline(notice: Notice): string {
  return `${state(notice)}: ${notice.title}`;
}

function state({ kind, reason, severity }: Notice): string {
  if (kind === "recovery") return "Recovered";
  if (reason === "reminder") return `Still ${severity}`;
  if (reason === "escalated") return `Now ${severity}`;
  return capital(severity);
}

const longestSubject = 200;

/** `[critical] Facebook Marketing stopped`: filters and eyes find it by the word in brackets. */
export function subject(notice: Notice): string {
  const whole = `[${tone(notice)}] ${notice.title}`;
  return whole.length <= longestSubject ? whole : `${whole.slice(0, longestSubject - 1)}…`;
}

export function emojiOf({ kind, severity }: Notice): string {
  if (kind === "recovery") return "✅";
  return severity === "critical" ? "🔴" : "🟠";
}

export function tone({ kind, severity }: Notice): Notice["severity"] | "recovered" {
  return kind === "recovery" ? "recovered" : severity;
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
