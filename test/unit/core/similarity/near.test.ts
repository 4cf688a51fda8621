import fc from 'fast-check';
import { expect, test } from 'vitest';
import { normals, randomWords } from '#core/base/random.ts';
import { audioFingerprint } from '#core/kinds/audio/fingerprint.ts';
import { clustersOf } from '#core/similarity/clusters.ts';
import { cropHashes, thumbnailHash } from '#core/similarity/crop-hashes.ts';
import { cropHashPairs, hashPairs } from '#core/similarity/hash-pairs.ts';
import { imageCorrelation } from '#core/similarity/image-correlation.ts';
import { minHash, minHashBands, minHashSimilarity } from '#core/similarity/min-hash.ts';
import { THUMBNAIL_SIDE, thumbnailOf } from '#core/similarity/thumbnail.ts';
import { hashDistance } from '../../../fixtures/hash-distance.ts';

/** Blobs of light, seen through a window of the scene: `from` and `size` in the units of the scene. */
function scene(seed: number, side = THUMBNAIL_SIDE, from = 0, size = 1): Uint8Array {
  const at = (place: number) => from + ((place + 0.5) / side) * size;
  return Uint8Array.from({ length: side * side }, (_, i) => scenePoint(seed, at(i % side), at(Math.floor(i / side))));
}

const places = Array.from({ length: 130 }, (_, seed) => normals(seed, 'blobs', 24));

function scenePoint(seed: number, x: number, y: number): number {
  const blobs = places[seed] as ArrayLike<number>;
  let light = 100;
  for (let blob = 0; blob < 24; blob += 3) {
    const [bx, by] = [0.5 + 0.25 * (blobs[blob] as number), 0.5 + 0.25 * (blobs[blob + 1] as number)];
    light += 70 * Math.tanh(blobs[blob + 2] as number) * Math.exp(-((x - bx) ** 2 + (y - by) ** 2) / 0.02);
  }
  return Math.max(0, Math.min(255, light));
}

test('names that are near are found, each pair once, as comparing all finds them', () => {
  const count = 400;
  const words = randomWords(1, 'names', count * 2);
  const high = words.slice(0, count);
  const low = words.slice(count);
  // Each fourth name is an earlier one with a few bits turned.
  for (let i = 4; i < count; i += 4) {
    const turned = randomWords(i, 'turned', 12);
    [high[i], low[i]] = [high[i - 3] as number, low[i - 3] as number];
    for (const bit of turned.slice(0, (i / 4) % 13)) {
      if (bit & 32) high[i] = ((high[i] as number) ^ (1 << (bit & 31))) >>> 0;
      else low[i] = ((low[i] as number) ^ (1 << (bit & 31))) >>> 0;
    }
  }
  const name = (i: number) => (BigInt(high[i] as number) << 32n) | BigInt(low[i] as number);
  const skip = new Uint8Array(count);
  skip[1] = 1;
  const wanted: string[] = [];
  for (let j = 0; j < count; j++)
    for (let i = 0; i < j; i++) {
      const distance = hashDistance(name(i), name(j));
      if (distance <= 11 && !skip[i] && !skip[j]) wanted.push(`${i} ${j} ${distance}`);
    }
  const found: string[] = [];
  hashPairs({ high, low }, { maxDistance: 11, mostOfEach: 50, skip }, (i, j, d) => found.push(`${i} ${j} ${d}`));
  expect(found.sort()).toEqual(wanted.sort());
  expect(wanted.length).toBeGreaterThan(60);
});

test('a thousand equal names are few pairs each', () => {
  const [high, low] = [new Uint32Array(1000).fill(7), new Uint32Array(1000).fill(9)];
  let pairs = 0;
  hashPairs({ high, low }, { maxDistance: 3, mostOfEach: 8, skip: new Uint8Array(1000) }, () => pairs++);
  expect(pairs).toBeGreaterThanOrEqual(999);
  expect(pairs).toBeLessThanOrEqual(8000);
});

test('a picture is like its crop, its brighter and its larger self, and unlike another', () => {
  for (let seed = 0; seed < 12; seed++) {
    const whole = scene(seed);
    const crop = scene(seed, THUMBNAIL_SIDE, 0.025, 0.95);
    const corner = scene(seed, THUMBNAIL_SIDE, 0.05, 0.95);
    const brighter = whole.map((value) => Math.min(255, value * 0.8 + 30));
    const larger = thumbnailOf(scene(seed, 60), { width: 60, height: 60, channels: 1 });
    for (const other of [whole, crop, corner, brighter, larger])
      expect(imageCorrelation(whole, other, THUMBNAIL_SIDE)).toBeGreaterThan(0.988);
    expect(imageCorrelation(whole, scene(seed + 100), THUMBNAIL_SIDE, { wanted: 0.988 })).toBeLessThan(0.9);
  }
  expect(imageCorrelation(new Uint8Array(THUMBNAIL_SIDE ** 2).fill(9), scene(1), THUMBNAIL_SIDE)).toBe(0);
});

test('a picture cut at a corner is found by a name that the whole one has for it, wherever it comes', () => {
  const whole = Array.from({ length: 24 }, (_, seed) => scene(seed));
  const cut = whole.map((_, seed) => {
    const [x, y] = [seed % 2 === 0 ? 0 : 0.05, seed % 3 === 0 ? 0 : 0.05];
    const at = (i: number) =>
      scenePoint(
        seed,
        x + (((i % THUMBNAIL_SIDE) + 0.5) / THUMBNAIL_SIDE) * 0.95,
        y + ((Math.floor(i / THUMBNAIL_SIDE) + 0.5) / THUMBNAIL_SIDE) * 0.95,
      );
    return Uint8Array.from({ length: THUMBNAIL_SIDE ** 2 }, (_, i) => at(i));
  });
  for (const thumbnails of [
    [...whole, ...cut],
    [...cut, ...whole],
  ]) {
    const names = thumbnails.map(thumbnailHash);
    const all = { high: Uint32Array.from(names, ({ high }) => high), low: Uint32Array.from(names, ({ low }) => low) };
    const bounds = { maxDistance: 11, mostOfEach: 1, skip: new Uint8Array(48) };
    const found = new Set<number>();
    cropHashPairs(
      all,
      bounds,
      (item) => cropHashes(thumbnails[item] as Uint8Array),
      (near, item, { move }) => {
        const likeness = imageCorrelation(
          thumbnails[near] as Uint8Array,
          thumbnails[item] as Uint8Array,
          THUMBNAIL_SIDE,
          {
            start: move,
            wanted: 0.988,
          },
        );
        if (near % 24 === item % 24 && likeness > 0.988) found.add(near % 24);
      },
    );
    expect(found.size).toBeGreaterThan(22);
  }
});

test('a thumbnail is luminance, averaged where the picture is larger and repeated where it is smaller', () => {
  const red = Uint8Array.from({ length: 48 * 48 * 3 }, (_, i) => (i % 3 === 0 ? 200 : 0));
  expect(new Set(thumbnailOf(red, { width: 48, height: 48, channels: 3 }))).toEqual(new Set([60]));
  const halves = Uint8Array.from({ length: 8 * 8 }, (_, i) => (i % 8 < 4 ? 0 : 255));
  const thumbnail = thumbnailOf(halves, { width: 8, height: 8, channels: 1 });
  // Cells reach a quarter of their width into each neighbour: 1 of 6 parts lies beyond the edge.
  expect([thumbnail[0], thumbnail[10], thumbnail[11], thumbnail[12], thumbnail[13]]).toEqual([0, 0, 43, 213, 255]);
});

test('a signature tells the share of common sequences within what chance allows', () => {
  const words = Array.from({ length: 400 }, (_, i) => `w${randomWords(i, 'word', 1)[0]?.toString(36)}`);
  const text = (from: number, to: number) => words.slice(from, to).join(' ');
  const shingles = (of: string) => new Set(Array.from({ length: of.length - 4 }, (_, i) => of.slice(i, i + 5)));
  for (const [from, to] of [
    [0, 200],
    [10, 210],
    [40, 240],
    [100, 300],
    [200, 400],
  ] as const) {
    const [a, b] = [text(0, 200), text(from, to)];
    const [one, other] = [shingles(a), shingles(b)];
    const both = [...one].filter((shingle) => other.has(shingle)).length;
    const likeness = both / (one.size + other.size - both);
    expect(Math.abs(minHashSimilarity(minHash(a), minHash(b)) - likeness)).toBeLessThan(0.13);
  }
});

test('over many texts, short ones too, likenesses are told without a lean and as near as 128 hashes tell them', () => {
  const shingles = (of: string) => new Set(Array.from({ length: of.length - 4 }, (_, i) => of.slice(i, i + 5)));
  for (const count of [6, 30, 200]) {
    const errors = Array.from({ length: 80 }, (_, text) => {
      const words = Array.from(randomWords(text, 'words', count), (word) => word.toString(36));
      const [a, b] = [words.join(' '), words.slice(Math.ceil(count / 8)).join(' ')];
      const [one, other] = [shingles(a), shingles(b)];
      const both = [...one].filter((shingle) => other.has(shingle)).length;
      return minHashSimilarity(minHash(a), minHash(b)) - both / (one.size + other.size - both);
    });
    const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
    const spread = Math.sqrt(errors.reduce((sum, error) => sum + error ** 2, 0) / errors.length);
    expect(Math.abs(mean)).toBeLessThan(0.012);
    expect(spread).toBeLessThan(0.037);
  }
});

test('case and white space do not count, short and empty texts have signatures, and alike texts share a band', () => {
  expect(minHash('The  Cat\nsat on the mat.')).toEqual(minHash('the cat sat on the mat.'));
  expect(minHashSimilarity(minHash('ann'), minHash('bob'))).toBeLessThan(0.1);
  expect(minHash('')).toHaveLength(256);
  const long = Array.from({ length: 60 }, (_, i) => `sentence ${randomWords(i, 'long', 1)[0]}`).join('. ');
  const bands = minHashBands(minHash(long));
  const edited = minHashBands(minHash(long.replace('sentence', 'remark')));
  expect(bands.filter((band, i) => band === edited[i]).length).toBeGreaterThan(5);
  expect(new Set([...bands, ...edited]).size).toBeGreaterThan(25);
});

test('a recording is near itself after a change of level, noise and a small delay, and far from another', () => {
  const tone = (hertz: number, delay = 0, level = 1) =>
    Int16Array.from({ length: 8000 }, (_, i) => {
      const time = (i - delay) / 8000;
      const swell = time < 0 ? 0 : Math.sin(Math.PI * time) ** 2;
      return (
        9000 * level * swell * (Math.sin(2 * Math.PI * hertz * time * (1 + time)) + 0.4 * Math.sin(9 * hertz * time))
      );
    });
  const noise = normals(5, 'noise', 8000);
  const [first, again] = [audioFingerprint(tone(300), 8000), audioFingerprint(tone(300, 80, 0.5), 8000)];
  const noisy = audioFingerprint(
    tone(300).map((value, i) => value + 20 * (noise[i] as number)),
    8000,
  );
  const other = audioFingerprint(tone(900), 8000);
  for (const near of [again, noisy]) {
    expect(hashDistance(first.phash, near.phash)).toBeLessThanOrEqual(11);
    expect(imageCorrelation(first.spectrum, near.spectrum, THUMBNAIL_SIDE)).toBeGreaterThan(0.95);
  }
  expect(imageCorrelation(first.spectrum, other.spectrum, THUMBNAIL_SIDE)).toBeLessThan(0.95);
  expect(audioFingerprint(new Int16Array(8000), 8000).spectrum.every((value) => value === 0)).toBe(true);
});

test('clusters are the same whatever the order of the pairs', () => {
  const pairs = fc.array(fc.tuple(fc.nat(30), fc.nat(30)), { maxLength: 30 });
  const groups = (all: readonly (readonly [number, number])[]) => {
    const clusters = clustersOf(31);
    for (const [a, b] of all) clusters.join(a, b);
    return clusters.groups();
  };
  fc.assert(
    fc.property(
      pairs.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
      ([all, shuffled]) => {
        expect(groups(shuffled)).toEqual(groups(all));
        for (const [a, b] of all)
          if (a !== b) expect(groups(all).some((group) => group.includes(a) && group.includes(b))).toBe(true);
      },
    ),
    { numRuns: 40 },
  );
});

test('which hashes are near an alternative one does not depend on the order in which words are searched', () => {
  // Families of 60, so that most buckets hold more than are taken of each.
  const count = 300;
  const words = randomWords(7, 'families', 10);
  const flips = randomWords(8, 'flips', count * 3);
  const all = { high: new Uint32Array(count), low: new Uint32Array(count) };
  for (let i = 0; i < count; i++) {
    const family = Math.floor(i / 60);
    all.high[i] = (words[2 * family] as number) ^ (1 << ((flips[3 * i] as number) % 32));
    all.low[i] = (words[2 * family + 1] as number) ^ (1 << ((flips[3 * i + 1] as number) % 32));
  }
  const skip = Uint8Array.from({ length: count }, (_, i) => Number(i % 17 === 0));
  const bounds = { maxDistance: 11, mostOfEach: 1, skip };
  const others = (item: number) => [
    {
      hash: {
        high: all.high[item] as number,
        low: (all.low[item] as number) ^ ((flips[3 * item + 2] as number) & 0x30003),
      },
    },
  ];
  const found: [number, number][] = [];
  cropHashPairs(all, bounds, others, (near, item) => found.push([item, near]));
  const wanted: [number, number][] = [];
  for (let item = 0; item < count; item++) {
    if (skip[item]) continue;
    const { hash } = others(item)[0] as ReturnType<typeof others>[number];
    const near = nearestByBuckets(all, skip, hash, item);
    if (near !== undefined) wanted.push([item, near]);
  }
  expect(found.length).toBeGreaterThan(200);
  expect(found).toEqual(wanted);
});

/** The nearest of the first four of each bucket, each bucket by itself: words of 16 bits that differ in at most one. */
function nearestByBuckets(
  { high, low }: { high: Uint32Array; low: Uint32Array },
  skip: Uint8Array,
  hash: { high: number; low: number },
  except: number,
): number | undefined {
  const wordsOf = (h: number, l: number) => [h >>> 16, h & 0xffff, l >>> 16, l & 0xffff];
  const bits = (value: number) => (value >>> 0).toString(2).replaceAll('0', '').length;
  const own = wordsOf(hash.high, hash.low);
  const near = new Map<number, number>();
  for (let word = 3; word >= 0; word--)
    for (let bit = 16; bit >= 0; bit--) {
      const value = (own[word] as number) ^ (bit === 16 ? 0 : 1 << bit);
      let taken = 0;
      for (let i = 0; i < high.length && taken < 4; i++) {
        if (skip[i] || i === except || wordsOf(high[i] as number, low[i] as number)[word] !== value) continue;
        const distance = bits((high[i] as number) ^ hash.high) + bits((low[i] as number) ^ hash.low);
        if (distance > 11) continue;
        near.set(i, distance);
        taken++;
      }
    }
  return [...near].sort(([i, a], [j, b]) => a - b || i - j)[0]?.[0];
}
