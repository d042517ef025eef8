import { invalid } from "../errors.ts";
import { type JsonObject, numberOf, textOf } from "./json.ts";

/** An opaque token that names the first item of the next page. */
export const pageToken = (start: number) => Buffer.from(`from ${start}`).toString("base64url");

/** Where the page begins, and the most items it may hold. */
export function pageOf(query: JsonObject, atMost: number): { start: number; limit: number } {
  const token = textOf(query, "pageToken");
  const start = token ? startOf(token) : (numberOf(query, "startIndex") ?? 0);
  return { start, limit: Math.min(numberOf(query, "maxResults") ?? atMost, atMost) };
}

function startOf(token: string): number {
  const start = /^from (\d+)$/.exec(Buffer.from(token, "base64url").toString())?.[1];
  if (start === undefined) throw invalid(`Invalid page token "${token}".`);
  return Number(start);
}

/** One page of a list, and the token of the next when there is one. */
export function cutPage<T>(all: readonly T[], query: JsonObject, atMost = 1000) {
  const { start, limit } = pageOf(query, atMost);
  const end = start + limit;
  return {
    items: all.slice(start, end),
    ...(end < all.length && limit > 0 ? { nextPageToken: pageToken(end) } : {}),
  };
}
