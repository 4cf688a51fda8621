import { expect, test } from 'vitest';
import { inferDataset } from '#core/ingest/infer-dataset.ts';
import { greyPng } from '../../../fixtures/pictures.ts';

test('folders that hold no picture are no classes of pictures', async () => {
  const start = new Uint8Array(await greyPng());
  const pictures = ['JPEGImages/1.png', 'JPEGImages/2.PNG'];
  const samples = pictures.map((path) => ({ path, start }));
  const labelsOf = async (...beside: readonly string[]) =>
    (await inferDataset(samples, [...pictures, ...beside]))?.labels;
  expect(await labelsOf('Annotations/1.xml', 'docs/readme.txt')).toBe('none');
  expect(await labelsOf('Other/3.png')).toBe('folder');
  expect(await labelsOf('JPEGImages/metadata.csv')).toBe('sidecar:metadata.csv');
});
