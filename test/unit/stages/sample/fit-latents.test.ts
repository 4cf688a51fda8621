// Codes between photos move towards what the photos look like; of a long strip some are fitted and the rest lie between.
import { describe, expect, test } from 'vitest';
import { decodeNpy } from '#core/base/npy.ts';
import type { CardOf } from '#core/model/messages/card.ts';
import { type GivenItem, HEADER, SampleAnswer } from '#core/model/messages/endpoint-api.ts';
import { fitLatents, meanMaps } from '#stages/sample/drawing/fit-latents.ts';
import { imagesIn } from '#stages/sample/drawing/images.ts';
import type { Aim } from '#stages/sample/drawing/likeness.ts';
import type { Latents } from '#stages/sample/drawing/prior.ts';
import type { PictureType } from '#stages/sample/representation/media-types.ts';

/** The drawing of a code is the code itself: the distance is smallest where the code is what is wanted. */
function likenessOfCodes() {
  const asked: Aim[] = [];
  const slopeAt = async (aim: Aim) => {
    asked.push(aim);
    const wanted = aim.wanted.near16 as Float32Array;
    const apart = aim.z.map((value, d) => value - (wanted[d] as number));
    return { distance: apart.reduce((sum, value) => sum + value ** 2, 0), gradient: apart.map((value) => 2 * value) };
  };
  return { asked, likeness: { slopeAt } };
}

function strip(rows: number) {
  const z = new Float32Array(2 * rows);
  const wanted = Array.from({ length: rows }, (_, row) => ({ near16: Float32Array.of(row / rows, 0.5) }));
  return { latents: { z, labels: new Int32Array(rows).fill(-1) }, wanted };
}

test('a code moves most of the way to what is wanted, and says how far', async () => {
  const { asked, likeness } = likenessOfCodes();
  const { latents, facts } = await fitLatents({ ...strip(1), likeness, pixels: 64 * 64 });
  expect(latents.z[1]).toBeGreaterThan(0.4);
  expect(facts).toEqual({ steps: 30, before: 0.25, after: expect.closeTo((0.5 - (latents.z[1] as number)) ** 2, 3) });
  expect(asked).toHaveLength(31);
});

test('of a long strip five codes are fitted; the others are moved by what lies between', async () => {
  const { asked, likeness } = likenessOfCodes();
  const { latents } = await fitLatents({ ...strip(9), likeness, pixels: 64 * 64 });
  expect(asked).toHaveLength(5 * 31);
  const at = (row: number) => latents.z[2 * row] as number;
  expect(at(1)).toBeCloseTo((at(0) + at(2)) / 2, 6);
  expect(at(8)).toBeGreaterThan(at(4));
});

test('large images take fewer steps, so that a call ends in time, and the shares of classes reach each step', async () => {
  const { asked, likeness } = likenessOfCodes();
  const { latents, wanted } = strip(5);
  const classWeights = Float32Array.from({ length: 10 }, (_, i) => (i < 2 ? 0.25 : 1));
  const { facts } = await fitLatents({ latents: { ...latents, classWeights }, wanted, likeness, pixels: 256 * 256 });
  expect(facts.steps).toBe(1);
  expect(asked).toHaveLength(5 * 2);
  expect([...(asked[0]?.classWeights ?? [])]).toEqual([0.25, 0.25]);
});

test('what is wanted between photos is the weighted mean of their maps', () => {
  const maps = [{ near16: Float32Array.of(1, 0) }, { near16: Float32Array.of(0, 1) }];
  expect([...(meanMaps(maps, [3, 1]).near16 ?? [])]).toEqual([0.75, 0.25]);
});

describe('what lies between given photos', () => {
  const card = {
    modelId: 'pets',
    family: 'vae',
    input: { kind: 'image', width: 2, height: 1, channels: 1 },
    labels: [],
    latentDim: 2,
    train: {},
  } as unknown as CardOf<'image'>;
  const photo = (...pixels: number[]) => ({ pixels: Buffer.from(pixels).toString('base64') });
  const code = { code: Buffer.from(Float32Array.of(0.1, 0.1).buffer).toString('base64') };

  /** Encodes every photo to zeros, and draws a code as its own pixels. */
  function images(hasLikeness: boolean) {
    const { likeness } = likenessOfCodes();
    const mapsOf = async (image: Uint8Array) => ({ near16: Float32Array.from(image, (value) => value / 255) });
    const decode = async ({ z }: Latents) => {
      return {
        count: z.length / 2,
        width: 2,
        height: 1,
        channels: 1,
        pixels: Uint8Array.from(z, (value) => 255 * value),
      };
    };
    const opened = {
      card,
      encode: async (_: Uint8Array, labels: Int32Array) => new Float32Array(2 * labels.length),
      decoder: { decode },
      mixture: undefined,
    };
    const networks = {
      decode,
      use: (_card: unknown, _reads: boolean, work: (networks: unknown) => unknown) => work(opened),
      withLikeness: async (_card: unknown, work: (likeness: unknown) => unknown) =>
        hasLikeness ? work({ ...likeness, mapsOf }) : undefined,
    };
    return imagesIn({ mixtureOf: async () => undefined }, networks as never, { withoutCopies: async () => fail() });
  }
  const fail = (): never => {
    throw new Error('nothing is left out between given items');
  };
  const drawn = async (hasLikeness: boolean, items: readonly GivenItem[], mediaType: PictureType) => {
    const answer = await images(hasLikeness).drawGiven(card, { items, rows: [[1, 1]], isSpherical: false }, mediaType);
    if (!answer.ok) throw new Error(answer.refusal.detail);
    return answer.value;
  };

  test('is moved towards the photos, and the answer says so in its header and in JSON', async () => {
    const pair = [photo(255, 0), photo(0, 255)];
    const { headers, body } = await drawn(true, pair, 'application/x-npy');
    const { values } = decodeNpy(Buffer.from(body, 'base64'));
    expect(values[0]).toBeGreaterThan(100);
    const fitted = JSON.parse(headers[HEADER.fitted] ?? '');
    expect(fitted).toEqual({ steps: 30, before: 0.5, after: expect.closeTo(0, 1), shares: [0.5] });
    const json = SampleAnswer.parse(JSON.parse((await drawn(true, pair, 'application/json')).body));
    expect(json.fitted).toEqual(fitted);
  });

  test.each([
    ['a model without those networks', false, [photo(255, 0), photo(0, 255)]],
    ['a code among the items', true, [photo(255, 0), code]],
  ] as const)('stays the mean of the codes for %s', async (_, hasLikeness, items) => {
    const { headers, body } = await drawn(hasLikeness, items, 'application/x-npy');
    expect(headers).not.toHaveProperty(HEADER.fitted);
    expect(decodeNpy(Buffer.from(body, 'base64')).values[0]).toBeLessThan(20);
  });
});
