import { PassThrough, Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { randomWords } from '#core/base/random.ts';
import { CROP_MOVES } from '#core/similarity/crop-hashes.ts';
import { cropHashPairs, hashPairs, WORDS, wordOf } from '#core/similarity/hash-pairs.ts';
import { minHash, minHashSimilarity } from '#core/similarity/min-hash.ts';
import { answerLines, type Emit, type Line, LineError } from '#stages/index/kernel/lines.ts';
import { near } from '#stages/index/kernel/near.ts';
import { verify } from '#stages/index/kernel/verify.ts';

type Work = (emit: Emit) => { visit: (line: Line) => void; finish: () => void };

/** Pipes text through the kernel in small pieces, so that lines are cut. */
async function answers(text: string, work: Work, piece = 7): Promise<string[][]> {
  const output = new PassThrough();
  const pieces = Array.from({ length: Math.ceil(text.length / piece) }, (_, i) =>
    Buffer.from(text.slice(i * piece, (i + 1) * piece)),
  );
  await answerLines(Readable.from(pieces), output, work);
  output.end();
  const all = (await output.toArray()).join('');
  return all
    .split('\n')
    .filter(Boolean)
    .map((line) => line.split('\t'));
}

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

test.each([1, 4])('near hashes in pages of %i bits are those of one search', async (pageBits) => {
  const count = 500;
  const { high, low, skip } = hashes(count);
  const cropOf = (item: number, crop: number) => ({
    high: ((high[item] as number) ^ (crop * 0x10001)) >>> 0,
    low: ((low[item] as number) ^ (1 << (item % 32))) >>> 0,
  });
  const rows: [number, number, number, number, number, number][] = [];
  for (let item = 0; item < count; item++) {
    if (skip[item]) continue;
    for (let word = 0; word < WORDS; word++) {
      const page = (hash: { high: number; low: number }) => wordOf(hash.high, hash.low, word) >> (16 - pageBits);
      const own = { high: high[item] as number, low: low[item] as number };
      for (let mask = 0; mask < 2 ** pageBits; mask++)
        if (mask.toString(2).replaceAll('0', '').length <= 2)
          rows.push([word, page(own) ^ mask, 0, item, own.high, own.low]);
      for (let crop = 0; crop < CROP_MOVES.length; crop++) {
        const hash = cropOf(item, crop);
        rows.push([word, page(hash), crop + 1, item, hash.high, hash.low]);
      }
    }
  }
  rows.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const text = rows.map((row) => `${row.join('\t')}\n`).join('');
  const found = await answers(text, (emit) => near({ maxDistance: MAX_DISTANCE, pageBits }, emit), 10_007);
  expect(found.at(-1)).toEqual(['=', String(rows.length), String(found.length - 1), '0', '']);
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

test.each([
  ['too few fields', '0\t0\t0\t1\t2\n'],
  ['too many fields', '0\t0\t0\t1\t2\t3\t4\n'],
  ['no number', '0\t0\t0\t1\t2\tx\n'],
  ['a null', '0\t0\t0\t1\t2\t\\N\n'],
  ['a fraction', '0\t0\t0\t1\t2\t3.5\n'],
  ['an empty field', '0\t0\t\t1\t2\t3\n'],
  ['an unfinished line', '0\t0\t0\t1\t2\t3'],
  ['pages out of order', '1\t0\t0\t1\t2\t3\n0\t0\t0\t1\t2\t3\n'],
  ['a word that no hash has', '4\t0\t0\t1\t2\t3\n'],
])('a line with %s is an error that quotes it, not a row that is left out', async (_, text) => {
  await expect(answers(text, (emit) => near({ maxDistance: 11, pageBits: 2 }, emit))).rejects.toThrow(LineError);
});

test('a fingerprint that is no hexadecimal is an error', async () => {
  const work: Work = (emit) => verify('image', 0.9, emit);
  await expect(answers('1\t2\t1\tzz\t00\n', work)).rejects.toThrow(/Line 1/);
  await expect(answers('1\t2\t1\t000\t00\n', work)).rejects.toThrow(/Line 1/);
});
