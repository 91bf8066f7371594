"""Styles of the page of ``stage audit``: the picture of all uploads, and a line per release."""

STYLE = """:root { --own: #17644a; --appended: #b35c00; --late: #b3261e; }
@media (prefers-color-scheme: dark) {
  :root { --own: #5cc79f; --appended: #f0a94b; --late: #ff8f85; }
}
header { margin-bottom: 1rem; }
main { margin-top: 1.5rem; }
section.project + section.project { margin-top: 3.5rem; }
.views { display: flex; align-items: center; gap: 0.4rem; flex-wrap: wrap; margin-top: 1rem; }
.views label {
  border: 1px solid var(--line); border-radius: 2rem; padding: 0.15rem 0.9rem; cursor: pointer;
  font-size: 0.9rem; background: var(--raised);
}
.views b { font-variant-numeric: tabular-nums; margin-left: 0.3rem; }
.unknown {
  margin: 1rem 0 0; padding: 0.6rem 1rem; border-left: 4px solid var(--appended);
  background: var(--raised); list-style: none; max-width: 80ch; font-size: 0.95rem;
}
.box.picture { padding: 1.2rem 1.6rem 2.4rem 5.6rem; margin-top: 1.2rem; overflow: hidden; }
.chart {
  position: relative; height: 15rem; border-bottom: 1px solid var(--quiet);
}
.chart i { position: absolute; font-style: normal; }
.chart b {
  position: absolute; font: 500 0.78rem/1 var(--sans); color: var(--quiet); white-space: nowrap;
}
.chart .row { left: 0; right: 0; bottom: calc(100% * var(--y)); border-top: 1px solid var(--line); }
.chart .row b { right: calc(100% + 0.9rem); top: -0.45rem; }
.chart .column {
  top: 0; bottom: 0; left: calc(100% * var(--x)); border-left: 1px dotted var(--line);
}
.chart .column b { top: calc(100% + 0.9rem); left: 0; transform: translateX(-50%); }
.chart .column.start b { transform: none; }
.chart .column.end b { transform: translateX(-100%); }
.dot {
  position: absolute; left: calc(100% * var(--x)); width: var(--d); height: var(--d);
  border-radius: 50%; background: var(--dot); border: 1.5px solid var(--dot); --dot: var(--own);
}
.chart .dot { bottom: calc(100% * var(--y)); transform: translate(-50%, 50%); opacity: 0.8; }
.chart .dot:hover { opacity: 1; outline: 2px solid var(--mark); outline-offset: 1px; z-index: 1; }
.dot.appended { --dot: var(--appended); border-radius: 25%; }
.dot.late { --dot: var(--late); border-radius: 0; rotate: 45deg; }
.chart .dot.late { transform: none; translate: -50% 50%; }
.dot.gone { background: var(--raised); }
.keys {
  display: flex; flex-wrap: wrap; gap: 0.4rem 1.4rem; list-style: none; margin: 0.8rem 0 0;
  padding: 0; font-size: 0.9rem;
}
.keys li { display: flex; align-items: center; gap: 0.55rem; }
.keys .dot { position: static; flex: none; }
.box.releases { margin-top: 0.4rem; overflow: clip; }
.heads, summary {
  display: grid; align-items: center; gap: 0 1rem;
  grid-template-columns: 8.5rem 6.5rem minmax(12rem, 1fr) 3.5rem 7.5rem 13rem;
}
.heads {
  padding: 0.4rem 1rem; color: var(--quiet); font-size: 0.8rem;
  position: sticky; top: 0; z-index: 2;
  background: var(--sunken); border-bottom: 1px solid var(--line);
}
.heads > :nth-child(4) { text-align: right; }
.axis, .track { position: relative; height: 1.3rem; margin: 0 0.6rem; }
.axis i {
  position: absolute; left: calc(100% * var(--x)); transform: translateX(-50%); font-style: normal;
  white-space: nowrap;
}
.track .line {
  position: absolute; left: 0; top: 50%; height: 2px; margin-top: -1px; background: var(--line);
  width: calc(100% * var(--x));
}
.track .mark {
  position: absolute; left: calc(100% * var(--x)); top: -0.3rem; bottom: -0.3rem;
  border-left: 1px dotted var(--line);
}
.track .dot { top: 50%; translate: -50% -50%; }
.year { content-visibility: auto; contain-intrinsic-size: auto 30rem; }
.year > h4 {
  margin: 0; padding: 0.9rem 1rem 0.3rem; font-size: 0.9rem; border-bottom: 1px solid var(--line);
}
details { border-bottom: 1px solid var(--line); }
.year:last-child details:last-child { border-bottom: 0; }
summary { padding: 0.3rem 1rem; cursor: pointer; list-style: none; font-size: 0.9rem; }
summary::-webkit-details-marker { display: none; }
summary:hover, details[open] > summary {
  background: color-mix(in srgb, var(--sunken) 60%, transparent);
}
summary:focus-visible { outline: 3px solid var(--link); outline-offset: -3px; }
details:target > summary { box-shadow: inset 0.3rem 0 0 var(--mark); }
.version { font: 600 0.9rem var(--mono); overflow-wrap: anywhere; min-width: 5.5rem; }
.version::before { content: "▸"; color: var(--quiet); margin-right: 0.4rem; }
details[open] .version::before { content: "▾"; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.when { color: var(--quiet); font-variant-numeric: tabular-nums; white-space: nowrap; }
.marks { display: flex; flex-wrap: wrap; gap: 0.25rem; }
.chip {
  padding: 0.05rem 0.5rem; border-radius: 1rem; font-size: 0.76rem; font-weight: 600;
  white-space: nowrap; background: var(--sunken); color: var(--ink);
}
.chip.late, .chip.provenance { background: var(--bad); color: var(--on-bad); }
.chip.appended, .chip.yanked { background: var(--care); color: var(--on-care); }
.chip.open { background: var(--good); color: var(--on-good); }
.more { padding: 0.4rem 1.2rem 1.2rem 2.3rem; font-size: 0.9rem; }
dl.remarks {
  display: grid; grid-template-columns: max-content 1fr; gap: 0.35rem 1rem; margin: 0 0 0.8rem;
}
.remarks dt { font-weight: 600; }
.remarks dd { margin: 0; overflow-wrap: anywhere; max-width: 100ch; }
.more ul { margin: 0; padding-left: 1.1rem; }
table.files { width: 100%; font-size: 0.85rem; }
.files th, .files td { padding: 0.18rem 0.8rem 0.18rem 0; vertical-align: baseline; }
.files th { font-weight: 400; width: 100%; }
.files .dot { position: static; display: inline-block; --d: 0.6rem; }
@media (max-width: 60rem) {
  .heads, summary { grid-template-columns: auto 1fr auto auto; }
  .heads > :first-child { min-width: 5.5rem; }
  .heads > :empty, summary .track:empty { display: none; }
  .heads .axis { grid-column: 1 / -1; grid-row: 2; }
  summary { row-gap: 0.25rem; padding-block: 0.5rem; }
  summary .track { grid-column: 1 / -1; grid-row: 2; }
  summary .marks { grid-column: 1 / -1; grid-row: 3; }
  summary .marks:empty { display: none; }
}
@media (max-width: 40rem) {
  .box.picture { padding: 1rem 0.8rem 2.2rem 4.6rem; }
  .chart { height: 12rem; }
  .chart .row b { right: calc(100% + 0.5rem); }
  .chart .column:nth-of-type(even):not(.start, .end) b { display: none; }
  .heads, summary { column-gap: 0.6rem; }
  .heads .axis { font-size: 0.72rem; }
  .version, .heads > :first-child { min-width: 4.6rem; }
  .more { padding: 0.3rem 0.8rem 1rem; }
  dl.remarks { grid-template-columns: 1fr; gap: 0; }
  .remarks dd { margin-bottom: 0.6rem; }
  .files, .files tbody { display: block; }
  .files tr { display: grid; grid-template-columns: 1.3rem 1fr auto; padding: 0.25rem 0; }
  .files th { grid-column: 2 / -1; grid-row: 1; overflow-wrap: anywhere; }
  .files td.number { grid-row: 2; text-align: left; }
  .files th + td { grid-column: 2; }
  .files th + td + td { grid-column: 3; }
  .files td.when { grid-column: 2 / -1; }
  .files td.extra { display: none; }
  .files td { padding-right: 0.6rem; }
}
@media print { .heads { position: static; } details:not([open]) > .more { display: none; } }
"""
"""Beside those of every page."""

VIEW = """#show-{0}:checked ~ .views [for="show-{0}"] {{
  background: var(--ink); color: var(--ground);
}}
#show-{0}:focus-visible ~ .views [for="show-{0}"] {{ outline: 3px solid var(--link); }}
"""
"""A button that is chosen; the names are ours."""

HIDDEN = """#show-{0}:checked ~ main :is(details:not(.{0}), .year:not(:has(.{0}))) {{
  display: none;
}}
"""
"""Of releases, what is not of the kind that is chosen."""
