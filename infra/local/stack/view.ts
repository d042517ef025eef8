import type { WorldClock } from "../clock.ts";
import type { FunctionProcess } from "../functions/function-process.ts";
import type { Supervisor } from "../functions/supervisor.ts";
import type { Scheduler } from "../scheduler.ts";
import type { ConnectorState, FunctionStatus, Inbox, StackView, Status } from "../stack-view.ts";
import type { LocalCloud } from "./cloud.ts";
import { deliveryStatus, settled } from "./deliveries.ts";
import type { World } from "./world.ts";

const logLines = 60;
const ticksShown = 100;

/** The view of the running parts for the API and the console. */
export function createView(parts: {
  readonly world: World;
  readonly clock: WorldClock;
  readonly cloud: LocalCloud;
  readonly supervisor: Supervisor;
  readonly scheduler: Scheduler;
  readonly decisions: StackView["decisions"];
  readonly watchdog: StackView["watchdog"];
  readonly cleanViews: StackView["cleanViews"];
  readonly pii: StackView["pii"];
  readonly reconciliation: StackView["reconciliation"];
}): StackView {
  const { world, clock, cloud, supervisor, scheduler } = parts;

  function functionStatus(one: FunctionProcess): FunctionStatus {
    const { name, description, schedule, timeZone, topic } = one.manifest;
    return {
      name,
      description,
      state: one.state(),
      pid: one.pid(),
      crashes: one.crashes(),
      last_exit: one.lastExit(),
      schedule,
      time_zone: timeZone,
      topic,
      next_tick: scheduler.next(name)?.toISOString() ?? null,
      last_tick: scheduler.ticks().findLast((tick) => tick.function === name) ?? null,
      url: `/${name}`,
      log: one.logs().slice(-logLines),
    };
  }

  function status(): Status {
    const functions = supervisor.functions.map(functionStatus);
    const connectors = world.connectors();
    const deliveries = deliveryStatus(cloud.pubsub);
    return {
      clock: { now: clock.now().toISOString(), started_at: clock.startedAt.toISOString() },
      functions,
      connectors,
      ticks: scheduler.ticks().slice(-ticksShown).reverse(),
      deliveries,
      revision: [
        clock.now().getTime(),
        scheduler.count(),
        cloud.slack.messages.length,
        cloud.mail.mails.length,
        deliveries.dead_lettered,
        ...functions.map((one) => `${one.state}${one.crashes}`),
        ...connectors.map((one) => Number(one.broken)),
      ].join("-"),
    };
  }

  function inbox(): Inbox {
    return {
      slack: cloud.slack.messages.map(({ id, at, channel, payload }) => ({
        id,
        at: at.toISOString(),
        channel,
        payload: { ...payload },
      })),
      mail: cloud.mail.mails.map(({ id, at, from, to, subject, text, html }) => ({
        id,
        at: at.toISOString(),
        from,
        to,
        subject,
        text,
        html,
      })),
    };
  }

  async function change(verb: "repair" | "break", id: string): Promise<ConnectorState> {
    await world[verb](id);
    const connector = world.connectors().find((one) => one.id === id);
    if (connector === undefined) throw new Error(`There is no connector ${id}.`);
    return connector;
  }

  return {
    status,
    inbox,
    decisions: parts.decisions,
    watchdog: parts.watchdog,
    cleanViews: parts.cleanViews,
    pii: parts.pii,
    reconciliation: parts.reconciliation,
    async advance(ms) {
      const before = inbox();
      const ticks = await scheduler.advance(ms);
      const isSettled = await settled(cloud.pubsub);
      const after = inbox();
      return {
        clock: { now: clock.now().toISOString() },
        ticks,
        settled: isSettled,
        slack_messages: after.slack.length - before.slack.length,
        mails: after.mail.length - before.mail.length,
      };
    },
    repair: (id) => change("repair", id),
    break: (id) => change("break", id),
  };
}
