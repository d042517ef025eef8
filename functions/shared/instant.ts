/** RFC 3339, seconds optional; always with a zone, because the instant would be ambiguous without it. */
const instantForm = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/;

/** `2026-02-08T12:00:00Z`, `2026-02-08T13:00+01:00`; null when the text is no instant. */
export function parseInstant(text: string): Date | null {
  const instant = new Date(text);
  if (!instantForm.test(text) || Number.isNaN(instant.getTime()) || !isCalendarDay(text.slice(0, 10)))
    return null;
  return instant;
}

/** JavaScript takes 30 February for 2 March. */
export function isCalendarDay(day: string): boolean {
  const midnight = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(day);
}
