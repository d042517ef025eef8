import { readFileSync } from "node:fs";

/** An argument is needed or not, or is a block with arguments of its own. */
export type Argument = "required" | "optional" | Arguments;
export interface Arguments {
  readonly [name: string]: Argument;
}

/** Arguments of the google provider by resource, see provider-arguments.json for where they are from. */
export const providerArguments = (
  JSON.parse(readFileSync(new URL("../../../unit/gcp/provider-arguments.json", import.meta.url), "utf8")) as {
    resources: Record<string, Arguments>;
  }
).resources;

/** What is read back: by the module, so what else there is does not matter here. */
const computed: Readonly<Record<string, readonly string[]>> = {
  google_service_account: ["email", "member", "name"],
  google_artifact_registry_repository: ["name"],
  google_monitoring_notification_channel: ["name"],
  google_project: ["number"],
  google_project_iam_custom_role: ["name"],
  google_secret_manager_secret: ["name"],
};
const computedInside: Readonly<Record<string, readonly string[]>> = { service_config: ["uri"] };

const map = ["map", "string"];
const list = ["list", "string"];
const set = ["set", "string"];
/** Everything else is text: Terraform turns numbers and booleans into it. */
const types: Readonly<Record<string, unknown>> = {
  labels: map,
  user_labels: map,
  annotations: map,
  environment_variables: map,
  label_extractors: map,
  clustering: list,
  notification_channels: list,
  allowed_persistence_regions: list,
  tags: list,
  permissions: set,
};

export interface SchemaBlock {
  readonly attributes: readonly object[];
  readonly block_types: readonly object[];
}

export function schemaOf(type: string): { readonly block: SchemaBlock } {
  const own = ["id", ...(computed[type] ?? [])].map((name) => attribute(name, "string", { computed: true }));
  const { attributes, block_types } = blockOf(providerArguments[type] ?? {});
  return { block: { attributes: [...attributes, ...own], block_types } };
}

function blockOf(of: Arguments): SchemaBlock {
  const entries = Object.entries(of);
  return {
    attributes: entries
      .filter(([, kind]) => typeof kind === "string")
      .map(([name, kind]) => attribute(name, types[name] ?? "string", { [kind as string]: true })),
    block_types: entries.flatMap(([type_name, kind]) => {
      if (typeof kind === "string") return [];
      const { attributes, block_types } = blockOf(kind);
      const own = (computedInside[type_name] ?? []).map((name) =>
        attribute(name, "string", { computed: true }),
      );
      return [{ type_name, nesting: "LIST", block: { attributes: [...attributes, ...own], block_types } }];
    }),
  };
}

function attribute(name: string, type: unknown, how: object): object {
  return { name, type: Buffer.from(JSON.stringify(type)), ...how };
}
