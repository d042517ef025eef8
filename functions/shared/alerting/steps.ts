import type { Plan } from "./decide/remember.ts";
import { announced, settled, titleOf } from "./decide/remember.ts";
import { distinctSubjects } from "./incidents/words.ts";
import { type AnnouncementPlan, claimedAnnouncement, closedAnnouncement } from "./news/announcement.ts";
import type { Change, Recorded } from "./state/state.ts";
import type { Told } from "./told.ts";
import type { Notice } from "./types.ts";

/** What is to be done about one row of `alert_state`, in this order: remember the claim, publish, log, save. */
export interface Step {
  /** As it is remembered now, or is opened with. */
  readonly record: Recorded;
  /** The record while the notice is being published; null where there is nothing to claim, or it is claimed already. */
  readonly claim: Recorded | null;
  /** What is to be published, or null for a silence. Several steps may share one. */
  readonly notice: Notice | null;
  /** The plan for an incident, after the claim; null for an announcement. */
  readonly incidentPlan: Plan | null;
  /** What is logged. */
  readonly outcome: Omit<Told, "failure">;
  /** The record once it was published; null where nothing changes. */
  readonly change: Change | null;
}

export function incidentStep(plan: Plan, now: Date): Step {
  const { case: it, incident, decision, notice } = plan;
  const claim = announced(plan, now);
  const claimed = { ...plan, incident: claim === null ? incident : afterClaim(claim) };
  return {
    record: incident,
    claim,
    notice,
    incidentPlan: claimed,
    outcome: {
      key: it.group?.key ?? incident.key,
      incident: incident.id,
      title: titleOf(it, incident),
      decision,
      notice,
      case: it,
      subjects: distinctSubjects([
        ...it.findings,
        ...it.told,
        ...it.recovered,
        ...it.stabilising,
        ...it.moved,
        ...it.unwatched,
      ]),
    },
    change: settled(claimed, now),
  };
}

export function announcementStep(plan: AnnouncementPlan, now: Date): Step {
  const { announcement, decision, notice } = plan;
  const claim = claimedAnnouncement(plan, now);
  const claimed = { ...plan, announcement: claim === null ? announcement : afterClaim(claim) };
  return {
    record: announcement,
    claim,
    notice,
    incidentPlan: null,
    outcome: {
      key: announcement.key,
      incident: announcement.id,
      title: announcement.title,
      decision,
      notice,
      case: null,
      subjects: notice?.subjects ?? [],
    },
    change: { incident: closedAnnouncement(claimed, now), closedAs: decision.reason },
  };
}

/** The claim is a change of the row too. */
function afterClaim<T extends { readonly version: number }>(it: T): T {
  return { ...it, version: it.version + 1 };
}
