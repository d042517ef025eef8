import { callOf, readFunctions, refersTo, resourcesOf } from "./functions.ts";
import {
  type Block,
  type Body,
  bodiesOf,
  expression,
  type Hcl,
  inFunctionModule,
  inRoot,
  stringsIn,
  textOf,
} from "./hcl.ts";
import { addressOf, type Law, when } from "./laws.ts";

const functions = readFunctions();
/** Cloud Scheduler's longest deadline for HTTP, in seconds. */
const longestDeadline = 1800;

/** What gives a message up has somewhere to put it, and there it is kept. */
export const deadLettersAreKept: Law = (hcl) => {
  const subscriptions = resourcesOf(hcl, "google_pubsub_subscription");
  const pushed = subscriptions.filter(({ body }) => bodiesOf(body.push_config).length > 0);
  const topics = subscriptions
    .flatMap(({ body }) => bodiesOf(body.dead_letter_policy))
    .map(({ dead_letter_topic }) => textOf(dead_letter_topic).match(/google_pubsub_topic\.\w+/)?.[0] ?? "");
  const pushesOf = (topic: string) => pushed.filter(({ body }) => refersTo(body.topic, topic));
  return [
    ...when(
      pushesOf("google_pubsub_topic.alerts").some(
        ({ body }) => bodiesOf(body.dead_letter_policy).length === 0,
      ),
      "a subscription of the alerts topic has no dead letter",
    ),
    ...topics.flatMap((topic) => {
      const kept = subscriptions.filter(
        ({ body }) => refersTo(body.topic, topic) && bodiesOf(body.push_config).length === 0,
      );
      const may = resourcesOf(hcl, "google_pubsub_topic_iam_member").some(
        ({ body }) => refersTo(body.topic, topic) && textOf(body.member).includes("local.agents.pubsub"),
      );
      return [
        ...when(
          kept.length === 0,
          `${topic || "a dead-letter topic"} has no subscription that keeps what is put there`,
        ),
        ...when(!may, `Pub/Sub may not publish to ${topic}`),
      ];
    }),
    ...pushed
      .filter(({ body }) => bodiesOf(body.dead_letter_policy).length > 0)
      .filter(
        ({ name }) =>
          !resourcesOf(hcl, "google_pubsub_subscription_iam_member").some(({ body }) =>
            refersTo(body.subscription, `google_pubsub_subscription.${name}`),
          ),
      )
      .map((one) => `Pub/Sub may not take a dead letter out of ${addressOf(one)}`),
    ...subscriptions
      .filter(({ body }) => bodiesOf(body.expiration_policy)[0]?.ttl !== "")
      .map((one) => `${addressOf(one)} is deleted when nothing happens for a month`),
  ];
};

/** Whoever calls a function waits for as long as it may take: not shorter, and not longer than the platform lets him. */
export const deadlinesFit: Law = (hcl) => {
  const scheduled = functions.filter(({ schedule }) => schedule !== undefined);
  const woken = functions.filter(({ trigger }) => trigger.topic !== undefined);
  const longest = (all: typeof functions) => Math.max(0, ...all.map(({ timeoutSeconds }) => timeoutSeconds));
  const jobs = resourcesOf(hcl, "google_cloud_scheduler_job").map((one) =>
    waits(
      one,
      one.body.attempt_deadline,
      `${expression("var.function.deadline_seconds")}s`,
      longest(scheduled),
      longestDeadline,
    ),
  );
  const pushes = resourcesOf(hcl, "google_pubsub_subscription")
    .filter(({ body }) => bodiesOf(body.push_config).length > 0)
    .map((one) =>
      waits(one, one.body.ack_deadline_seconds, expression("each.value.ack_seconds"), longest(woken), 600),
    );
  const timeouts = resourcesOf(hcl, "google_cloudfunctions2_function")
    .filter(
      ({ body }) =>
        bodiesOf(body.service_config)[0]?.timeout_seconds !== expression("var.function.timeout_seconds"),
    )
    .map((one) => `${addressOf(one)} does not end when its function.json says`);
  return [...jobs.flat(), ...pushes.flat(), ...timeouts];
};

/** modules/plan works the wait out and proves it longer; a number written instead must be long enough. */
function waits(one: Block, written: unknown, planned: string, timeout: number, longest: number): string[] {
  if (written === planned) return [];
  const seconds = Number(textOf(written).replace(/s$/, ""));
  if (!Number.isFinite(seconds) || textOf(written) === "")
    return [`${addressOf(one)} waits for ${textOf(written) || "nobody said how long"}`];
  return [
    ...when(
      seconds < timeout,
      `${addressOf(one)} waits for ${seconds} s, and its function may take ${timeout} s`,
    ),
    ...when(seconds > longest, `${addressOf(one)} waits for ${seconds} s; ${longest} s is the longest`),
  ];
}

/** Every call says who calls, and for whom the token is. */
export const everyCallIsSigned: Law = (hcl) => {
  const targets = [
    ...resourcesOf(hcl, "google_cloud_scheduler_job").map(
      (one) => [one, bodiesOf(one.body.http_target)] as const,
    ),
    ...resourcesOf(hcl, "google_pubsub_subscription").map(
      (one) => [one, bodiesOf(one.body.push_config)] as const,
    ),
  ];
  return targets.flatMap(([one, calls]) =>
    calls
      .map((call): Body => bodiesOf(call.oidc_token)[0] ?? {})
      .filter((token) => !("audience" in token && "service_account_email" in token))
      .map(() => `${addressOf(one)} calls without an identity token`),
  );
};

/** A call gets as far as the function: through its network, by the identity that is let in. */
export const everyCallArrives: Law = (hcl) =>
  functions.flatMap(({ name, schedule, trigger }) => {
    const { ingress, scheduler_service_account } = callOf(hcl, name)?.body ?? {};
    const open = trigger.topic === undefined ? "ALLOW_ALL" : "ALLOW_INTERNAL_ONLY";
    return [
      ...when(textOf(ingress) !== open, `${name} takes ${textOf(ingress)} and should take ${open}`),
      ...when(
        schedule !== undefined &&
          !refersTo(scheduler_service_account, "google_service_account.scheduler.email"),
        `${name} is woken by another identity than the scheduler's, which is not let in`,
      ),
    ];
  });

/** Somebody hears when it fails, and when it has not run; and is told what to do. */
export const everyFunctionIsWatched: Law = (hcl) => {
  const policies = resourcesOf(hcl, "google_monitoring_alert_policy");
  const own = policies.filter(inFunctionModule);
  const watches = (among: readonly Block[], metric: string) =>
    among.some(({ body }) => stringsIn(body.conditions).some((text) => text.includes(metric)));
  const queue = policies
    .filter(inRoot)
    .filter(({ body }) => textOf(body.for_each) === expression("local.notifier"));
  const scheduled = functions.some(({ schedule }) => schedule !== undefined);
  const failsToo = functions
    .filter(({ schedule }) => schedule !== undefined)
    .filter(
      ({ name }) => textOf(callOf(hcl, name)?.body.failed_calls) !== expression("each.value.failed_calls"),
    );
  return [
    ...failsToo.map(({ name }) => `${name} is said to fail at other calls than modules/plan works out`),
    ...when(!watches(own, "local.requests"), "nobody hears when a function fails"),
    ...when(scheduled && !watches(own, "local.ticks"), "nobody hears when a scheduled function has not run"),
    ...when(!watches(queue, "oldest_unacked_message_age"), "nobody hears when notices wait"),
    ...when(!watches(queue, "dead_letter_message_count"), "nobody hears of dead letters"),
    ...when(
      !watches(policies, "google_logging_metric.bytes_billed"),
      "nobody hears of the bytes that are billed",
    ),
    ...policies
      .filter(({ body }) => !stringsIn(body.documentation).some((text) => /local\.playbooks?\b/.test(text)))
      .map((one) => `${addressOf(one)} does not say where its playbook is`),
    ...policies
      .filter(({ body }) => textOf(body.notification_channels) === "")
      .map((one) => `${addressOf(one)} tells nobody`),
  ];
};

const valueOfASecret =
  /hooks\.slack\.com|\bsmtps?:\/\/|:\/\/[^\s/:$]+:[^\s/@$]+@|\bxox[a-z]-|-----BEGIN|\bAIza|\bgh[pousr]_|\b[0-9a-f]{32,}\b/i;
const nameOfASecret = /password|passwd|token|webhook|private_key|secret_(value|data)|credential/i;

/** Values of secrets are typed by people into Secret Manager, and are in no file and no state. */
export const noSecretHasAValue: Law = (hcl: Hcl) => [
  ...resourcesOf(hcl, "google_secret_manager_secret_version").map(
    (one) => `${addressOf(one)} would stand in the state`,
  ),
  ...hcl.data
    .filter(({ type }) => type.startsWith("google_secret_manager_secret_version"))
    .map((one) => `${addressOf(one)} would stand in the state`),
  ...hcl.variables
    .filter(({ name }) => nameOfASecret.test(name))
    .map((one) => `${addressOf(one)} asks for a secret; name one of Secret Manager instead`),
  ...[...hcl.resources, ...hcl.calls, ...hcl.variables, ...hcl.locals]
    .filter(({ body }) => stringsIn(body).some((text) => valueOfASecret.test(text)))
    .map((one) => `${addressOf(one)} holds what looks like the value of a secret`),
];
