// Chooses one item by the beginning of its id or another name of it.
import { ClientFailure, EXIT } from '../failure.ts';

/** Characters of an id that a user must give at least. */
export const SHORTEST_ID = 6;
const CANDIDATES = 5;

type Named = { readonly id: string; readonly path: string };

/** Returns whether a name may be the beginning of an item id. */
export function isIdStart(name: string): boolean {
  return name.length >= SHORTEST_ID && /^[0-9a-f]+$/.test(name);
}

/** Returns whether a name is a path, or the end of one, as of a file in an archive; or the path of the file on this machine. */
export function isPathOf(path: string, name: string): boolean {
  return path === name || path.endsWith(`/${name}`) || name.endsWith(`/${path}`);
}

/** Returns the one match of a name. Throws `missing` without a match, and ClientFailure with the candidates when there are several. */
export function chooseItem<Item>(
  matches: readonly Item[],
  name: string,
  nameOf: (item: Item) => Named,
  missing: ClientFailure,
): Item {
  const [first, ...others] = matches;
  if (first === undefined) throw missing;
  if (others.length === 0) return first;
  const candidates = matches.slice(0, CANDIDATES).map((item) => `\n  ${nameOf(item).id}  ${nameOf(item).path}`);
  throw new ClientFailure(`${matches.length} items match ${name}:${candidates.join('')}`, {
    next: 'Give one by more characters of its id.',
    exitCode: EXIT.usage,
  });
}
