import { columnForm, text, type Written, words } from "../../values/forms.ts";

/** Settings of the whole file. */
export const projectKeys = {
  project: text(/^[a-z][a-z0-9-]*[a-z0-9]$/, "write a Google Cloud project id, like my-project"),
  location: text(
    /^(US|EU|[a-z]+-[a-z]+\d+)$/,
    "write the datasets' location as BigQuery does: US, EU or a region like europe-west1",
  ),
  time_zone: words.describe("IANA name, like Europe/Berlin; business days begin and end here."),
  ops_dataset: text(columnForm, "write a dataset's name, like plumbline_ops").describe(
    "Dataset of the bundle's own tables.",
  ),
};

export type WrittenProject = Written<typeof projectKeys>;
