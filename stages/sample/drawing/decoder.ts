// A trained decoder or generator in ONNX Runtime: `z` [batch, latentDim] and, where the model was told classes, `label`
// [batch, classes] in, `pixels` [batch, height, width, channels] in [0, 1] out.
import { FAILURE, GoldpanError } from '#core/base/errors.ts';
import type { ModelCard } from '#core/model/messages/card.ts';
import { InferenceSession, Tensor } from '#core/model/onnx-runtime.ts';
import type { Pictures } from '../representation/pictures.ts';
import { type Latents, toldClasses } from './prior.ts';

/**
 * Every batch has this many rows, padded: kernels choose their order of summing by the batch, so a sample would else
 * depend in its last bit on how many are drawn with it. Eight decode within 15 % of the rate of sixty-four.
 */
const BATCH = 8;
const WHITE = 255;

export type Decoder = {
  decode(latents: Latents): Promise<Pictures>;
  /** Frees its memory, which lies outside of the heap. */
  close(): Promise<void>;
};
export type OpenDecoder = (
  bytes: Uint8Array,
  card: Pick<ModelCard, 'image' | 'latentDim' | 'labels' | 'train'>,
) => Promise<Decoder>;

/** Throws CorruptObjectError when the file is no model, or one with other ports than a decoder has. */
export function openDecoderWith(threads: number): OpenDecoder {
  return async (bytes, { image: { width, height, channels }, latentDim, ...card }) => {
    const classes = toldClasses(card);
    const inputs = classes === 0 ? 'z' : 'z,label';
    const session = await openSession(bytes, threads);
    if (session.inputNames.join() !== inputs || session.outputNames.join() !== 'pixels') {
      throw corrupt(`its inputs are ${session.inputNames} and its outputs ${session.outputNames}; expected ${inputs} and pixels`);
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
          if (decoded.length !== BATCH * size) throw corrupt(`it returns ${decoded.length / BATCH} values an item; expected ${size}`);
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
      // A thread that spins while it waits takes its time from the share of a processor that a function has.
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

/** [BATCH, classes]: zeros where there is no class. */
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
