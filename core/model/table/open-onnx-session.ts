// Opens a stored network that draws rows.
import { FAILURE, GoldpanError } from '../../base/errors.ts';
import { InferenceSession } from '../onnx-runtime.ts';

/** Throws CorruptObjectError where ONNX Runtime cannot open the bytes. */
export async function openOnnxSession(bytes: Uint8Array, threads: number): Promise<InferenceSession> {
  try {
    const options = {
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      extra: { session: { intra_op: { allow_spinning: '0' } } },
    };
    return await InferenceSession.create(bytes, options);
  } catch (error) {
    throw corruptSampler('ONNX Runtime cannot open it', error);
  }
}

export function corruptSampler(what: string, cause?: unknown): GoldpanError {
  return new GoldpanError(FAILURE.corruptObject, `The stored sampler is invalid: ${what}`, { cause });
}
