// The run page's section on priors: every prior that was compared, with its bound and the quality of its samples.
import { baseSpaceSentence, flowTuningSentence } from '#core/model/latent/base-space.ts';
import type { LatentFacts, PriorMetrics } from '#core/model/messages/latent-facts.ts';
import { amountOf, metricTitle } from '#core/model/metrics.ts';
import { type Html, html } from '#core/pages/html.ts';

/** Returns undefined for a card without a comparison. */
export function priorSection({ prior, reason, priors = [], base, flowTuning }: LatentFacts): Html | undefined {
  if (prior === undefined || priors.length === 0) return undefined;
  const names = [...new Set(priors.flatMap(({ figures }) => figures.map(({ name }) => name)))];
  return html`<h2>Where latent vectors are drawn from</h2>
<p>The <strong>${prior}</strong> prior${reason !== undefined && html`: ${reason}`}.</p>
<div class="wide" tabindex="0" role="region" aria-label="Priors compared"><table>
<caption>On the validation split. The bound is the negative ELBO under each prior with the same codes, lower is better; by how much it is
lower on training items says how much was memorised</caption>
<thead><tr><th scope="col">prior</th><th scope="col">held-out bound, nats</th><th scope="col">training items</th><th scope="col">gap</th>${names.map((name) => html`<th scope="col">${metricTitle(name)}</th>`)}</tr></thead>
<tbody>${priors.map((one) => row(one, names))}</tbody></table></div>
${base && html`<p class="soft">${baseSpaceSentence(base)}</p>`}
${flowTuning && html`<p class="soft">${flowTuningSentence(flowTuning)}</p>`}`;
}

function row({ prior, heldOut: { nats, low, high }, trained, figures }: PriorMetrics, names: readonly string[]): Html {
  return html`<tr><th scope="row">${prior}</th><td>${nats.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})</td>
<td>${trained.toFixed(2)}</td><td>${(nats - trained).toFixed(2)}</td>${names.map((name) => {
    const found = figures.find((figure) => figure.name === name);
    return html`<td>${found ? cell(found) : '–'}</td>`;
  })}</tr>`;
}

function cell({ name, value, interval }: PriorMetrics['figures'][number]): string {
  const range = interval ? ` (${amountOf(name, interval.low)} to ${amountOf(name, interval.high)})` : '';
  return amountOf(name, value) + range;
}
