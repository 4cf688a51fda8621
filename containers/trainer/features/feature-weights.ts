// Lite0's folded weights out of the pinned file.

import type { StateMap } from '../engine/types.ts';
import { parseSafetensors } from '../state/checkpoint.ts';
import { readPretrainedFile } from './pretrained-file.ts';

let weights: StateMap | undefined;

/**
 * Returns the weights by `<layer>/kernel` and `<layer>/bias`, read once for each process. Throws if the file is missing or is not the
 * pinned one.
 */
export function readFeatureWeights(): StateMap {
  weights ??= new Map(parseSafetensors(readPretrainedFile('lite0.safetensors')));
  return weights;
}
