// The charts of the run page: losses, held-out metrics, and the norms of gradients and activations by layer.

import type { EpochMetrics } from '#core/model/messages/run.ts';
import { type MetricValues, metricTitle } from '#core/model/metrics.ts';
import { type ChartLine, legendOf, lineChart } from '#core/pages/charts/line-chart.ts';
import { type Html, html, trusted } from '#core/pages/html.ts';

/** Maximum number of distinguishable colours. */
const LINES_A_CHART = 6;

type Section = {
  readonly heading: string;
  readonly note?: string;
  readonly lines: readonly ChartLine[];
  readonly log?: boolean;
};

export function chartSections(epochs: readonly EpochMetrics[]): Html {
  const { selection } = epochs[0] as EpochMetrics;
  const selected = seriesOf(epochs, ({ validation }) => ({ [selection]: validation[selection] ?? Number.NaN }));
  const others = seriesOf(epochs, ({ validation: { [selection]: _, ...rest } }) => rest);
  const sections: Section[] = [
    {
      heading: 'Training losses',
      note: 'means of the steps of each epoch',
      lines: seriesOf(epochs, ({ train }) => train),
    },
    {
      heading: `What chooses the epoch: ${metricTitle(selection)}`,
      note: 'of the validation split; lower is better',
      lines: selected,
    },
    ...(others.length > 0 ? [{ heading: 'Held out: other figures', lines: others }] : []),
  ];
  const norms = [
    ...layers('Gradients', epochs, ({ norms }) => norms?.gradients),
    ...layers('Activations', epochs, ({ norms }) => norms?.activations),
  ];
  return html`<h2>Losses</h2><div class="charts">${sections.map(draw)}</div>
${
  norms.length > 0 &&
  html`<h2>Gradients and activations</h2><p class="soft">Root mean square of one step in each epoch. A line that falls by
powers of ten says that the layer no longer learns, one that rises says that training is about to break.</p>
<div class="charts">${norms.map(draw)}</div>`
}`;
}

function draw({ heading, note, lines, log = false }: Section): Html {
  const legend = legendOf(lines.map(({ name }) => name));
  const chart = { title: `${heading} by epoch`, lines, xLabel: 'epoch', yLabel: '', whole: true, log };
  return html`<section><h3>${heading}</h3>${note && html`<p class="soft">${note}</p>`}
<ul class="legend">${legend.map(({ name, colour }) => html`<li><i style="background:${colour}"></i>${name}</li>`)}</ul>
${trusted(lineChart(chart))}</section>`;
}

/** Draws one chart per network part and group of layers. Biases follow their kernels. */
function layers(
  what: string,
  epochs: readonly EpochMetrics[],
  of: (epoch: EpochMetrics) => MetricValues | undefined,
): Section[] {
  const all = seriesOf(
    epochs,
    (epoch) => of(epoch) ?? {},
    (name) => name,
  ).filter(({ name }) => !name.endsWith('/bias'));
  const parts = Map.groupBy(all, ({ name }) => name.split('/')[0] as string);
  return [...parts].flatMap(([part, lines]) => {
    const charts = Math.ceil(lines.length / LINES_A_CHART);
    return Array.from({ length: charts }, (_, i) => ({
      heading: `${what}: ${part}${charts > 1 ? `, ${i + 1} of ${charts}` : ''}`,
      lines: lines
        .slice(i * LINES_A_CHART, (i + 1) * LINES_A_CHART)
        .map((line) => ({ ...line, name: line.name.slice(part.length + 1).replace(/\/kernel$/, '') || part })),
      log: true,
    }));
  });
}

function seriesOf(
  epochs: readonly EpochMetrics[],
  figures: (epoch: EpochMetrics) => MetricValues,
  nameOf: (name: string) => string = metricTitle,
): ChartLine[] {
  const names = [...new Set(epochs.flatMap((epoch) => Object.keys(figures(epoch))))];
  return names.map((name) => ({
    name: nameOf(name),
    points: epochs.map((epoch) => [epoch.epoch, figures(epoch)[name] ?? Number.NaN] as const),
  }));
}
