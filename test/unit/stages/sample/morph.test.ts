// Hybrids of two pictures without a model.
import { expect, test } from 'vitest';
import { decodeNpy } from '#core/base/npy.ts';
import { uniforms } from '#core/base/random.ts';
import { encodePng } from '#core/pages/png.ts';
import { morph } from '#stages/sample/morph/morph.ts';
import { bytesOf, openEndpoint, problemOf } from './calls.ts';

const SIDE = 64;

/** A bright disc with a dark spot beside its middle, over faint noise. */
function disc(centreX: number, centreY: number, seed: number) {
  const noise = uniforms(seed, 'noise', SIDE * SIDE);
  const pixels = Uint8Array.from({ length: SIDE * SIDE * 3 }, (_, i) => {
    const place = Math.floor(i / 3);
    const [x, y] = [(place % SIDE) - centreX, Math.floor(place / SIDE) - centreY];
    const isSpot = Math.hypot(x - 5, y) < 3;
    return Math.round((isSpot ? 20 : Math.hypot(x, y) < 14 ? 220 : 60) + 8 * (noise[place] as number));
  });
  return { width: SIDE, height: SIDE, channels: 3, pixels };
}

/** The middle of the bright places, as a column and a row. */
function middleOf(pixels: Uint8Array) {
  let [sumX, sumY, count] = [0, 0, 0];
  for (let place = 0; place < SIDE * SIDE; place++) {
    if ((pixels[3 * place] as number) < 150) continue;
    sumX += place % SIDE;
    sumY += Math.floor(place / SIDE);
    count++;
  }
  return { x: sumX / count, y: sumY / count, count };
}

const [left, right] = [disc(26, 30, 1), disc(38, 34, 2)];

test('what both pictures have is half way between them, once, and as sharp as it was', () => {
  const { pixels, isMirrored } = morph(left, right, [0.5]);
  const { x, y, count } = middleOf(pixels);
  expect(isMirrored).toBe(false);
  expect(Math.abs(x - 32)).toBeLessThan(2);
  expect(Math.abs(y - 32)).toBeLessThan(2);
  // Their average shows two discs, of which only the overlap is bright.
  const average = left.pixels.map((value, i) => (value + (right.pixels[i] as number)) / 2);
  const full = middleOf(left.pixels).count;
  expect(count).toBeGreaterThan(0.85 * full);
  expect(middleOf(average).count).toBeLessThan(0.75 * full);
});

test('the ends are the two pictures, and the second is mirrored where it then agrees better', () => {
  const { pixels } = morph(left, right, [0, 1]);
  const size = SIDE * SIDE * 3;
  expect(pixels.slice(0, size)).toEqual(left.pixels);
  expect(pixels.slice(size)).toEqual(right.pixels);
  const flipped = right.pixels.map((_, i) => {
    const [place, channel] = [Math.floor(i / 3), i % 3];
    return right.pixels[(place - (place % SIDE) + SIDE - 1 - (place % SIDE)) * 3 + channel] as number;
  });
  expect(morph(left, { ...right, pixels: flipped }, [1])).toMatchObject({ isMirrored: true });
});

const file = (picture: typeof left) => ({ image: Buffer.from(encodePng(picture)).toString('base64') });
const { call } = openEndpoint();
const ask = (body: object, accept = 'application/x-npy') => call({ path: '/v1/datasets/new/morph', accept, body });

test('it works before there is any model, gives the same bytes each time, and says that no model drew it', async () => {
  const body = { items: [file(left), file(right)], size: 32, steps: 3 };
  const answer = await ask(body);
  expect(decodeNpy(bytesOf(answer)).shape).toEqual([3, 32, 32, 3]);
  expect(await ask(body)).toEqual(answer);
  const picture = Buffer.from(bytesOf(await ask(body, 'image/png'))).toString('latin1');
  expect(picture).toContain('digitalsourcetype/composite"');
});

test.each([
  ['one picture', { items: [file(left)] }, 'request.invalid'],
  ['a side of 513 pixels', { items: [file(left), file(right)], size: 513 }, 'request.invalid'],
  ['a file that is no image', { items: [file(left), { image: 'AAAA' }] }, 'item.invalid'],
])('%s is refused', async (_, body, code) => {
  expect(problemOf(await ask(body)).code).toBe(code);
});
