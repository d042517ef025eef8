/** The report page's style sheet: one column, and dark if the reader prefers it. */
export const style = `
:root {
  --text: #1d2733; --quiet: #5a6675; --paper: #ffffff; --shade: #f4f6f8; --line: #d9dfe5;
  --bad: #b3261e; --warn: #8a5a00; --good: #1b6e3c;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --text: #e6eaee; --quiet: #a3adb8; --paper: #14191f; --shade: #1d242c; --line: #343d47;
    --bad: #ff8a80; --warn: #ffc35a; --good: #7fd6a0;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--text);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; overflow-wrap: anywhere; }
main { max-width: 72rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 1rem; }
h2 { font-size: 1.25rem; margin: 2rem 0 .5rem; }
h3 { font-size: 1.05rem; margin: 1.5rem 0 .5rem; }
p, li { max-width: 44rem; }
dl { margin: 1rem 0; }
dl div { display: grid; grid-template-columns: 11rem 1fr; gap: .25rem 1rem; padding: .3rem 0;
  border-bottom: 1px solid var(--line); }
dt { color: var(--quiet); }
dd { margin: 0; }
.scroll { overflow-x: auto; margin: 1rem 0; border: 1px solid var(--line); border-radius: 6px; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; overflow-wrap: normal; }
th, td { padding: .45rem .75rem; text-align: start; vertical-align: top; border-bottom: 1px solid var(--line); }
thead th { background: var(--shade); color: var(--quiet); font-weight: 600; white-space: nowrap; }
tbody th { font-weight: 600; }
tbody tr:last-child > * { border-bottom: 0; }
.number { text-align: end; font-variant-numeric: tabular-nums; white-space: nowrap; }
[data-state="critical"] { color: var(--bad); font-weight: 700; }
[data-state="warning"], [data-state="unknown"] { color: var(--warn); font-weight: 700; }
[data-state="ok"] { color: var(--good); }
pre { background: var(--shade); border: 1px solid var(--line); border-radius: 6px; padding: .75rem;
  overflow-x: auto; font-size: .85rem; overflow-wrap: normal; }
details { margin: .75rem 0; border: 1px solid var(--line); border-radius: 6px; padding: 0 .75rem; }
details[open] { padding-bottom: .25rem; }
summary { padding: .5rem 0; font-weight: 600; cursor: pointer; }
button { font: inherit; font-weight: 600; padding: .6rem 1.1rem; border: 1px solid var(--text); border-radius: 6px;
  background: var(--text); color: var(--paper); cursor: pointer; }
:focus-visible { outline: 2px solid currentColor; outline-offset: 2px; }
@media screen and (max-width: 40rem) { dl div { grid-template-columns: 1fr; } main { padding-top: 1rem; } }
/* On a phone a row stands as a card, each cell with its column's name: nothing hides to the right. */
@media screen and (max-width: 40rem) {
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  tr, th, td { display: block; }
  tbody tr { padding: .5rem 0; border-bottom: 1px solid var(--line); }
  tbody th, tbody td { border: 0; padding: .1rem .75rem; text-align: left; overflow-wrap: anywhere; }
  tbody td.number { text-align: left; }
  td[data-label]::before { content: attr(data-label) ": "; color: var(--quiet); }
}
/* On paper: black on white, nothing that only a screen can do, and folds open, for paper cannot be opened. */
@page { size: A4; margin: 16mm 15mm; }
@media print {
  :root { --text: #000000; --quiet: #444444; }
  body { font-size: 10pt; background: none; }
  main { max-width: none; padding: 0; }
  p, li { max-width: none; orphans: 3; widows: 3; }
  h1, h2, h3, summary { break-after: avoid; }
  dl div, li, tr, button { break-inside: avoid; }
  thead { display: table-header-group; }
  .scroll { overflow: visible; border: 0; }
  thead th { background: none; border-bottom: 1.5px solid var(--quiet); }
  th, td { padding: .25rem .5rem; }
  pre { background: none; overflow: visible; white-space: pre-wrap; overflow-wrap: anywhere; font-size: 8.5pt; }
  details { border: 0; padding: 0; }
  summary { list-style: none; padding: 0; }
  details::details-content { content-visibility: visible; display: block; block-size: auto; }
  form { display: none; }
}
`;
