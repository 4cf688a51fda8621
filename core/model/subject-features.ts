// Lite0 up to stride 16 in ONNX Runtime, on one thread: the same photo gives the same map.
import { FAILURE, GoldpanError } from '../base/errors.ts';
import { sha256 } from '../base/hash.ts';
import type { FeatureMap } from '../kinds/image/align/see-photo.ts';
import { PRETRAINED_FILES } from '../kinds/image/pretrained-features.ts';
import { InferenceSession, Tensor } from './onnx-runtime.ts';

/** The pretrained network that alignment sees with. */
export const ALIGN_NETWORK = 'lite0-stride16.onnx';
const CHANNELS = 3;

/** `bytes`: the file ALIGN_NETWORK. Throws CorruptObjectError if they are not the pinned ones. */
export async function openFeatureMap(bytes: Uint8Array): Promise<FeatureMap> {
  if (sha256(bytes) !== PRETRAINED_FILES[ALIGN_NETWORK])
    throw new GoldpanError(FAILURE.corruptObject, `${ALIGN_NETWORK} is not the pinned file. Deploy again.`);
  const session = await InferenceSession.create(bytes, { intraOpNumThreads: 1, interOpNumThreads: 1 });
  return async ({ width, height, values }) => {
    const images = new Tensor('float32', values, [1, height, width, CHANNELS]);
    const { stride16 } = await session.run({ images });
    const [, rows = 0, columns = 0, channels = 0] = stride16?.dims ?? [];
    return { height: rows, width: columns, channels, values: stride16?.data as Float32Array };
  };
}
