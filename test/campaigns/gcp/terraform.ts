import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { moduleFolder, root } from "../../unit/gcp/hcl.ts";

export const hasTerraform = spawnSync("terraform", ["version"], { env: environment(tmpdir()) }).status === 0;

export interface Ran {
  readonly ok: boolean;
  /** Both streams. */
  readonly text: string;
}

/** Neither a look for newer versions nor anything beside the sources. */
function environment(data: string, more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const own = {
    TF_DATA_DIR: data,
    CHECKPOINT_DISABLE: "1",
    TF_IN_AUTOMATION: "1",
    TF_CLI_CONFIG_FILE: "/dev/null",
  };
  return { ...process.env, ...own, ...more };
}

/**
 * One command of terraform in a folder, after `init`. Not synchronous: the mocked provider answers from this process.
 *
 * @param env what the mocked provider says to set
 */
export async function terraform(
  folder: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<Ran> {
  const data = mkdtempSync(join(tmpdir(), "plumbline-terraform-"));
  try {
    const variables = environment(data, env);
    if (args[0] !== "fmt") {
      const init = await run(
        [`-chdir=${folder}`, "init", "-no-color", "-backend=false", "-input=false"],
        variables,
      );
      if (!init.ok) return init;
    }
    return await run([`-chdir=${folder}`, ...args], variables);
  } finally {
    rmSync(data, { recursive: true, force: true });
  }
}

function run(args: readonly string[], env: NodeJS.ProcessEnv): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn("terraform", args, { env, stdio: ["ignore", "pipe", "pipe"] });
    let text = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (more: string) => {
        text += more;
      });
    child.on("error", reject);
    child.on("close", (code) => resolve({ ok: code === 0, text }));
  });
}

interface Planned {
  /** What Terraform says when it refuses. */
  readonly refused: string | null;
  readonly outputs: Record<string, unknown>;
}

/** What modules/plan makes of a warehouse file and of the functions as they are. */
export async function plan(settings: PlanSettings): Promise<Planned> {
  const folder = mkdtempSync(join(tmpdir(), "plumbline-plan-"));
  try {
    writeFileSync(join(folder, "main.tf"), callOfPlan(settings));
    const file = join(folder, "it.tfplan");
    const { ok, text } = await terraform(folder, ["plan", "-no-color", "-input=false", `-out=${file}`]);
    if (!ok) return { refused: text, outputs: {} };
    const shown = await terraform(folder, ["show", "-json", file]);
    const { planned_values } = JSON.parse(shown.text) as {
      planned_values: { outputs: { plan: { value: Record<string, unknown> } } };
    };
    return { refused: null, outputs: planned_values.outputs.plan.value };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface PlanSettings {
  readonly warehouseFile: string;
  readonly region: string;
  readonly overrides?: object;
}

/** As infra/gcp/main.tf calls it. */
function callOfPlan({ warehouseFile, region, overrides = {} }: PlanSettings): string {
  const fileIn = (folder: string) => `file("${join(root, folder)}/\${path}")`;
  const filesOf = (folder: string, pattern: string) =>
    `for path in fileset("${join(root, folder)}", "${pattern}")`;
  return `module "plan" {
  source    = "${join(moduleFolder, "modules/plan")}"
  functions = { ${filesOf("functions", "*/function.json")} : dirname(path) => jsondecode(${fileIn("functions")}) }
  ddl       = { ${filesOf("sql/bigquery/ops", "*.sql")} : trimsuffix(path, ".sql") => ${fileIn("sql/bigquery/ops")} }
  warehouse = yamldecode(file("${warehouseFile}"))
  region    = "${region}"
  overrides = jsondecode(${JSON.stringify(JSON.stringify(overrides))})
}

output "plan" {
  value = module.plan
}
`;
}
