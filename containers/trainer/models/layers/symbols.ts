// Sequences of codes: one-hot inputs, and the loss.
import type { Tensor } from '@tensorflow/tfjs-node';
import { attribute, executeOps } from '../../engine/binding.ts';
import { tf } from '../../engine/tensorflow.ts';

const FLOAT = attribute.type('T', 'float32');

/** Returns codes [batch, positions] ordered by position as one-hot [positions * batch, vocabulary]. No gradient. */
export function oneHotByPosition(codes: Tensor, vocabulary: number): Tensor {
  const whole = tf.cast(tf.reshape(tf.transpose(codes), [codes.size]), 'int32');
  return tf.cast(tf.oneHot(whole, vocabulary), 'float32');
}

/**
 * Returns the cross-entropy in nats of logits [rows, vocabulary] with one-hot targets, [rows]. Differentiable once, in the logits.
 */
export function crossEntropy(logits: Tensor, targets: Tensor): Tensor {
  return tf.customGrad((...given) => {
    const save = given.pop() as unknown as (tensors: Tensor[]) => void;
    const [value, slope] = executeOps('SoftmaxCrossEntropyWithLogits', [FLOAT], [logits, targets], 2) as [
      Tensor,
      Tensor,
    ];
    save([slope]);
    return { value, gradFunc: (dy: Tensor, saved: Tensor[]) => [tf.mul(tf.reshape(dy, [-1, 1]), saved[0] as Tensor)] };
  })(logits);
}
