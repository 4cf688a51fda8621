import { expect, test } from 'vitest';
import { normals } from '#core/base/random.ts';
import type { Matrix } from '../../../../../containers/trainer/evaluate/shared/matrix.ts';
import { typicalPhotos } from '../../../../../containers/trainer/models/latent/typical-photos.ts';

const FEATURES = 6;

/** Features around 2 in the dimension of the class, and around 0 elsewhere. */
function features(looksLike: readonly number[], stream: string): Matrix {
  const values = Float32Array.from(normals(1, stream, looksLike.length * FEATURES), (noise, at) => {
    const isOwn = at % FEATURES === looksLike[Math.floor(at / FEATURES)];
    return noise / 2 + (isOwn ? 2 : 0);
  });
  return { rows: looksLike.length, columns: FEATURES, values };
}

test('photos that look like another class are left out, by themselves or as the model reconstructs them', () => {
  const labels = Int32Array.from({ length: 300 }, (_, at) => at % 3);
  const odd = [30, 61, 92];
  const oddWhenReconstructed = [120, 151, 182];
  const looks = (strange: readonly number[]) =>
    Array.from(labels, (label, at) => (strange.includes(at) ? (label + 1) % 3 : label));
  const given = {
    photos: features(looks(odd), 'photos'),
    reconstructed: features(looks(oddWhenReconstructed), 'reconstructed'),
  };
  const kept = typicalPhotos(given, labels, 3);
  expect(kept.filter((at) => [...odd, ...oddWhenReconstructed].includes(at))).toHaveLength(0);
  for (const label of [0, 1, 2]) expect(kept.filter((at) => labels[at] === label)).toHaveLength(85);
  expect(kept).toEqual(kept.toSorted());
  expect(typicalPhotos(given, labels, 3)).toEqual(kept);
});

test('a photo is not judged by a classifier that has seen its label', () => {
  // The first photo looks like the other class, but for a feature that no other photo has: who has seen its label tells it by that.
  const labels = Int32Array.from({ length: 200 }, (_, at) => at % 2);
  const given = features(
    Array.from(labels, (label, at) => (at === 0 ? 1 : label)),
    'photos',
  );
  for (let at = 0; at < labels.length; at++) given.values[at * FEATURES + 5] = at === 0 ? 10 : 0;
  expect([...typicalPhotos({ photos: given, reconstructed: given }, labels, 2)]).not.toContain(0);
});

test('all photos are kept of small classes, of a single class and without labels', () => {
  const small = Int32Array.from({ length: 60 }, (_, at) => at % 2);
  const one = features([...small], 'small');
  const all = [...small.keys()];
  expect([...typicalPhotos({ photos: one, reconstructed: one }, small, 2)]).toEqual(all);
  expect([...typicalPhotos({ photos: one, reconstructed: one }, new Int32Array(60), 2)]).toEqual(all);
  const none = Int32Array.from({ length: 200 }, (_, at) => (at < 100 ? -1 : at % 2));
  const many = features([...none], 'none');
  const kept = typicalPhotos({ photos: many, reconstructed: many }, none, 2);
  expect([...kept.subarray(0, 100)]).toEqual([...none.keys()].slice(0, 100));
  expect(kept).toHaveLength(100 + 2 * Math.round(0.85 * 50));
});
