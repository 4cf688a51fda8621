// The sections on rejected and flagged items by reason with a few examples, and on duplicates, conflicts and outliers.

import type { Issue } from '../../kinds/define/issue.ts';
import { ISSUES } from '../../kinds/issues.ts';
import { maskPersonalData } from '../../kinds/personal-data.ts';
import { definitionOf } from '../../kinds/registry/definitions.ts';
import { FACT_LIMITS } from '../../snapshot/quality/fact-limits.ts';
import type { ColumnFacts, QualityFacts, ShownItem } from '../../snapshot/quality/facts.ts';
import { type Html, html } from '../html.ts';
import { measureTitle } from './measure-title.ts';
import { itemFigure, type Previews } from './preview.ts';
import { countText, itemsOf, short } from './words.ts';

const FLAGGED_SHOWN = 6;
const GIVEN_CHARACTERS = 90;

export function rejectedOf({ rejected, kind, columns, dataset }: QualityFacts, previews: Previews): Html {
  if (rejected.length === 0) return html`<h2>Rejected</h2><p>Nothing was rejected.</p>`;
  return html`<h2>Rejected</h2><p>Rejected items are stored in quarantine with the reason: <code>goldpan quarantine list ${dataset}</code></p>
${rejected.map(
  ({ code, items, examples }) => html`<h3>${itemsOf(kind, items)}: ${ISSUES[code].sentence}</h3>
<p class="small"><code>${code}</code> ${ISSUES[code].remedy}</p>
${listOf(
  examples.map(({ item, issues }) =>
    itemFigure(
      item,
      previews(item),
      factsOf(
        issues.find((issue) => issue.code === code),
        columns,
      ),
    ),
  ),
)}`,
)}`;
}

export function flaggedOf({ flagged: all, kind, subjects }: QualityFacts, previews: Previews): Html | null {
  // Shown with their crops in a section of their own.
  const { alignment } = definitionOf(kind);
  const flagged = all.filter(({ code }) => !(subjects && code === alignment?.rule));
  if (flagged.length === 0) return null;
  return html`<h2>Flagged</h2><p>These items are in the snapshot. To reject them instead, set the action of the rule in dataset.yaml.</p>
${flagged.map(
  ({ code, items, examples }) => html`<h3>${itemsOf(kind, items)}: ${ISSUES[code].sentence}</h3>
<p class="small"><code>${code}</code> ${ISSUES[code].remedy}</p>${listOf(examples.slice(0, FLAGGED_SHOWN).map((item) => itemFigure(item, previews(item))))}`,
)}`;
}

export function duplicatesOf({ duplicatePairs, total, kind }: QualityFacts, previews: Previews): Html | null {
  const { exactDuplicates, nearDuplicates } = total;
  if (exactDuplicates + nearDuplicates === 0) return null;
  const stay = definitionOf(kind).words.copies;
  return html`<h2>Duplicates</h2><p>${itemsOf(kind, exactDuplicates)} ${exactDuplicates === 1 ? 'is an exact duplicate' : 'are exact duplicates'}, ${countText(nearDuplicates)} ${nearDuplicates === 1 ? 'is a near duplicate' : 'are near duplicates'} of another. ${stay}</p>
<ul class="items">${duplicatePairs.map(
    ({ kept, other, likeness }) =>
      html`<li class="pair">${itemFigure(kept, previews(kept), html`kept`)}${itemFigure(other, previews(other))}<span class="say">${likeness >= 1 ? 'equal' : `similarity ${likeness.toFixed(3)}`}</span></li>`,
  )}</ul>${more(exactDuplicates + nearDuplicates, duplicatePairs.length)}`;
}

export function conflictsOf({ conflicts, total }: QualityFacts, previews: Previews): Html | null {
  if (total.conflicting === 0) return null;
  return html`<h2>Conflicting labels</h2><p>The same or almost the same content has several labels, which contradict each other in training. Correct the wrong ones.</p>
<ul class="items">${conflicts.map(
    ({ items, labels }) =>
      html`<li class="pair">${items.map((item) => itemFigure(item, previews(item)))}<span class="say">${labels.join(' or ')}?</span></li>`,
  )}</ul>${more(
    total.conflicting,
    conflicts.reduce((shown, { items }) => shown + items.length, 0),
  )}`;
}

export function outliersOf({ outliers, total, kind }: QualityFacts, previews: Previews): Html | null {
  if (total.outliers === 0) return null;
  const note = ({ measure, deviation }: QualityFacts['outliers'][number]) =>
    html`${measureTitle(kind, measure)}: ${short(deviation)} robust standard deviations from the median`;
  return html`<h2>Outliers</h2><p>These items differ strongly from all the others. Remove those that do not belong to the dataset; for those that do, add more items like them.</p>
${listOf(outliers.map((outlier) => itemFigure(outlier.item, previews(outlier.item), note(outlier))))}${more(total.outliers, outliers.length)}`;
}

/** Every item that the sections show, so that no other is read. */
export function shownItems(facts: QualityFacts): ShownItem[] {
  return [
    ...facts.rejected.flatMap(({ examples }) => examples.map(({ item }) => item)),
    ...facts.flagged.flatMap(({ examples }) => examples.slice(0, FLAGGED_SHOWN)),
    ...facts.duplicatePairs.flatMap(({ kept, other }) => [kept, other]),
    ...facts.conflicts.flatMap(({ items }) => items),
    ...facts.outliers.map(({ item }) => item),
  ].slice(0, 12 * FACT_LIMITS.duplicatePairs);
}

/** `given` is a value of the data, so it is left out for columns with personal data. */
function factsOf(issue: Issue | undefined, columns: readonly ColumnFacts[]): Html | undefined {
  if (!issue) return undefined;
  const named = issue.place.column?.split(', ') ?? [];
  const personal = columns.some(({ name, personal: hidden }) => hidden && named.includes(name));
  const { given, allowed } = issue;
  const shown =
    given === undefined ? undefined : personal ? '(personal)' : maskPersonalData(given).slice(0, GIVEN_CHARACTERS);
  const values = [shown !== undefined && `given ${shown}`, allowed !== undefined && `allowed ${allowed}`];
  const text = [issue.place.column, values.filter(Boolean).join('; ')].filter(Boolean).join(': ');
  return text === '' ? undefined : html`${text}`;
}

function listOf(figures: readonly Html[]): Html | null {
  return figures.length === 0 ? null : html`<ul class="items">${figures.map((one) => html`<li>${one}</li>`)}</ul>`;
}

function more(all: number, shown: number): Html | null {
  return all > shown && shown > 0 ? html`<p class="quiet small">and ${countText(all - shown)} more.</p>` : null;
}
