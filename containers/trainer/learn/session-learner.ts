// The functions that the learners of all families share: latent vectors, images, and the state of a session.

import { normals } from '#core/base/random.ts';
import type { MetricValues } from '#core/model/metrics.ts';
import { oneHot } from '../data/batches.ts';
import { NORM_OF } from '../engine/compile.ts';
import { STEP, scalarEntry } from '../engine/state.ts';
import type { Session, StateEntry } from '../engine/types.ts';
import type { ImageModelConfig } from '../models/model.ts';
import { type GenerateOptions, GRID_ITEMS, type Learner, type StepReport } from './learner.ts';

export type SessionParts<Name extends string> = {
  readonly session: Session<Name>;
  readonly seed: number;
  readonly config: ImageModelConfig;
  /** State names of the weights that are scored and exported. */
  readonly weights: readonly string[];
  /** The state name whose value is scored and exported in a weight's place; absent = the weight itself. */
  readonly averageOf?: (weight: string) => string;
  /** A batch of pixels in [0, 1] from z [batch, latentDim] and label [batch, classes]. */
  readonly draw: (z: Float32Array, label: Float32Array) => Float32Array;
  /**
   * Returns vectors [count, latentDim] from which images are generated; absent: standard normal vectors. `labels` are -1 where no class is
   * requested.
   */
  readonly latents?: (stream: string, labels: Int32Array) => Float32Array;
};

type Shared = Pick<Learner, 'batchSize' | 'isConditional' | 'generate' | 'samples'> & StateParts;

export function sharedParts<Name extends string>(parts: SessionParts<Name>): Shared {
  const { config } = parts;
  return {
    batchSize: config.batchSize,
    isConditional: config.classes > 0,
    generate: (options) => drawImages(parts, options),
    samples: () => drawImages(parts, { count: GRID_ITEMS, stream: 'samples' }),
    ...stateParts(parts),
  };
}

type StateParts = Pick<Learner, 'save' | 'load' | 'weights' | 'use' | 'dispose'>;

/**
 * Splits the state of a session: the complete state for checkpoints, and the state without what only training needs for scores and exports.
 */
export function stateParts<Name extends string>({
  session,
  weights,
  averageOf = (weight) => weight,
}: Pick<SessionParts<Name>, 'session' | 'weights' | 'averageOf'>): StateParts {
  return {
    save: () => session.save(),
    load: (state) => session.load(state),
    weights() {
      const scored = session.fetch(weights.map(averageOf));
      return new Map(weights.map((name) => [name, scored.get(averageOf(name)) as StateEntry]));
    },
    use(chosen, step) {
      const averages = [...chosen].map(([name, entry]) => [averageOf(name), entry] as const);
      session.load(new Map([...session.save(), ...chosen, ...averages, [STEP, scalarEntry(step)]]));
    },
    dispose: () => session.dispose(),
  };
}

/** The fetched scalars of a training run: norms by layer apart from losses. */
export function stepReport(fetched: Readonly<Record<string, Float32Array>>): StepReport {
  const losses: MetricValues & { loss: number } = { loss: Number.NaN };
  const norms = { gradients: {} as MetricValues, activations: {} as MetricValues };
  let sampled = false;
  for (const [name, values] of Object.entries(fetched)) {
    const value = values[0] as number;
    if (name.startsWith(NORM_OF.gradient)) norms.gradients[name.slice(NORM_OF.gradient.length)] = value;
    else if (name.startsWith(NORM_OF.activation)) norms.activations[name.slice(NORM_OF.activation.length)] = value;
    else losses[name] = value;
    sampled ||= !(name in losses);
  }
  return sampled ? { losses, norms } : { losses };
}

/** The sum of a fetched vector, in the order of its items. */
export function sumOf(values: Float32Array | undefined): number {
  return values?.reduce((total, value) => total + value, 0) ?? Number.NaN;
}

function drawImages<Name extends string>(
  { seed, config, draw, latents: drawLatents }: SessionParts<Name>,
  { count, stream, labels }: GenerateOptions,
): Uint8Array {
  const { batchSize, latentDim, classes } = config;
  const size = config.height * config.width * config.channels;
  const wanted = labels ?? Int32Array.from({ length: count }, (_, i) => (classes === 0 ? -1 : i % classes));
  const latents = drawLatents?.(stream, wanted) ?? normals(seed, stream, count * latentDim);
  const out = new Uint8Array(count * size);
  const z = new Float32Array(batchSize * latentDim);
  const label = new Float32Array(batchSize * classes);
  for (let first = 0; first < count; first += batchSize) {
    const last = Math.min(first + batchSize, count);
    z.set(latents.subarray(first * latentDim, last * latentDim));
    oneHot(label, wanted.subarray(first, last), classes);
    const drawn = draw(z, label).subarray(0, (last - first) * size);
    out.set(
      Uint8Array.from(drawn, (value) => Math.round(value * 255)),
      first * size,
    );
  }
  return out;
}
