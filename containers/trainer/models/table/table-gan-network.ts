// The two networks of the GAN of a table, as in CTGAN (Xu et al. 2019): a generator of residual blocks that reads a condition, and a critic
// that judges several rows at once (Lin et al. 2018, PacGAN).
import type { Tensor } from '@tensorflow/tfjs-node';
import { tf } from '../../engine/tensorflow.ts';
import type { Params, StateMap, TraceContext } from '../../engine/types.ts';
import type { BatchNorms } from '../gan/gan-generator.ts';
import { statisticOf } from '../gan/gan-generator.ts';
import { initialWeights, type WeightShapes } from '../layers/initial.ts';
import { dense, exp, leakyRelu, matMul, relu, tanh } from '../layers/ops.ts';
import { spreadOverBlocks, sumsByBlock } from './code-blocks.ts';
import type { TableLayout } from './table-layout.ts';

export type TableGanSizes = {
  readonly layout: TableLayout;
  readonly latentDim: number;
  /** Number of conditional codes. */
  readonly asked: number;
  /** Number of rows that the critic judges at once. */
  readonly pack: number;
};

const UNITS = 256;
const BLOCKS = ['block1', 'block2'] as const;
const SLOPE = 0.2;
const DROPOUT = 0.5;
/** Logits lie between -BOUND and BOUND, so that no exponential below overflows single precision. */
const BOUND = 8;
const TEMPERATURE = 0.2;
/** Lower bound of the uniform numbers for Gumbel noise, which then lies between -2.2 and 13.8. */
const LEAST_DRAW = 1e-4;
const MOST_DRAW = 1 - 1e-6;
/** Subtracted before exponentiation: (logit + Gumbel noise) / TEMPERATURE lies between -51 and 109. */
const MIDDLE = 29;

export type TableGanNetwork = {
  initialState(seed: number, logShares: Float32Array): StateMap;
  /** Maps z [batch, latentDim] and condition [batch, conditional codes] to logits [batch, codes]. */
  generate(params: Params, norms: BatchNorms, z: Tensor, condition: Tensor): Tensor;
  /** Returns nearly one-hot rows by Gumbel-softmax (Jang et al. 2017): `draws` [batch, codes] are uniform in [0, 1). */
  soften(logits: Tensor, draws: Tensor): Tensor;
  /** Returns packs of rows with their conditions side by side, [batch / pack, pack x (codes + conditional codes)]. */
  packed(rows: Tensor, condition: Tensor): Tensor;
  /** Returns one number per pack, [batch / pack]. Closed under differentiation. */
  criticise(params: Params, packs: Tensor, context: TraceContext, site: string): Tensor;
};

export function tableGanNetwork({ layout, latentDim, asked, pack }: TableGanSizes): TableGanNetwork {
  const { codes } = layout;
  const inputs = latentDim + asked;
  const shapes: Record<string, readonly number[]> = {};
  for (const [at, name] of BLOCKS.entries()) {
    const layer = `generator/${name}`;
    shapes[`${layer}/kernel`] = [inputs + at * UNITS, UNITS];
    for (const vector of ['gain', 'bias']) shapes[`${layer}/${vector}`] = [UNITS];
    for (const which of ['mean', 'variance'] as const) shapes[statisticOf(layer, which)] = [UNITS];
  }
  Object.assign(
    shapes,
    denseShapes('generator/logits', inputs + BLOCKS.length * UNITS, codes),
    denseShapes('critic/hidden1', pack * (codes + asked), UNITS),
    denseShapes('critic/hidden2', UNITS, UNITS),
    denseShapes('critic/score', UNITS, 1),
  );

  return {
    initialState: (seed, logShares) => initialState(shapes, seed, logShares),
    generate(params, norms, z, condition) {
      let h = tf.concat([z, condition], 1);
      for (const name of BLOCKS) {
        const layer = `generator/${name}`;
        const wide = matMul(h, params[`${layer}/kernel`] as Tensor);
        const batch = wide.shape[0] as number;
        const normed = tf.reshape(norms.apply(layer, tf.reshape(wide, [batch, 1, 1, UNITS])), [batch, UNITS]);
        h = tf.concat([relu(normed), h], 1);
      }
      return tf.mul(BOUND, tanh(tf.mul(layerOf(params, 'generator/logits', h), 1 / BOUND)));
    },
    soften(logits, draws) {
      const uniform = tf.add(LEAST_DRAW, tf.mul(MOST_DRAW - LEAST_DRAW, draws));
      const gumbel = tf.neg(tf.log(tf.neg(tf.log(uniform))));
      const scaled = tf.sub(tf.mul(tf.add(logits, gumbel), 1 / TEMPERATURE), MIDDLE);
      // By logarithms: the derivative of a quotient squares the sum, which overflows single precision.
      return exp(tf.sub(scaled, spreadOverBlocks(tf.log(sumsByBlock(exp(scaled), layout)), layout)));
    },
    packed(rows, condition) {
      const both = tf.concat([rows, condition], 1);
      return tf.reshape(both, [(rows.shape[0] as number) / pack, pack * (codes + asked)]);
    },
    criticise(params, packs, context, site) {
      let h = packs;
      for (const name of ['hidden1', 'hidden2'])
        h = context.dropout(leakyRelu(layerOf(params, `critic/${name}`, h), SLOPE), DROPOUT, `${site}/${name}`);
      return tf.reshape(layerOf(params, 'critic/score', h), [packs.shape[0] as number]);
    },
  };
}

function layerOf(params: Params, name: string, x: Tensor): Tensor {
  return dense(x, params[`${name}/kernel`] as Tensor, params[`${name}/bias`] as Tensor);
}

function denseShapes(name: string, inputs: number, outputs: number): WeightShapes {
  return { [`${name}/kernel`]: [inputs, outputs], [`${name}/bias`]: [outputs] };
}

/** Gains and variances start at one, means at zero, the last layer at the shares of the whole table. */
function initialState(shapes: WeightShapes, seed: number, logShares: Float32Array): StateMap {
  const state = new Map(initialWeights(shapes, seed, (name) => name.startsWith('statistics/')));
  for (const [name, { shape, values }] of state) {
    if (/\/(gain|variance)$/.test(name)) state.set(name, { shape, values: values.map(() => 1) });
  }
  const bounded = logShares.map((share) => BOUND * Math.atanh(Math.max(share, 1 - BOUND) / BOUND));
  state.set('generator/logits/bias', { shape: [bounded.length], values: bounded });
  return state;
}
