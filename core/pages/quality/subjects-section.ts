// Subject alignment: the mean image of each class, and the crops that fit best and worst.
import type { Kind } from '../../base/names.ts';
import type { ShownSubject, SubjectFacts } from '../../snapshot/quality/facts.ts';
import { histogramChart } from '../charts/histogram-chart.ts';
import { type Html, html, trusted } from '../html.ts';
import { itemFigure, type Preview } from './preview.ts';
import { countText, itemsOf } from './words.ts';

export type SubjectPictures = {
  /** For each class; `label` null: for all items. */
  readonly means: readonly { readonly label: string | null; readonly items: number; readonly preview: Preview }[];
  readonly crop: (subject: ShownSubject) => Preview;
};

export function subjectsOf(facts: SubjectFacts, kind: Kind, { means, crop }: SubjectPictures): Html {
  const { items, low, least, leftOut, scores, best, worst, lowest } = facts;
  const list = (shown: readonly ShownSubject[]) =>
    html`<ul class="items">${shown.map((one) => html`<li>${itemFigure(one.item, crop(one), html`score ${one.score.toFixed(2)}`)}</li>`)}</ul>`;
  const rule = html`<code>image.no-common-subject</code>`;
  return html`<h2>Common subject</h2><p>${itemsOf(kind, items)} were searched for the subject that they have in common, and cut to it. The score is the similarity of a crop to the template of the dataset.</p>
<div class="grid"><div class="panel">${trusted(histogramChart({ title: 'Scores', label: 'score', ...scores.histogram, ...(least !== null && { mark: least }) }))}</div></div>
<p>The mean of the crops shows how well they are aligned: the sharper it is, the better.</p>
<ul class="items">${means.map(
    (mean) =>
      html`<li><figure class="item"><div class="look">${pictureOf(mean.preview)}</div><figcaption>${mean.label === null ? 'all' : `class ${mean.label}`}<br>mean of ${countText(mean.items)}</figcaption></figure></li>`,
  )}</ul>
${
  least === null &&
  html`<p>No image is judged by its score: the rule ${rule} is off, or the median of the scores, ${scores.quantiles.median.toFixed(2)}, is below its setting <code>minMedian</code>. Images with a low median have hardly anything in common, and <code>image.fit: cover</code> may be as good.</p>`
}
<h3>Best crops</h3>${list(best)}
${worst.length > 0 && html`<h3>Worst crops that are in the snapshot</h3>${list(worst)}`}
${
  low > 0 &&
  html`<h3>${itemsOf(kind, low)} without the common subject</h3><p>Their score is below ${(least ?? 0).toFixed(2)}. ${
    leftOut
      ? html`The rule ${rule} leaves them out of training.`
      : html`They are in the snapshot, since the rule ${rule} only flags them.`
  }</p>${list(lowest)}`
}`;
}

function pictureOf(preview: Preview): Html {
  if (preview.shows !== 'image') return html`<span class="none">not shown</span>`;
  return html`<img class="photo" src="${preview.uri}" alt="mean image">`;
}
