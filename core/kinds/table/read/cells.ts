// SQL expressions for the cells of a normalised table: their names, and how white space is trimmed.
import type { Staged } from './normalised-file.ts';

/** Code points that may have to be trimmed; zero is that of an empty cell. */
const EDGES = '[0, 9, 10, 11, 12, 13, 32, 160, 12288]';
/** Tab, line ends, space, no-break space, ideographic space. */
const WHITE_SPACE = "chr(9) || chr(10) || chr(11) || chr(12) || chr(13) || ' ' || chr(160) || chr(12288)";

export type CellNames = { readonly all: readonly string[]; readonly of: (column: number) => string };

/** Headers are never used as names in SQL: they may be equal except for case, and may contain anything. */
export function cellNames({ columns, format }: Staged): CellNames {
  const of = (column: number) => `c${column}`;
  return { all: [...(format === 'json' ? ['source_text'] : []), ...columns.map((_, i) => of(i))], of };
}

/** Trimming costs as much as reading, so it is done only where white space was seen. */
export function trimmed(cell: string, spaced: boolean): string {
  if (!spaced) return cell;
  const edges = [`ascii(${cell})`, `ascii(right(${cell}, 1))`].map((edge) => `list_contains(${EDGES}, ${edge})`);
  return `case when ${edges.join(' or ')} then nullif(trim(${cell}, ${WHITE_SPACE}), '') else ${cell} end`;
}
