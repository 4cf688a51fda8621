// Lists keys that go on with a hash. Many of them are listed side by side, since each page of a list waits for the one before.
import { mapLimit } from './map-limit.ts';
import type { ListedObject, Store } from './store.ts';

/** One page: fewer keys are listed by one request. */
const PAGE = 1_000;
const DIGITS = '0123456789abcdef'.split('');

/** Returns the keys in UTF-8 order. What comes after `prefix` starts with a lower-case hexadecimal digit. */
export async function listByHash(data: Store, prefix: string): Promise<string[]> {
  const first = await firstOf(data.list(prefix), PAGE);
  if (first.length < PAGE) return first;
  const pages = await mapLimit(DIGITS, DIGITS.length, (digit) =>
    firstOf(data.list(prefix + digit), Number.POSITIVE_INFINITY),
  );
  return pages.flat();
}

async function firstOf(listed: AsyncIterable<ListedObject>, most: number): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of listed) {
    keys.push(key);
    if (keys.length >= most) break;
  }
  return keys;
}
