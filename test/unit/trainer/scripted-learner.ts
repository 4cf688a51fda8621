// A learner without tensors: one weight that each batch pulls along, with a loss that depends on all that came before.

import type { StateMap } from '../../../containers/trainer/engine/types.ts';
import type { Learner } from '../../../containers/trainer/learner.ts';

export interface Script {
  readonly batchSize: number;
  /** The validation loss of one item, by the number of times the whole split was scored. */
  readonly validation?: (round: number) => number;
  readonly lossAt?: (step: number) => number;
}

export interface ScriptedLearner extends Learner {
  /** Items that were scored, the padding left out. */
  readonly scored: number[];
}

export function scriptedLearner({ batchSize, validation, lossAt }: Script): ScriptedLearner {
  let step = 0;
  let weight = 1;
  let round = 0;
  const scored: number[] = [];
  const mean = (x: Float32Array) => x.reduce((sum, value) => sum + value, 0) / x.length;
  const scalar = (value: number) => ({ shape: [], values: Float32Array.of(value) });
  return {
    batchSize,
    scored,
    get step() {
      return step;
    },
    train(x) {
      weight = Math.fround(weight * 0.9 + mean(x));
      step += 1;
      const loss = lossAt?.(step) ?? weight;
      return { loss, reconstructionLoss: loss * 0.75, klLoss: loss * 0.25 };
    },
    score(x, weights, draw) {
      if (draw === 0) round += 1;
      const items = mean(weights) * batchSize;
      scored.push(items);
      const perItem = validation?.(round) ?? weight + mean(x);
      return { reconstructionLoss: perItem * items * 0.75, klLoss: perItem * items * 0.25 };
    },
    samples: () => Uint8Array.of(Math.round(weight * 10)),
    save: () =>
      new Map([
        ['net/weight', scalar(weight)],
        ['step', scalar(step)],
      ]),
    load(state: StateMap) {
      weight = state.get('net/weight')?.values[0] ?? Number.NaN;
      step = state.get('step')?.values[0] ?? Number.NaN;
    },
    weights: () => new Map([['net/weight', scalar(weight)]]),
    dispose: () => undefined,
  };
}
