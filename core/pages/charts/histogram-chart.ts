// A histogram of values.
import * as Plot from '@observablehq/plot';
import { COLOURS, drawChart } from './draw.ts';

/** Bins of equal width between `from` and `to`. `mark`: a value to highlight, such as a threshold. `shown`: writes a value of the axis. */
export type HistogramChart = {
  readonly title: string;
  readonly from: number;
  readonly to: number;
  readonly counts: readonly number[];
  readonly label?: string;
  readonly mark?: number;
  readonly shown?: (value: number) => string;
};

const HEIGHT_PX = 130;

export function histogramChart({ title, from, to, counts, label, mark, shown }: HistogramChart): string {
  const width = (to - from) / counts.length || 1;
  const bins = counts.map((items, i) => ({ start: from + i * width, end: from + (i + 1) * width, items }));
  return drawChart(title, {
    height: HEIGHT_PX,
    marginLeft: 12,
    marginRight: 16,
    marginTop: 8,
    x: {
      domain: [from, from + width * counts.length],
      label: label ?? null,
      ticks: 4,
      ...(shown && { tickFormat: shown }),
    },
    y: { axis: null },
    marks: [
      Plot.rectY(bins, { x1: 'start', x2: 'end', y: 'items', fill: COLOURS[0], insetLeft: 0.5, insetRight: 0.5 }),
      Plot.ruleY([0], { stroke: 'currentColor', strokeOpacity: 0.4 }),
      ...(mark === undefined ? [] : [Plot.ruleX([mark], { stroke: COLOURS[1], strokeWidth: 2 })]),
    ],
  });
}
