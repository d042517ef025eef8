import { readFileSync } from "node:fs";
import { aStack, serveStack } from "./a-stack.ts";

const g = "/work/main/test/functions/notifier/golden/";
const { readdirSync } = await import("node:fs");
const stack = aStack();
const files = readdirSync(g);
for (const f of files.filter((f) => f.endsWith(".json")))
  stack.slack.push({
    id: f.replace(".", "-"),
    at: "2026-02-08T12:00:00Z",
    channel: "#data-alerts",
    payload: JSON.parse(readFileSync(g + f, "utf8")),
  });
for (const f of files.filter((f) => f.endsWith(".html")))
  stack.mail.push({
    id: f.replace(".", "-"),
    at: "2026-02-08T12:00:00Z",
    from: "Plumbline <plumbline@hulken.example>",
    to: ["growth@hulken.example"],
    subject: "[critical] Facebook Marketing stopped on 2 Feb 2026",
    text: readFileSync(g + f.replace(".html", ".txt"), "utf8"),
    html: readFileSync(g + f, "utf8"),
  });
stack.decisions = [
  {
    at: "2026-02-08T13:00:00Z",
    function: "sync-watchdog",
    group: "connector:facebook",
    title: "Facebook Marketing stopped on 2 Feb 2026",
    spoken: false,
    reason: "held",
    why: "The same findings were told 8 Feb 2026 12:00 UTC, 1 h ago; a reminder is due at 8 Feb 2026 16:00 UTC.",
    failure: null,
  },
  {
    at: "2026-02-08T12:00:00Z",
    function: "sync-watchdog",
    group: "connector:facebook",
    title: "Facebook Marketing stopped on 2 Feb 2026",
    spoken: true,
    reason: "first",
    why: "It was found at this tick for the first time.",
    failure: null,
  },
];
const server = await serveStack(stack.view);
console.log(server.url);
