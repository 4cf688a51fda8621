// The head of the page: the total, what to do next, and what feeds each dimension.

import { type Kind, TRAINED_KINDS } from '../../base/names.ts';
import { DIMENSIONS } from '../../kinds/define/issue-kind.ts';
import type { GateDecision } from '../../snapshot/messages.ts';
import type { Advice } from '../../snapshot/quality/advice.ts';
import type { QualityFacts } from '../../snapshot/quality/facts.ts';
import type { Quality } from '../../snapshot/quality/quality.ts';
import type { Dimension, Loss } from '../../snapshot/quality/scores.ts';
import { type Html, html } from '../html.ts';
import { figure, findingText, gradeOf, itemsOf, meter, percent, scoreText } from './words.ts';

const LOSSES_SHOWN = 5;

const MEANINGS: Readonly<Record<Dimension, string>> = {
  accuracy: 'Is what is there right: readable, sharp, in range, like its fellows?',
  completeness: 'Is all there that should be: whole files, filled cells, labels?',
  consistency: 'Does it agree with itself: one form, one label, no repeats?',
  timeliness: 'Is it recent enough?',
};

export function headOf({ dataset, snapshotId, kind, scores, items, uploads, clean }: Quality): Html {
  const all = uploads.accepted + uploads.partly + uploads.rejected + uploads.pending;
  return html`<div class="top"><div><p class="quiet small">Data quality of</p><h1>${dataset}</h1>
<p class="quiet">${itemsOf(kind, items.distinct)}, each of them different, out of ${figure(items.accepted + items.rejected)} in ${figure(all)} ${all === 1 ? 'upload' : 'uploads'}; ${figure(clean)} without a single finding. Snapshot <code>${snapshotId}</code></p></div>
<div><div class="total ${gradeOf(scores.total)}">${scoreText(scores.total)}</div><div class="quiet small">of 1.00${scores.total !== null && html`: ${gradeOf(scores.total)}`}</div></div></div>`;
}

export function nextOf(advice: readonly Advice[], { outcome, missing }: GateDecision, kind: Kind): Html {
  const words = !TRAINED_KINDS.includes(kind)
    ? html`<strong>A snapshot to use elsewhere.</strong> Models are made of ${TRAINED_KINDS.join(', ')} data only in this version; ${kind} data is cleaned, split and written as files that other tools open.`
    : outcome === 'refused'
      ? html`<strong class="poor">Not enough to train on.</strong> The gate refuses, even when forced.`
      : missing.length > 0
        ? html`<strong class="fair">Less than dataset.yaml asks for.</strong> Automatic training waits; <code>goldpan fit</code> trains all the same and says what is missing.`
        : html`<strong class="good">Enough to train on.</strong> The gate asks for nothing more.`;
  return html`<h2>What to do next</h2><p>${words}</p>
${advice.length === 0 ? html`<p>Nothing stands out. More different items of the same quality make a better model.</p>` : html`<ol>${advice.map(lineOf)}</ol>`}`;
}

export function scoresOf(quality: Quality, { columns }: QualityFacts): Html {
  return html`<h2>Four scores</h2><p>Each runs from 0 to 1 and starts at 1; each finding takes away its share, by its weight. The total is their geometric mean by weight.</p>
<div class="grid">${DIMENSIONS.map((dimension) => cardOf(dimension, quality, columns.length > 0))}</div>`;
}

function cardOf(dimension: Dimension, quality: Quality, isTable: boolean): Html {
  const { scores, losses, kind } = quality;
  const score = scores[dimension];
  const own = losses.filter((loss) => loss.dimension === dimension).sort((a, b) => b.loss - a.loss);
  const rest = own.length - LOSSES_SHOWN;
  const none =
    score === null
      ? html`<p class="small">${isTable ? 'No rule of the schema says how old a row may be (maxAgeDays)' : `Nothing says how old ${kind === 'audio' ? 'a clip' : `${kind === 'image' ? 'an image' : 'a document'}`} may be`}, so this is not judged; its weight goes to the others.</p>`
      : html`<p class="small">${quality.items.accepted === 0 ? 'No item was accepted.' : 'Nothing was found.'}</p>`;
  return html`<div class="panel"><h3>${dimension.charAt(0).toUpperCase() + dimension.slice(1)}</h3>
<div class="figure ${gradeOf(score)}">${scoreText(score)}</div>${meter(score)}<p class="quiet small">${MEANINGS[dimension]}</p>
${own.length === 0 || score === null ? none : html`<ul class="bare small">${own.slice(0, LOSSES_SHOWN).map(lossLine)}${rest > 0 && html`<li class="quiet">and ${rest} more</li>`}</ul>`}</div>`;
}

function lossLine({ finding, code, items, share, loss }: Loss): Html {
  const what = findingText({ finding, code });
  const taken = loss < 0.001 ? '' : `, takes ${loss.toFixed(3)}`;
  return html`<li><strong>${figure(items)}</strong> ${what} <span class="quiet">${percent(share)}${taken}</span></li>`;
}

function lineOf({ text, gain, command }: Advice): Html {
  return html`<li>${text}${gain !== null && html` <span class="quiet">(the total gains ${gain < 0.01 ? gain.toFixed(3) : gain.toFixed(2)})</span>`}${command !== null && html` <code>${command}</code>`}</li>`;
}
