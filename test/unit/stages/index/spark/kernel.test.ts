import { expect, test } from 'vitest';
import { randomWords } from '#core/base/random.ts';
import { CROP_MOVES } from '#core/similarity/crop-hashes.ts';
import { cropHashPairs, hashPairs, WORDS } from '#core/similarity/hash-pairs.ts';
import { minHash, minHashSimilarity } from '#core/similarity/min-hash.ts';
import { LineError, type Work } from '#stages/index/kernel/lines.ts';
import { near } from '#stages/index/kernel/near.ts';
import { pack } from '#stages/index/kernel/pack.ts';
import { verify } from '#stages/index/kernel/verify.ts';
import { kernelAnswers } from '../../../../fixtures/spark/kernel-answers.ts';

/** In small pieces, so that lines are cut. */
const answers = (text: string, work: Work, piece = 7) => kernelAnswers(text, work, piece);

const MOST = 8;
const MAX_DISTANCE = 11;

/** Hashes in families, so that buckets are full; every 17th is left out. */
function hashes(count: number) {
  const high = new Uint32Array(count);
  const low = new Uint32Array(count);
  for (let i = 0; i < count; i++) {
    const [a = 0, b = 0] = randomWords(i % 40, 'family', 2);
    const [flips = 0] = randomWords(i, 'flips', 1);
    high[i] = a ^ (1 << (flips & 31)) ^ (1 << ((flips >>> 5) & 31));
    low[i] = b ^ (1 << ((flips >>> 10) & 31)) ^ (flips & 0x40000000 ? 1 << ((flips >>> 15) & 31) : 0);
  }
  const skip = Uint8Array.from({ length: count }, (_, i) => (i % 17 === 0 ? 1 : 0));
  return { high, low, skip };
}

test.each([
  [1, {}],
  [4, {}],
  [2, { 0: 3, 5: 7, 6: 2 }],
] as const)('near hashes in pages of %i bits, some in slices %o, are those of one search', async (pageBits, slices) => {
  const count = 500;
  const { high, low, skip } = hashes(count);
  const cropOf = (item: number, crop: number) => ({
    high: ((high[item] as number) ^ (crop * 0x10001)) >>> 0,
    low: ((low[item] as number) ^ (1 << (item % 32))) >>> 0,
  });
  const masks = Array.from({ length: 2 ** pageBits }, (_, mask) => mask).filter(
    (mask) => mask.toString(2).replaceAll('0', '').length <= 2,
  );
  const crops = CROP_MOVES.map((_, crop) => crop);
  // Items come in two parts, which are packed by two tasks.
  const items = Array.from({ length: count }, (_, i) => (i * 7) % count).filter((item) => !skip[item]);
  const packed: string[][] = [];
  for (const part of [items.slice(0, 200), items.slice(200)]) {
    const lines = part.map((item) => {
      const all = [{ high: high[item], low: low[item] }, ...crops.map((crop) => cropOf(item, crop))];
      const digits = (half: number | undefined) => ((half as number) >>> 0).toString(16).padStart(8, '0');
      return `${item}\t${all.map((hash) => digits(hash.high) + digits(hash.low)).join('')}\n`;
    });
    const own = await answers(lines.join(''), (emit) => pack({ pageBits, masks, crops: crops.length, slices }, emit));
    expect(own.at(-1)?.slice(0, 3)).toEqual(['=', String(part.length), String(own.length - 1)]);
    packed.push(...own.slice(0, -1));
  }
  const rows = packed
    .map(([kind, place, slice, of, hashesOf]) => [Number(place), Number(slice), of, kind, hashesOf] as const)
    .sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const text = rows.map((row) => `${row.join('\t')}\n`).join('');
  const found = await answers(text, (emit) => near({ maxDistance: MAX_DISTANCE, pageBits }, emit), 10_007);
  const read = items.length * WORDS * (masks.length + crops.length);
  expect(found.at(-1)).toEqual(['=', String(read), String(found.length - 1), '0', '']);
  expect(chosen(found.slice(0, -1))).toEqual(oneSearch({ high, low }, skip, cropOf));
});

/** As the statements choose: the nearest of each item, 8 by its hash and 1 by each crop. */
function chosen(found: readonly string[][]): string[] {
  const unique = [...new Set(found.map((row) => row.slice(0, 4).join(' ')))].map((row) => row.split(' ').map(Number));
  const groups = [...Map.groupBy(unique, ([kind, item]) => `${kind} ${item}`).values()];
  return groups
    .flatMap((rows) =>
      rows
        .sort((a, b) => (a[3] as number) - (b[3] as number) || (a[2] as number) - (b[2] as number))
        .slice(0, rows[0]?.[0] === 0 ? MOST : 1)
        .map(([kind, item, other]) => `${kind} ${item} ${other}`),
    )
    .sort();
}

function oneSearch(
  hashesGiven: { high: Uint32Array; low: Uint32Array },
  skip: Uint8Array,
  cropOf: (item: number, crop: number) => { high: number; low: number },
): string[] {
  const found: string[] = [];
  hashPairs(hashesGiven, { maxDistance: MAX_DISTANCE, mostOfEach: MOST, skip }, (i, j) => found.push(`0 ${j} ${i}`));
  const crops = (item: number) => CROP_MOVES.map((_, crop) => ({ hash: cropOf(item, crop), crop }));
  cropHashPairs(hashesGiven, { maxDistance: MAX_DISTANCE, mostOfEach: 1, skip }, crops, (other, item, { crop }) =>
    found.push(`${crop + 1} ${item} ${other}`),
  );
  expect(found.length).toBeGreaterThan(1_000);
  return found.sort();
}

test('texts are compared as index does, and only those alike enough are answered', async () => {
  const texts = Array.from({ length: 40 }, (_, i) =>
    minHash(`a text of ${i % 5} that is number ${i} and hardly differs from others`),
  );
  const pairs = texts.flatMap((a, x) => texts.slice(x + 1).map((b, i) => ({ x, y: x + 1 + i, a, b })));
  const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex').toUpperCase();
  const text = pairs.map(({ x, y, a, b }) => `${x}\t${y}\t1\t${hex(a)}\t${hex(b)}\n`).join('');
  const found = await answers(text, (emit) => verify('text', 0.8, emit), 65_536);
  const wanted = pairs.filter(({ a, b }) => minHashSimilarity(a, b) >= 0.8);
  expect(wanted.length).toBeGreaterThan(5);
  expect(found.slice(0, -1)).toEqual(
    wanted.map(({ x, y, a, b }) => ['p', `${x}`, `${y}`, '0', `${Math.round(minHashSimilarity(a, b) * 1e4) / 1e4}`]),
  );
});

const HASH = '00112233445566778899aabb';
test.each([
  ['too few fields', `0\t0\t1\t${HASH}\n`],
  ['too many fields', `0\t0\t1\t0\t${HASH}\t3\n`],
  ['half a hash', `0\t0\t1\t0\t${HASH}0011\n`],
  ['no hash', '0\t0\t1\t0\t\n'],
  ['a null', '0\t0\t1\t0\t\\N\n'],
  ['a fraction', `0.5\t0\t1\t0\t${HASH}\n`],
  ['an empty field', `0\t\t1\t0\t${HASH}\n`],
  ['a kind that no hash has', `0\t0\t1\t5\t${HASH}\n`],
  ['an unfinished line', `0\t0\t1\t0\t${HASH}`],
  ['pages out of order', `1\t0\t1\t0\t${HASH}\n0\t0\t1\t0\t${HASH}\n`],
  ['slices out of order', `1\t1\t2\t0\t${HASH}\n1\t0\t2\t0\t${HASH}\n`],
  ['a word that no hash has', `16\t0\t1\t0\t${HASH}\n`],
])('a line with %s is an error, not a row that is left out', async (_, text) => {
  await expect(answers(text, (emit) => near({ maxDistance: 11, pageBits: 2 }, emit))).rejects.toThrow(LineError);
});

test.each([
  ['half a hash', '1\t00000002\n'],
  ['a negative item', `-1\t${'0'.repeat(16)}\n`],
  ['an item of 33 bits', `4294967296\t${'0'.repeat(16)}\n`],
])('a line with %s is not packed', async (_, text) => {
  const work: Work = (emit) => pack({ pageBits: 2, masks: [0], crops: 0, slices: {} }, emit);
  await expect(answers(text, work)).rejects.toThrow(LineError);
});

test('a fingerprint that is no hexadecimal is an error', async () => {
  const work: Work = (emit) => verify('image', 0.9, emit);
  await expect(answers('1\t2\t1\tzz\t00\n', work)).rejects.toThrow(/Line 1/);
  await expect(answers('1\t2\t1\t000\t00\n', work)).rejects.toThrow(/Line 1/);
});
