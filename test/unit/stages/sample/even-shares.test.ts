// Half of the looks is found where a drawing changes over, not half way between the codes.
import { describe, expect, test } from 'vitest';
import { betweenPhotos } from '#stages/sample/drawing/between-photos.ts';
import { evenShares } from '#stages/sample/drawing/even-shares.ts';
import type { Latents } from '#stages/sample/drawing/prior.ts';

const unit = (angle: number) => ({ near16: Float32Array.of(Math.cos(angle), Math.sin(angle)) });
const photos = [unit(0), unit(Math.PI / 2)] as const;
/** Maps that lean to the second photo as much as `looks` says. */
const leaning = (looks: number) => unit(Math.PI / 4 + Math.asin((2 * looks - 1) / Math.SQRT2));

describe('the share of the second code', () => {
  test('is smaller where drawings look like the second photo early', async () => {
    const seen: number[] = [];
    const mapsAt = async (share: number) => {
      seen.push(share);
      return leaning(Math.min(1, 2 * share));
    };
    const shares = await evenShares({ photos, mapsAt }, [0, 0.25, 0.5, 1]);
    expect(shares[0]).toBe(0);
    expect(shares[1]).toBeCloseTo(0.125, 2);
    expect(shares[2]).toBeCloseTo(0.25, 2);
    expect(shares[3]).toBe(1);
    expect(seen).toHaveLength(13);
  });

  test('is the wanted one where looks follow codes', async () => {
    const shares = await evenShares({ photos, mapsAt: async (share) => leaning(share) }, [0.3, 0.5]);
    expect(shares[0]).toBeCloseTo(0.3, 2);
    expect(shares[1]).toBeCloseTo(0.5, 2);
  });

  test('never falls along a strip, though looks go back for a while', async () => {
    const mapsAt = async (share: number) => leaning(share > 0.3 && share < 0.6 ? 0.1 : share);
    const wanted = Array.from({ length: 11 }, (_, step) => step / 10);
    const shares = await evenShares({ photos, mapsAt }, wanted);
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
  });

  test.each([
    ['drawings that never change', async () => leaning(0.4)],
    ['drawings that change the wrong way', async (share: number) => leaning(1 - share)],
  ])('stays as wanted for %s', async (_, mapsAt) => {
    expect(await evenShares({ photos, mapsAt }, [0.2, 0.7])).toEqual([0.2, 0.7]);
  });
});

describe('between given photos', () => {
  const latentsOf = (rows: readonly (readonly number[])[]): Latents => ({
    z: Float32Array.from(rows, ([, second = 0]) => second),
    labels: new Int32Array(rows.length).fill(-1),
  });
  /** A photo is its looks in percent; a drawing has twice the share of its code. */
  const likeness = {
    mapsOf: async ([looks = 0]: Uint8Array) => leaning(looks / 100),
    slopeAt: async () => ({ distance: 1, gradient: new Float32Array(1) }),
  };
  const decoder = {
    decode: async ({ z }: Latents) => {
      const pixels = Uint8Array.from(z, (share) => Math.min(100, 200 * share));
      return { count: z.length, width: 1, height: 1, channels: 1 as const, pixels };
    },
  };
  const plan = { latentsOf, likeness, decoder, pixels: 1 };

  test('two photos give the codes that look like the weights, and the answer says which', async () => {
    const { latents, facts } = await betweenPhotos({
      ...plan,
      photos: [Uint8Array.of(0), Uint8Array.of(100)],
      rows: [[1, 1]],
    });
    expect(facts.shares).toEqual([expect.closeTo(0.25, 2)]);
    expect(latents.z[0]).toBeCloseTo(0.25, 2);
  });

  test('three photos keep the shares of their codes', async () => {
    const three = [Uint8Array.of(0), Uint8Array.of(50), Uint8Array.of(100)];
    const { latents, facts } = await betweenPhotos({ ...plan, photos: three, rows: [[1, 1, 1]] });
    expect(facts).not.toHaveProperty('shares');
    expect(latents.z[0]).toBe(1);
  });
});
