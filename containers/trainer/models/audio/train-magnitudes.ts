// Trains the network that corrects spectra estimated from the bands of log-mel pictures: a step compares magnitudes to the power 0.3, in which
// loud and quiet bins count alike to the ear (as in speech enhancement, Ephrat et al. 2018).

import type { Tensor } from '@tensorflow/tfjs-node';
import { permutation } from '#core/base/random.ts';
import {
  fillMagnitudeInputs,
  type MagnitudeNetwork,
  magnitudeSizes,
} from '#core/kinds/audio/codec/magnitude-network.ts';
import type { MelCodec } from '#core/kinds/audio/codec/mel-codec.ts';
import { melToMagnitudes } from '#core/kinds/audio/codec/mel-to-magnitudes.ts';
import { compile } from '../../engine/compile.ts';
import { tf } from '../../engine/tensorflow.ts';
import { swish } from '../layers/activations.ts';
import { initialWeights } from '../layers/initial.ts';
import { dense, exp } from '../layers/ops.ts';

const SHAPE = { context: 1, hidden: 64 } as const;
const POWER = 0.3;
const BATCH = 256;
const LEARNING_RATE = 2e-3;
/** Frames that are learned from, and passes over them within these bounds of steps. */
const MOST_FRAMES = 12_000;
const PASSES = 16;
const [LEAST_STEPS, MOST_STEPS] = [50, 800];
/** Frames of which no band is louder than this byte are left out. */
const HEARD = 64;
/** Magnitudes below this are silence. */
const LEAST = 1e-6;
const LAYERS = ['hidden', 'output'].flatMap((layer) => [`magnitudes/${layer}/kernel`, `magnitudes/${layer}/bias`]);
const ADAM = { kind: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-7 } as const;

/** Real clips: log-mel picture, uint8 [bands, frames], and the magnitudes of the spectra, [frames x 2, bins]. */
export type HeardClip = { readonly picture: Uint8Array; readonly magnitudes: Float64Array };

export type TrainMagnitudes = {
  /** Without a network. */
  readonly codec: MelCodec;
  readonly clips: Iterable<HeardClip>;
  readonly seed: number;
  readonly yieldToEventLoop: () => Promise<void>;
};

/** Returns undefined where no clip can be heard. The same clips and seed give the same weights. */
export async function trainMagnitudes({ codec, clips, seed, yieldToEventLoop }: TrainMagnitudes) {
  const frames = await framesOf(codec, clips, yieldToEventLoop);
  if (frames.length === 0) return undefined;
  const { inputs, outputs } = magnitudeSizes(codec, SHAPE);
  const shapes = {
    'magnitudes/hidden/kernel': [inputs, SHAPE.hidden],
    'magnitudes/hidden/bias': [SHAPE.hidden],
    'magnitudes/output/kernel': [SHAPE.hidden, outputs],
    'magnitudes/output/bias': [outputs],
  };
  const session = compile({
    state: initialWeights(shapes, seed, (name) => name === 'magnitudes/output/kernel'),
    programs: {
      train: {
        feed: {
          x: { shape: [BATCH, inputs], dtype: 'float32' },
          estimated: { shape: [BATCH, outputs], dtype: 'float32' },
          truth: { shape: [BATCH, outputs], dtype: 'float32' },
        },
        updates: ['magnitudes'],
        step(params, { x, estimated, truth }) {
          const [hidden, hiddenBias, output, outputBias] = LAYERS.map((name) => params[name] as Tensor) as Weights;
          const nepers = dense(swish(dense(x as Tensor, hidden, hiddenBias)), output, outputBias);
          const corrected = tf.mul(estimated as Tensor, exp(tf.mul(nepers, POWER)));
          return { loss: tf.mean(tf.square(tf.sub(corrected, truth as Tensor))), outputs: {} };
        },
      },
    },
    optimizer: ADAM,
    seed,
    towers: 1,
    precision: 'float32',
  });
  const steps = Math.min(MOST_STEPS, Math.max(LEAST_STEPS, Math.ceil((PASSES * frames.length) / BATCH)));
  const x = new Float32Array(BATCH * inputs);
  const [estimated, truth] = [new Float32Array(BATCH * outputs), new Float32Array(BATCH * outputs)];
  let order: Int32Array = new Int32Array();
  for (let step = 0; step < steps; step++) {
    await yieldToEventLoop();
    for (let row = 0; row < BATCH; row++) {
      const position = step * BATCH + row;
      const place = position % frames.length;
      if (place === 0) order = permutation(seed, `magnitudes/${position}`, frames.length);
      const frame = frames[order[place] as number] as TrainingFrame;
      const { picture, at } = frame;
      fillMagnitudeInputs(picture, codec, { at, context: SHAPE.context }, x.subarray(row * inputs, (row + 1) * inputs));
      estimated.set(frame.estimated, row * outputs);
      truth.set(frame.truth, row * outputs);
    }
    const learningRate = (LEARNING_RATE / 2) * (1 + Math.cos((Math.PI * step) / steps));
    session.run('train', { x, estimated, truth, learningRate }, ['loss']);
  }
  const trained = session.fetch(LAYERS);
  session.dispose();
  const values = LAYERS.map((name) => trained.get(name)?.values as Float32Array);
  const weights = Buffer.concat(values.map((own) => new Uint8Array(own.buffer, own.byteOffset, own.byteLength)));
  const network: MagnitudeNetwork = { ...SHAPE, weights: weights.toString('base64') };
  return { network, steps };
}

type Weights = [Tensor, Tensor, Tensor, Tensor];
/** One frame of a picture, and the magnitudes of its spectra to the power. */
type TrainingFrame = {
  readonly picture: Uint8Array;
  readonly at: number;
  readonly estimated: Float32Array;
  readonly truth: Float32Array;
};

async function framesOf(
  codec: MelCodec,
  clips: Iterable<HeardClip>,
  yieldToEventLoop: () => Promise<void>,
): Promise<TrainingFrame[]> {
  const { bands, frames } = codec;
  const { outputs } = magnitudeSizes(codec, SHAPE);
  const estimate = melToMagnitudes(codec);
  const found: TrainingFrame[] = [];
  for (const { picture, magnitudes } of clips) {
    await yieldToEventLoop();
    const all = estimate(picture);
    for (let at = 0; at < frames; at++) {
      let isHeard = false;
      for (let band = 0; band < bands; band++) isHeard ||= (picture[band * frames + at] as number) > HEARD;
      if (!isHeard) continue;
      const own = (values: Float64Array) =>
        Float32Array.from(
          values.subarray(at * outputs, (at + 1) * outputs),
          (value) => Math.max(value, LEAST) ** POWER,
        );
      found.push({ picture, at, estimated: own(all), truth: own(magnitudes) });
      if (found.length === MOST_FRAMES) return found;
    }
  }
  return found;
}
