// After training, the flow goes on alone: encoder and decoder stay as they are, and the flow learns where their codes lie. A step costs
// a small part of a whole one, and the codes no longer move while it learns (ex-post density estimation, Ghosh et al. 2020).
import type { Tensor } from '@tensorflow/tfjs-node';
import { normals, permutation } from '#core/base/random.ts';
import type { FlowTuning } from '#core/model/messages/latent-facts.ts';
import { oneHot } from '../../data/batches.ts';
import { partOf, slotNames, weightNames } from '../../engine/state.ts';
import { tf } from '../../engine/tensorflow.ts';
import type { FeedSpec, Params, Program, Session, StateMap } from '../../engine/types.ts';
import { sumPerItem } from '../layers/ops.ts';
import type { ImageModelConfig } from '../model.ts';
import { averageDecay } from '../rate-schedule.ts';
import { flowPrior, type PosteriorDraw } from './latent-prior.ts';
import type { Encoded } from './latents.ts';
import { drawPosterior } from './posterior.ts';

const BATCH = 128;
const PASSES = 10;
const MOST_STEPS = 4_000;
/** Held-out codes are scored before, and after each of so many parts. */
const PARTS = 5;
const RATE = 1e-3;
const RISE_STEPS = 100;
const MOST_DECAY = 0.99;

type Sizes = Pick<ImageModelConfig, 'latentDim' | 'classes'>;

/** Programs over codes: `tuneFlow` trains the flow alone, `scoreFlow` gives the divergence of each item. */
export function tuningPrograms(config: Sizes): Readonly<Record<'tuneFlow' | 'scoreFlow', Program>> {
  const prior = flowPrior(config);
  const of = (...shape: number[]): FeedSpec => ({ shape: [BATCH, ...shape], dtype: 'float32' });
  const feed = {
    ...{ zMean: of(config.latentDim), zLogVar: of(config.latentDim) },
    ...(config.classes > 0 && { label: of(config.classes) }),
  };
  const divergence = (params: Params, given: Readonly<Record<string, Tensor>>, noise: Tensor): Tensor => {
    const latent = { zMean: given.zMean as Tensor, zLogVar: given.zLogVar as Tensor };
    const draw: PosteriorDraw = { ...latent, noise, z: drawPosterior(latent, noise), label: given.label };
    return sumPerItem(prior.divergence(params, draw));
  };
  return {
    tuneFlow: {
      feed,
      updates: ['prior'],
      step: (params, given, context) => ({
        loss: tf.mean(divergence(params, given, context.normal([BATCH, config.latentDim], 'latent'))),
        outputs: {},
      }),
    },
    // Its noise is fed, so that scores differ by the flow alone.
    scoreFlow: {
      feed: { ...feed, noise: of(config.latentDim) },
      updates: [],
      averaged: true,
      step: (params, given) => ({ outputs: { klLoss: divergence(params, given, given.noise as Tensor) } }),
    },
  };
}

export type TuneOptions = {
  /** Has the programs above; afterwards it has the flow that was best on held-out codes, in its weights and in their averages. */
  readonly session: Session<string>;
  readonly codes: { readonly train: Encoded; readonly heldOut: Encoded };
  readonly config: Sizes;
  readonly seed: number;
  readonly yieldToEventLoop: () => Promise<void>;
};

/** Never makes the flow worse on held-out codes: what was there before is kept unless something is better. */
export async function tuneFlow({ session, codes, config, seed, yieldToEventLoop }: TuneOptions): Promise<FlowTuning> {
  const { train, heldOut } = codes;
  const items = train.labels.length;
  const perPass = Math.floor(items / BATCH);
  const steps = Math.min(PASSES * perPass, MOST_STEPS);
  const before = session.save();
  const noise = normals(seed, 'tune/heldOut', heldOut.zMean.length);
  const held = (): number => scoreOf(session, heldOut, noise, config);
  const untuned = held();
  let best: { readonly nats: number; readonly flow: StateMap | undefined } = { nats: untuned, flow: undefined };
  let order: Int32Array = new Int32Array(0);
  for (let step = 0; step < steps; step++) {
    await yieldToEventLoop();
    const place = step % perPass;
    if (place === 0) order = permutation(seed, `tune/${step / perPass}`, items);
    const rows = order.subarray(place * BATCH, (place + 1) * BATCH);
    session.run('tuneFlow', { ...feedOf(train, rows, config), learningRate: rateAt(step / steps, step) }, []);
    // Also moves the averages of encoder and decoder, which are their weights since the best epoch was chosen.
    session.average(averageDecay(MOST_DECAY, step + 1));
    if ((step + 1) % Math.ceil(steps / PARTS) !== 0 && step + 1 < steps) continue;
    const nats = held();
    if (nats < best.nats) best = { nats, flow: averagesOf(session, before) };
  }
  session.load(new Map([...before, ...(best.flow ?? [])]));
  return { steps, untuned, tuned: best.nats };
}

/** A short rise, then half a cosine down to nothing. */
function rateAt(done: number, step: number): number {
  return (RATE * Math.min(1, (step + 1) / RISE_STEPS) * (1 + Math.cos(Math.PI * done))) / 2;
}

/** The averages of the flow's weights, as its weights and as their averages. */
function averagesOf(session: Session<string>, state: StateMap): StateMap {
  const names = weightNames(state).filter((name) => partOf(name) === 'prior');
  const averages = session.fetch(names.map(slotNames.average));
  return new Map([
    ...averages,
    ...names.map((name) => [name, averages.get(slotNames.average(name))] as const),
  ] as never);
}

/** Mean divergence in nats. Batches are padded with the first rows, whose divergence then counts once. */
function scoreOf(session: Session<string>, codes: Encoded, noise: Float32Array, config: Sizes): number {
  const items = codes.labels.length;
  let sum = 0;
  for (let first = 0; first < items; first += BATCH) {
    const rows = Int32Array.from({ length: BATCH }, (_, i) => (first + i) % items);
    const feed = { ...feedOf(codes, rows, config), noise: rowsOf(noise, rows, config.latentDim) };
    const { klLoss } = session.run('scoreFlow', feed, ['klLoss']);
    for (const value of (klLoss as Float32Array).subarray(0, Math.min(BATCH, items - first))) sum += value;
  }
  return sum / items;
}

function feedOf({ zMean, zLogVar, labels }: Encoded, rows: Int32Array, { latentDim, classes }: Sizes) {
  const label = new Float32Array(BATCH * classes);
  oneHot(
    label,
    Int32Array.from(rows, (row) => labels[row] as number),
    classes,
  );
  const [mean, logVar] = [zMean, zLogVar].map((values) => rowsOf(values, rows, latentDim)) as [
    Float32Array,
    Float32Array,
  ];
  return { zMean: mean, zLogVar: logVar, ...(classes > 0 && { label }) };
}

function rowsOf(values: Float32Array, rows: Int32Array, columns: number): Float32Array {
  const out = new Float32Array(rows.length * columns);
  rows.forEach((row, i) => {
    out.set(values.subarray(row * columns, (row + 1) * columns), i * columns);
  });
  return out;
}
