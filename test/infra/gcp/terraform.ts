import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { moduleFolder, root } from "./hcl.ts";

const found = spawnSync("terraform", ["version"], { env: environment(tmpdir()) });
export const hasTerraform = found.status === 0;

export interface Ran {
  readonly ok: boolean;
  /** Both streams, lines joined as Terraform breaks them. */
  readonly text: string;
}

/** Neither a look for newer versions nor anything beside the sources. */
function environment(data: string): NodeJS.ProcessEnv {
  return {
    ...process.env,
    TF_DATA_DIR: data,
    CHECKPOINT_DISABLE: "1",
    TF_IN_AUTOMATION: "1",
    TF_CLI_CONFIG_FILE: "/dev/null",
  };
}

export function terraform(folder: string, ...args: readonly string[]): Ran {
  const data = mkdtempSync(join(tmpdir(), "plumbline-terraform-"));
  const run = (...all: readonly string[]) =>
    spawnSync("terraform", [`-chdir=${folder}`, ...all], { encoding: "utf8", env: environment(data) });
  try {
    if (args[0] !== "fmt") {
      const init = run("init", "-no-color", "-backend=false", "-input=false");
      if (init.status !== 0) return { ok: false, text: `${init.stdout}${init.stderr}` };
    }
    const { status, stdout, stderr } = run(...args);
    return { ok: status === 0, text: `${stdout}${stderr}` };
  } finally {
    rmSync(data, { recursive: true, force: true });
  }
}

/** What modules/plan makes of a warehouse file and of the functions as they are. */
export function plan(settings: {
  readonly warehouseFile: string;
  readonly region: string;
  readonly overrides?: object;
}): { readonly refused: string | null; readonly outputs: Record<string, unknown> } {
  const folder = mkdtempSync(join(tmpdir(), "plumbline-plan-"));
  try {
    writeFileSync(join(folder, "main.tf"), callOfPlan(settings));
    const { ok, text } = terraform(
      folder,
      "plan",
      "-no-color",
      "-input=false",
      `-out=${join(folder, "it.tfplan")}`,
    );
    if (!ok) return { refused: text, outputs: {} };
    const shown = spawnSync("terraform", [`-chdir=${folder}`, "show", "-json", "it.tfplan"], {
      encoding: "utf8",
      env: environment(folder),
    });
    const { planned_values } = JSON.parse(shown.stdout) as {
      planned_values: { outputs: { plan: { value: Record<string, unknown> } } };
    };
    return { refused: null, outputs: planned_values.outputs.plan.value };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** As infra/gcp/main.tf calls it. */
function callOfPlan({ warehouseFile, region, overrides = {} }: Parameters<typeof plan>[0]): string {
  const read = (folder: string, pattern: string, key: string, value: string) =>
    `{ for path in fileset("${join(root, folder)}", "${pattern}") : ${key} => ${value.replace("FILE", `file("${join(root, folder)}/\${path}")`)} }`;
  return `module "plan" {
  source    = "${join(moduleFolder, "modules/plan")}"
  functions = ${read("functions", "*/function.json", "dirname(path)", "jsondecode(FILE)")}
  ddl       = ${read("sql/bigquery/ops", "*.sql", 'trimsuffix(path, ".sql")', "FILE")}
  warehouse = yamldecode(file("${warehouseFile}"))
  region    = "${region}"
  overrides = jsondecode(${JSON.stringify(JSON.stringify(overrides))})
}

output "plan" {
  value = module.plan
}
`;
}
