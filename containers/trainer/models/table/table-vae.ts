// The programs of the VAE of a table. Half of the training rows are modelled whole; for the others, the context path reads a random part of
// the columns.
import type { Tensor } from '@tensorflow/tfjs-node';
import { tf } from '../../engine/tensorflow.ts';
import type { FeedSpec, Params, Program, StateMap, TraceContext } from '../../engine/types.ts';
import { chargedKl, drawPosterior } from '../latent/posterior.ts';
import { exp, matMul } from '../layers/ops.ts';
import { crossEntropies, indicator, spreadOverBlocks } from './code-blocks.ts';
import { SHOWN_ROWS } from './shown-rows.ts';
import type { TableLayout } from './table-layout.ts';
import { type Dropout, type TableLatent, type TableNetwork, tableNetwork } from './table-network.ts';

export type TableVaeConfig = {
  readonly layout: TableLayout;
  readonly latentDim: number;
  readonly batchSize: number;
  readonly freeBits: number;
};

export type TableVae = {
  initialState(seed: number, logShares: Float32Array): StateMap;
  readonly programs: Readonly<Record<'train' | 'evaluate' | 'logits', Program>>;
  /** The exported programs; their weights are those without the shared ones of ordered codes. The decoder takes x [batch, codes], given [batch, codes + sub-columns] and noise [batch, latentDim]. */
  readonly exports: Readonly<Record<'encoder' | 'decoder', (batchSize: number) => Program>>;
};

/** Tables with more sub-columns get more units. */
const MANY_SUB_COLUMNS = 200;
const CONTEXT_UNITS = 256;
const DROPOUT = 0.1;
/** Share of the rows with some columns given. */
const GIVEN_SHARE = 0.5;

const unobserved = (_site: string, x: Tensor): Tensor => x;
const kept: Dropout = (x) => x;

/** Returns the sizes of the network, for training and for the exported sampler. */
export function tableSizes({ layout, latentDim }: Pick<TableVaeConfig, 'layout' | 'latentDim'>) {
  const units = layout.subColumns.length > MANY_SUB_COLUMNS ? 512 : 384;
  return { layout, latentDim, units, contextUnits: CONTEXT_UNITS };
}

/**
 * Returns the programs. `train` takes x [batch, codes], one-hot, and the scalar beta. `evaluate` takes x and weight [batch] (0 for padding)
 * and returns reconstruction and KL of each row in nats with no column given. `logits` is one pass of the decoder for SHOWN_ROWS rows.
 */
export function tableVae(config: TableVaeConfig): TableVae {
  const { layout, latentDim, batchSize, freeBits } = config;
  const { codes, subColumns } = layout;
  const network = tableNetwork({ ...tableSizes(config), isShared: true });
  // Exported weights are sums.
  const exported = tableNetwork(tableSizes(config));
  const missing = codes + subColumns.length;

  const train: Program = {
    feed: { x: floats(batchSize, codes), beta: { shape: [], dtype: 'float32' } },
    batched: ['x'],
    updates: ['encoder', 'context', 'decoder'],
    step(params, feed, context) {
      const x = feed.x as Tensor;
      const given = randomlyGiven(context, layout, x.shape[0] as number);
      const read = network.readContext(params, contextInput(x, given, layout));
      const posterior = network.encode(params, x);
      const z = drawPosterior(posterior, context.normal(posterior.zMean.shape, 'latent'));
      const dropout: Dropout = (value, site) => context.dropout(value, DROPOUT, site);
      const logits = network.decode(params, { x, context: read, z, dropout, observe: context.observe });
      const reconstructionLoss = tf.mean(tf.sum(tf.mul(crossEntropies(logits, x, layout), tf.sub(1, given)), 1));
      const byUnit = tf.mean(divergence(posterior, network.prior(params, read)), 0);
      const klLoss = tf.sum(byUnit);
      const charged = chargedKl(byUnit, freeBits);
      const loss = tf.add(reconstructionLoss, tf.mul(context.scalar('beta'), charged));
      return { loss, outputs: { reconstructionLoss, klLoss } };
    },
  };

  const evaluate: Program = {
    feed: { x: floats(batchSize, codes), weight: { shape: [batchSize], dtype: 'float32' } },
    batched: ['x', 'weight'],
    updates: [],
    averaged: true,
    step(params, feed, context) {
      const x = feed.x as Tensor;
      const none = tf.zeros([x.shape[0] as number, subColumns.length]);
      const read = network.readContext(params, contextInput(x, none, layout));
      const posterior = network.encode(params, x);
      const z = drawPosterior(posterior, context.normal(posterior.zMean.shape, 'latent'));
      const logits = network.decode(params, { x, context: read, z, dropout: kept, observe: unobserved });
      const weight = feed.weight as Tensor;
      return {
        outputs: {
          reconstructionLoss: tf.mul(tf.sum(crossEntropies(logits, x, layout), 1), weight),
          klLoss: tf.mul(tf.sum(divergence(posterior, network.prior(params, read)), 1), weight),
        },
      };
    },
  };

  const decoding =
    (of: TableNetwork) =>
    (batch: number): Program => ({
      feed: { x: floats(batch, codes), given: floats(batch, missing), noise: floats(batch, latentDim) },
      batched: ['x', 'given', 'noise'],
      updates: [],
      averaged: true,
      step(params, feed) {
        const read = of.readContext(params, feed.given as Tensor);
        const z = drawPosterior(of.prior(params, read), feed.noise as Tensor);
        const logits = of.decode(params, {
          ...{ x: feed.x as Tensor, context: read, z, dropout: kept, observe: unobserved },
        });
        return { outputs: { logits } };
      },
    });
  const encoder = (batch: number): Program => ({
    feed: { x: floats(batch, codes) },
    batched: ['x'],
    updates: [],
    averaged: true,
    step: (params: Params, feed) => ({ outputs: { ...exported.encode(params, feed.x as Tensor) } }),
  });

  return {
    initialState: network.initialState,
    programs: { train, evaluate, logits: decoding(network)(SHOWN_ROWS) },
    exports: { encoder, decoder: decoding(exported) },
  };
}

function floats(...shape: number[]): FeedSpec {
  return { shape, dtype: 'float32' };
}

/** Returns the KL between two diagonal Gaussians by dimension in nats, [batch, latentDim]. */
function divergence(posterior: TableLatent, prior: TableLatent): Tensor {
  const difference = tf.sub(posterior.zMean, prior.zMean);
  const squares = tf.add(exp(posterior.zLogVar), tf.mul(difference, difference));
  const scaled = tf.mul(squares, exp(tf.neg(prior.zLogVar)));
  return tf.mul(0.5, tf.sub(tf.add(tf.sub(prior.zLogVar, posterior.zLogVar), scaled), 1));
}

/** Returns the given codes in one-hot form, then 1 for each sub-column that is not given. */
function contextInput(x: Tensor, given: Tensor, layout: TableLayout): Tensor {
  const byCode = spreadOverBlocks(given, layout);
  return tf.concat([tf.mul(x, byCode), tf.sub(1, given)], 1);
}

/**
 * Returns 1 for each sub-column whose column is given, [batch, sub-columns]: for half of the rows, each column at a rate drawn for the row.
 */
function randomlyGiven(context: TraceContext, layout: TableLayout, batch: number): Tensor {
  const rate = tf.mul(
    context.uniform([batch, 1], 'givenRate'),
    below(context.uniform([batch, 1], 'isGiven'), tf.scalar(GIVEN_SHARE)),
  );
  const columns = below(context.uniform([batch, layout.columns], 'given'), rate);
  return matMul(columns, indicator(layout.columnOf, layout.columns), false, true);
}

function below(values: Tensor, limit: Tensor): Tensor {
  return tf.cast(tf.less(values, limit), 'float32');
}
