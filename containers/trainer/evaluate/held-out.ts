// The negative ELBO of a split: every item once, the last batch padded and its padding weighted 0.
import { fillBatch, type Pixels } from '../batches.ts';
import type { Learner } from '../learner.ts';

export interface HeldOut {
  /** Negative ELBO: reconstruction plus KL, whatever beta the training uses. */
  readonly loss: number;
  readonly reconstructionLoss: number;
  readonly klLoss: number;
}

/** Means per item in nats over exactly `pixels.items` items, with one sample of z each. `breathe` runs between batches. */
export async function heldOut(learner: Learner, pixels: Pixels, breathe: () => Promise<void>): Promise<HeldOut> {
  const { batchSize } = learner;
  const x = new Float32Array(batchSize * pixels.size);
  const weight = new Float32Array(batchSize);
  let reconstruction = 0;
  let kl = 0;
  for (let first = 0, draw = 0; first < pixels.items; first += batchSize, draw++) {
    await breathe();
    const count = Math.min(batchSize, pixels.items - first);
    fillBatch(
      x,
      pixels,
      Int32Array.from({ length: count }, (_, i) => first + i),
    );
    weight.fill(1, 0, count).fill(0, count);
    const sums = learner.score(x, weight, draw);
    reconstruction += sums.reconstructionLoss;
    kl += sums.klLoss;
  }
  const reconstructionLoss = reconstruction / pixels.items;
  const klLoss = kl / pixels.items;
  return { loss: reconstructionLoss + klLoss, reconstructionLoss, klLoss };
}
