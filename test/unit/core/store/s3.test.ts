// How answers of S3 that no fake gives are read.
import { type S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { s3Store } from '#core/store/s3.ts';

type Answer = object | Error;

/** A store whose client gives these answers in turn, and what it was asked. */
function storeOf(...answers: Answer[]) {
  const asked: Record<string, unknown>[] = [];
  const send = async ({ input }: { readonly input: Record<string, unknown> }) => {
    asked.push(input);
    const answer = answers.shift();
    if (answer instanceof Error || answer === undefined) throw answer ?? new Error('nothing more was expected');
    return answer;
  };
  return {
    store: s3Store({ bucket: 'b', client: { send } as unknown as S3Client, sleep: async () => undefined }),
    asked,
  };
}

const failed = (httpStatusCode: number, name = 'Failed') =>
  new S3ServiceException({ name, $fault: 'client', $metadata: { httpStatusCode }, message: name });
const bodyOf = (text: string) => ({ transformToByteArray: async () => new TextEncoder().encode(text) });
const textOf = (bytes: Uint8Array | undefined) => bytes && new TextDecoder().decode(bytes);

test('a listing of versions goes on behind the key and the version where it stopped', async () => {
  const version = { Size: 1, ETag: '"e"', IsLatest: true, LastModified: new Date(0) };
  const { store, asked } = storeOf(
    {
      Versions: [{ ...version, Key: 'a', VersionId: 'v1' }],
      IsTruncated: true,
      NextKeyMarker: 'a',
      NextVersionIdMarker: 'v1',
    },
    { Versions: [{ ...version, Key: 'b', VersionId: 'v2' }] },
  );
  const listed: string[] = [];
  for await (const { key } of store.listLatest('')) listed.push(key);
  expect(listed).toEqual(['a', 'b']);
  expect(asked[1]).toMatchObject({ KeyMarker: 'a', VersionIdMarker: 'v1' });
});

test('a listing goes on with its token, and a truncated one without a token is an error', async () => {
  const page = { Contents: [{ Key: 'a', Size: 1, ETag: '"e"' }], IsTruncated: true };
  const { store, asked } = storeOf({ ...page, NextContinuationToken: 't' }, page);
  const listed: string[] = [];
  const all = async () => {
    for await (const { key } of store.list('p', { startAfter: 's' })) listed.push(key);
  };
  await expect(all()).rejects.toThrow(/truncated list without/);
  expect(asked).toMatchObject([{ Prefix: 'p', StartAfter: 's' }, { ContinuationToken: 't' }]);
  await expect(storeOf({ IsTruncated: true }).store.listLatest('')[Symbol.asyncIterator]().next()).rejects.toThrow(
    'token',
  );
});

test('a range that the server ignores is cut out of the whole, both ends included', async () => {
  const { store } = storeOf({ Body: bodyOf('0123456789'), ETag: '"e"' });
  const got = await store.get('k', { range: { first: 2, last: 5 } });
  expect([textOf(got?.body), got?.size]).toEqual(['2345', 10]);
});

test('a range that the server keeps is taken as it is, with the size of the whole', async () => {
  const { store, asked } = storeOf({ Body: bodyOf('2345'), ContentRange: 'bytes 2-5/10', ETag: '"e"' });
  const got = await store.get('k', { range: { first: 2, last: 5 }, ifMatch: '"e"' });
  expect([textOf(got?.body), got?.size]).toEqual(['2345', 10]);
  expect(asked[0]).toMatchObject({ Range: 'bytes=2-5', IfMatch: '"e"' });
});

test('a range behind the end of an object is empty', async () => {
  const { store } = storeOf(failed(416), { ContentLength: 3, ETag: '"e"' });
  const got = await store.get('k', { range: { first: 5, last: 9 } });
  expect([got?.body.length, got?.size]).toEqual([0, 3]);
  await expect(storeOf(failed(416)).store.get('k')).rejects.toThrow();
});

test('status 404 means that the key is not there', async () => {
  expect(await storeOf(failed(404)).store.get('k')).toBeUndefined();
  expect(await storeOf(failed(404)).store.head('k')).toBeUndefined();
});

test('a changed object is not there for who wants the old one', async () => {
  expect(await storeOf(failed(412)).store.get('k', { ifMatch: '"old"' })).toBeUndefined();
});

test.each([
  [403, 'InvalidAccessKeyId'],
  [403, 'SignatureDoesNotMatch'],
  [400, 'ExpiredToken'],
  [500, 'InternalError'],
])('status %i %s is an error, not a missing key', async (status, name) => {
  await expect(storeOf(failed(status, name)).store.get('k')).rejects.toThrow(name);
  await expect(storeOf(failed(status, name)).store.head('k')).rejects.toThrow(name);
});

test('a conditional write is refused when the condition fails, or the object to replace is gone', async () => {
  const { store, asked } = storeOf(failed(412), failed(412), failed(404), failed(404), failed(403));
  expect(await store.put('k', 'v', { when: 'absent' })).toEqual({ status: 'refused' });
  expect(await store.put('k', 'v', { when: { etag: '"e"' } })).toEqual({ status: 'refused' });
  expect(await store.put('k', 'v', { when: { etag: '"e"' } })).toEqual({ status: 'refused' });
  expect(asked).toMatchObject([{ IfNoneMatch: '*' }, { IfMatch: '"e"' }, { IfMatch: '"e"' }]);
  await expect(store.put('k', 'v', { when: 'absent' })).rejects.toThrow();
  await expect(store.put('k', 'v')).rejects.toThrow();
});
