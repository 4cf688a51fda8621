// The style of all pages: light or dark by the reader's setting, paper colours when printed, one column on a phone.

const LIGHT = `--ground:#faf9f5;--panel:#fff;--ink:#1f1c15;--quiet:#5c574a;--line:#dfdacd;--gold:#7d5800;--wash:#f3efe3;
--good:#2b6a33;--fair:#7d5800;--poor:#9c2a2a;
--one:#2c6e91;--two:#b4560c;--three:#557a24;--four:#7a4a9c;--five:#a3374f;--six:#66645d`;
const DARK = `--ground:#14130e;--panel:#1d1b15;--ink:#eeeade;--quiet:#b5ae9b;--line:#3a362b;--gold:#e3b750;--wash:#27241b;
--good:#86c98d;--fair:#e3b750;--poor:#f09a8f;
--one:#74b7d6;--two:#eb9d58;--three:#a3c972;--four:#c39ae0;--five:#ee8fa3;--six:#b9b6ab`;

export const PAGE_STYLE = `
:root{color-scheme:light dark;${LIGHT}}
@media (prefers-color-scheme:dark){:root{${DARK}}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;-webkit-text-size-adjust:100%;overflow-wrap:anywhere}
main{max-width:74rem;margin:0 auto;padding:1.25rem 1rem 3rem}
h1{font-size:1.7rem;line-height:1.2;margin:0}
h2{font-size:1.2rem;margin:2.2rem 0 .3rem;padding-top:.9rem;border-top:1px solid var(--line)}
h3{font-size:1rem;margin:1.1rem 0 .2rem}
p{margin:.3rem 0 .7rem;max-width:46rem}
a{color:var(--gold)}
code{font:.88em ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;background:var(--wash);padding:.08em .3em;border-radius:.25em;overflow-wrap:anywhere}
.value{white-space:pre-wrap}
.quiet{color:var(--quiet)}
.small{font-size:.86rem}
.good{color:var(--good)}.fair{color:var(--fair)}.poor{color:var(--poor)}
.top{display:flex;flex-wrap:wrap;gap:1rem 2rem;align-items:center;justify-content:space-between}
.total{font-size:3rem;font-weight:700;line-height:1;font-variant-numeric:tabular-nums}
.panel{background:var(--panel);border:1px solid var(--line);border-radius:.6rem;padding:.8rem 1rem}
.grid{display:grid;gap:.9rem;grid-template-columns:repeat(auto-fill,minmax(min(100%,15.5rem),1fr));margin:.7rem 0}
.grid.wide{grid-template-columns:repeat(auto-fill,minmax(min(100%,21rem),1fr))}
.grid>*,.pair>*,.top>*{min-width:0}
.grid h3{margin:0 0 .2rem}
.figure{font-size:1.5rem;font-weight:650;font-variant-numeric:tabular-nums}
.bar{height:.45rem;border-radius:.3rem;background:var(--wash);margin:.25rem 0 .5rem;overflow:hidden;border:1px solid var(--line)}
.bar>i{display:block;height:100%;background:currentColor}
ul,ol{margin:.2rem 0 .6rem;padding-left:1.3rem}
li{margin:.2rem 0}
.bare{list-style:none;padding:0}
.items{display:flex;flex-wrap:wrap;gap:.7rem;margin:.5rem 0 1rem;padding:0;list-style:none}
.items li{margin:0}
figure{margin:0;width:7.2rem}
figure.wide{width:17rem;max-width:100%}
figcaption{font-size:.76rem;line-height:1.3;color:var(--quiet);overflow-wrap:anywhere;margin-top:.2rem}
.look{min-height:4rem;background:var(--wash);border:1px solid var(--line);border-radius:.4rem;overflow:hidden;display:flex;align-items:center;justify-content:center}
.look img{display:block;width:100%;height:7.2rem;object-fit:contain}
.look img.tiny{image-rendering:pixelated}
.look pre{margin:0;padding:.4rem .5rem;white-space:pre-wrap;overflow-wrap:anywhere;font:.78rem/1.35 ui-monospace,Menlo,Consolas,monospace;width:100%;max-height:9rem;overflow:hidden}
.look .none{padding:.5rem;font-size:.76rem;color:var(--quiet);text-align:center}
.pair{display:grid;grid-template-columns:repeat(2,minmax(0,auto));justify-content:start;gap:.5rem;padding:.5rem;background:var(--panel);border:1px solid var(--line);border-radius:.6rem;max-width:100%}
.pair>.say{grid-column:1/-1;font-size:.8rem;color:var(--quiet)}
.scroll{overflow-x:auto;margin:.5rem 0 1rem}
table{border-collapse:collapse;font-size:.9rem;min-width:min(100%,30rem)}
caption{text-align:left;color:var(--quiet);font-size:.86rem;padding-bottom:.3rem}
th,td{text-align:left;padding:.3rem .8rem .3rem 0;border-bottom:1px solid var(--line);vertical-align:top}
table{overflow-wrap:break-word}
th{font-weight:600}
th[scope=row]{font-weight:400;overflow-wrap:anywhere;min-width:9rem}
.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.chart{display:block;max-width:100%;height:auto;font-family:inherit}
dl.cells{margin:0;padding:.4rem .5rem;font-size:.78rem;width:100%;display:grid;grid-template-columns:fit-content(45%) minmax(0,1fr);gap:.05rem .6rem}
dl.cells dt{color:var(--quiet)}dl.cells dd{margin:0;overflow-wrap:anywhere}
footer{margin-top:2.5rem;padding-top:.8rem;border-top:1px solid var(--line);font-size:.82rem;color:var(--quiet)}
@media print{:root{color-scheme:light;${LIGHT};--ground:#fff}body{font-size:11px}main{max-width:none;padding:0}
h2{break-after:avoid}h3{break-after:avoid}figure,.panel,.pair,tr{break-inside:avoid}.scroll{overflow:visible}*{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
`;
