// The metrics of the test split, each beside real items and baselines.

import { shareText } from '#core/base/format.ts';
import type { Compared, ImageMetrics } from '#core/model/messages/image-metrics.ts';
import type { TestMetrics } from '#core/model/messages/run.ts';
import { amountOf, metricTitle } from '#core/model/metrics.ts';
import { faultsOf } from '#core/model/promotion/faults-of.ts';
import { barChart } from '#core/pages/charts/bar-chart.ts';
import { type Html, html, trusted } from '#core/pages/html.ts';
import { audioSection } from './audio/audio-section.ts';
import { pairSection } from './pair-section.ts';
import { tableSection } from './table-section.ts';
import { textSection } from './text-section.ts';

/** `groupBy`: what keeps items in one split. */
export function metricsSection(
  { items, figures, images, photos, table, audio, text, pairs, importance }: TestMetrics,
  groupBy?: string | null,
): Html {
  const faults = faultsOf({ images, photos, table, audio, text, pairs });
  const compared = new Set<string>(
    [images, table, audio, text, pairs].flatMap((one) => one?.figures.map(({ name }) => name) ?? []),
  );
  const own = Object.entries(figures).filter(([name]) => !compared.has(name));
  return html`<h2>On the test split</h2><p class="soft">Scored once, with the chosen epoch, on ${items} items that nothing was chosen by.</p>
<dl class="facts">${own.map(([name, value]) => html`<div><dt>${metricTitle(name)}</dt><dd>${amountOf(name, value)}</dd></div>`)}${
    importance &&
    html`<div><dt>importance-weighted bound</dt><dd>${importance.nats.toFixed(2)} nats<small>k = ${importance.k}, ${importance.items} items</small></dd></div>`
  }</dl>
${faults.map(({ code, sentence, blocks }) => html`<p class="bad"><strong>${code}</strong> ${sentence}${blocks && ' This model is not promoted by itself.'}</p>`)}${images && comparison(images)}${table && tableSection(table)}${audio && audioSection(audio, groupBy)}${text && textSection(text)}${pairs && pairSection(pairs)}`;
}

function comparison({ n, features, figures, ladder, baselineComponents }: ImageMetrics): Html {
  const kid = figures.find(({ name }) => name === 'kid');
  const rungs = [
    ...(kid?.real === null || kid === undefined ? [] : [{ name: 'other real images', kid: kid.real }]),
    ...(kid ? [{ name: 'this model', kid: kid.model }] : []),
    ...ladder.map(({ degradation, kid: value }) => ({ name: `real, ${degradation}`, kid: value })),
    ...(kid?.baseline === null || kid === undefined ? [] : [{ name: 'PCA-Gaussian', kid: kid.baseline }]),
  ];
  const bars = rungs.map(({ name, kid: value }) => ({ name, value: Math.max(value, 0), note: amountOf('kid', value) }));
  return html`<div class="wide" tabindex="0" role="region" aria-label="Metrics beside their nulls"><table>
<caption>${n} images on each side</caption>
<thead><tr><th scope="col">figure</th><th scope="col">better</th><th scope="col">model</th><th scope="col">real against real</th><th scope="col">PCA-Gaussian</th></tr></thead>
<tbody>${figures.map(row)}</tbody></table></div>
<p class="soft">Features: a network of ${features.dimensions} that learned ${features.learnedFrom} on the train split (right on
${shareText(features.accuracy, 1)} of validation), ${features.sha256.slice(0, 12)}. Metrics of another network cannot be compared with these.
The PCA-Gaussian draws from ${baselineComponents} principal components: what it reaches is no merit.</p>
<section><h3>KID, nearest first</h3>${trusted(barChart({ title: 'KID of the model beside real, degraded and PCA images', bars: bars.toSorted((a, b) => a.value - b.value) }))}</section>`;
}

function row({ name, better, model, interval, real, realInterval, baseline }: Compared): Html {
  const cell = (value: number | null, range: Compared['interval'] = null) =>
    value === null
      ? '–'
      : `${amountOf(name, value)}${range ? ` (${amountOf(name, range.low)} to ${amountOf(name, range.high)})` : ''}`;
  return html`<tr><th scope="row">${metricTitle(name)}</th><td>${better}</td><td>${cell(model, interval)}</td>
<td>${cell(real, realInterval)}</td><td>${cell(baseline)}</td></tr>`;
}
