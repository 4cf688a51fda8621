// Words and columns of the command line.
import { KINDS } from '#core/base/names.ts';
import { definitionOf } from '#core/kinds/registry/definitions.ts';

/** Returns the word for an item of this kind; "item" where there is no kind yet. */
export function itemWord(kind: string | null): string {
  const known = KINDS.find((one) => one === kind);
  return known === undefined ? 'item' : definitionOf(known).item.one;
}

/** Returns rows as aligned columns, those named in `right` aligned to the right. */
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
