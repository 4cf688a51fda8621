// The columns and pairs of columns of drawn rows beside those of training rows.
import { shareText } from '#core/base/format.ts';
import type { TablePortrait } from '#core/model/messages/table-metrics.ts';
import { type Html, html } from '#core/pages/html.ts';

/** In pixels: with its labels a column fits a third of the page. */
const BAR_WIDTH = 64;
const LABEL_STYLE = 'max-width:7.5rem;overflow:hidden;text-overflow:ellipsis';
const CELL_STYLE = 'padding:.2rem .35rem';
/** Accuracy of a pair that is shown in full colour: what shuffled columns of a table that hangs together have. */
const POOR = 0.85;
const SQUARE = 16;

export function tablePortrait({ columns, pairs }: TablePortrait): Html {
  return html`<section><h3>Shares of each column</h3>
<ul class="legend"><li><i style="background:var(--one)"></i>training rows</li><li><i style="background:var(--two)"></i>drawn rows</li></ul>
<div class="charts">${columns.map(columnBars)}</div></section>
${pairs.columns.length > 1 && heatMap(pairs)}`;
}

function columnBars({ name, bins }: TablePortrait['columns'][number]): Html {
  const most = Math.max(...bins.flatMap(({ real, drawn }) => [real, drawn]), 1e-9);
  const bar = (share: number, colour: string) =>
    html`<div style="background:var(--${colour});height:.4rem;width:${((share / most) * BAR_WIDTH).toFixed(1)}px" title="${shareText(share, 1)}"></div>`;
  return html`<section><h4>${name}</h4><table style="font-size:.8rem"><thead><tr><th scope="col">value</th><th scope="col" style="${CELL_STYLE}">training</th><th scope="col" style="${CELL_STYLE}">drawn</th><td></td></tr></thead>
<tbody>${bins.map(
    ({
      label,
      real,
      drawn,
    }) => html`<tr><th scope="row" style="${LABEL_STYLE}" title="${label}">${label}</th><td style="${CELL_STYLE}">${shareText(real, 1)}</td><td style="${CELL_STYLE}">${shareText(drawn, 1)}</td>
<td style="${CELL_STYLE};width:${BAR_WIDTH}px">${bar(real, 'one')}${bar(drawn, 'two')}</td></tr>`,
  )}</tbody></table></section>`;
}

/** A square for each pair, the darker the less right. */
function heatMap({ columns, accuracy }: TablePortrait['pairs']): Html {
  const at = (i: number, j: number): number | undefined => {
    if (i === j) return undefined;
    const [a, b] = [Math.min(i, j), Math.max(i, j)];
    return accuracy[a * columns.length - (a * (a + 1)) / 2 + b - a - 1];
  };
  const square = (i: number, j: number) => {
    const score = at(i, j);
    if (score === undefined) return html`<td></td>`;
    const depth = Math.min(1, Math.max(0, (1 - score) / (1 - POOR)));
    const name = `${columns[i]}, ${columns[j]}: ${score.toFixed(4)}`;
    return html`<td title="${name}" style="padding:0;border:1px solid var(--line)"><div role="img" aria-label="${name}" style="width:${SQUARE}px;height:${SQUARE}px;background:var(--two);opacity:${depth.toFixed(3)}"></div></td>`;
  };
  const lowest = accuracy.length > 0 ? Math.min(...accuracy) : 1;
  return html`<section><h3>Pairs of columns</h3><p class="soft">1 - total variation distance of training and drawn rows over at most ten bins a column; a
square is clear at 1 and full at ${POOR} or less. The lowest is ${lowest.toFixed(4)}.</p>
<div class="wide" tabindex="0" role="region" aria-label="Accuracy of pairs of columns"><table>
<tbody>${columns.map((name, i) => html`<tr><th scope="row">${name}</th>${columns.map((_, j) => square(i, j))}</tr>`)}</tbody></table></div></section>`;
}
