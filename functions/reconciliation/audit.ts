import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline/promises";
import { parseArgs } from "node:util";
import { instantsOf } from "../checks/freshness/instants.ts";
import { problemsOf } from "../checks/freshness/problems.ts";
import { listDatasets } from "../checks/reading/listing.ts";
import { parseWarehouseFile } from "../shared/config/parse.ts";
import type { WarehouseFile } from "../shared/config/types.ts";
import { messageOf } from "../shared/errors.ts";
import { parseInstant } from "../shared/instant.ts";
import { formatBytes } from "../shared/report/format.ts";
import { toHtmlPage } from "../shared/report/html.ts";
import { toMarkdown } from "../shared/report/markdown.ts";
import { openWarehouse } from "../shared/warehouse/bigquery.ts";
import { bytesToSearch, peopleIn, searchedIn } from "./audit-people.ts";
import { bytesOf, estimated, priceOf } from "./cost.ts";
import { decide } from "./decide.ts";
import { judgeAll } from "./judge.ts";
import { lookAt } from "./look.ts";
import { type Plan, planReadings, tablesOf } from "./plan.ts";
import { toJson } from "./report/json.ts";
import { toBlocks } from "./report/report.ts";

/**
 * The report over somebody's warehouse, before anything is deployed: with the caller's own credentials, read only. It says what
 * it will read and what that costs, and asks. Nothing is made and nobody is told; the report is files on this machine.
 */
const usage = `npm run audit -- --config my-warehouse.yaml [--out folder] [--yes] [--no-people]

  --config     the warehouse file; see "Add a source" in the README
  --out        where report.html, report.md and report.json are written; audit-<day> unless said
  --yes        do not ask before reading
  --no-people  do not search texts for addresses and numbers of people
  --as-of      look as of an instant, like 2026-02-08T12:00:00Z; now unless said`;

const from = "audit";

async function main(): Promise<number> {
  const options = optionsOf(process.argv.slice(2));
  if (typeof options === "string") {
    console.error(`${options}\n\n${usage}`);
    return 1;
  }
  const { config, out, yes, people, now, asked } = options;
  const file = parseWarehouseFile(await readFile(config, "utf8"), config);
  const at = instantsOf(now, asked);
  const warehouse = openWarehouse({ ...file, from, maximumBytesBilled: file.reconciliation.atMostBytes });

  const listings = await listDatasets(tablesOf(file), warehouse);
  const plan = planReadings(file, listings, now);
  const search = people ? bytesToSearch(searchedIn(file), listings) : 0;
  const reading = bytesOf(await estimated(plan.asked, file, from, at), plan.asked.length);
  say(file, plan, reading, search);
  if (!(yes || (await agreed()))) {
    console.error("Nothing was read. With --yes it does not ask.");
    return 2;
  }

  const facts = await lookAt(file, at, warehouse, {
    people: () => peopleIn(file, warehouse, now, people),
    memory: async () => null,
    allow: async () => {},
  });
  const problems = problemsOf(facts.freshness, now);
  const judged = judgeAll({ file, facts, now, isLookBack: at.isLookBack }, problems);
  const reported = { decision: decide(judged, problems, null, now), facts, file, runs: warehouse.runs };
  await write(out, reported);
  const { pass, warning, fail, unknown } = reported.decision.summary;
  const billed = warehouse.runs.reduce((sum, { bytesBilled }) => sum + bytesBilled, 0);
  console.log(
    `${pass} checks pass, ${warning} warn, ${fail} fail, ${unknown} cannot tell; ${formatBytes(billed)} billed.\n` +
      `The report: ${join(out, "report.html")}`,
  );
  return 0;
}

interface Options {
  readonly config: string;
  readonly out: string;
  readonly yes: boolean;
  readonly people: boolean;
  readonly now: Date;
  readonly asked: Date;
}

/** @returns what is wrong with them, in words, where they cannot be used */
function optionsOf(args: readonly string[]): Options | string {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        config: { type: "string" },
        out: { type: "string" },
        yes: { type: "boolean" },
        "no-people": { type: "boolean" },
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
      people: !(values["no-people"] ?? false),
      now,
      asked,
    };
  } catch (error) {
    return messageOf(error);
  }
}

function say(file: WarehouseFile, { asked }: Plan, reading: number, search: number): void {
  const price = (bytes: number) => `${formatBytes(bytes)}, $${priceOf(bytes).toFixed(2)}`;
  console.log(
    `${file.project}: one look at ${asked.length} tables will read ${price(reading)}.` +
      (search === 0
        ? ""
        : `\nThe search for people will read at most ${price(search)}; --no-people leaves it out.`) +
      "\nPrices are on demand, without BigQuery's free tebibyte a month. Nothing is written to the project.",
  );
}

async function agreed(): Promise<boolean> {
  if (!process.stdin.isTTY) return false;
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return /^y(es)?$/i.test((await terminal.question("Go on? [y/N] ")).trim());
  } finally {
    terminal.close();
  }
}

async function write(out: string, reported: Parameters<typeof toBlocks>[0]): Promise<void> {
  const blocks = toBlocks(reported);
  await mkdir(out, { recursive: true });
  await Promise.all([
    writeFile(join(out, "report.html"), toHtmlPage(blocks, { title: "Do the numbers hold?" })),
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
