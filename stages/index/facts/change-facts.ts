// Sums the changes that rules made to accepted items, by rule and column, with examples without personal data.
import type { InventoryDetails } from '#core/ingest/inventory.ts';
import type { Verdict } from '#core/ingest/messages.ts';
import { type Change, type ChangeExample, sumChanges } from '#core/kinds/define/change.ts';
import { nameLikeColumn } from '#core/kinds/personal-columns.ts';
import { maskPersonalData } from '#core/kinds/personal-data.ts';
import { FACT_LIMITS } from '#core/snapshot/quality/fact-limits.ts';

/** The mark of examples that show a part of a longer text. */
const CUT = '...';
/** Characters beside a cut in which an address or a number may have lost the part by which it is recognised. */
const EDGE_CHARACTERS = 40;
/** Telephone, card and account numbers have more digits. */
const MOST_DIGITS = 4;

/** The order in which the units were cleaned does not count. */
export function changeFacts({ verdicts }: Pick<InventoryDetails, 'verdicts'>): Change[] {
  const sum = sumChanges();
  for (const { changes = [] } of verdicts.toSorted(comparePlaces))
    for (const change of changes) sum.add({ ...change, examples: shownExamples(change) });
  return sum.list().slice(0, FACT_LIMITS.changes);
}

function comparePlaces(a: Verdict, b: Verdict): number {
  if (a.sourceKey !== b.sourceKey) return a.sourceKey < b.sourceKey ? -1 : 1;
  return a.unit < b.unit ? -1 : a.unit > b.unit ? 1 : 0;
}

/** Facts are kept longer than the verdict's data, so possible personal data is left out. */
function shownExamples({ rule, column, examples }: Change): ChangeExample[] {
  if (rule === 'item.personal-data' || (column !== undefined && nameLikeColumn(column))) return [];
  return examples.flatMap((example) => {
    const [before, after] = [shownText(example.before), example.after === null ? null : shownText(example.after)];
    return before === undefined || after === undefined ? [] : [{ ...example, before, after }];
  });
}

/** Returns the text without personal data; undefined if possible personal data was cut off at its end. */
function shownText(text: string): string | undefined {
  const [first, last] = [text.startsWith(CUT) ? CUT : '', text.endsWith(CUT) ? CUT : ''];
  // Dots beside an address would hide it from the search.
  const masked = maskPersonalData(text.slice(first.length, Math.max(first.length, text.length - last.length)));
  if (first && mayBePersonal(masked.slice(0, EDGE_CHARACTERS))) return undefined;
  if (last && mayBePersonal(masked.slice(-EDGE_CHARACTERS))) return undefined;
  return `${first}${masked}${last}`;
}

function mayBePersonal(edge: string): boolean {
  return edge.includes('@') || edge.replaceAll(/\D/g, '').length > MOST_DIGITS;
}
