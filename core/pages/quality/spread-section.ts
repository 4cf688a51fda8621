// How the data is spread: over classes, splits, values, columns and uploads.

import { DIMENSIONS } from '../../kinds/define/issue-kind.ts';
import type { Drift, QualityFacts } from '../../snapshot/quality/facts.ts';
import type { Quality } from '../../snapshot/quality/quality.ts';
import { barChart } from '../charts/bar-chart.ts';
import { histogramChart } from '../charts/histogram-chart.ts';
import { lineChart } from '../charts/line-chart.ts';
import { type Html, html, trusted } from '../html.ts';
import { measureTitle } from './measure-title.ts';
import { measuredValue } from './measured-value.ts';
import { countText, gradeOf, type HtmlRow, itemsOf, percent, scoreText, short, tableOf } from './words.ts';

const CLASSES_DRAWN = 30;
const CLASSES_LISTED = 100;
const UPLOADS_LISTED = 40;
const DRIFTS_LISTED = 12;
const DRIFT_MEASURES_DRAWN = 6;
/** From here on somebody should look; below it, uploads of a few hundred items differ by chance alone. */
const STRONG_DRIFT = 0.2;
const FEW_ITEMS = 50;
const SCORES = ['total', ...DIMENSIONS] as const;
const STATISTICS: Readonly<Record<Drift['statistic'], string>> = {
  ks: 'Kolmogorov-Smirnov',
  'jensen-shannon': 'Jensen-Shannon',
  'l-infinity': 'L-infinity',
};

export function flowOf({ items, uploads, splits, leaks, nearDuplicates, kind }: Quality): Html {
  const split = Object.values(splits).reduce((sum, count) => sum + count, 0);
  const left = leaks.train + leaks.validation;
  const bars = [
    { name: 'rejected', value: items.rejected },
    { name: 'exact duplicates', value: items.accepted - items.distinct },
    { name: 'near duplicates', value: nearDuplicates },
    { name: 'train', value: splits.train ?? 0 },
    { name: 'validation', value: splits.validation ?? 0 },
    { name: 'test', value: splits.test ?? 0 },
  ];
  return html`<h2>Where the items went</h2><div class="grid wide"><div class="panel">${trusted(barChart({ title: 'Items rejected, duplicated and in each split', bars }))}</div>
<div><p>${itemsOf(kind, split)} ${split === 1 ? 'is' : 'are'} in the three splits. A hash of the content decides the split, so an item never changes its split.</p>
<p>${left === 0 ? 'No near duplicates had to be excluded from training to avoid leaks between the splits.' : html`<strong>${countText(left)}</strong> excluded to avoid leaks between the splits: ${countText(leaks.train)} of train and ${countText(leaks.validation)} of validation have a near duplicate in a split used for evaluation.`}</p>
<p>Uploads: ${countText(uploads.accepted)} accepted, ${countText(uploads.partly)} in part, ${countText(uploads.rejected)} rejected${uploads.pending > 0 && html`, <strong>${countText(uploads.pending)} not cleaned yet, not counted</strong>`}.</p></div></div>`;
}

export function classesOf(quality: Quality): Html | null {
  const { byLabel, classes, dataset } = quality;
  const sorted = Object.entries(byLabel).sort(([, a], [, b]) => b - a);
  if (sorted.length === 0) return null;
  const [, most] = sorted[0] as [string, number];
  const [rarest, least] = sorted.at(-1) as [string, number];
  const bars = sorted.slice(0, CLASSES_DRAWN).map(([name, value]) => ({ name, value }));
  const worst = [...classes].sort((a, b) => (a.scores.total ?? 1) - (b.scores.total ?? 1)).slice(0, CLASSES_LISTED);
  return html`<h2>Classes</h2><p>${sorted.length === 1 ? `There is only one class.` : `The largest of ${countText(sorted.length)} classes is ${short(most / Math.max(1, least))} times the smallest (${rarest}).`}</p>
<div class="grid wide"><div class="panel">${trusted(barChart({ title: `Distinct items of each class of ${dataset}`, bars }))}${sorted.length > bars.length && html`<p class="quiet small">and ${countText(sorted.length - bars.length)} smaller ones</p>`}</div></div>
${
  worst.length > 1 &&
  tableOf(
    'Scores of each class, the lowest first',
    [{ head: 'class' }, { head: 'items', number: true }, ...scoreColumns(quality.scores)],
    worst.map(
      ({ label, items, scores }): HtmlRow => [label, countText(items.distinct), ...scoreCells(scores, quality.scores)],
    ),
  )
}`;
}

export function spreadSection({ measures, columns, kind }: QualityFacts): Html | null {
  if (measures.length === 0 && columns.length === 0) return null;
  const cards = measures.map(({ name, items, histogram, quantiles }) => {
    const { from, to, counts } = histogram;
    const title = measureTitle(kind, name);
    const shown = measuredValue(columns.find((column) => column.name === name)?.type);
    if (quantiles.min === quantiles.max)
      return html`<div class="panel"><h3>${title}</h3><p class="quiet small">${shown(quantiles.min)} in all ${itemsOf(kind, items)}</p></div>`;
    const chart = histogramChart({
      title: `${title} of ${itemsOf(kind, items)}`,
      from,
      to,
      counts,
      ...(shown !== short && { shown }),
    });
    return html`<div class="panel"><h3>${title}</h3>${trusted(chart)}<p class="quiet small">median ${shown(quantiles.median)}; 90 % from ${shown(quantiles.p05)} to ${shown(quantiles.p95)}; range ${shown(quantiles.min)} to ${shown(quantiles.max)}</p></div>`;
  });
  const rows = columns.map(({ name, type, personal, rows: all, missing, distinct, categories }): HtmlRow => {
    const values = categories.slice(0, 4).map(({ value, items }) => `${value} (${percent(items / Math.max(1, all))})`);
    return [
      name,
      type,
      html`${countText(missing)}${missing > 0 && html` <span class="quiet">${percent(missing / Math.max(1, all))}</span>`}`,
      distinct === null ? '' : countText(distinct),
      personal ? 'personal data, not shown' : values.join(', '),
    ];
  });
  return html`<h2>Distributions</h2>${cards.length > 0 && html`<div class="grid wide">${cards}</div>`}
${rows.length > 0 && tableOf('Columns', [{ head: 'column' }, { head: 'type' }, { head: 'missing', number: true }, { head: 'distinct', number: true }, { head: 'most frequent' }], rows)}`;
}

export function uploadsOf(quality: Quality, { drift, uploads, dataset, kind }: QualityFacts): Html | null {
  if (uploads.length < 2 && drift.length === 0) return null;
  const { ofUploads } = quality;
  const named = (source: string) => source.slice(dataset.length + 1);
  const rows = [...ofUploads]
    .sort((a, b) => (a.scores.total ?? 1) - (b.scores.total ?? 1))
    .slice(0, UPLOADS_LISTED)
    .map(
      ({ source, items, scores }): HtmlRow => [
        named(source),
        countText(items.accepted),
        countText(items.rejected),
        ...scoreCells(scores, quality.scores),
      ],
    );
  const strongest = drift.filter(({ items }) => items >= FEW_ITEMS).sort((a, b) => b.value - a.value);
  const strong = strongest.filter(({ value }) => value >= STRONG_DRIFT);
  const order = new Map(uploads.map(({ source }, place) => [source, place + 1]));
  const measures = [...new Set(strongest.map(({ measure }) => measure))].slice(0, DRIFT_MEASURES_DRAWN);
  const lines = measures.map((name) => ({
    name,
    points: drift
      .filter(({ measure, source }) => measure === name && order.has(source))
      .map(({ source, value }) => [order.get(source) as number, value] as const)
      .sort(([a], [b]) => a - b),
  }));
  const longEnough = lines.some(({ points }) => points.length > 2);
  return html`<h2>Uploads</h2>
${rows.length > 0 && tableOf(`Scores of each upload, the lowest first${ofUploads.length > rows.length ? ` (${rows.length} of ${countText(ofUploads.length)})` : ''}`, [{ head: 'upload' }, { head: 'accepted', number: true }, { head: 'rejected', number: true }, ...scoreColumns(quality.scores)], rows)}
${
  strongest.length > 0 &&
  html`<h3>Drift</h3><p>The distance between the distribution of each upload and the rest of the dataset, for each measure: 0 is equal, 1 is disjoint. ${strong.length === 0 ? 'No upload has drifted strongly.' : html`<strong>${countText(strong.length)}</strong> ${strong.length === 1 ? 'value is' : 'values are'} ${STRONG_DRIFT} or more: check whether the source has changed.`} Drift does not change the scores.</p>
${longEnough && html`<div class="grid wide">${lines.map(({ name, points }) => html`<div class="panel"><h3>${measureTitle(kind, name)}</h3>${trusted(lineChart({ title: `Drift of ${measureTitle(kind, name)} over the uploads`, lines: [{ name, points }], xLabel: 'upload', yLabel: 'drift', whole: true, yDomain: [0, 1], height: 170 }))}</div>`)}</div>`}
${tableOf(
  'Strongest drift',
  [
    { head: 'upload' },
    { head: 'measure' },
    { head: 'drift', number: true },
    { head: 'statistic' },
    { head: 'items', number: true },
  ],
  strongest
    .slice(0, DRIFTS_LISTED)
    .map(
      ({ source, measure, value, statistic, items }): HtmlRow => [
        named(source),
        measureTitle(kind, measure),
        value.toFixed(2),
        STATISTICS[statistic],
        countText(items),
      ],
    ),
)}`
}`;
}

/** A dimension that is not judged has no column. */
function scoreColumns(judged: Quality['scores']) {
  return SCORES.filter((name) => judged[name] !== null).map((head) => ({ head, number: true as const }));
}

function scoreCells(scores: Quality['scores'], judged: Quality['scores']): Html[] {
  return SCORES.filter((name) => judged[name] !== null).map(
    (name) => html`<span class="${gradeOf(scores[name])}">${scoreText(scores[name])}</span>`,
  );
}
