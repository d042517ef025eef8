import type { Draft } from "../../values/draft.ts";
import { type Contradiction, reference, unused } from "../../values/rule.ts";
import type { WrittenConnectors } from "./schema.ts";

export function connectorRules({ hosts, connectors = {} }: Draft<WrittenConnectors>): Contradiction[] {
  return [
    ...Object.entries(connectors).flatMap(([id, it]) =>
      reference(it?.host, hosts, ["connectors", id, "host"], "host"),
    ),
    ...unused(
      hosts,
      Object.values(connectors).map((it) => it?.host),
      ["hosts"],
      "connector",
    ),
  ];
}
