import type { Verdict as SearchVerdict } from "../checks/pii-search/types.ts";
import type { CheckId } from "../checks/registry.ts";
import { helpLinks } from "../shared/alerting/notices/help-links.ts";
import type {
  Finding as AlertFinding,
  FindingGroup,
  FindingKey,
  Message,
  MessageFact,
} from "../shared/alerting/types.ts";
import type { Pii } from "../shared/config/types.ts";
import { datasetOf, nameOf } from "../shared/config/values/table-name.ts";
import type { Fact } from "../shared/report/blocks.ts";
import { formatInstant, formatNumber } from "../shared/report/format.ts";
import { type Decision, type Finding, rowsText, type TableResult } from "./decide.ts";

/**
 * Three checks, each with its own recovery: whether a table is hashed, with the right key, and whether
 * plaintext is readable anywhere.
 */
const checks = {
  hashing: "pii_hashing",
  key: "pii_key",
  search: "pii_search",
} as const satisfies Readonly<Record<string, CheckId>>;

/** The keys that were really evaluated in this run: only these can recover. */
export function evaluatedKeys({ tables, key }: Decision, searched: readonly SearchVerdict[]): FindingKey[] {
  return [
    ...tables
      .filter(({ checked, plan, outcome }) => checked && (plan.action === "rest" || outcome !== null))
      .map(({ survey }) => ({ check: checks.hashing, subject: survey.table.id })),
    ...(!(key?.retry ?? false)
      ? tables.map(({ survey }) => ({ check: checks.key, subject: survey.table.id }))
      : []),
    ...withDatasets(searched.filter(({ checked }) => checked).map(({ subject }) => subject)),
  ];
}

/** All keys that are monitored. @param known tables that were searched before and still are */
export function monitoredKeys({ tables }: Decision, known: readonly string[]): FindingKey[] {
  return [
    ...tables.flatMap(({ survey }) =>
      [checks.hashing, checks.key].map((check) => ({ check, subject: survey.table.id })),
    ),
    ...withDatasets(known),
  ];
}

/** If a table of a dataset was searched, the dataset could be searched. */
function withDatasets(tables: readonly string[]): FindingKey[] {
  const subjects = new Set(tables.flatMap((table) => [table, datasetIn(table)]));
  return [...subjects].map((subject) => ({ check: checks.search, subject }));
}

const datasetIn = (subject: string) => subject.split(".").slice(0, 2).join(".");

/**
 * The finding groups: one for the key, one for each kind of problem and connector, one for each dataset with
 * readable data.
 */
export function toFindingGroups(
  decision: Decision,
  searched: readonly SearchVerdict[],
  pii: Pii,
): FindingGroup[] {
  return [...keyGroup(decision), ...tableGroups(decision), ...searchGroups(searched, pii)];
}

function keyGroup({ key, tables, readableRows }: Decision): FindingGroup[] {
  if (key === null || key.retry) return [];
  const ids = tables.map(({ survey }) => survey.table.id);
  const waiting = [...readableRows.values()].reduce((sum, rows) => sum + rows, 0);
  return [
    {
      key: "pii-hasher:key",
      since: null,
      owners: ownersOf(tables),
      findings: ids.map(
        (subject): AlertFinding => ({ check: checks.key, subject, severity: "critical", summary: key.text }),
      ),
      message: {
        title: "Personal data is not hashed: the key may not be used",
        lead: `${sentence(key.text)} No data was written.`,
        facts: [
          { label: "Tables", value: ids.join(", ") },
          { label: "Waiting", value: `${rowsText(waiting)} that can be read in the raw tables` },
          { label: "Owner", value: ownersOf(tables).join(", ") },
        ],
        actions: key.actions,
        details: [],
      },
    },
  ];
}

function tableGroups({ tables }: Decision): FindingGroup[] {
  const wrong = tables.flatMap((one) => one.findings.map((finding) => ({ one, finding })));
  const groups = Map.groupBy(
    wrong,
    ({ one, finding }) => `${finding.code}:${one.survey.table.source.connector.id}`,
  );
  return [...groups].map(([key, same]) => ({
    key: `pii-hasher:${key}`,
    since: null,
    owners: ownersOf(same.map(({ one }) => one)),
    findings: same.map(
      ({ one, finding }): AlertFinding => ({
        check: checks.hashing,
        subject: one.survey.table.id,
        severity: finding.severity,
        summary: `${one.survey.table.id}: ${finding.text}`,
      }),
    ),
    message: tableMessage(same),
  }));
}

const titles: Readonly<Record<Finding["code"], string>> = {
  raw_missing: "has no raw table any more",
  raw_not_a_table: "has no table to empty",
  clean_not_a_table: "has no table to put its hashes into",
  hashes_gone: "has lost its hashes",
  column_missing: "misses a column",
  column_type: "has a column that cannot be hashed",
  needs_partition_filter: "cannot be searched for late rows",
  not_checked: "could not be checked",
  not_done: "could not be hashed",
  unusable: "contains values that are not an address or number",
  no_key: "contains personal data in rows without a key",
  pending_too_long: "stays readable in the streaming buffer",
};

function tableMessage(same: readonly { readonly one: TableResult; readonly finding: Finding }[]): Message {
  const [first] = same;
  if (first === undefined) throw new Error("a group of nothing");
  const { code } = first.finding;
  const tables = same.map(({ one }) => one);
  const ids = tables.map(({ survey }) => survey.table.id);
  const lines = same.map(({ one, finding }) => sentence(`${one.survey.table.id}: ${finding.text}`));
  return {
    title: ids.length === 1 ? `${ids[0]} ${titles[code]}` : `${ids.length} tables: each ${titles[code]}`,
    lead: ids.length === 1 ? sentence(first.finding.text) : `${ids.join(", ")}.`,
    facts: [
      {
        label: "Raw tables",
        value: tables.map(({ survey }) => nameOf(survey.table.source.table)).join(", "),
      },
      ...leftFacts(tables),
      { label: "Owner", value: ownersOf(tables).join(", ") },
    ],
    actions: [...new Set(same.flatMap(({ finding }) => finding.actions))],
    links: helpLinks(tables.flatMap(({ survey: { table } }) => [table.source.connector, table.source])),
    details: ids.length === 1 ? [] : [{ kind: "list", ordered: false, items: lines }],
  };
}

function leftFacts(tables: readonly TableResult[]): MessageFact[] {
  return tables.flatMap(({ survey, progress }) =>
    progress.readAt === null
      ? []
      : [
          {
            label: `Last read of ${survey.table.id}`,
            value: `${formatInstant(progress.readAt)}; ${formatNumber(progress.rowsHashed)} rows hashed so far, ${formatNumber(progress.rowsLeft)} left`,
            detail: true,
          },
        ],
  );
}

function searchGroups(searched: readonly SearchVerdict[], pii: Pii): FindingGroup[] {
  const wrong = searched.filter(
    ({ finding, retry }) => finding !== null && finding.code !== "put_off" && !retry,
  );
  const common = commonFailure(wrong);
  if (common !== null) return [unsearchedGroup(common, wrong, pii)];
  const groups = Map.groupBy(wrong, ({ subject }) => datasetIn(subject));
  return [...groups].map(([dataset, verdicts]) => {
    const owners = ownersNear([dataset], pii);
    const items = verdicts.flatMap(({ subject, findings }) =>
      findings.map(({ text }) => sentence(`${subject}: ${text}`)),
    );
    const isReadable = verdicts.some(({ status }) => status === "critical");
    const names = verdicts.map(({ subject }) => subject);
    const what = isReadable ? "contains readable personal data" : "could not be searched for personal data";
    return {
      key: `pii-hasher:search:${dataset}`,
      since: null,
      owners,
      findings: verdicts.map(alertFindingOf),
      message: {
        title:
          names.length === 1 ? `${names[0]} ${what}` : `${names.length} tables of ${dataset}: each ${what}`,
        lead: items[0] ?? "",
        facts: [{ label: "Dataset", value: dataset }, ...ownerFacts(owners)],
        actions: actionsOf(verdicts),
        details: items.length > 1 ? [{ kind: "list", ordered: false, items }] : [],
      },
    };
  });
}

/**
 * A reason that prevents the search of several datasets in the same way, such as an unreadable list of
 * test persons.
 */
function commonFailure(wrong: readonly SearchVerdict[]): string | null {
  const [first = null] = wrong;
  const text = first?.finding?.text ?? null;
  const isCommon = wrong.every(({ search, subject, finding }) => {
    return subject === datasetIn(subject) && search === null && finding?.text === text;
  });
  return wrong.length > 1 && isCommon ? text : null;
}

function unsearchedGroup(text: string, verdicts: readonly SearchVerdict[], pii: Pii): FindingGroup {
  const datasets = verdicts.map(({ subject }) => subject);
  const owners = ownersNear(datasets, pii);
  return {
    key: "pii-hasher:search",
    since: null,
    owners,
    findings: verdicts.map(alertFindingOf),
    message: {
      title: "No dataset could be searched for personal data",
      lead: sentence(text),
      facts: [{ label: "Datasets", value: datasets.join(", ") }, ...ownerFacts(owners)],
      actions: actionsOf(verdicts),
      details: [],
    },
  };
}

function alertFindingOf({ subject, status, finding }: SearchVerdict): AlertFinding {
  return {
    check: checks.search,
    subject,
    severity: status === "critical" ? "critical" : "warning",
    summary: `${subject}: ${finding?.text ?? ""}`,
  };
}

const actionsOf = (verdicts: readonly SearchVerdict[]) => [
  ...new Set(verdicts.flatMap(({ actions }) => actions)),
];

const ownerFacts = (owners: readonly string[]): Fact[] =>
  owners.length > 0 ? [{ label: "Owner", value: owners.join(", ") }] : [];

/** Owners of the personal data in some datasets, as far as the warehouse file names them. */
function ownersNear(datasets: readonly string[], { tables }: Pii): string[] {
  const nearby = tables.filter(({ source, clean }) =>
    [source.table, clean].some((it) => datasets.includes(datasetOf(it))),
  );
  return [...new Set(nearby.map(({ source }) => source.owner))];
}

function ownersOf(tables: readonly TableResult[]): string[] {
  return [...new Set(tables.map(({ survey }) => survey.table.source.owner))];
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
