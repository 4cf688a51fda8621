// The content of a row by the names of its columns: equal for a row that was drawn and the same row read back from a file.
import { contentName, sha256 } from '../../base/hash.ts';
import type { Cell } from './codec/codec.ts';

/** The order of the columns does not matter. */
export function rowContent(cells: readonly (readonly [name: string, cell: Cell])[]): string {
  return contentName(sha256(JSON.stringify(cells.toSorted(([a], [b]) => (a < b ? -1 : 1)))));
}
