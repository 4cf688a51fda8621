// Drawn texts, and their figures, each beside real texts and simple generators.
import type { TextFigure, TextMetrics } from '#core/model/messages/text-metrics.ts';
import { amountOf, metricTitle } from '#core/model/metrics.ts';
import { type Html, html } from '#core/pages/html.ts';

const BEST: Readonly<Record<TextFigure['better'], string>> = {
  lower: 'lower',
  higher: 'higher',
  real: 'as real texts',
};

export function textsDrawn(texts: readonly string[]): Html {
  return html`<h2>What it draws</h2><p class="soft">The same latent vectors after each epoch, of pairs the same held-out sources, drawn after the last one.</p>
<ul class="texts">${texts.map((text) => html`<li dir="auto">${text}</li>`)}</ul>`;
}

export function textSection({ n, drawn, bound, kneserNey, latent, figures }: TextMetrics): Html {
  return html`<p>z holds ${latent.kl.toFixed(2)} nats of a text (${latent.free.toFixed(2)} cost nothing in training) in ${latent.activeUnits} of ${latent.latentDim} dimensions.</p>
<div class="wide" tabindex="0" role="region" aria-label="Metrics of drawn texts"><table>
<caption>${drawn.toLocaleString('en')} texts drawn, ${n.toLocaleString('en')} held out. Bits count each text's end; those of the model are
the importance-weighted bound with k = ${bound.k} over ${bound.texts.toLocaleString('en')} texts. Kneser-Ney: n-grams of ${kneserNey.order} symbols from
${kneserNey.texts.toLocaleString('en')} training texts</caption>
<thead><tr><th scope="col">figure</th><th scope="col">better</th><th scope="col">model</th><th scope="col">real texts</th>
<th scope="col">Kneser-Ney</th><th scope="col">shuffled symbols</th></tr></thead>
<tbody>${figures.map(row)}</tbody></table></div>`;
}

function row({ name, better, model, real, kneserNey, shuffled }: TextFigure): Html {
  const cell = (value: number | null) => (value === null ? '–' : amountOf(name, value));
  return html`<tr><th scope="row">${metricTitle(name)}</th><td>${BEST[better]}</td><td>${cell(model)}</td><td>${cell(real)}</td>
<td>${cell(kneserNey)}</td><td>${cell(shuffled)}</td></tr>`;
}
