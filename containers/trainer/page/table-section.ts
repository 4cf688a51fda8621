// The run page's section on generated rows, with reference values for real rows and simple generators.
import type { TableFigure, TableMetrics, TableScored } from '#core/model/messages/table-metrics.ts';
import { amountOf, metricTitle } from '#core/model/metrics.ts';
import { type Html, html } from '#core/pages/html.ts';
import { tablePortrait } from './table-portrait.ts';

const BEST: Readonly<Record<TableFigure['better'], string>> = { lower: 'lower', higher: 'higher', half: '0.5' };

export function tableSection({
  n,
  drawn,
  target,
  sdmetrics,
  figures,
  worstColumns,
  worstPairs,
  portrait,
}: TableMetrics): Html {
  return html`<div class="wide" tabindex="0" role="region" aria-label="Metrics of drawn rows"><table>
<caption>${drawn.toLocaleString('en')} rows drawn, ${n.toLocaleString('en')} held out. Quality, Column Shapes and Column Pair Trends as SDMetrics ${sdmetrics} computes them${
    target !== null && html`; classes and predictions are of the column ${target}`
  }</caption>
<thead><tr><th scope="col">figure</th><th scope="col">better</th><th scope="col">model</th><th scope="col">real rows</th>
<th scope="col">shuffled columns</th><th scope="col">shuffled within classes</th><th scope="col">latent-class</th></tr></thead>
<tbody>${figures.map(row)}</tbody></table></div>
${worst('Columns that are drawn worst', worstColumns)}
${worst('Pairs of columns that are drawn worst', worstPairs)}
${portrait !== undefined && tablePortrait(portrait)}`;
}

function row({ name, better, model, real, shuffled, shuffledInClass, latentClass }: TableFigure): Html {
  const cell = (value: number | null) => (value === null ? '–' : amountOf(name, value));
  return html`<tr><th scope="row">${metricTitle(name)}</th><td>${BEST[better]}</td><td>${cell(model)}</td><td>${cell(real)}</td>
<td>${cell(shuffled)}</td><td>${cell(shuffledInClass)}</td><td>${cell(latentClass)}</td></tr>`;
}

function worst(title: string, scored: TableMetrics['worstPairs']): Html | false {
  return (
    scored.length > 0 &&
    html`<section><h3>${title}</h3><table><thead><tr><th scope="col">columns</th><th scope="col">score, 1 is best</th>
<th scope="col">differs most at</th><th scope="col">training rows</th><th scope="col">drawn rows</th></tr></thead>
<tbody>${scored.map(worstRow)}</tbody></table></section>`
  );
}

function worstRow({ columns, score, example }: TableScored): Html {
  const share = (value: number | undefined) => (value === undefined ? '–' : `${(100 * value).toFixed(2)} %`);
  return html`<tr><th scope="row">${columns.join(', ')}</th><td>${score.toFixed(4)}</td><td>${example?.values.join(', ') ?? '–'}</td>
<td>${share(example?.real)}</td><td>${share(example?.drawn)}</td></tr>`;
}
