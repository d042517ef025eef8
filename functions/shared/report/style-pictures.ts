/**
 * Strips and bars. Each colour has a shape too, for print and for colour-blind readers. On a phone the
 * picture scrolls sideways and shows the newest days first.
 */
export const pictureStyle = `
:root { --calm: #57a173; --first: #2563a8; --second: #b7791f; --pale: #f6e3bd; --hatch: #9aa5b1; }
@media screen and (prefers-color-scheme: dark) { :root { --calm: #418a5d; --first: #6ea8e6; --second: #e0b062; --pale: #4a3c22; --hatch: #5b6672; } }
figure { margin: 1.25rem 0 1.75rem; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
figcaption { font-weight: 600; margin-bottom: .5rem; }
figure i { display: block; font-style: normal; }
/* Laid out from the right, so that it is the oldest days that have to be scrolled to. */
.days { overflow-x: auto; direction: rtl; }
.plot { direction: ltr; }
.strip .row { display: grid; grid-template-columns: 15rem minmax(0, 1fr); gap: 0 1rem; align-items: center; padding: 2px 0; }
.strip .label { font-size: .85rem; line-height: 1.25; overflow-wrap: anywhere; }
.strip small { color: var(--quiet); font-size: .75rem; }
.strip .label small { display: block; }
.marks, .strip .axis { display: flex; gap: 2px; width: 100%; max-width: max(9rem, calc(var(--days) * 26px)); }
.marks i { flex: 1 1 0; min-width: 0; height: 1.35rem; }
.strip i { border-radius: 2px; border: 1px solid transparent; }
.strip .arrived { background: var(--calm); border-color: var(--calm); }
.strip .partial { border-color: var(--warn); background: linear-gradient(to top, var(--warn) 50%, transparent 50%); }
.strip .missing { border: 2px solid var(--bad); background:
  linear-gradient(to top right, transparent calc(50% - 1px), var(--bad) calc(50% - 1px), var(--bad) calc(50% + 1px), transparent calc(50% + 1px)),
  linear-gradient(to bottom right, transparent calc(50% - 1px), var(--bad) calc(50% - 1px), var(--bad) calc(50% + 1px), transparent calc(50% + 1px)); }
.strip .not_due { border: 1px dashed var(--hatch); }
figure .unknown { background: repeating-linear-gradient(135deg, var(--hatch) 0 1.5px, transparent 1.5px 5px); }
.strip .unknown { border-color: var(--hatch); }
.axis { position: relative; height: 1.4rem; color: var(--quiet); font-size: .75rem; line-height: 1; }
.axis span { position: absolute; top: 3px; padding: 3px 0 0 4px; border-left: 1px solid var(--line); white-space: nowrap; }
.axis .last { right: 0; padding: 3px 4px 0 0; border-left: 0; border-right: 1px solid var(--line); }
.legend { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; margin-top: .5rem; color: var(--quiet); font-size: .8rem; }
.legend > span { min-width: 0; max-width: 100%; overflow-wrap: anywhere; }
.legend i { display: inline-block; width: 14px; height: 14px; margin-right: .4rem; vertical-align: -2px; }
.chart { display: grid; grid-template-columns: 3.25rem minmax(0, 1fr); gap: 0 .5rem; padding-top: .6rem; }
.scale, .field { position: relative; height: 11rem; }
.scale span { position: absolute; right: 0; transform: translateY(50%); color: var(--quiet); font-size: .75rem;
  line-height: 1; white-space: nowrap; font-variant-numeric: tabular-nums; }
.field { display: flex; border-top: 1px dashed var(--line); }
.field, .field + .axis { max-width: max(9rem, calc(var(--days) * 64px)); }
.field hr { position: absolute; left: 0; right: 0; margin: 0 0 -1px; border: 0; border-top: 1px solid var(--quiet); }
.field > div { position: relative; flex: 1 1 0; min-width: 0; }
.field > div:hover { background: var(--shade); }
.field i { position: absolute; left: 8%; right: 8%; min-height: 2px; }
.two .first { right: 50%; }
.two .second { left: 50%; }
.field .first, .legend .first { background: var(--first); }
.field .second, .legend .second { border: 1px solid var(--second); background: var(--pale); }
.field .zero { height: 0; border: 0; border-top: 2px solid var(--text); }
.field .unknown { top: 0; bottom: 0; border: 0; background: repeating-linear-gradient(135deg, var(--hatch) 0 1px, transparent 1px 6px); opacity: .8; }
.field b { position: absolute; top: -.5rem; bottom: 0; border-left: 2px dashed var(--text); margin-left: -1px; }
.legend .after { width: 0; border-left: 2px dashed var(--text); margin-left: 6px; }
@media screen and (max-width: 40rem) {
  .strip .row { grid-template-columns: minmax(0, 1fr); padding: 5px 0; }
  .strip .label { position: sticky; left: 0; width: max-content; max-width: calc(100vw - 2rem); margin-bottom: 2px; }
  .strip .label small { display: inline; margin-left: .4rem; }
  .marks { gap: 1px; }
  .strip .plot { min-width: calc(var(--days) * 9px); }
  .field, .field + .axis { min-width: calc(var(--days) * 8px); }
  .chart { grid-template-columns: 2.75rem minmax(0, 1fr); }
}
@media print {
  .days { overflow: visible; }
  figure, .strip .row { break-inside: avoid; }
  figcaption { break-after: avoid; }
  .scale, .field { height: 8rem; }
  .strip .row { grid-template-columns: 11rem minmax(0, 1fr); }
  .marks { gap: 1px; }
}
`;
