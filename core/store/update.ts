// Changes one JSON object that several writers share, without losing anybody's change.
import type * as z from 'zod';
import { canonicalJson } from '../base/hash.ts';
import { readJson } from './json.ts';
import type { Store } from './store.ts';

/** Each refused try means that another writer got through, so this many tries outlast as many writers. */
const TRIES = 500;

/**
 * `change` gets what is there and returns what shall be, or undefined to leave it; it runs again when somebody wrote in
 * between. Returns what is there afterwards.
 */
export async function updateJson<T>(
  store: Store,
  key: string,
  schema: z.ZodType<T>,
  change: (there: T | undefined) => T | undefined,
): Promise<T | undefined> {
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    const there = await readJson(store, key, schema);
    const wanted = change(there?.value);
    if (wanted === undefined) return there?.value;
    const put = await store.put(key, canonicalJson(wanted), {
      when: there ? { etag: there.etag } : 'absent',
      contentType: 'application/json',
    });
    if (put.status === 'written') return wanted;
  }
  throw new Error(`${store.bucket}/${key} was changed concurrently ${TRIES} times in a row. Try again later.`);
}
