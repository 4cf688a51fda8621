// The head of the page: the total, what to do next, and what feeds each dimension.

import { DIMENSIONS } from '../../kinds/define/issue-kind.ts';
import { definitionOf } from '../../kinds/registry/definitions.ts';
import type { GateDecision } from '../../snapshot/messages.ts';
import type { Advice } from '../../snapshot/quality/advice.ts';
import type { Quality } from '../../snapshot/quality/quality.ts';
import type { Dimension, Loss } from '../../snapshot/quality/scores.ts';
import { type Html, html } from '../html.ts';
import { countText, findingText, gradeOf, itemsOf, meter, percent, scoreText } from './words.ts';

const LOSSES_SHOWN = 5;

const MEANINGS: Readonly<Record<Dimension, string>> = {
  accuracy: 'Are the items correct: readable, sharp, in range?',
  completeness: 'Is anything missing: parts of files, cells, labels?',
  consistency: 'Do the items agree: one format, one label each, no duplicates?',
  timeliness: 'Is the data recent enough?',
};

export function headOf({ dataset, snapshotId, kind, scores, items, uploads, clean }: Quality): Html {
  const all = uploads.accepted + uploads.partly + uploads.rejected + uploads.pending;
  return html`<div class="top"><div><p class="quiet small">Data quality of</p><h1>${dataset}</h1>
<p class="quiet">${countsOf(kind, items)} in ${countText(all)} ${all === 1 ? 'upload' : 'uploads'}; ${countText(clean)} without any finding. Snapshot <code>${snapshotId}</code></p></div>
<div><div class="total ${gradeOf(scores.total)}">${scoreText(scores.total)}</div><div class="quiet small">of 1.00${scores.total !== null && html`: ${gradeOf(scores.total)}`}</div></div></div>`;
}

/** "300 distinct images, 3 copies, 6 rejected" */
function countsOf(kind: Quality['kind'], { accepted, rejected, distinct }: Quality['items']): string {
  const copies = accepted - distinct;
  return [
    itemsOf(kind, distinct).replace(' ', ' distinct '),
    ...(copies > 0 ? [`${countText(copies)} ${copies === 1 ? 'copy' : 'copies'}`] : []),
    `${countText(rejected)} rejected`,
  ].join(', ');
}

export function nextOf(advice: readonly Advice[], { outcome, missing }: GateDecision): Html {
  const words =
    outcome === 'refused'
      ? html`<strong class="poor">There is not enough data to train on.</strong> The gate refuses a run, even with --force.`
      : missing.length > 0
        ? html`<strong class="fair">The gate settings of dataset.yaml are not met.</strong> Automatic training waits; <code>goldpan fit</code> trains anyway and lists what is missing.`
        : html`<strong class="good">There is enough data to train on.</strong> The gate passes.`;
  return html`<h2>What to do next</h2><p>${words}</p>
${advice.length === 0 ? html`<p>There is nothing to improve first. More distinct items of the same quality make a better model.</p>` : html`<ol>${advice.map(lineOf)}</ol>`}`;
}

export function scoresOf(quality: Quality): Html {
  return html`<h2>Four scores</h2><p>Each score is between 0 and 1. Each finding lowers it by its share of the items, times a weight. The total is the weighted geometric mean.</p>
<div class="grid">${DIMENSIONS.map((dimension) => cardOf(dimension, quality))}</div>`;
}

function cardOf(dimension: Dimension, quality: Quality): Html {
  const { scores, losses, kind } = quality;
  const score = scores[dimension];
  const own = losses.filter((loss) => loss.dimension === dimension).sort((a, b) => b.loss - a.loss);
  const rest = own.length - LOSSES_SHOWN;
  const none =
    score === null
      ? html`<p class="small">${definitionOf(kind).words.age}, so timeliness is not scored; its weight is shared by the other scores.</p>`
      : html`<p class="small">${quality.items.accepted === 0 ? 'No item was accepted.' : 'No findings.'}</p>`;
  return html`<div class="panel"><h3>${dimension.charAt(0).toUpperCase() + dimension.slice(1)}</h3>
<div class="figure ${gradeOf(score)}">${scoreText(score)}</div>${meter(score)}<p class="quiet small">${MEANINGS[dimension]}</p>
${own.length === 0 || score === null ? none : html`<ul class="bare small">${own.slice(0, LOSSES_SHOWN).map(lossLine)}${rest > 0 && html`<li class="quiet">and ${rest} more</li>`}</ul>`}</div>`;
}

function lossLine({ finding, code, items, share, loss }: Loss): Html {
  const what = findingText({ finding, code });
  const taken = loss < 0.001 ? '' : `, costs ${loss.toFixed(3)}`;
  return html`<li><strong>${countText(items)}</strong> ${what} <span class="quiet">${percent(share)}${taken}</span></li>`;
}

function lineOf({ text, gain, command }: Advice): Html {
  return html`<li>${text}${gain !== null && html` <span class="quiet">(raises the total by ${gain < 0.01 ? gain.toFixed(3) : gain.toFixed(2)})</span>`}${command !== null && html` <code>${command}</code>`}</li>`;
}
