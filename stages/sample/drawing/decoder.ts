// Runs a trained decoder or generator in ONNX Runtime: `z` [batch, latentDim] and, for a conditional model, `label` [batch,
// classes] in; `pixels` [batch, height, width, channels] in [0, 1] out.
import { FAILURE, GoldpanError } from '#core/base/errors.ts';
import type { ModelCard } from '#core/model/messages/card.ts';
import { InferenceSession, Tensor } from '#core/model/onnx-runtime.ts';
import type { Pictures } from '../representation/pictures.ts';
import { type Latents, toldClasses } from './prior.ts';

/**
 * Number of rows of every batch; short batches are padded. Kernels choose their summation order by the batch size, so with
 * a varying size the last bits of a sample would depend on how many are drawn with it. Batches of 8 decode at 85 % of the
 * rate of batches of 64.
 */
const BATCH = 8;
const WHITE = 255;

export type Decoder = {
  decode(latents: Latents): Promise<Pictures>;
  /** Releases the session's memory, which lies outside the JavaScript heap. */
  close(): Promise<void>;
};
export type OpenDecoder = (
  bytes: Uint8Array,
  card: Pick<ModelCard, 'image' | 'latentDim' | 'labels' | 'train' | 'latent'>,
) => Promise<Decoder>;

/**
 * Opens decoders that use `threads` threads. Throws CorruptObjectError if the file is not a model or has other inputs and
 * outputs than a decoder.
 */
export function openDecoderWith(threads: number): OpenDecoder {
  return async (bytes, { image: { width, height, channels }, latentDim, ...card }) => {
    const classes = toldClasses(card);
    const inputs = classes === 0 ? 'z' : 'z,label';
    const session = await openSession(bytes, threads);
    if (session.inputNames.join() !== inputs || session.outputNames.join() !== 'pixels') {
      throw corrupt(
        `its inputs are ${session.inputNames} and its outputs ${session.outputNames}; expected ${inputs} and pixels`,
      );
    }
    const size = width * height * channels;
    return {
      async decode({ z: latents, labels }) {
        const count = labels.length;
        const pixels = new Uint8ClampedArray(count * size);
        for (let start = 0; start < count; start += BATCH) {
          const z = new Float32Array(BATCH * latentDim);
          z.set(latents.subarray(start * latentDim, (start + BATCH) * latentDim));
          const feeds = { z: new Tensor('float32', z, [BATCH, latentDim]) };
          const label = oneHot(labels.subarray(start, start + BATCH), classes);
          const decoded = await runSession(session, classes === 0 ? feeds : { ...feeds, label });
          if (decoded.length !== BATCH * size)
            throw corrupt(`it returns ${decoded.length / BATCH} values an item; expected ${size}`);
          const values = decoded.subarray(0, Math.min(BATCH, count - start) * size);
          for (let i = 0; i < values.length; i++) pixels[start * size + i] = (values[i] as number) * WHITE;
        }
        return { count, width, height, channels, pixels: new Uint8Array(pixels.buffer) };
      },
      close: () => session.release(),
    };
  };
}

async function openSession(bytes: Uint8Array, threads: number): Promise<InferenceSession> {
  try {
    return await InferenceSession.create(bytes, {
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      // A spinning thread uses up the CPU share of the function while it waits.
      extra: { session: { intra_op: { allow_spinning: '0' } } },
    });
  } catch (error) {
    throw corrupt('ONNX Runtime cannot open it', error);
  }
}

async function runSession(session: InferenceSession, feeds: Record<string, Tensor>): Promise<Float32Array> {
  try {
    const { pixels } = await session.run(feeds);
    return pixels?.data as Float32Array;
  } catch (error) {
    throw corrupt('ONNX Runtime cannot run it', error);
  }
}

/** Returns [BATCH, classes]: one-hot rows, all zeros for an item without a class. */
function oneHot(labels: Int32Array, classes: number): Tensor {
  const values = new Float32Array(BATCH * classes);
  if (classes > 0) {
    labels.forEach((label, row) => {
      if (label >= 0) values[row * classes + label] = 1;
    });
  }
  return new Tensor('float32', values, [BATCH, classes]);
}

function corrupt(what: string, cause?: unknown): GoldpanError {
  return new GoldpanError(FAILURE.corruptObject, `The stored decoder or generator is invalid: ${what}`, { cause });
}
