// Answers of a model of pairs, and their figures beside those of copied texts.
import type { PairFigure, PairMetrics } from '#core/model/messages/pair-metrics.ts';
import { amountOf, metricTitle } from '#core/model/metrics.ts';
import { type Html, html } from '#core/pages/html.ts';

export function pairSection({ n, beam, bound, latent, figures, examples }: PairMetrics): Html {
  return html`<p>Beside what the source says, z holds ${latent.kl.toFixed(2)} nats of a text in ${latent.activeUnits} of ${latent.latentDim} dimensions: where a source has one answer, none are needed.</p>
<div class="wide" tabindex="0" role="region" aria-label="Metrics of answers"><table>
<caption>${n.toLocaleString('en')} held-out sources, answered by a beam of ${beam}. Bits are given the source and count each text's end: the
importance-weighted bound with k = ${bound.k} over ${bound.pairs.toLocaleString('en')} pairs. Token errors: edits as a share of the tokens that
white space separates. chrF as sacrebleu 2 computes it: 6 characters, beta 2, no white space</caption>
<thead><tr><th scope="col">figure</th><th scope="col">better</th><th scope="col">model</th><th scope="col">text of the nearest training source</th></tr></thead>
<tbody>${figures.map(row)}</tbody></table></div>
<div class="wide" tabindex="0" role="region" aria-label="Answers to held-out sources"><table>
<caption>The first held-out sources</caption>
<thead><tr><th scope="col">source</th><th scope="col">answer</th><th scope="col">held-out text</th><th scope="col">text of the nearest training source</th></tr></thead>
<tbody>${examples.map(
    ({ source, answer, text, nearest }) =>
      html`<tr><th scope="row" dir="auto">${source}</th><td dir="auto">${answer}</td><td dir="auto">${text}</td><td dir="auto">${nearest}</td></tr>`,
  )}</tbody></table></div>`;
}

function row({ name, better, model, nearest }: PairFigure): Html {
  return html`<tr><th scope="row">${metricTitle(name)}</th><td>${better}</td><td>${amountOf(name, model)}</td><td>${nearest === null ? '–' : amountOf(name, nearest)}</td></tr>`;
}
