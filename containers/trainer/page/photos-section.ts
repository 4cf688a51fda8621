// The run page's section on photos, judged by a network that was not used in training, with the nearest training photos.
import { shareText } from '#core/base/format.ts';
import type { PhotoFigure, PhotoMetrics } from '#core/model/messages/photo-metrics.ts';
import { amountOf, metricTitle } from '#core/model/metrics.ts';
import { type Html, html } from '#core/pages/html.ts';
import type { PageImage } from './page-image.ts';

export function photosSection(
  { network, n, trainItems, figures, byClass }: PhotoMetrics,
  { labels, nearest }: { readonly labels: readonly string[]; readonly nearest: PageImage | null },
): Html {
  return html`<h2>By an independent network</h2>
<p class="soft">${network} knows photos from ImageNet, and nothing here was trained with it. ${n} images on each side.</p>
<div class="wide" tabindex="0" role="region" aria-label="Photos judged by ${network}"><table>
<caption>Precision, recall and coverage at 5 neighbours</caption>
<thead><tr><th scope="col">figure</th><th scope="col">better</th><th scope="col">model</th><th scope="col">other held-out photos</th><th scope="col">PCA-Gaussian</th></tr></thead>
<tbody>${figures.map(row)}</tbody></table></div>
${
  byClass.length > 1 &&
  html`<p class="soft">Nearest to the mean of their own class: ${byClass
    .map(
      ({ label, items, model, real }) =>
        `${labels[label] ?? `class ${label + 1}`} (${items}): ${shareText(model, 1)} of the draws, ${shareText(real, 1)} of held-out photos`,
    )
    .join('; ')}.</p>`
}
${
  nearest !== null &&
  html`<h3>Draws, each followed by its nearest training photo</h3>
<figure class="latest"><img alt="Draws beside their ${nearest.label}" src="${nearest.source}" width="${nearest.width}" height="${nearest.height}"><figcaption>among ${trainItems} training photos</figcaption></figure>`
}`;
}

function row({ name, better, model, real, baseline }: PhotoFigure): Html {
  return html`<tr><th scope="row">${metricTitle(name)}</th><td>${better}</td><td>${amountOf(name, model)}</td><td>${amountOf(name, real)}</td>
<td>${baseline === null ? '–' : amountOf(name, baseline)}</td></tr>`;
}
