// Lite0's maps inside a training graph: constants to the optimizer, with gradients to the image.
import type { Tensor } from '@tensorflow/tfjs-node';
import { tf } from '../engine/tensorflow.ts';
import type { Params, StateMap } from '../engine/types.ts';
import { depthwiseConv, relu6 } from '../models/layers/image-ops.ts';
import { addBias, conv } from '../models/layers/ops.ts';
import { efficientNetLite, type Layer, PIXEL_DEVIATION, PIXEL_MEAN } from './efficientnet-lite.ts';

/** The part of a state that contains the frozen weights. No program may list it in `updates`. */
export const FEATURES_PART = 'features';

const NETWORK = efficientNetLite('lite0');

/** Lite0's weights as entries of a state, named `features/<layer>/<weight>`. */
export function frozenFeatures(weights: StateMap): StateMap {
  return new Map([...weights].map(([name, entry]) => [`${FEATURES_PART}/${name}`, entry]));
}

/**
 * The last map of each stride 2, 4, 8, 16 and 32 of images [batch, height, width, 3] in [0, 1]; a channel of the first has 16
 * values a pixel, then 24, 40, 112 and 320.
 */
export function featureMaps(params: Params, images: Tensor): Tensor[] {
  const layer = ({ name, isDepthwise, stride, isActivated }: Layer, x: Tensor): Tensor => {
    const kernel = params[`${FEATURES_PART}/${name}/kernel`] as Tensor;
    const convolved = isDepthwise ? depthwiseConv(x, kernel, stride) : conv(x, kernel, stride);
    const biased = addBias(convolved, params[`${FEATURES_PART}/${name}/bias`] as Tensor);
    return isActivated ? relu6(biased) : biased;
  };
  const centred = tf.div(tf.sub(images, tf.tensor1d([...PIXEL_MEAN])), tf.tensor1d([...PIXEL_DEVIATION]));
  let x = layer(NETWORK.stem, centred);
  const maps: Tensor[] = [];
  for (const { layers, isResidual, lastOfStride } of NETWORK.blocks) {
    const y = layers.reduce((given, each) => layer(each, given), x);
    x = isResidual ? tf.add(y, x) : y;
    if (lastOfStride !== undefined) maps.push(x);
  }
  return maps;
}
