import { expect, test } from 'vitest';
import type { Verdict } from '#core/ingest/messages.ts';
import type { Change } from '#core/kinds/define/change.ts';
import { changeFacts } from '#stages/index/facts/change-facts.ts';

const RULE = 'text.mojibake';

function verdict(sourceKey: string, changes: Verdict['changes']): Verdict {
  return { sourceKey, unit: '0', changes } as unknown as Verdict;
}

function shownOf(before: string, after = 'x', column?: string) {
  const change: Change = { rule: RULE, items: 1, examples: [{ path: 'a', before, after }] };
  const [found] = changeFacts({ verdicts: [verdict('d/a', [{ ...change, ...(column && { column }) }])] });
  return found?.examples[0]?.before;
}

test('counts add up, and the order in which units were cleaned does not count', () => {
  const verdicts = ['d/a.txt', 'd/b.txt', 'd/c.txt', 'd/e.txt'].map((path, i) =>
    verdict(path, [{ rule: RULE, items: i + 1, examples: [{ path, before: `b${i}`, after: `a${i}` }] }]),
  );
  const found = changeFacts({ verdicts });
  expect(found).toMatchObject([
    { rule: RULE, items: 10, examples: [{ before: 'b0' }, { before: 'b1' }, { before: 'b2' }] },
  ]);
  expect(changeFacts({ verdicts: verdicts.toReversed() })).toEqual(found);
});

test('verdicts of older releases say nothing about changes', () => {
  expect(changeFacts({ verdicts: [verdict('d/a.txt', undefined)] })).toEqual([]);
});

test('personal data is masked, also beside the dots of a cut', () => {
  expect(shownOf('mail ada@example.org now')).toBe('mail [email] now');
  expect(shownOf('...ada@example.org says: cafÃ©')).toBe('...[email] says: cafÃ©');
  expect(shownOf('fine', 'to ada@example.org')).toBe('fine');
});

test('an example that was cut in what may be an address or a number is left out', () => {
  expect(shownOf('Many words about nothing in particular, then ada.lovelace@exam...')).toBeUndefined();
  expect(shownOf('Many words about nothing in particular, or then +49 170 12...')).toBeUndefined();
  expect(shownOf('...4567 8901 and then cafÃ©')).toBeUndefined();
  expect(shownOf('Many words about nothing in particular, then cafÃ© of 1984...')).toMatch(/^Many/);
});

test('cells of a column whose name promises personal data are not shown', () => {
  expect(shownOf(' Lovelace', 'Lovelace', 'surname')).toBeUndefined();
});
