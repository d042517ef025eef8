import type { Plan } from "./decide/remember.ts";
import { announced, settled, titleOf } from "./decide/remember.ts";
import { distinctSubjects } from "./incidents/words.ts";
import { type AnnouncementPlan, claimedAnnouncement, closedAnnouncement } from "./news/announcement.ts";
import type { NoticeDecision } from "./notice-decision.ts";
import type { Change, Recorded } from "./state/state.ts";
import type { Notice } from "./types.ts";

/** The planned changes of one row of `alert_state`, in this order: store the claim, publish, log, save. */
export interface Step {
  /** The stored record, or the one that is opened. */
  readonly record: Recorded;
  /**
   * The record while the notice is being published; null if there is nothing to claim, or it is claimed
   * already.
   */
  readonly claim: Recorded | null;
  /** The notice to publish, or null if it is suppressed. Several steps may share one. */
  readonly notice: Notice | null;
  /** The plan for an incident, after the claim; null for an announcement. */
  readonly incidentPlan: Plan | null;
  /** The log entry. */
  readonly outcome: Omit<NoticeDecision, "failure">;
  /** The record after publishing; null if nothing changes. */
  readonly change: Change | null;
}

export function incidentStep(plan: Plan, now: Date): Step {
  const { incidentUpdate: it, incident, decision, notice } = plan;
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
      incidentUpdate: it,
      subjects: distinctSubjects([
        ...it.findings,
        ...it.notifiedFindings,
        ...it.recovered,
        ...it.stabilising,
        ...it.moved,
        ...it.notMonitored,
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
      incidentUpdate: null,
      subjects: notice?.subjects ?? [],
    },
    change: { incident: closedAnnouncement(claimed, now), closedAs: decision.reason },
  };
}

/** The claim also increases the version of the row. */
function afterClaim<T extends { readonly version: number }>(it: T): T {
  return { ...it, version: it.version + 1 };
}
