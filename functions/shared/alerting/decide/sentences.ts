import type { Flapping, Silence } from "../../config/types.ts";
import { formatDuration, formatInstant } from "../../report/format.ts";
import { type IncidentUpdate, stableAfterMs } from "../incidents/flapping.ts";
import { findingKey } from "../incidents/incident.ts";
import { isOrAre, subjectsOf } from "../incidents/words.ts";
import type { FindingIdentity } from "../types.ts";

/** The settings of the warehouse file that the sentences quote. */
interface Rules {
  readonly flapping: Flapping;
  readonly silences: readonly Silence[];
}

export function whyFirst(
  it: IncidentUpdate,
  own: readonly FindingIdentity[],
  { now, policy }: { readonly now: Date; readonly policy: Rules },
): string {
  const opened = it.incident?.openedAt ?? now;
  const flapping = own.filter((f) => it.newlyFlapping.includes(f));
  const often = flapping.length === 0 ? "" : ` ${howOften(it, flapping, policy)}.`;
  const beginning =
    opened < now
      ? `First seen ${formatInstant(opened)}; this is the first message.`
      : flapping.length === own.length
        ? ""
        : "This is the first alert for it.";
  return (beginning + often).trim() + endedSilenceText(it, own, policy, now);
}

export function howOften(
  it: IncidentUpdate,
  flapping: readonly FindingIdentity[],
  { flapping: limit }: Rules,
): string {
  const times = flapping.map(
    (f) => it.history.find((one) => findingKey(one) === findingKey(f))?.breaks.length ?? 0,
  );
  return (
    `${subjectsOf(flapping)} ${isOrAre(flapping)} flapping: broke ${Math.max(...times)} times within ${formatDuration(limit.withinMs)}, ` +
    `and there are no more messages about it until it is stable for ${formatDuration(stableAfterMs(limit))}`
  );
}

export function stabilisedButWrong({ stabilised }: IncidentUpdate): string {
  return stabilised.length === 0
    ? ""
    : ` ${subjectsOf(stabilised)} ${isOrAre(stabilised)} not flapping any more, but still not ok.`;
}

export function lifted({ incident }: IncidentUpdate, now: Date): string {
  const acknowledged = incident?.acknowledged ?? null;
  return acknowledged !== null && now < acknowledged.until
    ? ` The acknowledgement of ${formatInstant(acknowledged.at)} is lifted.`
    : "";
}

/** A silence that ended after the incident began explains why there was no notice before. */
export function endedSilenceText(
  { incident }: IncidentUpdate,
  own: readonly FindingIdentity[],
  { silences }: Rules,
  now: Date,
): string {
  const since = incident?.notifiedAt ?? incident?.openedAt ?? now;
  const ended = silences.find(
    ({ sources, until }) => since < until && until <= now && own.some((f) => sources.includes(f.subject)),
  );
  return ended === undefined
    ? ""
    : ` It was silenced until ${formatInstant(ended.until)} (${ended.why}), and is still open.`;
}

export function ago({ incident }: IncidentUpdate, notifiedAt: Date, now: Date): string {
  const pending = (incident?.pendingNotice ?? null) !== null;
  return (
    `${formatInstant(notifiedAt)}, ${formatDuration(now.getTime() - notifiedAt.getTime())} ago` +
    (pending ? ", by a run that did not finish" : "")
  );
}
