import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Block, type Hcl, inRoot, root, textOf } from "./hcl.ts";

/** What function.json says, as far as the deployment is judged by it. */
export interface FunctionJson {
  readonly name: string;
  readonly trigger: { readonly http?: boolean; readonly topic?: string; readonly deadLetterPath?: string };
  readonly schedule?: string;
  readonly timeoutSeconds: number;
  readonly rights: readonly string[];
}

export function readFunctions(): FunctionJson[] {
  const folder = join(root, "functions");
  return readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, "function.json")))
    .sort()
    .map((name) => JSON.parse(readFileSync(join(folder, name, "function.json"), "utf8")) as FunctionJson);
}

/** `sync_watchdog` for `sync-watchdog`: names of files, modules and resources. */
export function hclName(name: string): string {
  return name.replaceAll("-", "_");
}

/** The call of modules/function that deploys it. */
export function callOf(hcl: Hcl, name: string): Block | undefined {
  return hcl.calls.find(
    (one) => inRoot(one) && one.body.source === "./modules/function" && one.name === hclName(name),
  );
}

export function identityOf(name: string): string {
  return `google_service_account.function["${name}"]`;
}

/** Its root resources of a type. */
export function resourcesOf(hcl: Hcl, type: string): Block[] {
  return hcl.resources.filter((one) => one.type === type);
}

/** Where an expression names something: `google_pubsub_topic.alerts` in `${google_pubsub_topic.alerts.id}`. */
export function refersTo(value: unknown, address: string): boolean {
  const text = textOf(value);
  const at = text.indexOf(address);
  return at >= 0 && !/[\w-]/.test(text[at + address.length] ?? "");
}
