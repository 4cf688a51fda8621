// The style of the run page, light and dark. The chart's colours are those of core/charts; each has a contrast of at least 3 to 1, text 4.5
// to 1.

export const RUN_PAGE_STYLE = `
:root { color-scheme: light dark; --ground: #ffffff; --ink: #1d2126; --soft: #59626d; --line: #d5dae0; --panel: #f6f7f9;
  --one: #2563c9; --two: #c2410c; --three: #15803d; --four: #9333ea; --five: #0e7490; --six: #be185d; --bad: #b91c1c; }
@media (prefers-color-scheme: dark) { :root { --ground: #14171b; --ink: #e8eaed; --soft: #a4adb8; --line: #363d46; --panel: #1d2126;
  --one: #7fb0ff; --two: #ff9b62; --three: #62d28a; --four: #cf9bff; --five: #5fd0e6; --six: #ff8fc0; --bad: #ff8a80; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main, header { max-width: 72rem; margin: 0 auto; padding: 0 1rem; }
header { padding-top: 1.5rem; } h1 { font-size: 1.5rem; margin: 0; overflow-wrap: anywhere; } h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
h3 { font-size: 1rem; margin: 0 0 .25rem; } p { margin: .25rem 0; max-width: 65ch; } .soft { color: var(--soft); } .bad { color: var(--bad); }
dl.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: .5rem; margin: 1rem 0; }
dl.facts div { background: var(--panel); border: 1px solid var(--line); border-radius: .5rem; padding: .5rem .75rem; }
dt { color: var(--soft); font-size: .85rem; } dd { margin: 0; font-size: 1.1rem; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
dd small { display: block; color: var(--soft); font-size: .8rem; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(21.25rem, 100%), 1fr)); gap: 1.5rem 1rem; }
.charts section { min-width: 0; } .chart { max-width: 100%; height: auto; color: var(--ink); background: none; }
.chart text { white-space: pre; } ul.legend { list-style: none; display: flex; flex-wrap: wrap; gap: 0 1rem; margin: 0; padding: 0; font-size: .85rem; }
ul.legend i { display: inline-block; width: .75rem; height: .75rem; border-radius: 50%; margin-right: .35rem; }
.wide { overflow-x: auto; } .wide:focus-visible { outline: 2px solid var(--one); outline-offset: 2px; }
.strip { display: flex; gap: .75rem; padding-bottom: .5rem; } figure { margin: 0; } figcaption { color: var(--soft); font-size: .85rem; }
img { display: block; image-rendering: pixelated; background: #000; } .strip img { width: 7.5rem; height: auto; } .strip audio { width: 7.5rem; height: 2rem; } .latest img { width: min(28rem, 100%); height: auto; }
table { border-collapse: collapse; font-size: .95rem; font-variant-numeric: tabular-nums; } caption { text-align: left; color: var(--soft); padding-bottom: .25rem; }
th, td { text-align: right; padding: .3rem .75rem; border-bottom: 1px solid var(--line); white-space: nowrap; } th:first-child, td:first-child { text-align: left; padding-left: 0; }
ul.texts { columns: 12rem; padding: 0; list-style: none; font-family: ui-monospace, monospace; } ul.texts li { break-inside: avoid; overflow-wrap: anywhere; white-space: pre-wrap; }
footer { max-width: 72rem; margin: 2rem auto; padding: 0 1rem; color: var(--soft); font-size: .85rem; }
@media print { :root { color-scheme: light; } .wide { overflow: visible; } }
`;
