// Figures as people read them.
import { count } from '#core/base/format.ts';
import { KINDS } from '#core/base/names.ts';
import { definitionOf } from '#core/kinds/registry/definitions.ts';

/** "1 file", "12,000 files" */
export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** What an item of this kind is called; of none yet: item. */
export function itemWord(kind: string | null): string {
  const known = KINDS.find((one) => one === kind);
  return known === undefined ? 'item' : definitionOf(known).item.one;
}

/** Columns side by side; numbers are given as text and stand right where `right` says so. */
export function table(rows: readonly (readonly string[])[], right: readonly number[] = []): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) =>
          right.includes(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
