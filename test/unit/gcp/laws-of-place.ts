import { providerArguments } from "../../campaigns/gcp/provider/schema.ts";
import { type Block, expression, inFunctionModule, inRoot, stringsIn, textOf } from "./hcl.ts";
import { addressOf, type Law, when } from "./laws.ts";

/** Every resource names its project: left out, it is whichever one the provider was configured with. */
export const everythingIsInItsProject: Law = (hcl) =>
  hcl.resources
    .filter(({ type }) => providerArguments[type]?.project !== undefined)
    .flatMap((one) =>
      when(
        textOf(one.body.project) !== expression(projectOf(one)),
        `${addressOf(one)} is in ${textOf(one.body.project) || "the provider's project"} and should be in ${projectOf(one)}`,
      ),
    );

/** Who reads a secret is given the one that the warehouse file names, made here or elsewhere. */
export const secretsAreThoseOfTheWarehouseFile: Law = (hcl) =>
  hcl.resources
    .filter(({ type }) => type === "google_secret_manager_secret_iam_member")
    .filter(({ body }) => textOf(body.secret_id) !== expression("local.secret_ids[each.value]"))
    .map((one) => `${addressOf(one)} gives a right to ${textOf(one.body.secret_id)}`);

/** Nothing is made before its API is there: it waits for the APIs, or for something of Google's that does. */
export const everythingWaitsForTheApis: Law = (hcl) => {
  const ofLocal = (name: string) => hcl.locals.filter(inRoot).flatMap(({ body }) => stringsIn(body[name]));
  const waits = ({ body }: Block) => {
    const own = stringsIn(body);
    const named = own.flatMap((text) => [...text.matchAll(/\blocal\.(\w+)/g)].map(([, name = ""]) => name));
    return [...own, ...named.flatMap(ofLocal)].some((text) => /\bgoogle_\w+\.\w/.test(text));
  };
  return hcl.resources
    .filter(inRoot)
    .filter(({ type }) => type.startsWith("google_") && type !== "google_project_service")
    .filter((one) => !waits(one))
    .map((one) => `${addressOf(one)} may be made before its API is there`);
};

/** Data, roles and secrets may lie elsewhere; everything else is where the functions are. */
function projectOf(one: Block): string {
  if (inFunctionModule(one)) return "var.platform.project";
  if (one.type === "google_secret_manager_secret_iam_member")
    return "module.plan.secrets[each.value].project";
  if (one.type === "google_project_iam_custom_role") return "each.value";
  return textOf(one.body.dataset_id) === expression("each.value.dataset")
    ? "each.value.project"
    : "local.project";
}
