// Trains latent-class models of several sizes at once; an epoch is one round of expectation maximisation. The size with the highest
// held-out likelihood becomes the model.
import { uniforms } from '#core/base/random.ts';
import { drawLatentClasses } from '#core/model/table/draw-latent-classes.ts';
import type { LatentClasses } from '#core/model/table/latent-classes.ts';
import { STEP, scalarEntry } from '../../engine/state.ts';
import type { StateEntry, StateMap } from '../../engine/types.ts';
import type { Learner } from '../../learn/learner.ts';
import { type ExpectedCounts, expect, firstClasses, maximise, noCounts } from './latent-class.ts';
import { SHOWN_ROWS } from './shown-rows.ts';
import type { TableLearnerOptions } from './table-learner-options.ts';

/** Numbers of classes that are tried, as shares of the largest. */
const SIZES = [1 / 16, 1 / 4, 1 / 2, 1];
/** Minimum number of classes of a mixture. */
const FEWEST = 2;
/** Minimum number of rows per class: fewer are memorised. */
const ROWS_A_CLASS = 8;

const WEIGHTS = 'classes/model/weights';
const PROBABILITIES = 'classes/model/probabilities';

type Trial = {
  model: LatentClasses;
  counts: ExpectedCounts;
};

export function openLatentClass({ train, layout, logShares, batchSize, rows }: TableLearnerOptions): Learner {
  const shares = logShares.map(Math.exp);
  const most = Math.max(FEWEST, Math.min(train.latentDim, Math.floor(rows / ROWS_A_CLASS)));
  const sizes = [...new Set(SIZES.map((share) => Math.max(FEWEST, Math.round(share * most))))];
  const trials: Trial[] = sizes.map((classes) => ({
    model: firstClasses({ layout, shares }, classes, train.seed),
    counts: noCounts(classes, layout),
  }));
  let chosen = 0;
  let step = 0;
  let hasCounts = false;

  /** Ends a round: computes the parameters of the next round from the expected counts. */
  function maximiseAll(): void {
    if (!hasCounts) return;
    for (const trial of trials) {
      trial.model = maximise(layout, shares, trial.counts);
      trial.counts = noCounts(trial.model.classes, layout);
    }
    hasCounts = false;
  }
  const drawRows = (count: number, stream: string): Uint8Array => {
    const { model } = trials[chosen] as Trial;
    const width = layout.subColumns.length;
    return drawLatentClasses(
      { model, subColumns: layout.subColumns },
      uniforms(train.seed, stream, count * (width + 1)),
    );
  };

  return {
    batchSize,
    isConditional: false,
    selection: 'negativeLogLikelihood',
    schedule: () => ({}),
    get step() {
      return step;
    },
    train({ x }) {
      let loss = 0;
      for (const { model, counts } of trials) loss = -expect({ layout, model }, x, counts) / batchSize;
      hasCounts = true;
      step++;
      return { losses: { loss } };
    },
    async score(split, yieldToEventLoop) {
      maximiseAll();
      const byTrial: number[] = [];
      for (const { model } of trials) {
        await yieldToEventLoop();
        byTrial.push(-expect({ layout, model }, split.bytes.subarray(0, split.bytes.length)) / split.items);
      }
      const best = Math.min(...byTrial);
      chosen = byTrial.indexOf(best);
      return { negativeLogLikelihood: best, classes: trials[chosen]?.model.classes ?? 0 };
    },
    generate: ({ count, stream }) => drawRows(count, stream),
    samples: () => drawRows(SHOWN_ROWS, 'samples'),
    save() {
      const state = new Map<string, StateEntry>([
        [STEP, scalarEntry(step)],
        ['classes/round/chosen', scalarEntry(chosen)],
        ['classes/round/hasCounts', scalarEntry(Number(hasCounts))],
      ]);
      for (const { model, counts } of trials) {
        const name = `classes/of${model.classes}`;
        for (const [key, values] of Object.entries({ ...parametersOf(model), ...counts }))
          state.set(`${name}/${key}`, entryOf(values, model.classes));
      }
      return state;
    },
    load(state) {
      const values = (name: string) => (state.get(name) as StateEntry).values.slice();
      step = values(STEP)[0] as number;
      chosen = values('classes/round/chosen')[0] as number;
      hasCounts = values('classes/round/hasCounts')[0] === 1;
      for (const trial of trials) {
        const { classes } = trial.model;
        const of = (key: string) => values(`classes/of${classes}/${key}`);
        trial.model = { classes, logWeights: of('logWeights'), logProbabilities: of('logProbabilities') };
        trial.counts = { weights: of('weights'), counts: of('counts') };
      }
    },
    weights() {
      const { classes, logWeights, logProbabilities } = (trials[chosen] as Trial).model;
      return new Map([
        [WEIGHTS, entryOf(logWeights.slice(), classes)],
        [PROBABILITIES, entryOf(logProbabilities.slice(), classes)],
      ]);
    },
    use(weights, at) {
      const model = latentClassesIn(weights);
      chosen = trials.findIndex((trial) => trial.model.classes === model.classes);
      (trials[chosen] as Trial).model = model;
      hasCounts = false;
      step = at;
    },
    dispose: () => undefined,
  };
}

/** Returns the model from the weights of a learner or from its exported file. */
export function latentClassesIn(weights: StateMap): LatentClasses {
  const [logWeights, logProbabilities] = [WEIGHTS, PROBABILITIES].map((name) => weights.get(name) as StateEntry);
  const values = logWeights?.values as Float32Array;
  return { classes: values.length, logWeights: values, logProbabilities: logProbabilities?.values as Float32Array };
}

function parametersOf({ logWeights, logProbabilities }: LatentClasses) {
  return { logWeights, logProbabilities };
}

/** [classes], or [codes, classes]. */
function entryOf(values: Float32Array, classes: number): StateEntry {
  return { shape: values.length === classes ? [classes] : [values.length / classes, classes], values };
}
