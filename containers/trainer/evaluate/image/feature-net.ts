// A frozen feature network, from images to features and classes. Its name is the hash of its weights.
import { FAILURE, GoldpanError } from '#core/base/errors.ts';
import { sha256 } from '#core/base/hash.ts';
import type { FeatureNetFacts } from '#core/model/messages/image-metrics.ts';
import { fillPixels, type Pixels } from '../../data/batches.ts';
import type { ImageSize } from '../../data/picture.ts';
import { compile } from '../../engine/compile.ts';
import { decodeState } from '../../state/checkpoint.ts';
import type { Matrix } from '../shared/matrix.ts';
import { ARCHITECTURE, FEATURES, featureNetwork } from './feature-layers.ts';

export const FEATURE_BATCH = 100;
export const FROZEN = { kind: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-7 } as const;

export type FeatureNet = {
  readonly facts: FeatureNetFacts;
  features(pixels: Pixels): Matrix;
  /** Returns the likeliest class of each image. */
  classify(pixels: Pixels): Int32Array;
  dispose(): void;
};

/** Opens the network. Throws CorruptObjectError when the weights do not match the facts. */
export function openFeatureNet(weights: Uint8Array, facts: FeatureNetFacts, size: ImageSize): FeatureNet {
  if (featureHash(weights) !== facts.sha256) {
    throw new GoldpanError(
      FAILURE.corruptObject,
      `The weights of the feature network do not match its SHA-256 ${facts.sha256}.`,
    );
  }
  const { programs } = featureNetwork({ ...size, classes: facts.classes, batchSize: FEATURE_BATCH });
  const session = compile({
    state: decodeState(weights).state,
    programs: { features: programs.features },
    optimizer: FROZEN,
    seed: 1,
    towers: 1,
    precision: 'float32',
  });
  const run = (pixels: Pixels, output: 'features' | 'logits', columns: number): Matrix => {
    const values = new Float32Array(pixels.items * columns);
    const x = new Float32Array(FEATURE_BATCH * pixels.size);
    for (let first = 0; first < pixels.items; first += FEATURE_BATCH) {
      const count = Math.min(FEATURE_BATCH, pixels.items - first);
      fillPixels(
        x,
        pixels,
        Int32Array.from({ length: count }, (_, i) => first + i),
      );
      const found = session.run('features', { x }, [output])[output] as Float32Array;
      values.set(found.subarray(0, count * columns), first * columns);
    }
    return { rows: pixels.items, columns, values };
  };
  return {
    facts,
    features: (pixels) => run(pixels, 'features', FEATURES),
    classify: (pixels) => likeliest(run(pixels, 'logits', facts.classes)),
    dispose: () => session.dispose(),
  };
}

/** Returns the hash, which covers the architecture too: the names and shapes of the weights do not determine it. */
export function featureHash(weights: Uint8Array): string {
  return sha256(`${ARCHITECTURE}/${sha256(weights)}`);
}

function likeliest({ rows, columns, values }: Matrix): Int32Array {
  return Int32Array.from({ length: rows }, (_, row) => {
    const scores = values.subarray(row * columns, (row + 1) * columns);
    return scores.indexOf(Math.max(...scores));
  });
}
