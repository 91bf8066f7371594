"""Styles of every page: colours for light and dark, type, tables, and what labels look like.

Each pair of text and ground has a contrast of at least 4.5 to 1.
"""

BASE = """:root {
  color-scheme: light dark;
  --ground: #faf9f6; --raised: #ffffff; --sunken: #f0eee9; --line: #d9d6ce;
  --ink: #1c1f24; --quiet: #5a5f68; --link: #0b57a4;
  --best: #17644a; --on-best: #ffffff;
  --good: #cfe9dd; --on-good: #0d3b2b;
  --care: #fbe3ad; --on-care: #553a00;
  --bad: #f6d0cb; --on-bad: #6d1610;
  --mark: #8a2be2;
  --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
  --mono: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #14161a; --raised: #1c1f25; --sunken: #252931; --line: #3a3f49;
    --ink: #e9e7e2; --quiet: #a9aeb8; --link: #8ec2ff;
    --best: #5cc79f; --on-best: #05251a;
    --good: #1f4a3b; --on-good: #d2f1e3;
    --care: #51400f; --on-care: #ffe6a8;
    --bad: #5c201b; --on-bad: #ffd9d4;
    --mark: #d0a2ff;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; max-width: 88rem; padding: 2.5rem clamp(1rem, 4vw, 3.5rem) 4rem;
  background: var(--ground); color: var(--ink);
  font: 1rem/1.55 var(--sans); text-size-adjust: 100%; -webkit-text-size-adjust: 100%;
}
h1, h2, h3 { line-height: 1.2; margin: 0; text-wrap: balance; overflow-wrap: anywhere; }
h1 { font-size: clamp(1.6rem, 1.2rem + 2vw, 2.4rem); letter-spacing: -0.02em; }
h2 { font-size: 1.35rem; letter-spacing: -0.01em; }
h3 { font-size: 1rem; margin: 2rem 0 0.6rem; }
p { margin: 0.4rem 0; max-width: 68ch; }
a { color: var(--link); }
code, .mono { font-family: var(--mono); font-size: 0.9em; overflow-wrap: anywhere; }
.overline { color: var(--quiet); font-size: 0.8rem; letter-spacing: 0.06em; }
.quiet { color: var(--quiet); }
.box {
  background: var(--raised); border: 1px solid var(--line); border-radius: 0.75rem;
  overflow: auto; max-width: 100%; scrollbar-width: thin;
}
.box:focus-visible, a:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
table { border-collapse: separate; border-spacing: 0; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--quiet); }
th { font-weight: 600; text-align: left; }
.hidden {
  position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%);
  white-space: nowrap;
}
footer { margin-top: 3rem; color: var(--quiet); font-size: 0.85rem; }
@media print { body { padding: 0; } .box { overflow: visible; border: 0; } }
"""
