import { beforeAll, describe, expect, test } from "vitest";
import { argumentsAreTheProviders } from "./arguments.ts";
import { readFunctions } from "./functions.ts";
import { broken, parseHcl, readTexts, type Texts } from "./hcl.ts";
import * as laws from "./laws.ts";
import * as delivery from "./laws-of-delivery.ts";
import * as place from "./laws-of-place.ts";

/** What a reviewer would look for in infra/gcp, read from the parsed HCL; and that each is noticed when it is broken. */
const all: Record<string, laws.Law> = {
  "every function is deployed by a file of its own and stands in the README": laws.everyFunctionIsDeployed,
  "every function runs as its own identity": laws.everyFunctionHasItsOwnIdentity,
  "every function is woken by its schedule or its topic": laws.everyFunctionIsWoken,
  "whoever wakes a function may call it, and nobody without a reason": laws.everyCallerIsLetIn,
  "nobody is let in unnamed": laws.nobodyIsLetInUnnamed,
  "no right is project-wide but to run jobs, to write a build's log and, where asked for, to read the log of jobs":
    laws.noRightIsProjectWide,
  "a role of our own holds what it is for and nothing else": laws.ownRolesHoldWhatTheyAreFor,
  "every function has the rights of its function.json and no more": laws.rightsAreThoseOfFunctionJson,
  "the scheduler and the pushes can call functions and do nothing else": laws.callersCanOnlyCall,
  "dead letters are kept": delivery.deadLettersAreKept,
  "whoever calls a function waits for as long as it may take": delivery.deadlinesFit,
  "every call carries an identity token": delivery.everyCallIsSigned,
  "every call gets as far as the function": delivery.everyCallArrives,
  "every function is watched, and every alert says what to do": delivery.everyFunctionIsWatched,
  "no secret has a value": delivery.noSecretHasAValue,
  "everything is in the project it belongs to": place.everythingIsInItsProject,
  "who reads a secret reads one that the warehouse file names": place.secretsAreThoseOfTheWarehouseFile,
  "nothing is made before its API is there": place.everythingWaitsForTheApis,
  "every argument is the provider's": argumentsAreTheProviders,
};

let texts: Texts;

beforeAll(() => {
  texts = readTexts();
});

describe("the module as it is", () => {
  test("its parts are found: the laws below judge something", async () => {
    const hcl = await parseHcl(texts);
    expect(readFunctions().map(({ name }) => name)).toEqual(
      expect.arrayContaining(["notifier", "sync-watchdog"]),
    );
    expect(hcl.resources.length).toBeGreaterThan(30);
    expect(hcl.variables.length).toBeGreaterThan(10);
  });

  test.each(Object.entries(all))("%s", async (_, law) => {
    expect(law(await parseHcl(texts))).toEqual([]);
  });
});

describe("what is broken is noticed", () => {
  const invoker = "modules/function/main.tf";
  test.each<[string, string, string | RegExp, string, laws.Law, RegExp]>([
    [
      "a missing invoker",
      "sync_watchdog.tf",
      "{ scheduler = google_service_account.scheduler.member },",
      "{},",
      laws.everyCallerIsLetIn,
      /plumbline-scheduler may not call sync-watchdog/,
    ],
    [
      "no invoker at all",
      invoker,
      /resource "google_cloud_run_v2_service_iam_member"[\s\S]*$/,
      "",
      laws.everyCallerIsLetIn,
      /does not give run\.invoker/,
    ],
    [
      "the invoker's role of the first generation",
      invoker,
      "roles/run.invoker",
      "roles/cloudfunctions.invoker",
      laws.everyCallerIsLetIn,
      /does not give run\.invoker/,
    ],
    [
      "an analyst who may call the notifier",
      "notifier.tf",
      "{ push = google_service_account.push.member }",
      "merge({ push = google_service_account.push.member }, { for member in var.invokers : member => member })",
      laws.everyCallerIsLetIn,
      /each of `invokers` may call notifier without a reason/,
    ],
    [
      "a public function",
      "sync_watchdog.tf",
      "{ scheduler = google_service_account.scheduler.member },",
      '{ scheduler = google_service_account.scheduler.member, public = "allUsers" },',
      laws.nobodyIsLetInUnnamed,
      /sync_watchdog lets everybody in/,
    ],
    [
      "a public default",
      "variables.tf",
      /(?<=variable "invokers" \{[\s\S]*?default\s+= )\[\]/,
      '["allAuthenticatedUsers"]',
      laws.nobodyIsLetInUnnamed,
      /invokers lets everybody in by default/,
    ],
    [
      "a project-wide role",
      "sync_watchdog.tf",
      "roles/bigquery.jobUser",
      "roles/bigquery.dataViewer",
      laws.noRightIsProjectWide,
      /roles\/bigquery\.dataViewer on the whole project/,
    ],
    [
      "a condition that is gone",
      "build.tf",
      /\n {2}condition \{[\s\S]*?\n {2}\}\n/,
      "",
      laws.noRightIsProjectWide,
      /roles\/storage\.objectViewer on the whole project/,
    ],
    [
      "a log of jobs that is read unasked",
      "dedup_views.tf",
      " if var.read_job_log",
      "",
      laws.noRightIsProjectWide,
      /roles\/bigquery\.resourceViewer on the whole project/,
    ],
    [
      "a view keeper that deletes",
      "dedup_views.tf",
      '"bigquery.tables.update",',
      '"bigquery.tables.update", "bigquery.tables.delete",',
      laws.ownRolesHoldWhatTheyAreFor,
      /view_keeper may bigquery\.tables\.delete/,
    ],
    [
      "a view keeper that cannot change what it has made",
      "dedup_views.tf",
      '"bigquery.tables.update",',
      "",
      laws.ownRolesHoldWhatTheyAreFor,
      /view_keeper cannot change a view: it needs bigquery\.tables\.update/,
    ],
    [
      "a view keeper that cannot read a view outside of the watched datasets",
      "dedup_views.tf",
      '"bigquery.tables.getData",',
      "",
      laws.ownRolesHoldWhatTheyAreFor,
      /cannot count what a view has before it is replaced: it needs bigquery\.tables\.getData/,
    ],
    [
      "a role of our own under another name",
      "dedup_views.tf",
      '"plumblineViewKeeper"',
      '"plumblineEditor"',
      laws.ownRolesHoldWhatTheyAreFor,
      /view_keeper may bigquery\.tables\.create/,
    ],
    [
      "an editor where a view keeper is enough",
      "dedup_views.tf",
      "google_project_iam_custom_role.view_keeper[each.value.project].name",
      '"roles/bigquery.dataEditor"',
      laws.rightsAreThoseOfFunctionJson,
      /dedup-views is not given plumblineViewKeeper on every dataset of a dedup view/,
    ],
    [
      "a right that nobody asked for",
      "notifier.tf",
      "roles/bigquery.dataEditor",
      "roles/bigquery.dataOwner",
      laws.rightsAreThoseOfFunctionJson,
      /notifier is given bigquery\.dataOwner on the ops dataset, which its function\.json does not ask for/,
    ],
    [
      "an identity that another function uses",
      "notifier.tf",
      'google_service_account.function["notifier"].email',
      'google_service_account.function["sync-watchdog"].email',
      laws.everyFunctionHasItsOwnIdentity,
      /notifier does not run as its own identity/,
    ],
    [
      "a scheduler that can do more",
      "alerts.tf",
      /(?<=agent_push_token[\s\S]*)"serviceAccount:\$\{local\.agents\.pubsub\}"/,
      "google_service_account.scheduler.member",
      laws.callersCanOnlyCall,
      /plumbline-scheduler has iam\.serviceAccountTokenCreator/,
    ],
    [
      "a dead-letter topic without a subscription",
      "alerts.tf",
      /resource "google_pubsub_subscription" "dead_letters_kept" \{[\s\S]*?\n\}\n/,
      "",
      delivery.deadLettersAreKept,
      /google_pubsub_topic\.dead_letters has no subscription that keeps/,
    ],
    [
      "alerts without a dead letter",
      "notifier.tf",
      /\n {2}dead_letter_policy \{[\s\S]*?\n {2}\}\n/,
      "",
      delivery.deadLettersAreKept,
      /has no dead letter/,
    ],
    [
      "a subscription that expires",
      "alerts.tf",
      /\n {2}expiration_policy \{[\s\S]*?\n {2}\}\n/,
      "",
      delivery.deadLettersAreKept,
      /deleted when nothing happens/,
    ],
    [
      "a deadline shorter than the timeout",
      "modules/function/schedule.tf",
      /\$\{var\.function\.deadline_seconds\}s/,
      "60s",
      delivery.deadlinesFit,
      /waits for 60 s, and its function may take 540 s/,
    ],
    [
      "a deadline longer than there is",
      "modules/function/schedule.tf",
      /\$\{var\.function\.deadline_seconds\}s/,
      "3600s",
      delivery.deadlinesFit,
      /1800 s is the longest/,
    ],
    [
      "no deadline",
      "modules/function/schedule.tf",
      /\n {2}attempt_deadline.*\n/,
      "\n",
      delivery.deadlinesFit,
      /nobody said how long/,
    ],
    [
      "an acknowledgement sooner than the timeout",
      "notifier.tf",
      "each.value.ack_seconds",
      "10",
      delivery.deadlinesFit,
      /waits for 10 s, and its function may take 60 s/,
    ],
    [
      "a function that people ask and cannot reach",
      "dedup_views.tf",
      '"ALLOW_ALL"',
      '"ALLOW_INTERNAL_ONLY"',
      delivery.everyCallArrives,
      /dedup-views takes ALLOW_INTERNAL_ONLY and should take ALLOW_ALL/,
    ],
    [
      "a scheduler that calls as somebody else",
      "dedup_views.tf",
      "google_service_account.scheduler.email",
      "google_service_account.push.email",
      delivery.everyCallArrives,
      /dedup-views is woken by another identity than the scheduler's/,
    ],
    [
      "an alert at the first attempt of a tick",
      "dedup_views.tf",
      "each.value.retries + 1",
      "1",
      delivery.everyFunctionIsWatched,
      /dedup-views is said to fail at another call/,
    ],
    [
      "a push without a token",
      "notifier.tf",
      /\n {4}oidc_token \{[\s\S]*?\n {4}\}\n/,
      "",
      delivery.everyCallIsSigned,
      /calls without an identity token/,
    ],
    [
      "a secret's value in a variable's default",
      "variables.tf",
      /$/,
      'variable "chat" {\n  default = "https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXX"\n}\n',
      delivery.noSecretHasAValue,
      /chat holds what looks like the value of a secret/,
    ],
    [
      "a variable that asks for a secret",
      "variables.tf",
      /$/,
      'variable "smtp_password" {\n  default = "hunter2"\n}\n',
      delivery.noSecretHasAValue,
      /smtp_password asks for a secret/,
    ],
    [
      "a secret's version",
      "secrets.tf",
      /$/,
      'resource "google_secret_manager_secret_version" "chat" {\n  secret = "chat"\n  secret_data = var.chat\n}\n',
      delivery.noSecretHasAValue,
      /would stand in the state/,
    ],
    [
      "a function that nobody watches",
      "modules/function/watch.tf",
      /resource "google_monitoring_alert_policy" "silent"[\s\S]*$/,
      "",
      delivery.everyFunctionIsWatched,
      /nobody hears when a scheduled function has not run/,
    ],
    [
      "an alert that does not say what to do",
      "monitoring.tf",
      /(?<="dead_letters"[\s\S]*?)\n {2}documentation \{[\s\S]*?\n {2}\}\n/,
      "",
      delivery.everyFunctionIsWatched,
      /dead_letters does not say where its playbook is/,
    ],
    [
      "a function without a deployment",
      "notifier.tf",
      'module "notifier"',
      'module "teller"',
      laws.everyFunctionIsDeployed,
      /notifier has no module "notifier"/,
    ],
    [
      "a function that is deployed where it is off",
      "dedup_views.tf",
      'name == "dedup-views" && one.enabled',
      'name == "dedup-views"',
      laws.everyFunctionIsDeployed,
      /dedup-views is not deployed where it is enabled/,
    ],
    [
      "a function that is deployed under the name of another",
      "dedup_views.tf",
      "for_each = local.dedup_views",
      "for_each = local.sync_watchdog",
      laws.everyFunctionIsDeployed,
      /dedup-views is not deployed where it is enabled, or not alone/,
    ],
    [
      "a function that nothing wakes",
      "notifier.tf",
      /resource "google_pubsub_subscription" "notifier_alerts" \{[\s\S]*?\n\}\n/,
      "",
      laws.everyFunctionIsWoken,
      /notifier has no subscription of its topic/,
    ],
    [
      "a right in whichever project the provider has",
      "dedup_views.tf",
      /(?<="dedup_views_alerts" \{[\s\S]*?)\n {2}project = local\.project/,
      "",
      place.everythingIsInItsProject,
      /dedup_views_alerts is in the provider's project and should be in local\.project/,
    ],
    [
      "a right to a dataset of the same name in another project",
      "dedup_views.tf",
      "project    = each.value.project",
      "project    = local.project",
      place.everythingIsInItsProject,
      /dedup_views_watched is in .* and should be in each\.value\.project/,
    ],
    [
      "a right to another secret",
      "dedup_views.tf",
      "local.secret_ids[each.value]",
      '"smtp-url"',
      place.secretsAreThoseOfTheWarehouseFile,
      /dedup_views_link_key gives a right to smtp-url/,
    ],
    [
      "a role that is made before its API is there",
      "dedup_views.tf",
      "depends_on = [google_project_service.this]",
      "",
      place.everythingWaitsForTheApis,
      /view_keeper may be made before its API is there/,
    ],
    [
      "an argument that the provider does not have",
      "notifier.tf",
      "maximum_backoff",
      "max_backoff",
      argumentsAreTheProviders,
      /has no argument retry_policy\.max_backoff/,
    ],
    [
      "an argument that is missing",
      "build.tf",
      /\n {2}format {8}= "DOCKER"/,
      "",
      argumentsAreTheProviders,
      /needs format/,
    ],
    [
      "an argument inside a dynamic block",
      "ops.tf",
      "expiration_ms",
      "expires_ms",
      argumentsAreTheProviders,
      /has no argument time_partitioning\.expires_ms/,
    ],
  ])("%s", async (_, file, from, to, law, sentence) => {
    const found = law(await parseHcl(broken(texts, file, from, to)));
    expect(found.join("\n")).toMatch(sentence);
  });
});
