// The prior from which a VAE is sampled: the one of training, until another one is chosen.
import { normals } from '#core/base/random.ts';
import { drawLatent, type LatentMixture } from '#core/model/latent-mixture.ts';
import type { Prior } from '#core/model/messages/latent-facts.ts';
import type { ResolvedTrain } from '#core/model/resolve-train.ts';
import type { Session } from '../../engine/types.ts';
import type { ImageModelConfig } from '../model.ts';

type DrawingOptions = {
  readonly session: Session<string>;
  readonly config: ImageModelConfig;
  readonly train: Pick<ResolvedTrain, 'seed' | 'prior' | 'conditional'>;
  readonly conditions: (label: Float32Array) => Record<string, Float32Array>;
};

export type VaeDrawing = {
  /** Returns pixels in [0, 1] from z [batch, latentDim] and label [batch, classes]. */
  draw(z: Float32Array, label: Float32Array): Float32Array;
  /** Draws latent vectors [labels.length, latentDim]; a class of -1 means any class. */
  latents(stream: string, labels: Int32Array): Float32Array;
  from(prior: Prior, mixture: LatentMixture | null): void;
  /** Null when codes are drawn from another prior. */
  readonly mixture: LatentMixture | null;
  readonly isConditional: boolean;
};

export function drawingOf({ session, config, train, conditions }: DrawingOptions): VaeDrawing {
  const { latentDim, classes } = config;
  const isFlow = train.prior === 'flow';
  let prior: Prior = isFlow ? 'flow' : 'normal';
  let mixture: LatentMixture | null = null;
  const byLabel = () => mixture?.components.some(({ label }) => label !== null) ?? false;
  return {
    draw(z, label) {
      // Only the programs of a flow distinguish base vectors from codes.
      const isCode = isFlow && prior !== 'flow';
      const feed = { z, ...(isCode && !train.conditional ? {} : conditions(label)) };
      return session.run(isCode ? 'decode' : 'sample', feed).pixels as Float32Array;
    },
    latents(stream, labels) {
      if (mixture === null) return normals(train.seed, stream, labels.length * latentDim);
      const known = new Set(mixture.components.map(({ label }) => label));
      const z = new Float32Array(labels.length * latentDim);
      for (const [item, label] of labels.entries()) {
        const own = { seed: train.seed, stream: `${stream}/${item}`, temperature: 1 };
        z.set(drawLatent(mixture, known.has(label) ? { ...own, label } : own).z, item * latentDim);
      }
      return z;
    },
    from(chosen, fitted) {
      prior = chosen;
      mixture = chosen === 'mixture' ? fitted : null;
    },
    get mixture() {
      return mixture;
    },
    get isConditional() {
      return prior === 'mixture'
        ? byLabel() || train.conditional
        : classes > 0 && (prior === 'flow' || train.conditional);
    },
  };
}
