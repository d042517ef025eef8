import { parseInstant } from "../instant.ts";
import {
  type Contradiction,
  type Path,
  reference,
  suggestion,
  type Tree,
  tree,
  unused,
} from "./contradiction.ts";
import { durationMs } from "./duration.ts";
import { routeConditions } from "./schema.ts";

const dayMs = 86_400_000;
const longestSilenceDays = 31;
const longestAcknowledgementDays = 7;

/** What the settings of `notifications` say against each other and against the rest of the file. */
export function notificationContradictions(notifications: Tree, root: Tree): Contradiction[] {
  return [
    ...shrinking(notifications.repeat_after),
    ...acknowledgement(tree(notifications.acknowledge)),
    ...list(notifications.silences).flatMap((it, at) =>
      silence(tree(it), ["notifications", "silences", at], root),
    ),
    ...routes(notifications, root),
    ...Object.entries(tree(notifications.channels)).flatMap(([id, it]) =>
      channel(it, ["notifications", "channels", id]),
    ),
  ];
}

function shrinking(written: unknown): Contradiction[] {
  const waits = list(written);
  const at = waits.findIndex((wait, place) => {
    const [before, after] = [durationMs(waits[place - 1]), durationMs(wait)];
    return before !== null && after !== null && after < before;
  });
  if (at < 0) return [];
  const message = `it is shorter than ${waits[at - 1]} before it; reminders grow rarer, so write the list from the shortest to the longest`;
  return [{ path: ["notifications", "repeat_after", at], message }];
}

function acknowledgement({ for: written }: Tree): Contradiction[] {
  const length = durationMs(written);
  if (length === null || length <= longestAcknowledgementDays * dayMs) return [];
  const message = `an acknowledgement may hold the reminders for ${longestAcknowledgementDays}d at most; what takes longer is planned work: write a silence`;
  return [{ path: ["notifications", "acknowledge", "for"], message }];
}

function silence(it: Tree, path: Path, root: Tree): Contradiction[] {
  const found = sourceReferences(it, path, root);
  if (["sources", "connectors", "hosts"].every((key) => it[key] === undefined)) {
    found.push({
      path,
      message: "it silences nothing; say what is worked on: sources: [..], connectors: [..] or hosts: [..]",
    });
  }
  const [from, until] = [it.from, it.until].map((each) => parseInstant(String(each))?.getTime() ?? null);
  if (from == null || until == null) return found;
  if (until <= from) found.push({ path: [...path, "until"], message: "until must be later than from" });
  if (until - from > longestSilenceDays * dayMs) {
    const message = `a silence without an end is a lost alarm: make it ${longestSilenceDays} days at most and renew it`;
    found.push({ path: [...path, "until"], message });
  }
  return found;
}

function routes(notifications: Tree, root: Tree): Contradiction[] {
  const written = list(notifications.routes);
  if (written.length === 0) return [];
  const channels = tree(notifications.channels);
  const takesAll = (it: unknown) => routeConditions.every((condition) => tree(it)[condition] === undefined);
  const open = Object.keys(channels)[0] ?? "data-alerts";
  return [
    ...written.flatMap((it, at) => {
      const path = ["notifications", "routes", at];
      return [
        ...references(tree(it), "to", channels, path, "channel"),
        ...sourceReferences(tree(it), path, root),
        ...owners(tree(it), path, root),
      ];
    }),
    ...(written.some(takesAll)
      ? []
      : [
          {
            path: ["notifications", "routes"],
            message: `a notice that no route takes would be lost; add a route without conditions, like - { to: [${open}] }`,
          },
        ]),
    ...unused(
      channels,
      written.flatMap((it) => list(tree(it).to)),
      ["notifications", "channels"],
      "route",
    ),
  ];
}

function sourceReferences(it: Tree, path: Path, root: Tree): Contradiction[] {
  return [
    ...references(it, "sources", tree(root.sources), path, "source"),
    ...references(it, "connectors", tree(root.connectors), path, "connector"),
    ...references(it, "hosts", tree(root.hosts), path, "host"),
  ];
}

function references(it: Tree, key: string, known: Tree, path: Path, what: string): Contradiction[] {
  return list(it[key]).flatMap((name, at) => reference(name, known, [...path, key, at], what));
}

/** An owner is often an address, which no message may quote: the way to it says who is meant. */
function owners(it: Tree, path: Path, root: Tree): Contradiction[] {
  const places = new Map<string, string>();
  for (const section of ["sources", "connectors", "hosts", "pairs"]) {
    for (const [id, each] of Object.entries(tree(root[section]))) {
      const { owner } = tree(each);
      if (typeof owner === "string" && !places.has(owner.trim()))
        places.set(owner.trim(), `${section}.${id}`);
    }
  }
  return list(it.owners).flatMap((owner, at) => {
    if (typeof owner !== "string" || places.has(owner.trim())) return [];
    const near = [...places].find(([known]) => suggestion(owner.trim(), [known]) !== "");
    const mend =
      near === undefined
        ? "write an owner as it stands at a source, connector, host or pair"
        : `did you mean the owner of ${near[1]}?`;
    return [{ path: [...path, "owners", at], message: `nobody of this name owns anything here; ${mend}` }];
  });
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function channel(it: unknown, path: Path): Contradiction[] {
  const kinds = ["slack", "email"].filter((kind) => tree(it)[kind] !== undefined);
  if (kinds.length === 1) return [];
  const message =
    kinds.length === 0 ? "say slack: or email:" : "a channel is slack or email, not both; make two of it";
  return [{ path, message }];
}
