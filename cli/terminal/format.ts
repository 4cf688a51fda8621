// Words and columns of the command line.
import { KINDS } from '#core/base/names.ts';
import { definitionOf } from '#core/kinds/registry/definitions.ts';

/** Returns the word for an item of this kind; "item" where there is no kind yet. */
export function itemWord(kind: string | null): string {
  const known = KINDS.find((one) => one === kind);
  return known === undefined ? 'item' : definitionOf(known).item.one;
}

/** `12 B`, `3.4 kB`, `5.6 MB`, with the units of the SI. */
export function fileSize(bytes: number): string {
  if (bytes < 1e3) return `${bytes} B`;
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
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
