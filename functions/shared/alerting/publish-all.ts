import { messageOf } from "../errors.ts";
import { log } from "../log.ts";
import type { Fact } from "../report/blocks.ts";
import type { Plan } from "./decide/remember.ts";
import { distinctSubjects } from "./incidents/words.ts";
import type { Publish } from "./notices/publish.ts";
import { outageOf } from "./notices/recovery.ts";
import type { Step } from "./steps.ts";
import type { Link, Notice, Outage } from "./types.ts";

interface Publishing {
  readonly publish: Publish;
  readonly now: Date;
  readonly links?: (incident: string) => Promise<readonly Link[]>;
  readonly outageImpact?: (outage: Outage) => Promise<readonly Fact[]>;
}

/**
 * @returns the reasons, keyed by notice id, of the notices that could not be published: one failure does not
 *   stop the others.
 */
export async function publishAll(steps: readonly Step[], request: Publishing): Promise<Map<string, string>> {
  const failures = new Map<string, string>();
  const byId = Map.groupBy(steps, ({ notice }) => notice?.id ?? null);
  byId.delete(null);
  await Promise.all(
    [...byId.values()].map(async ([first, ...others]) => {
      const notice = first?.notice;
      if (first === undefined || !notice) return;
      const plan = others.length > 0 ? null : first.incidentPlan;
      try {
        await request.publish(plan === null ? notice : await completed(plan, notice, request));
      } catch (failure) {
        failures.set(notice.id, messageOf(failure));
      }
    }),
  );
  return failures;
}

/** Adds links and what the outage cost. If those cannot be read, the notice is published without them. */
async function completed(
  { incidentUpdate: it, incident }: Plan,
  notice: Notice,
  request: Publishing,
): Promise<Notice> {
  const ask = <T>(what: string, answer: Promise<readonly T[]> | undefined): Promise<readonly T[]> =>
    (answer ?? Promise.resolve([])).catch((failure: unknown) => {
      log.warning(`A notice goes out without its ${what}: ${messageOf(failure)}`, { notice: notice.id });
      return [];
    });
  const isOver =
    it.recovered.length > 0 && (notice.kind === "recovery" || notice.reason === "partly_recovered");
  const outage = outageOf(it, incident, request.now);
  const about = notice.kind === "recovery" ? outage.subjects : distinctSubjects(it.recovered);
  const outageImpact = isOver ? request.outageImpact?.({ ...outage, subjects: about }) : undefined;
  const links = notice.kind === "problem" ? request.links?.(incident.id) : undefined;
  const billed = await ask("outage impact", outageImpact);
  return {
    ...notice,
    // The cost stands in the lead, because a chat preview shows two lines.
    lead: [notice.lead, ...billed.map(({ label, value }) => `${label}: ${value}.`)].join(" "),
    facts: [...notice.facts, ...billed],
    links: [...notice.links, ...(await ask("links", links))],
  };
}
