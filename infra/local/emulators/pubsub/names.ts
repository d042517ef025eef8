import { invalidArgument } from "./errors.ts";

type Kind = "topics" | "subscriptions";

/** Rules of https://cloud.google.com/pubsub/docs/pubsub-basics#resource_names. */
const id = /^(?!goog)[A-Za-z][A-Za-z0-9\-_.~+%]{2,254}$/;

/** @throws PubSubError INVALID_ARGUMENT */
export function checkName(kind: Kind, name: string): string {
  const [projects, project, kindOfName, resource, ...rest] = name.split("/");
  const fits =
    projects === "projects" && project && kindOfName === kind && id.test(resource ?? "") && rest.length === 0;
  if (!fits) throw invalidArgument(`Invalid [${kind}] name: (name=${name})`);
  return name;
}

/** A full name from a short or a full one. */
export function fullName(kind: Kind, name: string, project: string): string {
  return checkName(kind, name.includes("/") ? name : `projects/${project}/${kind}/${name}`);
}

export function projectOf(name: string): string {
  return name.split("/")[1] ?? "";
}

export function idOf(name: string): string {
  return name.split("/")[3] ?? "";
}
