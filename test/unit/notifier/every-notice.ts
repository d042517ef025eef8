import { unreadableNotice } from "../../../functions/notifier/dead-letter.ts";
import { refusalGroups } from "../../../functions/notifier/refusals.ts";
import type { Notice } from "../../../functions/shared/alerting/types.ts";
import type { Channel } from "../../../functions/shared/config/types.ts";
import { aHostileNotice, aNotice, aRecovery } from "./a-notice.ts";

export { aHostileNotice, aNotice, anEnormousNotice, aRecovery } from "./a-notice.ts";

export function allKinds(): [string, Notice][] {
  const own = {
    "channel-refused": aChannelRefused(),
    "dead-letter": aDeadLetter(),
    hostile: aHostileNotice(),
  };
  return Object.entries({ ...everyKind(), ...own });
}

const now = new Date("2026-02-08T12:00:00Z");

function aChannelRefused(): Notice {
  const slack: Channel = { kind: "slack", id: "data-alerts", webhookSecret: "slack-data-alerts" };
  const outcomes = new Map([["data-alerts", { status: "refused", detail: "404: no_service" } as const]]);
  const missed = new Map([["data-alerts", { notices: 3, since: new Date("2026-02-07T22:10:00Z") }]]);
  const [group] = refusalGroups([slack], outcomes, missed, false);
  if (group === undefined) throw new Error("a refusal makes a group");
  const about = { subjects: ["data-alerts"], owners: [], from: "notifier" };
  return aNotice({ ...about, ...group.message, id: "a-refusal", incident: "0d9c8b7a6f5e4d3c" });
}

function aDeadLetter(): Notice {
  return unreadableNotice(
    {
      data: "canary",
      messageId: "11",
      publishTime: now,
      deliveryAttempt: null,
      attributes: {
        CloudPubSubDeadLetterSourceDeliveryCount: "20",
        CloudPubSubDeadLetterSourceTopicPublishTime: "2026-02-08T09:30:00Z",
      },
    },
    [
      "facts: Invalid input: expected array, received null",
      "title: Invalid input: expected string, received undefined",
    ],
    { project: "hulken", topic: "plumbline-alerts", now },
  );
}

/** The messages people get, one of each kind, as the core words them. */
function everyKind(): Readonly<Record<string, Notice>> {
  const links = [
    { label: "Airbyte connection", url: "https://airbyte.example/connections/facebook?tab=1&x=2" },
    {
      label: "Acknowledge",
      url: "https://plumbline.example/sync-watchdog/ack?incident=9b2e4c0d7a61f358&signature=abc_-1",
    },
    { label: "Evidence", url: "https://plumbline.example/sync-watchdog?format=html" },
    {
      label: "Why this alert",
      url: "https://plumbline.example/sync-watchdog/why?incident=9b2e4c0d7a61f358",
    },
  ];
  const warning = { severity: "warning", links } as const;
  const growth = { label: "Owner", value: "growth@hulken.example" };
  return {
    first: aNotice({ links }),
    escalated: aNotice({
      reason: "escalated",
      links,
      why: "Since the last message (8 Feb 2026 12:00 UTC, 3.0 h ago), ads_insights became critical.",
    }),
    new_finding: aNotice({
      ...warning,
      reason: "new_finding",
      why: "Since the last message (8 Feb 2026 12:00 UTC, 3.0 h ago), ads_insights is new.",
    }),
    reminder: aNotice({
      reason: "reminder",
      links,
      details: [],
      why: "A reminder: the last message was 8 Feb 2026 12:00 UTC, 4.0 h ago, and it is still open.",
    }),
    flapping: aNotice({
      ...warning,
      reason: "flapping",
      title: "shopify_utm stopped delivering",
      lead: "Nothing new for 2.5 h.",
      facts: [
        growth,
        { label: "Flapping", value: "shopify_utm broke at 8 Feb 2026 06:00 UTC, 8 Feb 2026 12:00 UTC" },
      ],
      details: [],
      why: "shopify_utm is flapping: broke 4 times within 24 h, and there are no more messages about it until it is stable for 6.0 h.",
    }),
    partly_recovered: aNotice({
      reason: "partly_recovered",
      links,
      facts: [growth, { label: "Ok again", value: "ads_insights, facebook_ads_insights_country" }],
      why: "ads_insights, facebook_ads_insights_country are ok again; the rest is still open.",
    }),
    recovered: aRecovery(),
    all_quiet: aNotice({
      id: "3f6c1d2e9a804b57-all-quiet",
      incident: "3f6c1d2e9a804b57",
      kind: "report",
      reason: "heartbeat",
      severity: "info",
      subjects: [],
      owners: [],
      title: "Heartbeat: no open incident",
      lead: "23 sources looked at: all fresh. The oldest is orders_daily, 21 h old.",
      facts: [],
      actions: [],
      details: [],
      why: "Sent once a day at 09:00 (Europe/Berlin): if it does not arrive, sync-watchdog is not running.",
    }),
    news: aNotice({
      id: "8d41f0c2b7a95e36-news",
      incident: "8d41f0c2b7a95e36",
      kind: "report",
      reason: "news",
      severity: "info",
      from: "dedup-views",
      subjects: ["facebook_insights"],
      title: "The view facebook_insights has a new column: cpc",
      lead: "The raw table has it since 8 Feb 2026 05:40 UTC, and the view follows.",
      facts: [
        { label: "New", value: "cpc (NUMERIC)" },
        { label: "Raw table", value: "ads_data.facebook_ads_insights" },
        growth,
      ],
      actions: ["Nothing has to be done; queries that name their columns give what they gave"],
      details: [{ kind: "code", language: "diff", text: "   spend,\n+  cpc,\n   clicks," }],
      why: "News of 8 Feb 2026 12:00 UTC: there is no problem; this is sent once.",
    }),
    joint: aJointNotice(),
  };
}

function aJointNotice(): Notice {
  const rows = Array.from({ length: 40 }, (_, n) => [
    `Connector ${n} stopped delivering`,
    n < 12 ? "critical" : "warning",
    `source_${n}`,
  ]);
  return aNotice({
    title: "40 more incidents at once",
    lead: "40 messages of the same time are combined in this one: check first what they have in common.",
    facts: [
      { label: "Severity", value: "12 critical, 28 warnings" },
      {
        label: "Among them",
        value:
          "Connector 0 stopped delivering; Connector 1 stopped delivering; Connector 2 stopped delivering; and 37 more",
      },
    ],
    actions: ["Check what they share: a host, a credential, a network"],
    details: [
      {
        kind: "table",
        columns: [{ label: "What" }, { label: "Severity" }, { label: "Sources" }],
        rows,
      },
    ],
    why: "40 causes were to be told at one tick.",
  });
}
