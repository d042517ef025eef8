import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline/promises";
import { parseArgs } from "node:util";
import { problemsOf } from "../checks/freshness/problems.ts";
import { listDatasets } from "../checks/table-stats/listing.ts";
import { type Plan, planReads, tablesOf } from "../checks/table-stats/plan.ts";
import { parseWarehouseFile } from "../shared/config/parse.ts";
import type { WarehouseFile } from "../shared/config/types.ts";
import { ConfigurationError, messageOf } from "../shared/errors.ts";
import { parseInstant } from "../shared/instant.ts";
import { instantsOf } from "../shared/instants.ts";
import { formatBytes, formatCount } from "../shared/report/format.ts";
import { toHtmlPage } from "../shared/report/html.ts";
import { toMarkdown } from "../shared/report/markdown.ts";
import { openWarehouse } from "../shared/stores/bigquery/bigquery.ts";
import { WarehouseError } from "../shared/stores/bigquery/error.ts";
import type { StatementRun } from "../shared/stores/bigquery/types.ts";
import { bytesToCount, bytesToSearch, piiFactsIn, searchedIn } from "./audit-pii.ts";
import { bytesOf, estimated, priceOf, tooMuch } from "./cost.ts";
import { decide } from "./decide.ts";
import { gatherFrom } from "./gather.ts";
import { judgeAll } from "./judge.ts";
import { toJson } from "./report/json.ts";
import { countsText } from "./report/parts.ts";
import { toBlocks } from "./report/report.ts";

/**
 * The report over any warehouse, before anything is deployed. It uses the caller's own credentials and only
 * reads. It prints what it will read and the cost, and asks for consent. It creates nothing in the warehouse
 * and sends no notice; the report is written to files on this machine.
 */
const usage = `npm run audit -- --config my-warehouse.yaml [--out folder] [--yes] [--no-pii]

  --config     the warehouse file; see "Add a source" in the README
  --out        where report.html, report.md and report.json are written; audit-<day> by default
  --yes        do not ask before reading
  --no-pii  do not search texts for email addresses and phone numbers
  --as-of      evaluate as of an instant, like 2026-02-08T12:00:00Z; now by default`;

const from = "audit";

async function main(): Promise<number> {
  const options = optionsOf(process.argv.slice(2));
  if (typeof options === "string") {
    console.error(`${options}\n\n${usage}`);
    return 1;
  }
  const { config, out, yes, searchesPii, now, asked } = options;
  const file = parseWarehouseFile(await textOf(config), config, { notifies: false });
  const at = instantsOf(now, asked);
  const warehouse = openWarehouse({ ...file, from, maximumBytesBilled: file.reconciliation.maxScanBytes });

  const searched = searchesPii && !at.isLookBack ? searchedIn(file) : [];
  const listings = await listDatasets(
    new Map([...searched.map((dataset) => [dataset, []] as const), ...tablesOf(file)]),
    warehouse,
  );
  const plan = planReads(file, listings, now);
  const estimates = await estimated(plan.asked, file, from, at);
  const reading = bytesOf(estimates, plan.asked.length);
  const refused = unseen(file, listings, estimates) ?? tooMuch(file, plan, reading);
  if (refused !== null) {
    console.error(`${refused}\nNo data was read.`);
    return 1;
  }
  printPlan(file, plan, {
    reading,
    counting: at.isLookBack ? 0 : bytesToCount(file, listings),
    searching: bytesToSearch(searched, listings),
  });
  if (!(yes || (await agreed()))) {
    console.error("No data was read. With --yes it does not ask.");
    return 2;
  }

  const facts = await gatherFrom(file, at, warehouse, {
    piiFacts: () => piiFactsIn(file, warehouse, at, searchesPii),
    memory: async () => null,
    allow: async () => {},
  });
  const problems = problemsOf(facts.freshness, now);
  const judged = judgeAll({ file, facts, now, isLookBack: at.isLookBack });
  const reported = { decision: decide(judged, problems, null, now), facts, file, runs: warehouse.runs };
  await write(out, reported);
  const billed = warehouse.runs.reduce((sum, { bytesBilled }) => sum + bytesBilled, 0);
  console.log(
    `${countsText(reported.decision.summary)} ${formatBytes(billed)} billed.\n` +
      `The report: ${join(out, "report.html")}`,
  );
  return 0;
}

interface Options {
  readonly config: string;
  readonly out: string;
  readonly yes: boolean;
  readonly searchesPii: boolean;
  readonly now: Date;
  readonly asked: Date;
}

/** @returns the mistake as text if the arguments cannot be used */
function optionsOf(args: readonly string[]): Options | string {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        config: { type: "string" },
        out: { type: "string" },
        yes: { type: "boolean" },
        "no-pii": { type: "boolean" },
        "as-of": { type: "string" },
      },
    });
    const asked = new Date();
    const now = values["as-of"] === undefined ? asked : parseInstant(values["as-of"]);
    if (values.config === undefined) return "Name the warehouse file: --config my-warehouse.yaml";
    if (now === null) return "--as-of is no instant; write it as 2026-02-08T12:00:00Z";
    if (now > asked) return "--as-of is in the future";
    return {
      config: values.config,
      out: values.out ?? `audit-${now.toISOString().slice(0, 10)}`,
      yes: values.yes ?? false,
      searchesPii: !(values["no-pii"] ?? false),
      now,
      asked,
    };
  } catch (error) {
    // Node's message continues with a hint that does not apply here.
    return messageOf(error).replace(/\. To specify .*/s, "");
  }
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === "ENOENT" ? "there is no such file" : messageOf(error);
    throw new ConfigurationError(`The warehouse file ${path} cannot be read: ${why}.`);
  }
}

/** @returns why nothing can be read; null if something can */
function unseen(
  { project }: WarehouseFile,
  listings: Awaited<ReturnType<typeof listDatasets>>,
  estimates: readonly StatementRun[],
): string | null {
  const errors = [...listings.values()].filter((it) => it instanceof WarehouseError);
  const [first] = errors;
  if (first === undefined || errors.length < listings.size || estimates.length > 0) return null;
  return `No dataset of ${project} is visible with these credentials: ${first.message}`;
}

interface Bytes {
  readonly reading: number;
  readonly counting: number;
  readonly searching: number;
}

/** For reads beyond the plan's tables, only an upper limit is known. */
function printPlan(
  { project }: WarehouseFile,
  { asked }: Plan,
  { reading, counting, searching }: Bytes,
): void {
  const price = (bytes: number) => {
    const dollars = priceOf(bytes);
    return `${formatBytes(bytes)}, ${dollars < 0.005 ? "less than $0.01" : `$${dollars.toFixed(2)}`}`;
  };
  console.log(
    [
      `${project}: the check of ${formatCount(asked.length, "table")} will read ${price(reading)}.`,
      ...(counting === 0 ? [] : [`Counting who is hashed will read at most ${price(counting)}.`]),
      ...(searching === 0
        ? []
        : [`The search for PII will read at most ${price(searching)}; --no-pii skips it.`]),
      "Prices are on demand, without BigQuery's free tebibyte a month. The audit writes no data to the project.",
    ].join("\n"),
  );
}

async function agreed(): Promise<boolean> {
  if (!process.stdin.isTTY) return false;
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    // Ctrl-D closes the terminal without answering the question.
    const closed = new Promise<string>((answer) => terminal.once("close", () => answer("")));
    const answer = await Promise.race([terminal.question("Go on? [y/N] "), closed]);
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    terminal.close();
  }
}

async function write(out: string, reported: Parameters<typeof toBlocks>[0]): Promise<void> {
  const blocks = toBlocks(reported);
  await mkdir(out, { recursive: true });
  await Promise.all([
    writeFile(join(out, "report.html"), toHtmlPage(blocks, { title: "Reconciliation report" })),
    writeFile(join(out, "report.md"), toMarkdown(blocks)),
    writeFile(join(out, "report.json"), `${JSON.stringify(toJson(reported), null, 2)}\n`),
  ]);
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(messageOf(error));
    process.exitCode = 1;
  },
);
