import type { CheckStatus, Claim, ConnectorState, Pii, PiiProof, PiiTable } from "../stack-view.ts";
import { type Html, html } from "./html.ts";
import { briefInstant, count, instant, number } from "./words.ts";

const worstFirst: readonly CheckStatus[] = ["critical", "unknown", "warning", "ok"];
const tablesShown = 12;

export const noPiiSection = "The warehouse file has no section pii.";

/** The result in one or two sentences, with the claims that decide it. */
export function verdictOf(proof: PiiProof): string {
  const why = new Set(proof.claims.filter(({ status }) => status === proof.status).map(labelOf));
  switch (proof.status) {
    case "ok":
      return "All PII is hashed, and no readable PII is left.";
    case "warning":
      return "All PII is hashed; some rows stay readable until they leave the streaming buffer.";
    case "critical":
      return `The proof fails: ${[...why].join(", ")}.`;
    case "unknown": {
      const open = `It is unknown whether readable PII is left. Open: ${[...why].join(", ")}.`;
      return openClaims(proof).some((claim) => isOfTable(claim, proof)) ? open : `All PII is hashed. ${open}`;
    }
  }
}

const labels = new Map([
  ["hashed", "all PII hashed"],
  ["readable", "raw table emptied"],
  ["nulls", "rows without a hash"],
  ["format", "hashes are hashes"],
  ["one_key", "one key"],
  ["matches", "joins"],
  ["key", "the key"],
  ["jobs", "its runs"],
  ["search", "the search"],
  ["canaries", "test persons"],
]);

export function labelOf({ claim }: Claim): string {
  return labels.get(claim) ?? claim.replaceAll("_", " ");
}

function isOfTable({ subject }: Claim, { tables }: PiiProof): boolean {
  return tables.some(({ table }) => table === subject);
}

/** Claims that are not proved, the worst first. */
export function openClaims({ claims }: PiiProof): readonly Claim[] {
  return claims
    .filter(({ status }) => status !== "ok")
    .toSorted((a, b) => worstFirst.indexOf(a.status) - worstFirst.indexOf(b.status));
}

/** The PII proof: open claims, counts, and the evidence of the proved claims. */
export function drawPii({ answer, current }: Pii, connectors: readonly ConnectorState[]): Html {
  return html`<section id="pii"${!current && html` data-waiting`}><h2>PII</h2>
    <p class="about">Addresses and phone numbers become hashes that can be joined, in a clean table, and are emptied in the raw
      table. No other text of any table may contain one. <a href="/pii-hasher/proof?format=html">The proof, including tables written
      since the last search</a>, <a class="short" href="/pii-hasher/rotation?format=html">the keys</a></p>
    ${!current && html`<p class="notice">Rows are being counted.${answer?.ok && answer.report !== null && ` Until then, as of ${instant(answer.report.as_of)}:`}</p>`}
    ${
      answer !== null &&
      (!answer.ok
        ? html`<p class="notice">The PII proof could not be made: ${answer.problem}</p>`
        : answer.report === null
          ? html`<p class="empty">${noPiiSection}</p>`
          : drawProof(answer.report, connectors))
    }</section>`;
}

function drawProof(proof: PiiProof, connectors: readonly ConnectorState[]): Html {
  const open = openClaims(proof);
  const proved = proof.claims.filter(({ status }) => status === "ok");
  const ofTables = proved.filter((claim) => isOfTable(claim, proof));
  return html`<p class="verdict"><span class="pill ${proof.status}">${proof.status}</span> ${verdictOf(proof)}</p>
    ${open.length > 0 && html`<div class="groups">${open.map((claim) => drawOpen(claim, proof))}</div>`}
    ${drawColumns(proof.tables)}
    <div class="table-frame"><table class="stacking hanging">
      <thead><tr><th>About</th><th>Evidence</th></tr></thead>
      <tbody>${proved.filter((claim) => !isOfTable(claim, proof)).map(drawProved)}${drawRecoverable(proof.tables)}</tbody></table></div>
    ${
      ofTables.length > 0 &&
      html`<details id="pii-tables"><summary>${count(ofTables.length, "claim")} about single tables are proved</summary>
      <ul>${ofTables.map((claim) => html`<li><code>${claim.subject}</code>, ${labelOf(claim)}: ${claim.text}</li>`)}</ul></details>`
    }
    ${drawTry(connectors)}`;
}

function drawOpen(claim: Claim, { search }: PiiProof): Html {
  const { status, subject, text, actions } = claim;
  const label = labelOf(claim);
  return html`<article class="group ${status}">
    <h3><span class="pill ${status}">${status}</span> ${label} ${subject !== label && html`<span class="quiet">${subject}</span>`}</h3>
    <p>${text}</p>
    ${claim.claim === "search" && drawFound(search)}
    ${actions.length > 0 && html`<ol>${actions.map((action) => html`<li>${action}</li>`)}</ol>`}
  </article>`;
}

function drawFound({ tables }: PiiProof["search"]): Html {
  const all = tables.flatMap(({ table, findings }) => findings.map((finding) => ({ table, ...finding })));
  const [waiting, found] = [all.filter(isPutOff), all.filter((one) => !isPutOff(one))];
  const more = waiting.length - tablesShown;
  return html`${found.length > 0 && html`<ul>${found.map(drawFinding)}</ul>`}${
    waiting.length > 0 &&
    html`<details id="pii-waiting"><summary>${count(waiting.length, "table")} to be searched</summary>
    <ul>${waiting.slice(0, tablesShown).map(drawFinding)}${more > 0 && html`<li>and ${more} more</li>`}</ul>
    <p><a href="/pii-hasher/proof?format=html">Search them now</a></p></details>`
  }`;
}

/** The search of this table is only postponed. */
function isPutOff({ code }: { readonly code: string }): boolean {
  return code === "put_off";
}

function drawFinding({ table, text }: { readonly table: string; readonly text: string }): Html {
  return html`<li><code>${table}</code>: ${text}</li>`;
}

function drawColumns(tables: readonly PiiTable[]): Html | null {
  if (tables.every(({ columns }) => columns.length === 0)) return null;
  return html`<div class="table-frame"><table class="stacking hanging">
    <thead><tr><th>Column</th><th class="number">Rows</th><th class="number">Hashed</th><th class="number">Never given</th>
      <th class="number">Unusable</th><th class="number">Readable</th></tr></thead>
    <tbody>${tables.flatMap(({ table, clean_rows, columns }) =>
      columns.map(
        (one) => html`<tr>
      <th scope="row"><code>${table}.${one.column}</code></th>
      <td data-label="Rows" class="number short">${number(clean_rows ?? undefined)}</td>
      <td data-label="Hashed" class="number short">${number(one.hashed)}</td>
      <td data-label="Never given" class="number short${one.never_given === 0 && " nothing"}">${number(one.never_given)}</td>
      <td data-label="Unusable" class="number short${one.unusable === 0 && " nothing"}">${marked(one.unusable, "warning-text")}</td>
      <td data-label="Readable" class="number short">${marked(one.readable, "critical-text")}</td></tr>`,
      ),
    )}</tbody></table></div>`;
}

/** A count that should be 0. */
function marked(value: number, name: string): Html {
  return value === 0 ? html`0` : html`<b class="${name}">${number(value)}</b>`;
}

function drawProved(claim: Claim): Html {
  return html`<tr><th scope="row" class="short">${labelOf(claim)}</th><td class="sentences">${claim.text}</td></tr>`;
}

/** One row if it is the same for all tables. */
function drawRecoverable(tables: readonly PiiTable[]): readonly Html[] {
  const emptied = tables.filter(({ recoverable }) => recoverable.emptied_at !== null);
  return [...Map.groupBy(emptied, recoverableText)].map(
    ([text, same]) => html`<tr><th scope="row" class="short">emptied text</th>
    <td class="sentences">${same.map(({ table }, nth) => html`${nth > 0 && ", "}<code>${table}</code>`)}: ${text}</td></tr>`,
  );
}

function recoverableText({ recoverable }: PiiTable): string {
  const { emptied_at, queryable_until, fail_safe_until } = recoverable;
  const until =
    queryable_until === null || fail_safe_until === null
      ? "it is unknown how long older versions can be read"
      : `readers of the table can query the emptied values until ${briefInstant(queryable_until)}, and Google’s support can restore them until ${briefInstant(fail_safe_until)}`;
  return `last emptied ${briefInstant(emptied_at ?? "")}; ${until}.`;
}

/** The connector that delivers the demo's PII. */
const piiConnector = "shopify";

function drawTry(connectors: readonly ConnectorState[]): Html | null {
  const connector = connectors.find(({ id, broken }) => id === piiConnector && broken);
  if (connector === undefined) return null;
  return html`<p class="quiet">Try: <a href="#connectors">repair ${connector.name}</a> and turn the clock. The missed rows arrive in
    plain text, and the next tick hashes and empties them.</p>`;
}
