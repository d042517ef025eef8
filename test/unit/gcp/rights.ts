import { type Block, type Hcl, inFunctionModule, inRoot, textOf } from "./hcl.ts";

/** One right of one identity, in words. */
export interface Right {
  readonly identity: string;
  /** `bigquery.dataEditor on the ops dataset`, as function.json puts it. */
  readonly right: string;
  readonly file: string;
}

/** What the expressions of the module stand for. A new one must be put into words here before it can be deployed. */
const words: readonly (readonly [type: string, argument: string, holds: string, says: string])[] = [
  [
    "google_bigquery_dataset_iam_member",
    "dataset_id",
    "google_bigquery_dataset.ops.dataset_id",
    "the ops dataset",
  ],
  ["google_bigquery_dataset_iam_member", "for_each", "module.plan.datasets", "every watched dataset"],
  ["google_bigquery_dataset_iam_member", "for_each", "local.kept_datasets", "every dataset of a dedup view"],
  [
    "google_bigquery_dataset_iam_member",
    "for_each",
    "local.reconciled_datasets",
    "every dataset of a table or clean view that the warehouse file names",
  ],
  [
    "google_bigquery_dataset_iam_member",
    "for_each",
    "local.pii_read_datasets",
    "every watched or searched dataset",
  ],
  [
    "google_bigquery_dataset_iam_member",
    "for_each",
    "local.pii_edited_datasets",
    "every dataset of a raw or clean table of people, and of hashes for ad platforms",
  ],
  ["google_pubsub_topic_iam_member", "topic", "google_pubsub_topic.alerts.name", "the alerts topic"],
  [
    "google_pubsub_topic_iam_member",
    "topic",
    "google_pubsub_topic.dead_letters.name",
    "the dead-letter topic",
  ],
  [
    "google_pubsub_subscription_iam_member",
    "subscription",
    "google_pubsub_subscription.notifier_alerts",
    "the notifier's subscription",
  ],
  [
    "google_secret_manager_secret_iam_member",
    "for_each",
    "module.plan.channel_secrets",
    "every channel's secret",
  ],
  ["google_secret_manager_secret_iam_member", "for_each", "module.plan.link_key", "the key that signs links"],
  [
    "google_secret_manager_secret_iam_member",
    "for_each",
    "local.pii_secrets",
    "the key of the hashes and the list of planted people",
  ],
  [
    "google_service_account_iam_member",
    "service_account_id",
    "google_service_account.push.name",
    "plumbline-push",
  ],
  ["google_storage_bucket_iam_member", "bucket", "google_storage_bucket.bundles.name", "the bundles' bucket"],
  [
    "google_artifact_registry_repository_iam_member",
    "repository",
    "google_artifact_registry_repository.images.name",
    "the images' repository",
  ],
  ["google_kms_crypto_key_iam_member", "crypto_key_id", "each.value", "the key, where one is given"],
];

/**
 * Every right that the module gives, ordered by identity.
 * @throws Error for a right that has no words yet
 */
export function rightsOf(hcl: Hcl): Right[] {
  const given = hcl.resources
    .filter((one) => one.type.endsWith("_iam_member") && inRoot(one))
    .map((one) => ({
      identity: identityOf(one),
      right: `${roleOf(hcl, one)} on ${targetOf(one)}`,
      file: one.file,
    }));
  const invoked = hcl.calls
    .filter((one) => inRoot(one) && one.body.source === "./modules/function")
    .flatMap((one) =>
      callersOf(textOf(one.body.invokers)).map((identity) => ({
        identity,
        right: `run.invoker on ${one.name.replaceAll("_", "-")}`,
        file: one.file,
      })),
    );
  return [...given, ...invoked].sort((a, b) =>
    a.identity === b.identity ? (a.right < b.right ? -1 : 1) : a.identity < b.identity ? -1 : 1,
  );
}

/** Who an expression of members names. */
export function callersOf(expression: string): string[] {
  const own = [
    ...expression.matchAll(/google_service_account\.(\w+)(?:\[\\?"([a-z0-9-]+)\\?"\])?\.member/g),
  ].map(([, account = "", key]) => `plumbline-${key ?? account}`);
  return [...own, ...(expression.includes("var.invokers") ? ["each of `invokers`"] : [])];
}

function identityOf({ type, name, file, body }: Block): string {
  const member = textOf(body.member);
  const [own] = callersOf(member);
  if (own !== undefined) return own;
  if (member.includes("local.agents.pubsub")) return "Pub/Sub's own agent";
  if (member.includes("local.agents[")) return "Google Cloud's own agents";
  throw new Error(`${file}: ${type}.${name} gives a right to ${member}; say in rights.ts who that is`);
}

/** A role of our own goes by its id. */
function roleOf(hcl: Hcl, { type, name, file, body }: Block): string {
  const role = textOf(body.role);
  const [, own] = /google_project_iam_custom_role\.(\w+)/.exec(role) ?? [];
  if (own === undefined) return role.replace(/^roles\//, "");
  const made = hcl.resources.find((one) => one.type === "google_project_iam_custom_role" && one.name === own);
  if (made === undefined) throw new Error(`${file}: ${type}.${name} gives a role that nobody makes, ${own}`);
  return textOf(made.body.role_id);
}

function targetOf({ type, name, file, body }: Block): string {
  if (type === "google_project_iam_member") {
    if (onlyWhereJobsMayBeRead(body)) return "the project, where the log of jobs may be read";
    const condition = Array.isArray(body.condition) ? (body.condition[0] as { title?: string }) : undefined;
    return condition === undefined ? "the project" : `the project, ${condition.title ?? "with a condition"}`;
  }
  const found = words.find(([of, argument, holds]) => of === type && textOf(body[argument]).includes(holds));
  if (found === undefined)
    throw new Error(`${file}: ${type}.${name} gives a right that rights.ts has no words for`);
  return found[3];
}

export function onlyWhereJobsMayBeRead(body: Block["body"]): boolean {
  return /\bif var\.read_job_log\b/.test(textOf(body.for_each));
}

/** Members of the Cloud Run service itself, which must come from `invokers` and nowhere else. */
export function invokerOf(hcl: Hcl): Block | undefined {
  return hcl.resources.find(
    (one) => inFunctionModule(one) && one.type === "google_cloud_run_v2_service_iam_member",
  );
}

const begin = "<!-- rights: written from the HCL, see test/unit/gcp/write-rights.ts -->";
const end = "<!-- /rights -->";

/** The README with its table of rights as the HCL has it. */
export function withRights(readme: string, rights: readonly Right[]): string {
  const from = readme.indexOf(begin);
  const to = readme.indexOf(end);
  if (from < 0 || to < from) throw new Error(`infra/gcp/README.md needs a line ${begin} and a line ${end}`);
  return `${readme.slice(0, from + begin.length)}\n\n${tableOf(rights)}\n\n${readme.slice(to)}`;
}

function tableOf(rights: readonly Right[]): string {
  const rows = rights.map(({ identity, right, file }, n) => {
    const first = rights[n - 1]?.identity !== identity;
    const who = identity.startsWith("plumbline-") ? `\`${identity}\`` : identity;
    const [role = "", target = ""] = right.split(/ on (.*)/s);
    return `| ${first ? who : ""} | \`${role}\` | ${target} | [\`${file}\`](${file}) |`;
  });
  return ["| identity | role | on | given in |", "| --- | --- | --- | --- |", ...rows].join("\n");
}
