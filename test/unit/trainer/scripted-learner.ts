// A learner without tensors: one weight that each batch pulls along, with a loss that depends on all that came before.

import type { StateMap } from '../../../containers/trainer/engine/types.ts';
import { heldOut } from '../../../containers/trainer/evaluate/shared/held-out.ts';
import type { Learner } from '../../../containers/trainer/learn/learner.ts';

export type Script = {
  readonly batchSize: number;
  /** The validation loss of one item, by the number of times the whole split was scored. */
  readonly validation?: (round: number) => number;
  readonly lossAt?: (step: number) => number;
};

export function scriptedLearner({ batchSize, validation, lossAt }: Script): Learner {
  let step = 0;
  let weight = 1;
  let round = 0;
  const mean = (x: Float32Array) => x.reduce((sum, value) => sum + value, 0) / x.length;
  const scalar = (value: number) => ({ shape: [], values: Float32Array.of(value) });
  const weights = (): StateMap => new Map([['net/weight', scalar(weight)]]);
  const load = (state: StateMap): void => {
    weight = state.get('net/weight')?.values[0] ?? weight;
    step = state.get('step')?.values[0] ?? step;
  };
  return {
    batchSize,
    isConditional: false,
    selection: 'off',
    schedule: (budgetSpent) => ({ learningRate: 0.1, budgetSpent }),
    get step() {
      return step;
    },
    train({ x }, options) {
      weight = Math.fround(weight * 0.9 + mean(x));
      step += 1;
      const losses = { loss: lossAt?.(step) ?? weight, part: step };
      return options?.norms ? { losses, norms: { gradients: { net: step }, activations: {} } } : { losses };
    },
    score(split, yieldToEventLoop) {
      round += 1;
      return heldOut(split, { batchSize, classes: 0 }, yieldToEventLoop, ({ x }, weights) => {
        const items = mean(weights) * batchSize;
        return { off: (validation?.(round) ?? weight + mean(x)) * items };
      });
    },
    generate: () => Uint8Array.of(Math.round(weight * 10)),
    samples: () => Uint8Array.of(Math.round(weight * 10)),
    save: () => new Map([...weights(), ['step', scalar(step)]]),
    load,
    weights,
    use: (chosen, at) => load(new Map([...chosen, ['step', scalar(at)]])),
    dispose: () => undefined,
  };
}
