import { parseInstant } from "../../../instant.ts";
import { suggestion } from "../../../text.ts";
import type { Draft } from "../../values/draft.ts";
import { durationMs } from "../../values/duration.ts";
import { type Contradiction, empty, type Path, reference, unused } from "../../values/rule.ts";
import type { WrittenConnectors } from "../connectors/schema.ts";
import type { WrittenPairs } from "../pairs/schema.ts";
import type { WrittenSources } from "../sources/schema.ts";
import { routeConditions, type WrittenNotifications } from "./schema.ts";

const dayMs = 86_400_000;
const maxSilenceDays = 31;
const maxAcknowledgementDays = 7;

type File = Draft<WrittenConnectors & WrittenSources & WrittenPairs & WrittenNotifications>;
type Settings = NonNullable<File["notifications"]>;
type Silence = NonNullable<Settings["silences"]>[number];
type Route = NonNullable<Settings["routes"]>[number];

/** Contradictions within the settings and with the rest of the file. */
export function notificationRules(file: File): Contradiction[] {
  const { notifications = {} } = file;
  const { channels = {}, silences = [] } = notifications;
  return [
    ...empty(
      notifications.channels,
      ["notifications", "channels"],
      "no notice could be delivered; name at least one channel",
    ),
    ...shrinking(notifications.repeat_after),
    ...acknowledgement(notifications),
    ...silences.flatMap((it, at) => silence(it, ["notifications", "silences", at], file)),
    ...routes(file),
    ...Object.entries(channels).flatMap(([id, it]) => channel(it ?? {}, ["notifications", "channels", id])),
  ];
}

function shrinking(waits: Settings["repeat_after"]): Contradiction[] {
  if (!Array.isArray(waits)) return [];
  const at = waits.findIndex((wait, place) => {
    const [before, after] = [durationMs(waits[place - 1]), durationMs(wait)];
    return before !== null && after !== null && after < before;
  });
  if (at < 0) return [];
  const message = `it is shorter than ${waits[at - 1]} before it; reminders grow rarer, so write the list from the shortest to the longest`;
  return [{ path: ["notifications", "repeat_after", at], message }];
}

function acknowledgement({ acknowledge }: Settings): Contradiction[] {
  const length = durationMs(acknowledge?.for);
  if (length === null || length <= maxAcknowledgementDays * dayMs) return [];
  const message = `an acknowledgement may suppress reminders for ${maxAcknowledgementDays}d at most; write a silence for longer work`;
  return [{ path: ["notifications", "acknowledge", "for"], message }];
}

function silence(it: Silence, path: Path, file: File): Contradiction[] {
  const found = sourceReferences(it, path, file);
  if (it.sources === undefined && it.connectors === undefined && it.hosts === undefined) {
    found.push({
      path,
      message: "it silences nothing; name what it silences: sources: [..], connectors: [..] or hosts: [..]",
    });
  }
  const [from, until] = [it.from, it.until].map((each) => parseInstant(String(each))?.getTime() ?? null);
  if (from == null || until == null) return found;
  if (until <= from) found.push({ path: [...path, "until"], message: "until must be later than from" });
  if (until - from > maxSilenceDays * dayMs) {
    const message = `a silence without an end is a lost alarm: make it ${maxSilenceDays} days at most and renew it`;
    found.push({ path: [...path, "until"], message });
  }
  return found;
}

function routes(file: File): Contradiction[] {
  const { routes: written = [], channels = {} } = file.notifications ?? {};
  if (written.length === 0) return [];
  const takesAll = (it: Route) => routeConditions.every((condition) => it[condition] === undefined);
  const open = Object.keys(channels)[0] ?? "data-alerts";
  return [
    ...written.flatMap((it, at) => {
      const path = ["notifications", "routes", at];
      return [
        ...references(it.to, channels, [...path, "to"], "channel"),
        ...sourceReferences(it, path, file),
        ...owners(it, path, file),
      ];
    }),
    ...(written.some(takesAll)
      ? []
      : [
          {
            path: ["notifications", "routes"],
            message: `a notice that matches no route would be lost; add a route without conditions, like - { to: [${open}] }`,
          },
        ]),
    ...unused(
      channels,
      written.flatMap((it) => it.to ?? []),
      ["notifications", "channels"],
      "route",
    ),
  ];
}

function sourceReferences(it: Silence | Route, path: Path, file: File): Contradiction[] {
  return [
    ...references(it.sources, file.sources, [...path, "sources"], "source"),
    ...references(it.connectors, file.connectors, [...path, "connectors"], "connector"),
    ...references(it.hosts, file.hosts, [...path, "hosts"], "host"),
  ];
}

function references(
  names: readonly unknown[] = [],
  known: Readonly<Record<string, unknown>> | undefined,
  path: Path,
  what: string,
): Contradiction[] {
  return names.flatMap((name, at) => reference(name, known, [...path, at], what));
}

/** An owner is often an address, which a message must not quote; the path says which one is meant. */
function owners(it: Route, path: Path, { sources, connectors, hosts, pairs }: File): Contradiction[] {
  const places = new Map<string, string>();
  for (const [section, entries = {}] of Object.entries({ sources, connectors, hosts, pairs })) {
    for (const [id, each] of Object.entries<{ readonly owner?: unknown } | undefined>(entries)) {
      const owner = each?.owner;
      if (typeof owner === "string" && !places.has(owner.trim()))
        places.set(owner.trim(), `${section}.${id}`);
    }
  }
  return (it.owners ?? []).flatMap((owner, at) => {
    if (typeof owner !== "string" || places.has(owner.trim())) return [];
    const near = [...places].find(([known]) => suggestion(owner.trim(), [known]) !== "");
    const fix =
      near === undefined
        ? "write an owner as it is written at a source, connector, host or pair"
        : `did you mean the owner of ${near[1]}?`;
    return [{ path: [...path, "owners", at], message: `this owner owns nothing here; ${fix}` }];
  });
}

function channel(it: NonNullable<NonNullable<Settings["channels"]>[string]>, path: Path): Contradiction[] {
  const kinds = [it.slack, it.email].filter((kind) => kind !== undefined);
  if (kinds.length === 1) return [];
  const message =
    kinds.length === 0
      ? "write slack: or email:"
      : "a channel is slack or email, not both; write two channels";
  return [{ path, message }];
}
