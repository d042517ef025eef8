import type { WrittenProject } from "./schema.ts";

export function resolveProject(file: WrittenProject) {
  return {
    project: file.project,
    /** BigQuery location of the monitored datasets and of every job, e.g. `US`, `EU`, `europe-west1`. */
    location: file.location,
    /** IANA name. Business days are in this time zone unless a source says otherwise. */
    timeZone: file.time_zone,
    /** Dataset for the bundle's own tables (runs, check_results, alert_state, alert_log, deliveries). */
    opsDataset: file.ops_dataset,
  };
}
