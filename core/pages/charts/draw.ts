// Draws with Observable Plot on a document of no browser: data in, SVG text out. Colours are custom properties of the page
// (core/page/style.ts), so that one drawing serves light, dark and print.
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { escapeHtml, showUnseen } from '../html.ts';

export type Marks = Plot.PlotOptions;

/** Small enough to be read on a phone without being scaled down. */
export const CHART_WIDTH = 340;
export const COLOURS = [
  'var(--one)',
  'var(--two)',
  'var(--three)',
  'var(--four)',
  'var(--five)',
  'var(--six)',
] as const;
const FONT_SIZE_PX = 12;

/** Returns SVG. `title` is the text for screen readers. The same options give the same text. */
export function drawChart(title: string, options: Marks): string {
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const svg = Plot.plot({
    width: CHART_WIDTH,
    marginBottom: 36,
    ...options,
    className: 'chart',
    style: { fontSize: `${FONT_SIZE_PX}px`, overflow: 'visible' },
    document,
  });
  for (const style of svg.querySelectorAll('style')) style.remove();
  // Plot names its groups for its own styles; to a reader the whole is one picture.
  for (const group of svg.querySelectorAll('[aria-label],[aria-description]')) {
    group.removeAttribute('aria-label');
    group.removeAttribute('aria-description');
  }
  for (const text of svg.querySelectorAll('text, tspan, title'))
    if (text.children.length === 0 && text.textContent) text.textContent = showUnseen(text.textContent);
  svg.setAttribute('role', 'img');
  return svg.outerHTML.replace('<svg ', () => `<svg aria-label="${escapeHtml(title)}" `);
}

export function colourOf(position: number): string {
  return COLOURS[position % COLOURS.length] as string;
}
