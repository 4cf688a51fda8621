import fc from 'fast-check';
import { expect, test } from 'vitest';
import { normals, permutation, randomWords, uniforms } from '#core/base/random.ts';

const MASK = 0xffffffffn;

/** Philox 4x32-10 once more, in big integers, straight from the paper. */
function philox(counter: readonly bigint[], key: readonly bigint[]): bigint[] {
  let [c0, c1, c2, c3] = counter as [bigint, bigint, bigint, bigint];
  let [k0, k1] = key as [bigint, bigint];
  for (let round = 0; round < 10; round++) {
    const [a, b] = [0xd2511f53n * c0, 0xcd9e8d57n * c2];
    [c0, c1, c2, c3] = [(b >> 32n) ^ c1 ^ k0, b & MASK, (a >> 32n) ^ c3 ^ k1, a & MASK];
    [k0, k1] = [(k0 + 0x9e3779b9n) & MASK, (k1 + 0xbb67ae85n) & MASK];
  }
  return [c0, c1, c2, c3];
}

test('the reference agrees with the published vectors', () => {
  const ones = [MASK, MASK, MASK, MASK];
  expect(philox([0n, 0n, 0n, 0n], [0n, 0n])).toEqual([0x6627e8d5n, 0xe169c58dn, 0xbc57ac4cn, 0x9b00dbd8n]);
  expect(philox(ones, [MASK, MASK])).toEqual([0x408f276dn, 0x41c83b0en, 0xa20bc7c6n, 0x6d5451fdn]);
});

test('words are Philox of (index, stream) under the seed', () => {
  // FNV-1a of the empty text and of "a".
  const streams = { '': 0xcbf29ce484222325n, a: 0xaf63dc4c8601ec8cn };
  for (const [stream, hash] of Object.entries(streams)) {
    for (const seed of [0, 1, 0xffffffff, 2 ** 40 + 3]) {
      const key = [BigInt(seed) & MASK, BigInt(seed) >> 32n];
      const expected = [0n, 1n, 2n].flatMap((block) => philox([block, 0n, hash & MASK, hash >> 32n], key));
      expect([...randomWords(seed, stream, 10)]).toEqual(expected.slice(0, 10).map(Number));
    }
  }
});

test('a longer draw begins with the shorter one, and another stream or seed is another draw', () => {
  fc.assert(
    fc.property(fc.nat(), fc.string(), fc.integer({ min: 4, max: 40 }), (seed, stream, count) => {
      expect(randomWords(seed, stream, count)).toEqual(randomWords(seed, stream, count + 7).subarray(0, count));
      expect(randomWords(seed, stream, count)).not.toEqual(randomWords(seed + 1, stream, count));
      expect(randomWords(seed, stream, count)).not.toEqual(randomWords(seed, `${stream}'`, count));
    }),
  );
});

test('uniforms and normals have the moments of their distributions', () => {
  const count = 50_000;
  const [u, z] = [uniforms(7, 'u', count), normals(7, 'z', count)];
  expect(Math.min(...u.slice(0, 1000))).toBeGreaterThanOrEqual(0);
  expect(u.every((value) => value < 1)).toBe(true);
  const mean = (values: Iterable<number>) => [...values].reduce((sum, value) => sum + value, 0) / count;
  expect(Math.abs(mean(u) - 0.5)).toBeLessThan(5 / Math.sqrt(12 * count));
  expect(Math.abs(mean(z))).toBeLessThan(5 / Math.sqrt(count));
  expect(Math.abs(mean(z.map((value) => value * value)) - 1)).toBeLessThan(5 * Math.sqrt(2 / count));
  expect(Math.abs(mean(z.map((value) => value ** 4)) - 3)).toBeLessThan(5 * Math.sqrt(96 / count));
  expect(z.every(Number.isFinite)).toBe(true);
  expect(normals(7, 'z', 5)).toEqual(z.subarray(0, 5));
});

test('a permutation has each index once, and every first place is as likely', () => {
  fc.assert(
    fc.property(fc.nat(), fc.nat(200), (seed, count) => {
      expect([...permutation(seed, 'epoch', count)].sort((a, b) => a - b)).toEqual(
        Array.from({ length: count }, (_, i) => i),
      );
    }),
  );
  const firsts = Array.from({ length: 4000 }, (_, seed) => permutation(seed, 'epoch', 4)[0]);
  for (const index of [0, 1, 2, 3]) {
    expect(Math.abs(firsts.filter((first) => first === index).length - 1000)).toBeLessThan(5 * Math.sqrt(750));
  }
});
