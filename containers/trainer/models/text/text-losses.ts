// The losses of models of texts and of pairs: in training, and item by item on held-out texts.
import type { Tensor } from '@tensorflow/tfjs-node';
import { tf } from '../../engine/tensorflow.ts';
import type { Params, TraceContext } from '../../engine/types.ts';
import { logPosterior, normalPrior, type PosteriorDraw } from '../latent/latent-prior.ts';
import { chargedKl } from '../latent/posterior.ts';
import { sumPerItem } from '../layers/ops.ts';
import { lossOfTexts, type ReadTexts } from './text-codes.ts';

type Modelled = {
  readonly params: Params;
  /** [positions * batch, vocabulary]. */
  readonly logits: Tensor;
  readonly text: ReadTexts;
  readonly draw: PosteriorDraw;
};

/** Returns the loss of a step, a scalar, and its two terms in nats per text. The step is fed `beta`; `freeBits` are nats per dimension of z. */
export function trainingLoss(
  { params, logits, text, draw }: Modelled,
  context: Pick<TraceContext, 'scalar'>,
  freeBits: number,
) {
  const reconstructionLoss = tf.mean(lossOfTexts(logits, text.symbols, text.mask));
  const byUnit = tf.mean(normalPrior.divergence(params, draw), 0);
  const klLoss = tf.sum(byUnit);
  const loss = tf.add(reconstructionLoss, tf.mul(context.scalar('beta'), chargedKl(byUnit, freeBits)));
  return { loss, outputs: { reconstructionLoss, klLoss } };
}

/** Returns the losses of each text in nats, [batch], times its weight, the log weight of the draw, and the posterior. */
export function heldOutLosses(
  { params, logits, text, draw }: Modelled,
  latent: Readonly<Record<'zMean' | 'zLogVar', Tensor>>,
  weight: Tensor,
) {
  const itemLoss = lossOfTexts(logits, text.symbols, text.mask);
  const klByUnit = normalPrior.divergence(params, draw);
  return {
    ...latent,
    reconstructionLoss: tf.mul(itemLoss, weight),
    klLoss: tf.mul(sumPerItem(klByUnit), weight),
    logWeight: tf.sub(normalPrior.logRatio(params, draw, undefined), itemLoss),
    ...{ code: draw.z, logPosterior: logPosterior(draw), klByUnit },
  };
}
