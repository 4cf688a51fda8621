// Words and columns of the command line.
import { plural } from '#core/base/format.ts';
import { KINDS } from '#core/base/names.ts';
import { definitionOf } from '#core/kinds/registry/definitions.ts';

/** "1 image", "12,000 accepted rows"; "items" where there is no kind yet. */
export function itemsText(kind: string | null, count: number, adjective = ''): string {
  const { one, many } = itemWords(kind);
  const before = adjective && `${adjective} `;
  return plural(count, `${before}${one}`, `${before}${many}`);
}

/** The words for one item of this kind and for several. */
export function itemWords(kind: string | null): { readonly one: string; readonly many: string } {
  const known = KINDS.find((one) => one === kind);
  return known === undefined ? { one: 'item', many: 'items' } : definitionOf(known).item;
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
