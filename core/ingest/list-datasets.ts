// Which datasets there are: each top-level folder of the drop bucket that holds an object.
import { parseDropKey } from '../store/keys.ts';
import type { Store } from '../store/store.ts';

/** The character after the slash: no key of a dataset is beyond `<dataset>0`. */
const AFTER_SLASH = '0';

/** Yields the names in the order of their keys. One listing a dataset, which ends at its first key. */
export async function* listDatasets(drop: Store): AsyncGenerator<string> {
  let startAfter: string | undefined;
  for (;;) {
    const first = await firstKey(drop, startAfter);
    if (first === undefined) return;
    const dataset = parseDropKey(first)?.dataset;
    if (dataset !== undefined) yield dataset;
    const slash = first.indexOf('/');
    startAfter = slash < 0 ? first : first.slice(0, slash) + AFTER_SLASH;
  }
}

async function firstKey(drop: Store, startAfter: string | undefined): Promise<string | undefined> {
  for await (const { key } of drop.list('', startAfter === undefined ? {} : { startAfter })) return key;
  return undefined;
}
