// The clips that a model draws as spectrograms with players, and their figures beside real clips and generators that learn little.
import { shareText } from '#core/base/format.ts';
import type { AudioFigure, AudioMetrics, MagnitudeFacts } from '#core/model/messages/audio-metrics.ts';
import { amountOf, metricTitle } from '#core/model/metrics.ts';
import { type Html, html } from '#core/pages/html.ts';

export type PageClip = {
  readonly title: string;
  /** Data URIs. */
  readonly spectrogram: string;
  readonly sound: string;
  /** Width of the spectrogram. */
  readonly width: number;
  readonly height: number;
};

const BEST: Readonly<Record<AudioFigure['better'], string>> = {
  lower: 'lower',
  higher: 'higher',
  half: '0.5',
  one: '1',
  real: 'as real',
};

export function clipsSection(clips: readonly PageClip[] | undefined): Html | false {
  return (
    clips !== undefined &&
    clips.length > 0 &&
    html`<h3>As sounds</h3><div class="wide" tabindex="0" role="region" aria-label="Clips drawn"><div class="strip">${clips.map(
      ({ title, spectrogram, sound, width, height }) => html`<figure>
<img alt="Spectrogram of ${title}" src="${spectrogram}" width="${width}" height="${height}">
<audio controls preload="none" aria-label="${title}" src="${sound}"></audio><figcaption>${title}</figcaption></figure>`,
    )}</div></div>`
  );
}

/** `groupBy`: what keeps clips in one split. */
export function audioSection(
  { n, roundTripDecibels, magnitudes, features, figures }: AudioMetrics,
  groupBy?: string | null,
): Html {
  const classifier =
    features.learnedFrom === 'labels'
      ? html`trained on the train split, right for ${shareText(features.accuracy, 1)} of the validation split`
      : html`that tells turned pictures apart, as most clips have no label`;
  return html`<div class="wide" tabindex="0" role="region" aria-label="Metrics of drawn clips"><table>
<caption>${n.toLocaleString('en')} clips a column, made into WAV and read again but where the mel picture is named; real clips went the same way,
which alone changes them by ${roundTripDecibels.toFixed(2)} dB. Classes and features are of a network ${classifier}. ${heldOut(groupBy)}</caption>
<thead><tr><th scope="col">figure</th><th scope="col">better</th><th scope="col">model</th><th scope="col">real clips</th>
<th scope="col">PCA mixture</th><th scope="col">class means</th></tr></thead>
<tbody>${figures.map(row)}</tbody></table></div>${magnitudes && html`<p>${magnitudesText(magnitudes)}</p>`}`;
}

function magnitudesText({ isUsed, n, spectrumDecibels, bandDecibels }: MagnitudeFacts): string {
  const both = ({ learned, plain }: MagnitudeFacts['bandDecibels']) =>
    `${learned.toFixed(2)} dB with it, ${plain.toFixed(2)} dB without`;
  return `A small network learned the full spectra behind the bands from training clips. It is ${isUsed ? 'used' : 'not used, since it is no better'}: ${n} held-out clips made into pictures and sounds again are away from themselves by ${both(spectrumDecibels)} in the full spectrum, and by ${both(bandDecibels)} in the bands.`;
}

function heldOut(groupBy: string | null | undefined): string {
  return groupBy
    ? `Clips of one group (split.groupBy: ${groupBy}) are in one split, so speakers or sources that are groups are held out.`
    : 'Clips of one speaker or source may lie in several splits, which makes every metric look better than it is: split.groupBy keeps them together.';
}

function row({ name, better, model, real, pcaMixture, classMean }: AudioFigure): Html {
  const cell = (value: number | null) => (value === null ? '–' : amountOf(name, value));
  return html`<tr><th scope="row">${metricTitle(name)}</th><td>${BEST[better]}</td><td>${cell(model)}</td><td>${cell(real)}</td>
<td>${cell(pcaMixture)}</td><td>${cell(classMean)}</td></tr>`;
}
