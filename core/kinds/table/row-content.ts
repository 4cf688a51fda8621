// The content of a row by the names of its columns: equal for a row that was drawn and the same row read back from a file.
import { contentName, sha256 } from '../../base/hash.ts';
import type { Cell } from './codec/codec.ts';

/** Returns what names the content of a row from its cells, which are in the order of `names`. That order does not matter. */
export function rowContents(names: readonly string[]): (cells: readonly Cell[]) => string {
  const order = names.map((name, place) => ({ name, place })).sort((a, b) => (a.name < b.name ? -1 : 1));
  const begun = order.map(({ name, place }) => ({ text: `${JSON.stringify(name)}:`, place }));
  return (cells) =>
    contentName(sha256(begun.map(({ text, place }) => text + JSON.stringify(cells[place] ?? null)).join()));
}
