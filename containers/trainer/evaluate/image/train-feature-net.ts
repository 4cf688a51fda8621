// Trains the feature network of a dataset on the train split, on labels or rotations. The result is the same bytes each time.

import { permutation, uniforms } from '#core/base/random.ts';
import type { FeatureNetFacts } from '#core/model/messages/image-metrics.ts';
import type { Items } from '../../data/batches.ts';
import type { ImageSize } from '../../data/picture.ts';
import { compile } from '../../engine/compile.ts';
import { weightNames } from '../../engine/state.ts';
import { encodeState } from '../../state/checkpoint.ts';
import { FEATURES, featureNetwork } from './feature-layers.ts';
import { FROZEN, featureHash, openFeatureNet } from './feature-net.ts';
import { type Pretext, pretextOf, shiftBatch } from './pretext.ts';

const SEED = 1;
const BATCH = 128;
const LEARNING_RATE = 3e-3;
/** Number of passes over the items, within these bounds of steps: 40 s on two cores at 28 x 28. */
const PASSES = 10;
const LEAST_STEPS = 50;
const MOST_STEPS = 2_000;
const MOST_VALIDATION_ITEMS = 2_000;

export type TrainFeatureNet = {
  readonly train: Items;
  readonly validation: Items;
  readonly size: ImageSize;
  readonly towers: number;
  /** Replaces the number of steps that follows from the number of items. */
  readonly steps?: number;
  /** Runs between steps. */
  readonly yieldToEventLoop: () => Promise<void>;
};

export type TrainedFeatureNet = {
  readonly weights: Uint8Array;
  readonly facts: FeatureNetFacts;
};

/** Trains the network. The learning rate falls linearly to zero, so that the last steps settle the weights. */
export async function trainFeatureNet(options: TrainFeatureNet): Promise<TrainedFeatureNet> {
  const { train, validation, size, towers, yieldToEventLoop } = options;
  const pretext = pretextOf(train, size);
  const usable = pretext.usable(train);
  const wanted = Math.ceil((PASSES * usable.length) / BATCH);
  const steps = options.steps ?? Math.min(Math.max(wanted, LEAST_STEPS), MOST_STEPS);
  const network = featureNetwork({ ...size, classes: pretext.classes, batchSize: BATCH });
  const state = network.initialState(SEED);
  const session = compile({
    state,
    programs: { train: network.programs.train },
    optimizer: FROZEN,
    seed: SEED,
    towers: BATCH % towers === 0 ? towers : 1,
    precision: 'float32',
  });
  const x = new Float32Array(BATCH * train.size);
  for (let step = 0; step < steps; step++) {
    await yieldToEventLoop();
    const label = fillStep(x, { pretext, items: train, usable, step });
    shiftBatch(x, size, SEED, step);
    session.run('train', { x, label, learningRate: LEARNING_RATE * (1 - step / steps) }, ['loss']);
  }
  const weights = encodeState({ state: session.fetch(weightNames(state)), best: undefined });
  session.dispose();
  const facts: FeatureNetFacts = {
    sha256: featureHash(weights),
    learnedFrom: pretext.kind,
    classes: pretext.classes,
    dimensions: FEATURES,
    steps,
    accuracy: Number.NaN,
  };
  return { weights, facts: { ...facts, accuracy: accuracyOf({ weights, facts }, pretext, validation, size) } };
}

/** Fills the batch of a step from endless passes over the items, each in a new order. */
function fillStep(
  x: Float32Array,
  { pretext, items, usable, step }: { pretext: Pretext; items: Items; usable: Int32Array; step: number },
): Float32Array {
  const label = new Float32Array(BATCH * pretext.classes);
  const turns = uniforms(SEED, `turn/${step}`, BATCH);
  let round = -1;
  let order = usable;
  for (let position = 0; position < BATCH; position++) {
    const at = step * BATCH + position;
    const wanted = Math.floor(at / usable.length);
    if (wanted !== round) {
      round = wanted;
      order = orderOf(usable, round);
    }
    const target = x.subarray(position * items.size, (position + 1) * items.size);
    const turn = turns[position] as number;
    label[position * pretext.classes + pretext.fill(target, items, order[at % usable.length] as number, turn)] = 1;
  }
  return label;
}

const ORDERS = new WeakMap<Int32Array, { round: number; order: Int32Array }>();

/** Returns the order of a pass and caches the last one, which the next step usually needs too. */
function orderOf(usable: Int32Array, round: number): Int32Array {
  const known = ORDERS.get(usable);
  if (known?.round === round) return known.order;
  const order = permutation(SEED, `round/${round}`, usable.length).map((position) => usable[position] as number);
  ORDERS.set(usable, { round, order });
  return order;
}

/** Returns the share of held-out items that are classified correctly; with rotations, each in one rotation. */
function accuracyOf(net: TrainedFeatureNet, pretext: Pretext, held: Items, size: ImageSize): number {
  const usable = pretext.usable(held).subarray(0, MOST_VALIDATION_ITEMS);
  if (usable.length === 0) return 0;
  const turns = uniforms(SEED, 'turn/held-out', usable.length);
  const pixels = new Float32Array(held.size);
  const bytes = new Uint8Array(usable.length * held.size);
  const answers = usable.map((item, position) => {
    const label = pretext.fill(pixels, held, item, turns[position] as number);
    bytes.set(
      pixels.map((value) => Math.round(value * 255)),
      position * held.size,
    );
    return label;
  });
  const opened = openFeatureNet(net.weights, net.facts, size);
  const predicted = opened.classify({ items: usable.length, size: held.size, bytes });
  opened.dispose();
  return predicted.reduce((right, label, position) => right + (label === answers[position] ? 1 : 0), 0) / usable.length;
}
