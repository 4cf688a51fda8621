// Typed JSON objects over a store: read with their schema, written once.
import * as z from 'zod';
import { FAILURE, GoldpanError } from '../base/errors.ts';
import { canonicalJson } from '../base/hash.ts';
import type { Store } from './store.ts';

/** Undefined when absent. Throws CorruptObjectError when the object is not what its schema says. */
export async function readJson<T>(
  store: Store,
  key: string,
  schema: z.ZodType<T>,
): Promise<{ value: T; etag: string } | undefined> {
  const object = await store.get(key);
  if (!object) return undefined;
  const parsed = schema.safeParse(parseJson(new TextDecoder().decode(object.body)));
  if (!parsed.success) {
    throw new GoldpanError(
      FAILURE.corruptObject,
      `${store.bucket}/${key} is not as its schema says: ${z.prettifyError(parsed.error)}`,
    );
  }
  return { value: parsed.data, etag: object.etag };
}

/** Canonical JSON, so the same value is always the same bytes. */
export async function writeJson(store: Store, key: string, value: unknown): Promise<void> {
  await store.put(key, canonicalJson(value), { contentType: 'application/json' });
}

/**
 * Writes an immutable object. `first` is true for the one caller that wrote it. A lost reply makes one's own write look
 * like somebody else's, so what lies there is compared: the same content is success, whoever wrote it.
 */
export async function writeOnce(store: Store, key: string, value: unknown): Promise<{ first: boolean; same: boolean }> {
  const body = canonicalJson(value);
  const put = await store.put(key, body, { when: 'absent', contentType: 'application/json' });
  if (put.status === 'written') return { first: true, same: true };
  const there = await store.get(key);
  return { first: false, same: there !== undefined && new TextDecoder().decode(there.body) === body };
}

/** Undefined where the text is no JSON: the schema then says so. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
