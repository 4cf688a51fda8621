// Bars lying on their side, so that long names can be read; the figure stands at the end of each.
import * as Plot from '@observablehq/plot';
import { CHART_WIDTH, COLOURS, drawChart } from './draw.ts';

/** `note`: the text at the end of the bar; by default the value. */
export type Bar = { readonly name: string; readonly value: number; readonly note?: string };
export type BarChart = {
  readonly title: string;
  readonly bars: readonly Bar[];
  /** End of the axis. Default: the largest value. */
  readonly most?: number;
};

const ROW_PX = 24;
const NAME_CHARACTERS = 22;
const CHARACTER_PX = 6.6;
const LONGEST_NAME_PX = 150;

export function barChart({ title, bars, most }: BarChart): string {
  const rows = bars.map((bar, position) => ({ ...bar, position, note: bar.note ?? bar.value.toLocaleString('en') }));
  const nameOf = (position: number) => shortened(bars[position]?.name ?? '');
  const longest = Math.max(1, ...rows.map(({ position }) => nameOf(position).length));
  const noteLength = Math.max(1, ...rows.map(({ note }) => note.length));
  return drawChart(title, {
    height: rows.length * ROW_PX + 8,
    marginLeft: Math.min(LONGEST_NAME_PX, longest * CHARACTER_PX + 10),
    marginRight: Math.min(CHART_WIDTH / 3, noteLength * CHARACTER_PX + 8),
    marginTop: 4,
    marginBottom: 4,
    x: { axis: null, domain: [0, Math.max(most ?? 0, ...rows.map(({ value }) => value)) || 1] },
    y: { domain: rows.map(({ position }) => position), tickFormat: nameOf, tickSize: 0, label: null },
    marks: [
      Plot.barX(rows, { x: 'value', y: 'position', fill: COLOURS[0], insetTop: 3, insetBottom: 3 }),
      Plot.text(rows, { x: 'value', y: 'position', text: 'note', textAnchor: 'start', dx: 5 }),
    ],
  });
}

function shortened(name: string): string {
  const letters = [...name];
  return letters.length > NAME_CHARACTERS ? `${letters.slice(0, NAME_CHARACTERS - 1).join('')}…` : name;
}
