// Numbers and names as people read them on the page.

import type { Kind } from '../../base/names.ts';
import { ISSUES } from '../../kinds/issues.ts';
import { definitionOf } from '../../kinds/registry/definitions.ts';
import type { Loss } from '../../snapshot/quality/scores.ts';
import { type Html, html } from '../html.ts';

const FINDINGS: Readonly<Partial<Record<Loss['finding'], string>>> = {
  exactDuplicates: 'are exact duplicates',
  nearDuplicates: 'are near duplicates',
  conflicting: 'have more than one label',
  outliers: 'are outliers',
  unlabelled: 'have no label',
  missingCells: 'cells are empty',
  stale: 'are older than the schema allows',
};
const GOOD = 0.9;
const FAIR = 0.7;

export function itemsOf(kind: Kind, count: number): string {
  const { one, many } = definitionOf(kind).item;
  return `${countText(count)} ${count === 1 ? one : many}`;
}

export function countText(count: number): string {
  return count.toLocaleString('en');
}

/** After the number of items: "are almost the same as another" */
export function findingText({ finding, code }: Pick<Loss, 'finding' | 'code'>): string {
  return FINDINGS[finding] ?? `${finding === 'mended' ? 'fixed' : finding}: ${code ? ISSUES[code].sentence : ''}`;
}

/** 0.934 -> "0.93"; never rounded up to a whole. */
export function scoreText(score: number | null): string {
  if (score === null) return 'not scored';
  return (Math.floor(score * 100 + 1e-9) / 100).toFixed(2);
}

export function percent(share: number): string {
  const value = share * 100;
  if (value === 0 || value >= 99.95) return `${Math.round(value)} %`;
  return value < 0.1 ? '< 0.1 %' : `${value.toFixed(value < 10 ? 1 : 0)} %`;
}

/** The name of the class of CSS, and a word that says the same without colour. */
export function gradeOf(score: number | null): 'good' | 'fair' | 'poor' | 'quiet' {
  if (score === null) return 'quiet';
  return score >= GOOD ? 'good' : score >= FAIR ? 'fair' : 'poor';
}

export function meter(score: number | null): Html | null {
  if (score === null) return null;
  return html`<div class="bar ${gradeOf(score)}" aria-hidden="true"><i style="width:${(score * 100).toFixed(1)}%"></i></div>`;
}

/** A number of any size in few signs: 0.0312, 3.1, 12,400 */
export function short(value: number): string {
  if (Number.isInteger(value) || Math.abs(value) >= 1000) return Math.round(value).toLocaleString('en');
  return String(Number(value.toPrecision(3)));
}

export type TableColumn = { readonly head: string; readonly number?: true };
export type HtmlRow = readonly (Html | string | null)[];

/** A table that scrolls by itself where it is too wide; the first cell of a row names it. */
export function tableOf(caption: string, columns: readonly TableColumn[], rows: readonly HtmlRow[]): Html {
  const kind = (i: number) => (columns[i]?.number ? 'n' : 't');
  const cell = (value: HtmlRow[number]) => (typeof value === 'object' && value !== null ? value : html`${value ?? ''}`);
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table><caption>${caption}</caption><thead><tr>${columns.map(({ head }, i) => html`<th scope="col" class="${kind(i)}">${head}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${row.map((value, i) => (i === 0 ? html`<th scope="row">${cell(value)}</th>` : html`<td class="${kind(i)}">${cell(value)}</td>`))}</tr>`)}</tbody></table></div>`;
}
