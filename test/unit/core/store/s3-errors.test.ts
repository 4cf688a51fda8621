// What the store makes of the errors of S3: only a missing object is an answer, everything else is thrown.
import { type S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { describe, expect, test } from 'vitest';
import { s3Store } from '#core/store/s3.ts';
import type { Store } from '#core/store/store.ts';

/** Names as S3 gives them. A HEAD has no body that could name the error. */
const FAULTS: readonly (readonly [string, number])[] = [
  ['AccessDenied', 403],
  ['Forbidden', 403],
  ['KMS.DisabledException', 403],
  ['InvalidObjectState', 403],
  ['AllAccessDisabled', 403],
  ['ExpiredToken', 400],
  ['NoSuchBucket', 404],
  ['SlowDown', 503],
  ['ServiceUnavailable', 503],
  ['InternalError', 500],
];
const METHODS: Readonly<Record<string, (store: Store) => Promise<unknown>>> = {
  get: (store) => store.get('key'),
  'get of a version': (store) => store.get('key', { versionId: 'v' }),
  'get of a range': (store) => store.get('key', { range: { first: 0, last: 1 } }),
  'get with If-Match': (store) => store.get('key', { ifMatch: 'etag' }),
  head: (store) => store.head('key'),
  put: (store) => store.put('key', 'body'),
  'put where nothing is': (store) => store.put('key', 'body', { when: 'absent' }),
  'put over an etag': (store) => store.put('key', 'body', { when: { etag: 'etag' } }),
  delete: (store) => store.delete('key'),
  list: (store) => all(store.list('prefix')),
  listLatest: (store) => all(store.listLatest('prefix')),
};
const cases = Object.keys(METHODS).flatMap((method) => FAULTS.map(([name, status]) => ({ method, name, status })));

test.each(cases)('$method throws on $status $name', async ({ method, name, status }) => {
  await expect(METHODS[method]?.(failing(name, status))).rejects.toMatchObject({ name });
});

describe('a missing object', () => {
  test.each(['NoSuchKey', 'NoSuchVersion', 'NotFound'])('is undefined: 404 %s', async (name) => {
    const store = failing(name, 404);
    expect(await store.get('key')).toBeUndefined();
    expect(await store.get('key', { versionId: 'v' })).toBeUndefined();
    expect(await store.head('key')).toBeUndefined();
  });

  test('refuses a write over its etag', async () => {
    expect(await failing('NoSuchKey', 404).put('key', 'body', { when: { etag: 'etag' } })).toEqual({
      status: 'refused',
    });
  });
});

function failing(name: string, httpStatusCode: number): Store {
  const error = new S3ServiceException({ name, message: name, $fault: 'client', $metadata: { httpStatusCode } });
  const client = { send: () => Promise.reject(error) } as unknown as S3Client;
  return s3Store({ bucket: 'bucket', client, sleep: async () => undefined });
}

async function all(items: AsyncIterable<unknown>): Promise<number> {
  let count = 0;
  for await (const _ of items) count++;
  return count;
}
