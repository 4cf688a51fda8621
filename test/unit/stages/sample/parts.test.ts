import fc from 'fast-check';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { encodePng } from '#core/pages/png.ts';
import { slerp } from '#stages/sample/drawing/interpolate-latents.ts';
import { cacheSpace, lruCache } from '#stages/sample/drawing/lru-cache.ts';
import { drawFrom } from '#stages/sample/drawing/prior.ts';
import { JSON_ONLY, negotiate, PICTURE_TYPES } from '#stages/sample/representation/media-types.ts';
import { threadsFor } from '../../../../functions/threads.ts';

const ACCEPTS: readonly [accept: string | undefined, mediaType: string | undefined][] = [
  [undefined, 'image/png'],
  ['', 'image/png'],
  ['*/*', 'image/png'],
  ['image/*', 'image/png'],
  ['application/*', 'application/zip'],
  ['application/json', 'application/json'],
  ['Application/JSON; charset=utf-8', 'application/json'],
  ['application/json, text/plain, */*', 'application/json'],
  ['image/png;q=0.5, application/zip', 'application/zip'],
  ['image/png;q=0, */*', 'application/zip'],
  ['*/*;q=0.1, application/x-npy;q=0.2', 'application/x-npy'],
  ['text/html', undefined],
  ['image/png;q=0', undefined],
  ['*/png', undefined],
  ['image', undefined],
  [',;,', undefined],
];

test.each(ACCEPTS)('Accept: %s is answered with %s', (accept, mediaType) => {
  expect(negotiate(accept, PICTURE_TYPES)).toBe(mediaType);
});

test('any text may stand in Accept', () => {
  fc.assert(fc.property(fc.string(), (accept) => void negotiate(accept, JSON_ONLY)));
});

test('a PNG holds exactly the pixels it was made of, as another reader sees them', async () => {
  const picture = fc
    .record({
      width: fc.integer({ min: 1, max: 40 }),
      height: fc.integer({ min: 1, max: 40 }),
      channels: fc.constantFrom(1, 3),
    })
    .chain(({ width, height, channels }) => {
      const size = width * height * channels;
      return fc.uint8Array({ minLength: size, maxLength: size }).map((pixels) => ({ width, height, channels, pixels }));
    });
  await fc.assert(
    fc.asyncProperty(picture, async (given) => {
      const { data, info } = await sharp(encodePng(given, '<x/>'))
        .toColourspace(given.channels === 1 ? 'b-w' : 'srgb')
        .raw()
        .toBuffer({ resolveWithObject: true });
      expect(info).toMatchObject({ width: given.width, height: given.height, channels: given.channels });
      expect(new Uint8Array(data)).toEqual(given.pixels);
    }),
    { numRuns: 50 },
  );
});

test('draws are standard normal, scaled by the temperature', () => {
  const distribution = { latentDim: 16, prior: 'normal', mixture: undefined, classes: 0, label: undefined } as const;
  const { z: draws } = drawFrom(distribution, { seed: 1, n: 1000, temperature: 0.5 });
  const mean = draws.reduce((sum, value) => sum + value, 0) / draws.length;
  const deviation = Math.sqrt(draws.reduce((sum, value) => sum + (value - mean) ** 2, 0) / draws.length);
  expect(mean).toBeCloseTo(0, 1);
  expect(deviation).toBeCloseTo(0.5, 1);
});

test('a spherical walk ends at its ends and keeps the length between', () => {
  const from = Float32Array.of(3, 0);
  const to = Float32Array.of(0, 3);
  expect([...slerp(from, to, 0)]).toEqual([3, 0]);
  expect([...slerp(from, to, 1)].map(Math.round)).toEqual([0, 3]);
  expect(Math.hypot(...slerp(from, to, 0.5))).toBeCloseTo(3);
});

test.each([
  ['equal', [1, 2], [1, 2]],
  ['opposite', [1, 0], [-1, 0]],
  ['zero', [0, 0], [1, 0]],
])('a walk between %s ends has no hole', (_what, from, to) => {
  expect([...slerp(Float32Array.from(from), Float32Array.from(to), 0.25)].every(Number.isFinite)).toBe(true);
});

/** Entries of one character; `steps` records loads (+) and disposals (-). */
function recorded(limitBytes: number, bytesOf: (key: string) => number) {
  const steps: string[] = [];
  const space = cacheSpace(limitBytes);
  const cache = () => {
    const recent = lruCache<string>(space, async (key) => void steps.push(`-${key}`));
    return <R>(key: string, work: (value: string) => R | Promise<R>) => {
      const load = async () => {
        steps.push(`+${key}`);
        return { value: key, bytes: bytesOf(key) };
      };
      return recent.use(key, load, work);
    };
  };
  return { steps, cache };
}

test('what was used last is kept, what was not is let go of and loaded again', async () => {
  const { steps, cache } = recorded(20, () => 10);
  const use = cache();
  for (const key of ['a', 'b', 'a', 'c', 'a', 'b']) expect(await use(key, (value) => value)).toBe(key);
  expect(steps).toEqual(['+a', '+b', '+c', '-b', '+b', '-c']);
});

test('the limit is one of bytes, which caches share: many small models fit, and a large one takes the place of several', async () => {
  const { steps, cache } = recorded(100, (key) => (key === key.toUpperCase() ? 90 : 5));
  const [encoders, decoders] = [cache(), cache()];
  const small = [...'abcdefghij'];
  for (const [i, key] of small.entries()) await (i % 2 === 0 ? encoders : decoders)(key, () => {});
  expect(steps).toEqual(small.map((key) => `+${key}`));
  await decoders('L', () => {});
  expect(steps.slice(small.length)).toEqual(['+L', ...[...'abcdefgh'].map((key) => `-${key}`)]);
  await encoders('M', () => {});
  expect(steps.slice(-4)).toEqual(['+M', '-i', '-j', '-L']);
});

test('a model beyond the limit is held until the next one is used; a failed load takes no room', async () => {
  const { steps, cache } = recorded(10, () => 50);
  const use = cache();
  await use('a', () => {});
  await use('a', () => {});
  expect(steps).toEqual(['+a']);
  const failing = lruCache<string>(cacheSpace(10));
  await expect(
    failing.use(
      'a',
      () => Promise.reject(new Error('no file')),
      () => {},
    ),
  ).rejects.toThrow('no file');
  expect(
    await failing.use(
      'a',
      async () => ({ value: 'read', bytes: 1 }),
      (value) => value,
    ),
  ).toBe('read');
});

test('what is in use is not let go of, and users of one key share one load', async () => {
  const { steps, cache } = recorded(10, () => 10);
  const use = cache();
  const done = Promise.withResolvers<void>();
  const slow = [1, 2].map(() => use('a', () => done.promise));
  await use('b', () => {});
  expect(steps).toEqual(['+a', '+b']);
  done.resolve();
  await Promise.all(slow);
  expect(steps).toEqual(['+a', '+b', '-a']);
});

test('a decoder gets the threads that its function pays for', () => {
  expect([Number.NaN, 128, 1024, 1769, 3538, 10_240].map(threadsFor)).toEqual([1, 1, 1, 1, 2, 2]);
});
