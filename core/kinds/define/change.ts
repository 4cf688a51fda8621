// The record of the changes that a rule made: the number of changed cells or texts, and a few examples with the values before and after.
import * as z from 'zod';
import type { IssueCode } from '../issues.ts';

/** Characters of a text in an example. */
export const EXAMPLE_LENGTH = 80;
/** Examples of one change. */
export const EXAMPLES = 3;

export const ChangeExample = z.strictObject({
  path: z.string(),
  line: z.int().optional(),
  before: z.string(),
  /** Null if the cell is empty after the change. */
  after: z.string().nullable(),
});
export type ChangeExample = z.infer<typeof ChangeExample>;

export const Change = z.strictObject({
  rule: z.string().transform((code) => code as IssueCode),
  /** Name of the column; tables only. */
  column: z.string().optional(),
  /** Accepted items that were changed. */
  items: z.int().positive(),
  examples: z.array(ChangeExample),
});
export type Change = z.infer<typeof Change>;

/** Changes of a rule and column that are kept; a table may have a thousand columns. */
const MOST_CHANGES = 100;

export type ChangeSum = {
  add(change: Change): void;
  /** The most frequent first. */
  list(): Change[];
};

/** Adds up the changes of each rule and column; their first examples stay. */
export function sumChanges(): ChangeSum {
  const sums = new Map<string, { change: Change; items: number; examples: ChangeExample[] }>();
  return {
    add(change) {
      const key = `${change.rule} ${change.column ?? ''}`;
      const sum = sums.get(key) ?? { change, items: 0, examples: [] };
      sum.items += change.items;
      for (const example of change.examples) if (sum.examples.length < EXAMPLES) sum.examples.push(example);
      sums.set(key, sum);
    },
    list: () =>
      [...sums.values()]
        .map(({ change, items, examples }) => ({ ...change, items, examples }))
        .sort((a, b) => b.items - a.items || (a.rule < b.rule ? -1 : 1))
        .slice(0, MOST_CHANGES),
  };
}

export function exampleText(text: string): string {
  const characters = [...text.slice(0, 2 * EXAMPLE_LENGTH)];
  return characters.length > EXAMPLE_LENGTH ? `${characters.slice(0, EXAMPLE_LENGTH).join('')}...` : text;
}

/** Characters shown before the first difference. */
const LEAD = 20;

/** Returns the two texts around their first difference, shortened. */
export function differenceOf(before: string, after: string): { readonly before: string; readonly after: string } {
  let start = 0;
  while (start < before.length && before[start] === after[start]) start++;
  const from = Math.max(0, start - LEAD);
  const shown = (text: string) => `${from > 0 ? '...' : ''}${exampleText(text.slice(from))}`.toWellFormed();
  return { before: shown(before), after: shown(after) };
}
