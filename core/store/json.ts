// Typed JSON objects in a store: validated on read, where unknown fields are ignored, and canonical on write.
import * as z from 'zod';
import { FAILURE, GoldpanError } from '../base/errors.ts';
import { canonicalJson } from '../base/hash.ts';
import { parseJson } from '../base/json/parse-json.ts';
import type { Store } from './store.ts';

/**
 * Reads and validates a JSON object; undefined if it does not exist. Throws CorruptObjectError if it does not match the
 * schema.
 */
export async function readJson<T>(
  store: Store,
  key: string,
  schema: z.ZodType<T>,
): Promise<{ value: T; etag: string } | undefined> {
  const object = await store.get(key);
  if (!object) return undefined;
  const parsed = parseLoosely(schema, parseJson(new TextDecoder().decode(object.body)));
  if (!parsed.success) {
    throw new GoldpanError(
      FAILURE.corruptObject,
      `${store.bucket}/${key} does not match its schema: ${z.prettifyError(parsed.error)}`,
    );
  }
  return { value: parsed.data, etag: object.etag };
}

/**
 * Parses a stored document without the fields that its strict schema does not know: another version of goldpan may have written
 * them. Any other difference is an error, as with `safeParse`.
 */
function parseLoosely<T>(schema: z.ZodType<T>, value: unknown): z.ZodSafeParseResult<T> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed;
  const unknown = parsed.error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key]) : [],
  );
  const known = structuredClone(value);
  const removed = unknown.filter((path) => removeAt(known, path));
  return removed.length === 0 ? parsed : parseLoosely(schema, known);
}

/** Removes a field; false if there is none at that path. */
function removeAt(value: unknown, path: readonly PropertyKey[]): boolean {
  const owner = path
    .slice(0, -1)
    .reduce<unknown>((inner, key) => (inner as Record<PropertyKey, unknown>)?.[key], value);
  const last = path.at(-1);
  if (last === undefined || typeof owner !== 'object' || owner === null || !Object.hasOwn(owner, last)) return false;
  delete (owner as Record<PropertyKey, unknown>)[last];
  return true;
}

/** Writes canonical JSON, so that equal values have equal bytes. */
export async function writeJson(store: Store, key: string, value: unknown): Promise<void> {
  await store.put(key, canonicalJson(value), { contentType: 'application/json' });
}

/**
 * Writes an immutable object. `first` is true for the one caller that created it. After a lost response the own write
 * looks like that of another caller, so the existing object is compared: `same` is true if it has the same content. An
 * earlier release wrote some documents without a schema version: there it counts as 1.
 */
export async function writeOnce(store: Store, key: string, value: unknown): Promise<{ first: boolean; same: boolean }> {
  const body = canonicalJson(value);
  const put = await store.put(key, body, { when: 'absent', contentType: 'application/json' });
  if (put.status === 'written') return { first: true, same: true };
  const there = await store.get(key);
  const text = there && new TextDecoder().decode(there.body);
  return { first: false, same: text === body || versioned(parseJson(text ?? '')) === versioned(value) };
}

/** Canonical JSON of the document with its schema version. */
function versioned(document: unknown): string {
  const plain = typeof document !== 'object' || document === null || Array.isArray(document);
  return canonicalJson(plain ? document : { schemaVersion: 1, ...document });
}
