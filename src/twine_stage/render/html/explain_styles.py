"""Styles of the page of ``stage explain``: the matrix, its labels, the files."""

STYLE = """header { margin-bottom: 1rem; }
main { margin-top: 1.5rem; }
section.release + section.release { margin-top: 3.5rem; }
details { margin-top: 0.8rem; font-size: 0.9rem; }
summary { cursor: pointer; color: var(--quiet); width: max-content; max-width: 100%; }
section.release > h2 { margin-bottom: 0.2rem; }
.share { display: flex; height: 0.9rem; gap: 2px; margin: 1.1rem 0 0.6rem; }
.share span { flex: var(--n) 0 3px; border-radius: 0.25rem; }
.share .none { border: 1px dashed var(--quiet); }
.keys {
  display: flex; flex-wrap: wrap; gap: 0.4rem 1.4rem; list-style: none; margin: 0; padding: 0;
  font-size: 0.9rem;
}
.keys li { display: flex; align-items: center; gap: 0.5rem; }
.keys b { font-variant-numeric: tabular-nums; }
.own { background: var(--best); color: var(--on-best); }
.portable { background: var(--good); color: var(--on-good); }
.sdist { background: var(--care); color: var(--on-care); }
.none { background: none; color: var(--quiet); }
.chip {
  display: inline-block; min-width: 2.1rem; padding: 0.12rem 0.4rem; border-radius: 0.4rem;
  font: 600 0.82rem/1.4 var(--mono); text-align: center; text-decoration: none; white-space: nowrap;
}
a.chip:hover { text-decoration: underline; }
.chip.sdist { border: 1px dashed currentColor; padding-block: calc(0.12rem - 1px); }
.keys .chip { min-width: 1.5rem; }
.was { color: var(--quiet); font: 500 0.78rem var(--sans); margin-right: 0.25rem; }
.absent {
  background: repeating-linear-gradient(-45deg, transparent 0 5px, var(--sunken) 5px 7px);
}
.changed {
  display: inline-block; padding: 0.15rem 0.2rem 0.15rem 0.45rem; border-radius: 0.55rem;
  background: color-mix(in srgb, var(--mark) 15%, transparent);
}
.by { font-size: 0.68rem; color: var(--quiet); margin-right: 0.15rem; }
.one { display: block; white-space: nowrap; }
.one + .one { margin-top: 0.15rem; }
table.matrix { min-width: 100%; font-size: 0.9rem; }
.matrix th, .matrix td {
  padding: 0.32rem 0.5rem; text-align: center; border-bottom: 1px solid var(--line);
}
.matrix tbody tr:last-child > * { border-bottom: 0; }
.matrix thead th {
  background: var(--sunken); line-height: 1.3; vertical-align: bottom; white-space: nowrap;
}
.matrix thead small { display: block; color: var(--quiet); font-weight: 400; }
.matrix .first { border-left: 1px solid var(--line); }
.matrix tbody th, .matrix thead tr:first-child > :first-child {
  position: sticky; left: 0; z-index: 1; background: var(--sunken); text-align: left;
  border-right: 1px solid var(--line); white-space: nowrap;
}
.matrix tbody th { font-family: var(--mono); font-size: 0.85rem; }
.matrix tr.series > * { border-top: 2px solid var(--line); }
.matrix td { transition: background-color 0.1s; }
.here { box-shadow: inset 0 0 0 2px var(--mark); border-radius: 0.4rem; }
.matrix .tag {
  display: block; font-size: 0.62rem; line-height: 1.2; color: var(--mark); font-weight: 700;
}
.matrix tbody th .tag { display: inline; margin-left: 0.4rem; font-family: var(--sans); }
table.files { width: 100%; font-size: 0.9rem; }
.files th, .files td {
  padding: 0.4rem 0.8rem; border-bottom: 1px solid var(--line); vertical-align: baseline;
}
.files thead th {
  color: var(--quiet); font-weight: 500; font-size: 0.8rem; background: var(--sunken);
  white-space: nowrap;
}
.files tbody tr:last-child > * { border-bottom: 0; }
.files tr:target { background: color-mix(in srgb, var(--mark) 16%, transparent); }
.files tbody th { font-weight: 400; }
.files .number { text-align: right; white-space: nowrap; }
.bar {
  display: inline-block; width: 5rem; height: 0.5rem; border-radius: 0.25rem;
  background: var(--sunken); margin-left: 0.6rem; overflow: hidden; vertical-align: baseline;
}
.bar i { display: block; height: 100%; width: var(--w); background: var(--best); }
dl.remarks {
  display: grid; grid-template-columns: max-content 1fr; gap: 0.45rem 1rem; margin: 1.2rem 0 0;
  font-size: 0.95rem;
}
.remarks dt { font-weight: 600; }
.remarks dd { margin: 0; overflow-wrap: anywhere; max-width: 100ch; }
.views { display: flex; align-items: center; gap: 0.4rem; flex-wrap: wrap; margin-top: 1rem; }
.views label {
  border: 1px solid var(--line); border-radius: 2rem; padding: 0.15rem 0.9rem; cursor: pointer;
  font-size: 0.9rem; background: var(--raised);
}
@media (max-width: 40rem) {
  .files thead { display: none; }
  .files tr {
    display: grid; grid-template-columns: auto 1fr auto auto; border-bottom: 1px solid var(--line);
    padding: 0.4rem 0.2rem;
  }
  .files th, .files td { border: 0; padding: 0.15rem 0.5rem; }
  .files tbody th { grid-column: 2 / -1; }
  .files td:not(:first-child) { grid-row: 2; font-size: 0.8rem; }
  .files .extra, .bar { display: none; }
  .files .count::before { content: attr(data-words) " "; color: var(--quiet); }
  dl.remarks { grid-template-columns: 1fr; gap: 0; }
  .remarks dd { margin-bottom: 0.7rem; }
}
"""
"""Beside those of every page."""

VIEW = """#view-{0}:checked ~ .views [for="view-{0}"] {{
  background: var(--ink); color: var(--ground);
}}
#view-{0}:focus-visible ~ .views [for="view-{0}"] {{ outline: 3px solid var(--link); }}
"""
"""A button that is chosen; the names are ours."""

HIDDEN = """#view-{0}:checked ~ main .by-{1} {{ display: none; }}
"""
"""What is not shown of another installer."""

LIT = """.release:has(.{0}:is(:hover, :focus-visible)) .chip.{0} {{
  outline: 2px solid var(--mark); outline-offset: 1px;
}}
"""
"""Where a file is pointed at, everything that is this file is lit."""
