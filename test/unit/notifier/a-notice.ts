import type { Notice } from "../../../functions/shared/alerting/types.ts";

/** A connector down, as the watchdog words it. */
export function aNotice(parts: Partial<Notice> = {}): Notice {
  return {
    id: "5c1f0e6f2ad94d1c8a7be3d0914c2f55",
    incident: "9b2e4c0d7a61f358",
    kind: "problem",
    reason: "first",
    severity: "critical",
    from: "sync-watchdog",
    at: "2026-02-08T12:00:00.000Z",
    why: "This is the first alert for it.",
    subjects: [
      "facebook_ads_insights",
      "facebook_ads_insights_age_and_gender",
      "facebook_ads_insights_country",
      "facebook_ads_insights_region",
      "ads_insights",
    ],
    owners: ["growth@hulken.example"],
    links: [],
    title: "Facebook Marketing stopped delivering",
    lead: "Nothing new for 6.0 days: about $120K of spend (95K to 140K) not visible.",
    facts: [
      {
        label: "Cause",
        value:
          "Probably the Facebook Marketing connector itself: everything it delivers has stopped. Usual causes, most likely first: the access token has expired; the worker crashed.",
      },
      { label: "Severity", value: "5 sources: 5 critical", detail: true },
      { label: "Since", value: "2 Feb 2026 12:00 UTC, 6.0 days ago", detail: true },
      { label: "Not visible", value: "about $120K of spend (95K to 140K)", detail: true },
      { label: "Owner", value: "growth@hulken.example" },
    ],
    actions: [
      "Renew the token: https://developers.facebook.com/tools/accesstoken/?app_id=1&x=_2_",
      "In Airbyte, run the connection facebook_marketing by hand and read its last log",
      "Restart the Airbyte VM & check its disk",
    ],
    details: [
      {
        kind: "table",
        columns: [
          { label: "Source" },
          { label: "Status" },
          { label: "Newest arrival" },
          { label: "Age", align: "right" },
          { label: "Newest day" },
        ],
        rows: [
          ["facebook_ads_insights", "critical", "2 Feb 12:00 UTC", "144 h", "2 Feb 2026"],
          ["facebook_ads_insights_age_and_gender", "critical", "2 Feb 12:00 UTC", "144 h", "2 Feb 2026"],
          ["facebook_ads_insights_country", "critical", "2 Feb 12:00 UTC", "144 h", "2 Feb 2026"],
          ["facebook_ads_insights_region", "critical", "2 Feb 12:00 UTC", "144 h", "2 Feb 2026"],
          ["ads_insights", "critical", "2 Feb 12:00 UTC", "144 h", null],
        ],
      },
      { kind: "paragraph", text: "Evidence:" },
      {
        kind: "list",
        ordered: false,
        items: [
          "All 5 sources of the connector stopped within 41 s of each other",
          "Other connectors of the same host delivered after 2 Feb 2026 12:00 UTC",
        ],
      },
      {
        kind: "paragraph",
        text: "How the money is estimated: facebook_ads_insights: mean of the 7 complete days 26 Jan to 1 Feb, times 6.0 days.",
      },
    ],
    ...parts,
  };
}

export function aRecovery(parts: Partial<Notice> = {}): Notice {
  return aNotice({
    id: "e0b6a4bb7f0f4b8c9a3f5d2c11aa7788",
    kind: "recovery",
    reason: "recovered",
    at: "2026-02-08T14:00:00.000Z",
    why: "All its findings were evaluated again and are ok.",
    lead: "Everything is ok again at 8 Feb 2026 14:00 UTC. It lasted 6.1 days.",
    facts: [
      { label: "Began", value: "2 Feb 2026 12:00 UTC", detail: true },
      { label: "Ok again", value: "8 Feb 2026 14:00 UTC", detail: true },
      { label: "Lasted", value: "6.1 days", detail: true },
      { label: "Subjects", value: "ads_insights, facebook_ads_insights" },
    ],
    actions: [],
    details: [],
    ...parts,
  });
}

const nasty =
  'A "quoted" <script>alert(1)</script> & *bold* _it_ `code` <!channel> <@U1> | \u202Eright\nto left\r\nBcc: eve@evil.example\u0000\u0007 🚨 \ud83d עברית';

/** Every text of it tries to break out of its place. */
export function aHostileNotice(): Notice {
  return aNotice({
    title: nasty,
    lead: nasty,
    why: nasty,
    from: nasty,
    subjects: [nasty],
    owners: [nasty],
    links: [{ label: nasty, url: "https://plumbline.example/ack?x=1&y=<!channel>|\"'>`" }],
    facts: [{ label: nasty, value: nasty }],
    actions: [nasty, nasty],
    details: [
      { kind: "heading", level: 2, text: nasty },
      { kind: "paragraph", text: nasty },
      { kind: "facts", facts: [{ label: nasty, value: nasty }] },
      { kind: "list", ordered: false, items: [nasty] },
      { kind: "code", language: "sql", text: `\`\`\`\n${nasty}\n\`\`\`` },
      { kind: "table", columns: [{ label: nasty }, { label: "n" }], rows: [[nasty, 1]] },
    ],
  });
}

/** A notice of a bad day: everything too long, too many, too wide. */
export function anEnormousNotice(letter = "&"): Notice {
  const long = `${letter.repeat(40)} `.repeat(100);
  return aNotice({
    title: long,
    lead: long,
    why: long,
    from: long,
    facts: Array.from({ length: 40 }, (_, n) => ({ label: `${n} ${long}`, value: long })),
    actions: Array.from({ length: 40 }, () => long),
    details: [
      {
        kind: "table",
        columns: Array.from({ length: 8 }, (_, n) => ({ label: `column ${n}` })),
        rows: Array.from({ length: 500 }, (_, n) =>
          Array.from({ length: 8 }, (_, m) => `${letter}${n}-${m}`),
        ),
      },
      ...Array.from({ length: 80 }, () => ({ kind: "paragraph" as const, text: long })),
      { kind: "code", language: "", text: long },
      { kind: "list", ordered: true, items: Array.from({ length: 200 }, () => long) },
    ],
  });
}
