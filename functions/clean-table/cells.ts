// The cells of a staged table in SQL: what they are called, and how white space comes off.
import type { Staged } from './staged.ts';

/** Tab, line ends, space, no-break space, ideographic space. */
const WHITE_SPACE = "chr(9) || chr(10) || chr(11) || chr(12) || chr(13) || ' ' || chr(160) || chr(12288)";

export type CellNames = { readonly all: readonly string[]; readonly of: (column: number) => string };

/** Headers are never used as names in SQL: they may clash in case, or hold anything. */
export function cellNames({ columns, format }: Staged): CellNames {
  const of = (column: number) => `c${column}`;
  return { all: [...(format === 'json' ? ['source_text'] : []), ...columns.map((_, i) => of(i))], of };
}

/** Trimming costs as much as reading, so it is done only where white space was seen. */
export function trimmed(cell: string, spaced: boolean): string {
  return spaced ? `nullif(trim(${cell}, ${WHITE_SPACE}), '')` : cell;
}
