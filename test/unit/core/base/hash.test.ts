import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalJson, hashOf, sha256 } from '#core/base/hash.ts';

test('sha256 is the published one, and chunks are one text', () => {
  expect(sha256('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  expect(sha256('a', new TextEncoder().encode('b'), 'c')).toBe(sha256('abc'));
});

test('the hash of a value does not depend on the order of its keys, at any depth', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(hashOf(reversed(value))).toBe(hashOf(value));
      expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

test('the order of a list does count, and undefined members do not', () => {
  expect(hashOf([1, 2])).not.toBe(hashOf([2, 1]));
  expect(hashOf({ a: 1, b: undefined })).toBe(hashOf({ a: 1 }));
});

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, inner]) => [key, reversed(inner)]),
  );
}
