/** The warehouse file as the functions use it. Each section's types come from its `resolve.ts`. */
export type { WarehouseFile } from "./core.ts";
export type { Connector, Host, Link } from "./sections/connectors/resolve.ts";
export type { DedupView } from "./sections/dedup-views/resolve.ts";
export type {
  Acknowledge,
  Channel,
  EmailChannel,
  Flapping,
  Notifications,
  Route,
  Silence,
  SlackChannel,
} from "./sections/notifications/resolve.ts";
export type { Pair, PairSide } from "./sections/pairs/resolve.ts";
export type { HashMatch, Identifier, Pii, PiiTable, Uploads } from "./sections/pii/resolve.ts";
export type { Platform } from "./sections/platforms/resolve.ts";
export type { Reconciliation } from "./sections/reconciliation/resolve.ts";
export type { Breakdown, Money, Source } from "./sections/sources/resolve.ts";
export type { TableName } from "./values/table-name.ts";
