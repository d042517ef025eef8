import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  callOf,
  type FunctionJson,
  hclName,
  identityOf,
  readFunctions,
  refersTo,
  resourcesOf,
} from "./functions.ts";
import {
  type Block,
  bodiesOf,
  expression,
  type Hcl,
  inFunctionModule,
  inRoot,
  root,
  stringsIn,
  textOf,
} from "./hcl.ts";
import { callersOf, invokerOf, onlyWhereJobsMayBeRead, rightsOf } from "./rights.ts";

/** What a law finds wrong, each in a sentence; nothing where it holds. */
export type Law = (hcl: Hcl) => string[];

const functions = readFunctions();
const readme = readFileSync(join(root, "README.md"), "utf8");
const forEach =
  (judge: (hcl: Hcl, one: FunctionJson) => string[]): Law =>
  (hcl) =>
    functions.flatMap((one) => judge(hcl, one));

/** A folder under functions/ is deployed, by a file of its own, and stands in the README. */
export const everyFunctionIsDeployed = forEach((hcl, { name }) => {
  const call = callOf(hcl, name);
  if (call === undefined) return [`${name} has no module "${hclName(name)}" of ./modules/function`];
  const itself = `for name, one in local.functions : name => one if name == "${name}" && one.enabled`;
  const meant = hcl.locals.filter(inRoot).flatMap(({ body }) => stringsIn(body[hclName(name)]));
  return [
    ...when(
      textOf(call.body.for_each) !== expression(`local.${hclName(name)}`) ||
        meant.join() !== expression(`{ ${itself} }`),
      `${name} is not deployed where it is enabled, or not alone`,
    ),
    ...when(
      call.file !== `${hclName(name)}.tf`,
      `${name} is deployed in ${call.file}, not in ${hclName(name)}.tf`,
    ),
    ...when(!new RegExp(`^\\| \\[?\`?${name}\`?`, "m").test(readme), `${name} has no row in README.md`),
    ...when(
      !existsSync(join(root, "functions", name, "README.md")) ||
        !readFileSync(join(root, "functions", name, "README.md"), "utf8").includes("## When this alerts"),
      `${name} has no playbook for its alerts to link to`,
    ),
  ];
});

export const everyFunctionHasItsOwnIdentity = forEach((hcl, { name }) => {
  const account = textOf(callOf(hcl, name)?.body.service_account);
  const runs = resourcesOf(hcl, "google_cloudfunctions2_function").filter(inFunctionModule);
  const as = runs
    .flatMap(({ body }) => bodiesOf(body.service_config))
    .map((one) => textOf(one.service_account_email));
  return [
    ...when(
      !account.includes(identityOf(name)),
      `${name} does not run as its own identity but as ${account || "nobody"}`,
    ),
    ...when(
      !as.includes(expression("var.service_account")),
      "modules/function does not pass the identity on",
    ),
  ];
});

/** Something wakes it: Cloud Scheduler by its schedule, or a subscription of its topic. */
export const everyFunctionIsWoken = forEach((hcl, { name, schedule, trigger }) => {
  const jobs = resourcesOf(hcl, "google_cloud_scheduler_job").filter(inFunctionModule);
  const pushes = resourcesOf(hcl, "google_pubsub_subscription").filter(({ body }) =>
    bodiesOf(body.push_config).some((push) => refersTo(push.push_endpoint, `module.${hclName(name)}`)),
  );
  const to = (topic: string) => pushes.some(({ body }) => refersTo(body.topic, topic));
  return [
    ...when(schedule !== undefined && jobs.length === 0, `${name} has a schedule and no Cloud Scheduler job`),
    ...when(
      trigger.topic !== undefined && !to("google_pubsub_topic.alerts"),
      `${name} has no subscription of its topic`,
    ),
    ...when(
      trigger.deadLetterPath !== undefined && !to("google_pubsub_topic.dead_letters"),
      `${name} takes dead letters and has no subscription of theirs`,
    ),
  ];
});

/** Who wakes it may call it; people may call what answers them; nobody else may. */
export const everyCallerIsLetIn: Law = (hcl) => {
  const invoker = invokerOf(hcl);
  const lets =
    invoker !== undefined &&
    textOf(invoker.body.for_each) === expression("var.invokers") &&
    textOf(invoker.body.member) === expression("each.value") &&
    textOf(invoker.body.role) === "roles/run.invoker";
  return [
    ...when(
      !lets,
      "modules/function does not give run.invoker on the Cloud Run service to each of its invokers",
    ),
    ...when(
      !JSON.stringify(invoker?.body.lifecycle ?? "").includes("replace_triggered_by"),
      "an invoker outlives the service it may call: replace_triggered_by is missing",
    ),
    ...functions.flatMap(({ name, schedule, trigger }) => {
      const callers = callersOf(textOf(callOf(hcl, name)?.body.invokers));
      const expected = [
        ...(schedule === undefined ? [] : ["plumbline-scheduler"]),
        ...(trigger.topic === undefined ? ["each of `invokers`"] : ["plumbline-push"]),
      ];
      return [
        ...expected.filter((one) => !callers.includes(one)).map((one) => `${one} may not call ${name}`),
        ...callers
          .filter((one) => !expected.includes(one))
          .map((one) => `${one} may call ${name} without a reason`),
      ];
    }),
  ];
};

export const nobodyIsLetInUnnamed: Law = (hcl) => [
  ...[...hcl.resources, ...hcl.calls, ...hcl.locals]
    .filter(({ body }) => stringsIn(body).some((text) => /allUsers|allAuthenticatedUsers/.test(text)))
    .filter(({ file }) => !file.startsWith("modules/plan/"))
    .map((one) => `${addressOf(one)} lets everybody in`),
  ...hcl.variables
    .filter(({ body }) => stringsIn(body.default).some((text) => /allUsers|allAuthenticatedUsers/.test(text)))
    .map((one) => `${addressOf(one)} lets everybody in by default`),
  ...hcl.resources
    .filter(({ body }) => "invoker_iam_disabled" in body)
    .map((one) => `${addressOf(one)} asks no caller who he is`),
  ...hcl.resources
    .filter(({ type }) => /_iam_(binding|policy)$/.test(type))
    .map((one) => `${addressOf(one)} takes away what others were given; use an _iam_member`),
];

/** A job runs in the project and a build logs there; everything else has a narrower place. */
const ofTheProject = ["bigquery.jobUser", "logging.logWriter"];

export const noRightIsProjectWide: Law = (hcl) =>
  resourcesOf(hcl, "google_project_iam_member")
    .filter(({ body }) => !ofTheProject.includes(textOf(body.role).replace("roles/", "")))
    .filter(
      ({ body }) =>
        !bodiesOf(body.condition).some(({ expression }) =>
          /buckets\/gcf-v2-sources-/.test(textOf(expression)),
        ),
    )
    .filter(
      ({ body }) => textOf(body.role) !== "roles/bigquery.resourceViewer" || !onlyWhereJobsMayBeRead(body),
    )
    .map((one) => `${addressOf(one)} gives ${textOf(one.body.role)} on the whole project`);

/** What a role of our own holds, and what for: nothing that deletes, writes rows or gives rights. */
const ofOurOwnRoles: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  plumblineViewKeeper: {
    "bigquery.tables.create": "make a view",
    "bigquery.tables.get": "look at a view",
    "bigquery.tables.getData": "count what a view has before it is replaced",
    "bigquery.tables.update": "change a view",
  },
};

export const ownRolesHoldWhatTheyAreFor: Law = (hcl) =>
  resourcesOf(hcl, "google_project_iam_custom_role").flatMap((one) => {
    const needed = ofOurOwnRoles[textOf(one.body.role_id)] ?? {};
    const held = stringsIn(one.body.permissions);
    return [
      ...held
        .filter((permission) => !(permission in needed))
        .map((permission) => `${addressOf(one)} may ${permission}`),
      ...Object.entries(needed)
        .filter(([permission]) => !held.includes(permission))
        .map(([permission, what]) => `${addressOf(one)} cannot ${what}: it needs ${permission}`),
    ];
  });

/** Rights that a function has only where the warehouse file asks for what they are for. */
const byWarehouseFile = ["secretmanager.secretAccessor on the key that signs links"];

export const rightsAreThoseOfFunctionJson: Law = (hcl) => {
  const all = rightsOf(hcl);
  return functions.flatMap(({ name, rights }) => {
    const given = all.filter(({ identity }) => identity === `plumbline-${name}`).map(({ right }) => right);
    return [
      ...rights.filter((one) => !given.includes(one)).map((one) => `${name} is not given ${one}`),
      ...given
        .filter((one) => !rights.includes(one) && !byWarehouseFile.includes(one))
        .map((one) => `${name} is given ${one}, which its function.json does not ask for`),
    ];
  });
};

/** The scheduler's and the push's identities can call functions, and nothing else. */
export const callersCanOnlyCall: Law = (hcl) =>
  rightsOf(hcl)
    .filter(({ identity }) => /^plumbline-(scheduler|push)$/.test(identity))
    .filter(({ right }) => !right.startsWith("run.invoker on "))
    .map(({ identity, right }) => `${identity} has ${right}`);

export function addressOf({ file, type, name }: Block): string {
  return `${file}: ${type === "" ? name : `${type}.${name}`}`;
}

export function when(wrong: boolean, sentence: string): string[] {
  return wrong ? [sentence] : [];
}
