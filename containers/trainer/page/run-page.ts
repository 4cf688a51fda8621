// The page of one run as a single self-contained HTML file.
import { collapseAlarm } from '#core/model/active-units.ts';
import { bestEpoch } from '#core/model/best-epoch.ts';
import type { Cost } from '#core/model/host/prices.ts';
import type { LatentFacts } from '#core/model/messages/latent-facts.ts';
import type { EpochMetrics, TestMetrics } from '#core/model/messages/run.ts';
import { amountOf, metricTitle } from '#core/model/metrics.ts';
import { latentDimOf } from '#core/model/resolve-train.ts';
import { epochOf } from '#core/model/timing/epoch-of.ts';
import { secondsLeft } from '#core/model/timing/seconds-left.ts';
import { type Html, html, trusted } from '#core/pages/html.ts';
import type { TrainingJob } from '#core/snapshot/messages.ts';
import { clipsSection, type PageClip } from './audio/audio-section.ts';
import { chartSections } from './chart-sections.ts';
import { metricsSection } from './metrics-section.ts';
import type { PageImage } from './page-image.ts';
import { photosSection } from './photos-section.ts';
import { priorSection } from './prior-section.ts';
import { RUN_PAGE_STYLE } from './style.ts';
import { textsDrawn } from './text-section.ts';

export type RunPage = {
  readonly job: TrainingJob;
  readonly status: 'running' | 'succeeded' | 'failed' | 'stopped';
  /** Why the run failed, stopped or ended early. */
  readonly reason: string | null;
  readonly modelId: string | null;
  readonly epochs: readonly EpochMetrics[];
  readonly metrics: TestMetrics | null;
  /** For families with an encoder, at the end of the run. */
  readonly latent: LatentFacts | null;
  readonly cost: Cost;
  /** ISO 8601. */
  readonly writtenAt: string;
  /** Samples from the same latent vectors, by epoch. */
  readonly strip: readonly PageImage[];
  readonly latest: PageImage | null;
  /** Rows drawn last, of a table. */
  readonly rows?: { readonly header: readonly string[]; readonly rows: readonly (readonly string[])[] } | undefined;
  /** Clips of the pictures drawn last. */
  readonly clips?: readonly PageClip[] | undefined;
  /** Texts drawn last. */
  readonly texts?: readonly string[] | undefined;
  /** Names of the classes. */
  readonly labels: readonly string[];
  /** What keeps items in one split; null: each item is by itself. */
  readonly groupBy?: string | null;
  /** Draws of photos, each followed by its nearest training photo. */
  readonly nearest: PageImage | null;
};

/** Returns a complete HTML document. The same input gives the same text. */
export function runPage(page: RunPage): string {
  const { job, status, reason, epochs, metrics, writtenAt } = page;
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${job.dataset}: run ${job.runId}</title><style>${trusted(RUN_PAGE_STYLE)}</style></head><body>
<header><h1>Run ${job.runId}</h1>
<p class="soft">A ${job.train.model.toUpperCase()} of ${job.dataset}, snapshot ${job.snapshotId.slice(0, 16)}</p>
<p><strong>${status}</strong>${reason !== null && html`: ${reason}`}</p>${alarmOf(page)}</header>
<main>${factsList(page)}
${pictures(page)}
${rowsDrawn(page)}
${clipsSection(page.clips)}
${page.texts && textsDrawn(page.texts)}
${epochs.length > 1 && chartSections(epochs)}
${metrics && metricsSection(metrics, page.groupBy)}
${metrics?.photos && photosSection(metrics.photos, page)}
${page.latent && priorSection(page.latent)}
${epochs.length > 0 && epochTable(epochs)}
</main>
<footer>Written ${writtenAt} by goldpan. ${status === 'running' && 'It is written again after each epoch: load it again to see more.'}</footer>
</body></html>
`.markup;
}

function factsList({ job, status, epochs, cost, modelId }: RunPage): Html {
  const last = epochs.at(-1);
  const left = status === 'running' ? secondsLeft(epochs, job.train) : undefined;
  const rest = left === 0 ? (['now', 'scoring', 'on the test split'] as const) : leftOf(left);
  const best = bestEpoch(epochs);
  const facts: (readonly [name: string, value: string, note?: string])[] = [
    ['epochs done', epochOf(epochs.length, job.train.epochs)],
    ...(best ? ([['best held out', shown(best.selection, best), `epoch ${best.epoch}`]] as const) : []),
    ['time so far', clockTime(cost.seconds)],
    ...(rest === undefined ? [] : [rest]),
    ['cost so far', cost.usd === null ? 'none' : `${cost.usd.toFixed(cost.usd < 1 ? 3 : 2)} USD`, cost.basis],
    ...(last ? ([['speed', `${Math.round(last.itemsPerSecond).toLocaleString('en')} items/s`]] as const) : []),
    ...(last ? ([['memory', `${Math.round(last.memoryMiB).toLocaleString('en')} MiB`]] as const) : []),
    ...(modelId === null ? [] : ([['model', modelId]] as const)),
    ...(job.train.from === null ? [] : ([['started from', job.train.from]] as const)),
  ];
  return html`<dl class="facts">${facts.map(
    ([name, value, note]) => html`<div><dt>${name}</dt><dd>${value}${note && html`<small>${note}</small>`}</dd></div>`,
  )}</dl>`;
}

function leftOf(seconds: number | undefined): readonly [string, string, string] | undefined {
  return seconds === undefined ? undefined : ['time left', clockTime(seconds), 'at most: it may stop early'];
}

/** The warning of the best epoch, which is the model. */
function alarmOf({ job, epochs }: RunPage): Html | undefined {
  const best = bestEpoch(epochs)?.validation;
  const alarm = collapseAlarm(best?.activeUnits, best?.latents ?? latentDimOf(job.train));
  return alarm === undefined ? undefined : html`<p class="bad" role="status">${alarm}</p>`;
}

function pictures({ strip, latest }: RunPage): Html | false {
  return (
    latest !== null &&
    html`<h2>What it draws</h2><figure class="latest">${image(latest)}<figcaption>${latest.label}</figcaption></figure>
${
  strip.length > 1 &&
  html`<h3>The same latents, epoch by epoch</h3><div class="wide" tabindex="0" role="region" aria-label="Samples by epoch">
<div class="strip">${strip.map((picture) => html`<figure>${image(picture)}<figcaption>${picture.label}</figcaption></figure>`)}</div></div>`
}`
  );
}

function rowsDrawn({ rows }: RunPage): Html | false {
  return (
    rows !== undefined &&
    html`<h2>What it draws</h2><div class="wide" tabindex="0" role="region" aria-label="Rows drawn"><table>
<caption>The first rows that were drawn after the last epoch</caption>
<thead><tr>${rows.header.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>${rows.rows.map((row) => html`<tr>${row.map((cell) => html`<td>${cell}</td>`)}</tr>`)}</tbody></table></div>`
  );
}

function image({ label, source, width, height }: PageImage): Html {
  return html`<img alt="Samples, ${label}" src="${source}" width="${width}" height="${height}">`;
}

function epochTable(epochs: readonly EpochMetrics[]): Html {
  const names = Object.keys(epochs[0]?.validation ?? {});
  return html`<h2>Epochs</h2><div class="wide" tabindex="0" role="region" aria-label="Metrics by epoch"><table>
<caption>Held-out figures are of the validation split</caption>
<thead><tr><th scope="col">epoch</th><th scope="col">training loss</th>${names.map((name) => html`<th scope="col">${metricTitle(name)}</th>`)}
<th scope="col">seconds</th><th scope="col">items/s</th><th scope="col">MiB</th></tr></thead>
<tbody>${epochs.toReversed().map(
    ({ epoch, train, validation, seconds, itemsPerSecond, memoryMiB }) => html`<tr><th scope="row">${epoch}</th>
<td>${train.loss?.toFixed(2)}</td>${names.map((name) => html`<td>${amountOf(name, validation[name] ?? Number.NaN)}</td>`)}
<td>${seconds.toFixed(1)}</td><td>${Math.round(itemsPerSecond)}</td><td>${Math.round(memoryMiB)}</td></tr>`,
  )}</tbody></table></div>`;
}

function shown(name: string, { validation }: EpochMetrics): string {
  return `${metricTitle(name)} ${amountOf(name, validation[name] ?? Number.NaN)}`;
}

/** Formats a duration: 42 s, 3 min 20 s, 2 h 05 min. */
function clockTime(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60)];
  if (hours === 0) return `${minutes} min ${String(whole % 60).padStart(2, '0')} s`;
  return `${hours} h ${String(minutes).padStart(2, '0')} min`;
}
