import { createServer } from "node:http";
import { afterEach, beforeEach } from "vitest";
import { serveApi } from "../../infra/local/api/api.ts";
import { serveConsole } from "../../infra/local/console/serve.ts";
import { closeHttp, listenHttp } from "../../infra/local/http/loopback.ts";
import type {
  CleanView,
  CleanViews,
  CleanViewsReport,
  ConnectorState,
  Decision,
  Mail,
  Pii,
  PiiProof,
  Reconciliation,
  ReconciliationReport,
  SlackMessage,
  SourceReport,
  StackView,
} from "../../infra/local/stack-view.ts";

export interface AStack {
  view: StackView;
  /** What was asked of it, e.g. `advance 3600000`. */
  readonly asked: string[];
  slack: SlackMessage[];
  mail: Mail[];
  decisions: Decision[];
  sources: SourceReport[];
  cleanViews: CleanViews;
  pii: Pii;
  reconciliation: Reconciliation;
}

/** A stack that holds still: what the console and the API show is what a test put in. */
export function aStack(): AStack {
  let now = new Date("2026-02-08T12:00:00Z").getTime();
  const asked: string[] = [];
  const connectors = new Map<string, ConnectorState>([
    ["facebook", aConnector("facebook", "Facebook Marketing", true)],
    ["shopify", aConnector("shopify", "Shopify", false)],
  ]);
  const change = (id: string, broken: boolean): Promise<ConnectorState> => {
    const connector = { ...aConnector(id, id, broken), ...connectors.get(id), broken };
    connectors.set(id, connector);
    asked.push(`${broken ? "break" : "repair"} ${id}`);
    return Promise.resolve(connector);
  };
  const stack: AStack = {
    asked,
    slack: [],
    mail: [],
    decisions: [],
    sources: [aSource("facebook_ads_insights", "critical"), aSource("shopify_utm", "ok")],
    cleanViews: {
      current: true,
      answer: {
        ok: true,
        report: {
          as_of: "2026-02-08T12:00:00.000Z",
          summary: { create: 0, replace: 0, unchanged: 1, refused: 0 },
          views: [aCleanView("facebook_insights")],
          roas: [],
          raw_reads: { checked: true, why: null, jobs: [] },
        },
      },
    },
    pii: { current: true, answer: { ok: true, report: aProof() } },
    reconciliation: { current: true, answer: { ok: true, report: aReconciliation() } },
    view: {
      status: () => ({
        clock: { now: new Date(now).toISOString(), started_at: "2026-02-08T12:00:00.000Z" },
        connectors: [...connectors.values()],
        ticks: [],
        deliveries: { pending: 0, delivered: stack.slack.length, dead_lettered: 0 },
        revision: `${now}-${stack.slack.length}-${asked.length}`,
        functions: [
          {
            name: "sync-watchdog",
            description: "Is every source fresh?",
            state: "ready",
            pid: 4711,
            crashes: 0,
            last_exit: null,
            schedule: "0 * * * *",
            time_zone: "Etc/UTC",
            topic: null,
            next_tick: "2026-02-08T13:00:00.000Z",
            last_tick: null,
            url: "/sync-watchdog",
            log: ['{"severity":"INFO","message":"Judged 2 sources."}'],
          },
        ],
      }),
      inbox: () => ({ slack: stack.slack, mail: stack.mail }),
      decisions: async (limit) => stack.decisions.slice(0, limit),
      watchdog: async () => ({
        ok: true,
        report: {
          as_of: new Date(now).toISOString(),
          summary: { ok: 1, warning: 0, critical: 1, unknown: 0 },
          sources: stack.sources,
          groups: [
            {
              key: "connector:facebook",
              title: "Facebook Marketing stopped delivering",
              severity: "critical",
              since: "2026-02-02T12:00:41Z",
              cause: "The access token may have expired.",
              probable: true,
              evidence: ["Its last sync was on 2 February."],
              sources: ["facebook_ads_insights"],
              impact: [
                { amount: 119_900, currency: "USD", kind: "spend", low: 1e5, high: 140_000, basis: null },
              ],
              actions: ["Renew the token."],
              owner: "growth@hulken.example",
            },
          ],
        },
      }),
      cleanViews: async () => stack.cleanViews,
      pii: async () => stack.pii,
      reconciliation: async () => stack.reconciliation,
      async advance(ms) {
        asked.push(`advance ${ms}`);
        now += ms;
        const clock = { now: new Date(now).toISOString() };
        return { clock, ticks: [], settled: true, slack_messages: 0, mails: 0 };
      },
      repair: (id) => change(id, false),
      break: (id) => change(id, true),
    },
  };
  return stack;
}

function aConnector(id: string, name: string, broken: boolean): ConnectorState {
  return { id, name, host: "airbyte", broken, last_sync: "2026-02-02T12:00:00Z", every_ms: 86_400_000 };
}

function aSource(source: string, status: SourceReport["status"]): SourceReport {
  return {
    source,
    status,
    arrival: "2026-02-02T12:00:41Z",
    business_date: "2026-02-02",
    modified: "2026-02-02T12:00:41Z",
    age_hours: 143.99,
    decided_by: "modified",
    finding: status === "ok" ? null : "nothing arrived for 144 h",
    impact: null,
    cause: null,
    owner: null,
  };
}

/** As the audit has it. */
export function aCleanView(view: string, changes: Partial<CleanView> = {}): CleanView {
  return {
    view,
    key: ["ad_id", "date_start", "account_id"],
    action: "unchanged",
    status: "ok",
    finding: null,
    to_do: [],
    reasons: [],
    diff: null,
    last_changed: { at: "2026-02-07T05:30:00.000Z", what: "made" },
    figures: {
      raw_rows: 159_342,
      clean_rows: 126_089,
      duplicates: 33_253,
      rate: 33_253 / 159_342,
      money: {
        raw: "1812345.10",
        clean: "1314326.10",
        overcounted: "498019.00",
        currency: "USD",
        kind: "spend",
      },
    },
    owner: "growth@hulken.example",
    ...changes,
  };
}

/** Of the demo, once everything was searched. */
export function aProof(changes: Partial<PiiProof> = {}): PiiProof {
  const claim = { subject: "shopify_live_customers", status: "ok" as const, actions: [] };
  return {
    as_of: "2026-02-08T13:00:00.000Z",
    status: "ok",
    claims: [
      { ...claim, claim: "hashed", text: "All facts of the 13,350 rows are in the clean table." },
      {
        ...claim,
        claim: "matches",
        subject: "shopify_live_orders.email_hash",
        text: "6,888 of 9,175 different persons are also in shopify_live_customers (75 %).",
      },
      { ...claim, claim: "key", subject: "registry", text: "Key 1, fingerprint 80b5be8f013dd236." },
      { ...claim, claim: "jobs", subject: "pii-hasher", text: "12 runs in the last hour." },
      { ...claim, claim: "search", subject: "every text of every table", text: "49 of 49 tables searched." },
      { ...claim, claim: "canaries", subject: "test persons", text: "The test persons are not found." },
    ],
    tables: [
      {
        table: "shopify_live_customers",
        clean_rows: 13_350,
        columns: [
          { column: "email", hashed: 13_350, never_given: 0, unusable: 0, readable: 0 },
          { column: "phone", hashed: 13_299, never_given: 51, unusable: 0, readable: 0 },
        ],
        recoverable: {
          emptied_at: "2026-02-08T12:00:00.000Z",
          queryable_until: "2026-02-15T12:00:00.000Z",
          fail_safe_until: "2026-02-22T12:00:00.000Z",
        },
      },
    ],
    search: { tables: [{ table: "hulken.ads_data.calendar", findings: [] }] },
    ...changes,
  };
}

/** Of the demo on its first morning, in short. */
export function aReconciliation(changes: Partial<ReconciliationReport> = {}): ReconciliationReport {
  return {
    as_of: "2026-02-08T12:00:00.000Z",
    summary: { ok: 61, warning: 4, critical: 7, unknown: 2 },
    trusted_through: {
      jointly: "2026-02-01",
      platforms: [
        { platform: "facebook", through: "2026-02-01" },
        { platform: "tiktok", through: "2026-02-03" },
      ],
    },
    to_do: [
      {
        title: "Facebook Marketing stopped delivering",
        status: "critical",
        impact: [{ amount: 119_900, currency: "USD", what: "spend not visible" }],
        since: "2026-02-02T12:00:41.000Z",
        actions: ["Renew the token.", "Trigger a manual sync."],
      },
      { title: "hulken.ads_data.x: rows are gone", status: "unknown", impact: [], since: null, actions: [] },
    ],
    since_last_run: { at: null, new: [], resolved: [] },
    ...changes,
  };
}

/** The console and the API of a stack on a port of their own, as the router serves them. */
export async function serveStack(view: StackView): Promise<{ url: string; close: () => Promise<void> }> {
  const server = createServer((request, response) => {
    const serve = request.url?.startsWith("/local/") ? serveApi : serveConsole;
    void serve(view, request, response);
  });
  const port = await listenHttp(server);
  return { url: `http://127.0.0.1:${port}`, close: () => closeHttp(server) };
}

export const hostile = `</pre><script>document.title = "owned"</script><img src=x onerror="document.title = 'owned'">`;

export let stack: AStack;
export let server: Awaited<ReturnType<typeof serveStack>>;

/** A new stack and a console over it for each test of the file. */
export function useConsole(): void {
  beforeEach(async () => {
    stack = aStack();
    server = await serveStack(stack.view);
  });
  afterEach(() => server.close());
}

/** A console over another view, in place of the one that runs. */
export async function serveInstead(view: StackView): Promise<void> {
  await server.close();
  server = await serveStack(view);
}

export function told(payload: Record<string, unknown>): void {
  stack.slack.push({
    id: String(stack.slack.length + 1),
    at: "2026-02-08T12:00:00Z",
    channel: "#data-alerts",
    payload,
  });
}

export function mailed(changes: { subject?: string; text?: string; html?: string | null }): void {
  stack.mail.push({
    id: String(stack.mail.length + 1),
    at: "2026-02-08T12:00:00Z",
    from: "plumbline@hulken.example",
    to: ["growth@hulken.example"],
    subject: "[critical] Facebook Marketing stopped",
    text: "It stopped.",
    html: "<p>It stopped.</p>",
    ...changes,
  });
}

export function cleanViews(views: readonly CleanView[], changes: Partial<CleanViewsReport> = {}): void {
  const { answer } = aStack().cleanViews;
  if (!answer?.ok) throw new Error("the stack has no clean views");
  stack.cleanViews = { current: true, answer: { ok: true, report: { ...answer.report, views, ...changes } } };
}

export function proved(changes: Partial<PiiProof>): void {
  stack.pii = { current: true, answer: { ok: true, report: aProof(changes) } };
}

export function reconciled(changes: Partial<ReconciliationReport>): void {
  stack.reconciliation = { current: true, answer: { ok: true, report: aReconciliation(changes) } };
}

export const found = {
  claim: "search",
  subject: "every text of every table",
  status: "critical" as const,
  text: "48 of 49 tables searched; 1 hold what can be read: hulken.ads_data.notes.",
  actions: ["Set note of hulken.ads_data.notes to NULL"],
};
export const putOff = { code: "put_off", text: "It was not searched yet." };
export const plaintext = {
  code: "plaintext_email",
  text: "note contains text like an email address, in 3 rows.",
};
