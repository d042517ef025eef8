import type { DampedCase } from "./flapping.ts";
import type { Decision } from "./needs-notice.ts";
import type { Notice } from "./types.ts";

/** What came of one cause at this tick; one row of `alert_log`. */
export interface Told {
  readonly key: string;
  readonly incident: string;
  readonly title: string;
  readonly decision: Decision;
  /** What was published, or null for a silence. */
  readonly notice: Notice | null;
  /** Why the notice could not be published; null when it was, and for a silence. */
  readonly failure: string | null;
  readonly case: DampedCase;
}
