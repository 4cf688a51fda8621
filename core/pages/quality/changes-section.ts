// The section about changes made by rules: by rule and column, with counts and values before and after.

import type { Change } from '../../kinds/define/change.ts';
import { ISSUES, type IssueCode } from '../../kinds/issues.ts';
import type { QualityFacts } from '../../snapshot/quality/facts.ts';
import { type Html, html } from '../html.ts';
import { countText, type HtmlRow, tableOf } from './words.ts';

/** Rows of the table; the rest is counted. */
const CHANGES_SHOWN = 40;
const COLUMNS = [{ head: 'rule' }, { head: 'items', number: true }, { head: 'before and after' }] as const;

/** Facts of older releases, and kinds whose changes have no text to show, have counts only. */
export function changesSection({ changes = [], total }: QualityFacts): Html | null {
  const told = new Set(changes.map(({ rule }) => rule));
  const counted = Object.entries(total.mended) as [IssueCode, number][];
  const more = counted.flatMap(([rule, items]): Change[] => (told.has(rule) ? [] : [{ rule, items, examples: [] }]));
  const all = [...changes, ...more].sort((a, b) => b.items - a.items || (a.rule < b.rule ? -1 : 1));
  if (all.length === 0) return null;
  const rest = all.length - CHANGES_SHOWN;
  return html`<h2>What was changed</h2><p>Rules fixed these accepted items; the files in the drop bucket are unchanged. To keep or to reject such values, set the action of the rule in dataset.yaml.</p>
${tableOf(`Changes by rule${changes.some(({ column }) => column !== undefined) ? ' and column' : ''}`, COLUMNS, all.slice(0, CHANGES_SHOWN).map(rowOf))}${rest > 0 ? html`<p class="quiet small">and ${countText(rest)} more changes, in quality.json by rule.</p>` : null}`;
}

function rowOf({ rule, column, items, examples }: Change): HtmlRow {
  const named = html`<code>${rule}</code>${column === undefined ? null : html` in <b>${column}</b>`}<br><span class="quiet small">${ISSUES[rule].sentence}</span>`;
  const shown = examples.map(
    ({ path, line, before, after }) =>
      html`<li>${shownValue(before)} → ${shownValue(after)}<br><span class="quiet small">${path}${line === undefined ? null : `, line ${line}`}</span></li>`,
  );
  return [
    named,
    countText(items),
    shown.length > 0 ? html`<ul class="bare">${shown}</ul>` : html`<span class="quiet small">not shown</span>`,
  ];
}

function shownValue(text: string | null): Html {
  return text === null || text === ''
    ? html`<span class="quiet">empty</span>`
    : html`<code class="value">${text}</code>`;
}
