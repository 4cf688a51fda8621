// Lines over a common axis: losses over epochs, measures over uploads.
import * as Plot from '@observablehq/plot';
import { colourOf, drawChart } from './draw.ts';

export type ChartLine = { readonly name: string; readonly points: readonly (readonly [x: number, y: number])[] };
/** `log`: a logarithmic axis; values at or below 0 are then left out. `whole`: x counts things, so that no tick stands between two. */
export type LineChart = {
  readonly title: string;
  readonly lines: readonly ChartLine[];
  readonly xLabel: string;
  readonly yLabel: string;
  readonly log?: boolean;
  readonly whole?: boolean;
  readonly yDomain?: readonly [number, number];
  readonly height?: number;
};

const HEIGHT_PX = 220;
const MOST_TICKS = 6;

/** A value that is not finite (a loss that diverged) breaks its line. */
export function lineChart(chart: LineChart): string {
  const { title, lines, xLabel, yLabel, log = false, whole = false, yDomain, height = HEIGHT_PX } = chart;
  const shown = (y: number) => (Number.isFinite(y) && (!log || y > 0) ? y : Number.NaN);
  const points = lines.flatMap(({ name, points: line }) => line.map(([x, y]) => ({ name, x, y: shown(y) })));
  const ends = lines.flatMap(({ name, points: line }) => {
    const last = line.findLast(([, y]) => !Number.isNaN(shown(y)));
    return last ? [{ name, x: last[0], y: last[1] }] : [];
  });
  const positions = new Set(points.map(({ x }) => x));
  return drawChart(title, {
    height,
    marginLeft: 48,
    marginRight: 16,
    marginTop: 26,
    x: {
      label: xLabel,
      ticks: whole ? Math.min(MOST_TICKS, Math.max(1, positions.size - 1)) : MOST_TICKS,
      ...(whole && { tickFormat: 'd' }),
    },
    y: {
      label: yLabel || null,
      grid: true,
      nice: true,
      ticks: 5,
      type: log ? 'log' : 'linear',
      // 0.01 rather than 10m, which reads as ten million.
      ...(log && { tickFormat: '~g' }),
      ...(yDomain && { domain: [...yDomain] }),
    },
    color: { domain: lines.map(({ name }) => name), range: lines.map((_, position) => colourOf(position)) },
    marks: [
      Plot.line(points, { x: 'x', y: 'y', stroke: 'name', strokeWidth: 2 }),
      Plot.dot(ends, { x: 'x', y: 'y', fill: 'name', r: 3 }),
    ],
  });
}

/** The names beside their colours: HTML to stand above the drawing. */
export function legendOf(names: readonly string[]): { readonly name: string; readonly colour: string }[] {
  return names.map((name, position) => ({ name, colour: colourOf(position) }));
}
