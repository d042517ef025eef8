import type { Link } from "../types.ts";

/**
 * The links of the warehouse file for the subjects of a message, each address once.
 *
 * @param about connectors, hosts and sources, in the order in which their links should stand
 */
export function helpLinks(about: readonly { readonly links: readonly Link[] }[]): readonly Link[] {
  const byUrl = new Map<string, Link>();
  for (const link of about.flatMap(({ links }) => links)) {
    if (!byUrl.has(link.url)) byUrl.set(link.url, link);
  }
  return [...byUrl.values()];
}
