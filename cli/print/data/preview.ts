// Prints the part of `check --rows` about one file: its columns, its first stored items, and the changes made by rules.
import { count, plural } from '#core/base/format.ts';
import { ISSUES } from '#core/kinds/issues.ts';
import type { CheckOutput } from '../../local/check-output.ts';
import { table } from '../../terminal/format.ts';

type File = CheckOutput['files'][number];

const SHOWN_CHANGES = 8;
const SHOWN_COLUMNS = 12;
const LONGEST_CELL = 28;
const LONGEST_TEXT = 100;

/** One line for each rule and column: the number of items, and the first example. */
export function printChanges(changes: File['changes']): string[] {
  const rest = changes.length - SHOWN_CHANGES;
  return [
    ...changes.slice(0, SHOWN_CHANGES).map(({ rule, column, items, examples: [first] }) => {
      const example = first && `${shown(first.before)} -> ${shown(first.after)}`;
      const place = first?.line === undefined ? '' : `, line ${first.line}`;
      return `  changed by ${rule}${column === undefined ? '' : ` in ${column}`}: ${count(items)}${example ? ` (${example}${place})` : ` (${ISSUES[rule].sentence})`}`;
    }),
    ...(rest > 0 ? [`  and ${plural(rest, 'more change', 'more changes')}: --json`] : []),
  ];
}

/** Columns with their types and notes, then stored rows; a cell that came otherwise has that in brackets. */
export function printPreview(preview: NonNullable<File['preview']>): string[] {
  if ('texts' in preview) return ['  as stored:', ...preview.texts.map((text) => `    ${shown(text, LONGEST_TEXT)}`)];
  const { columns, rows, lines, came } = preview;
  const described = columns.map(({ name, type, suggested }) => [
    `    ${cut(name, LONGEST_CELL)}`,
    type,
    suggested?.notes?.join('; ') ?? '',
  ]);
  const header = ['    line', ...columns.slice(0, SHOWN_COLUMNS).map(({ name }) => cut(name, LONGEST_CELL))];
  const body = rows.map((row, i) => [
    `    ${lines[i]}`,
    ...row.slice(0, SHOWN_COLUMNS).map((stored, at) => cell(stored, came[i]?.[at] ?? null)),
  ]);
  const rest = columns.length - SHOWN_COLUMNS;
  return [
    '  columns:',
    table(described),
    '  rows as stored (in brackets as they came, where that is not the same):',
    table([header, ...body]),
    ...(rest > 0 ? [`    and ${plural(rest, 'more column', 'more columns')}: --json`] : []),
  ];
}

function cell(stored: string | number | boolean | null, came: string | null): string {
  const text = stored === null ? '' : String(stored);
  return text === (came ?? '')
    ? cut(text, LONGEST_CELL)
    : `${cut(text, LONGEST_CELL)} (${cut(came ?? '', LONGEST_CELL)})`;
}

function shown(text: string | null, longest = LONGEST_CELL): string {
  return text === null ? 'empty' : JSON.stringify(cut(text, longest));
}

function cut(text: string, longest: number): string {
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length > longest ? `${line.slice(0, longest - 3)}...` : line;
}
