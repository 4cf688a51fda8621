// Renders one item on the page, whatever its kind.

import type { ShownItem } from '../../snapshot/quality/facts.ts';
import { type Html, html, trusted } from '../html.ts';

export type Preview =
  | { readonly shows: 'image'; readonly uri: string; readonly width: number }
  /** `drawing`: SVG of this project; `uri`: the sound, null where it is beyond the size limit of the page. */
  | { readonly shows: 'sound'; readonly drawing: string; readonly uri: string | null }
  | { readonly shows: 'text'; readonly text: string }
  /** `hidden`: columns with personal data, which are left out. */
  | {
      readonly shows: 'cells';
      readonly cells: readonly (readonly [column: string, value: string])[];
      readonly hidden: number;
    }
  | { readonly shows: 'nothing'; readonly why: string };
/** Returns the preview of an item that the page shows. */
export type Previews = (item: ShownItem) => Preview;

/** Smaller pictures are enlarged pixel by pixel. */
const TINY_PX = 48;

export function itemFigure(item: ShownItem, preview: Preview, note?: Html): Html {
  const wide = preview.shows === 'text' || preview.shows === 'cells' || preview.shows === 'sound';
  return html`<figure class="${wide ? 'wide' : 'item'}"><div class="look">${contentOf(item, preview)}</div>
<figcaption>${shownLocation(item)}${item.label !== null && html`<br>class ${item.label}`}${note && html`<br>${note}`}</figcaption></figure>`;
}

export function shownLocation({ path, line }: Pick<ShownItem, 'path' | 'line'>): string {
  return line === null ? path : `${path}, line ${line}`;
}

function contentOf(item: ShownItem, preview: Preview): Html {
  if (preview.shows === 'image')
    return html`<img class="${preview.width < TINY_PX ? 'tiny' : 'photo'}" src="${preview.uri}" alt="${shownLocation(item)}">`;
  if (preview.shows === 'sound')
    return html`${trusted(preview.drawing)}${
      preview.uri !== null &&
      html`<audio controls preload="none" aria-label="${shownLocation(item)}" src="${preview.uri}"></audio>`
    }`;
  if (preview.shows === 'text') return html`<pre>${preview.text}</pre>`;
  if (preview.shows === 'nothing') return html`<span class="none">${preview.why}</span>`;
  const cells = preview.cells.map(([column, value]) => html`<dt>${column}</dt><dd>${value}</dd>`);
  const hidden =
    preview.hidden > 0 &&
    html`<dt>not shown</dt><dd>${preview.hidden} ${preview.hidden === 1 ? 'column' : 'columns'} with personal data</dd>`;
  return html`<dl class="cells">${cells}${hidden}</dl>`;
}
