// Coded texts as the input of a network, and their loss.
import type { Tensor } from '@tensorflow/tfjs-node';
import { tf } from '../../engine/tensorflow.ts';
import type { TraceContext } from '../../engine/types.ts';
import type { PosteriorDraw } from '../latent/latent-prior.ts';
import { drawPosterior } from '../latent/posterior.ts';
import { crossEntropy, oneHotByPosition } from '../layers/symbols.ts';

export type ReadTexts = { readonly mask: Tensor; readonly symbols: Tensor };

/**
 * Reads codes x [batch, positions]: symbols [positions * batch, vocabulary], zeros beyond the end, and mask [positions, batch].
 */
export function readCodes(x: Tensor, vocabulary: number): ReadTexts {
  const mask = maskOf(x);
  return { mask, symbols: tf.mul(oneHotByPosition(x, vocabulary), tf.reshape(mask, [-1, 1])) };
}

/** Returns the nats of each text, including its end, [batch]. */
export function lossOfTexts(logits: Tensor, symbols: Tensor, mask: Tensor): Tensor {
  const byPosition = tf.mul(crossEntropy(logits, symbols), tf.reshape(mask, [-1]));
  return tf.sum(tf.reshape(byPosition, [mask.shape[0] as number, -1]), 0);
}

/** Returns 1 up to the end of each text and 0 beyond, [positions, batch], for codes [batch, positions]. */
function maskOf(x: Tensor): Tensor {
  const [batch, positions] = x.shape as [number, number];
  const isSymbol = tf.cast(tf.greaterEqual(tf.transpose(x), 0.5), 'float32');
  return tf.concat([tf.fill([1, batch], 1), tf.slice(isSymbol, [0, 0], [positions - 1, batch])], 0);
}

/** Returns the symbol before each position; zeros before the first. */
export function beforeEach(symbols: Tensor, positions: number): Tensor {
  const [rows, vocabulary] = symbols.shape as [number, number];
  const batch = rows / positions;
  return tf.concat([tf.fill([batch, vocabulary], 0), tf.slice(symbols, [0, 0], [rows - batch, vocabulary])], 0);
}

/** Draws z from the posterior. */
export function drawnCode(latent: Pick<PosteriorDraw, 'zMean' | 'zLogVar'>, context: TraceContext): PosteriorDraw {
  const noise = context.normal(latent.zMean.shape, 'latent');
  return { ...latent, noise, z: drawPosterior(latent, noise), label: undefined };
}
