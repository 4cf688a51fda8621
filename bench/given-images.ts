// Measures operations on given images, with held-out images of a deployed dataset: compression beside WebP and JPEG, and repair
// beside methods without a model.
import sharp from 'sharp';
import type { Benchmark, Row } from './benchmark.ts';
import { compressionRows } from './given-images/compression-rows.ts';
import { repairRows } from './given-images/repair-rows.ts';
import { servedModel } from './given-images/served-model.ts';

const DATASETS = process.env.DATASETS?.split(',').filter(Boolean) ?? [];
const IMAGES = 64;

export const givenImages: Benchmark = {
  sentence: 'Given images (DATASETS=names of a running deployment, as after npm run demo): compression and repair',
  async run() {
    if (DATASETS.length === 0)
      throw new Error('name datasets with a model of images: DATASETS=mnist npm run bench -- given-images');
    const rows: Row[] = [];
    for (const dataset of DATASETS) {
      const served = await servedModel(dataset, IMAGES);
      const own = [...(await compressionRows(served)), ...(await repairRows(served))];
      rows.push(...own.map((row) => ({ ...row, metric: `${dataset}: ${row.metric}` })));
    }
    return { versions: { sharp: sharp.versions.sharp ?? '' }, rows };
  },
};
