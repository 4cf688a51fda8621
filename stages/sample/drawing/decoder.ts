// Runs a trained decoder or generator in ONNX Runtime: `z` [batch, latentDim] and, for a conditional model, `label` [batch,
// classes] in; `pixels` [batch, height, width, channels] in [0, 1] out.
import type { CardOf } from '#core/model/messages/card.ts';
import { Tensor } from '#core/model/onnx-runtime.ts';
import type { Images } from '../representation/pictures.ts';
import { BATCH, corruptNetwork, oneHotBatch, openOnnxSession, runOnnxSession } from './onnx-session.ts';
import { conditioningClasses, type Latents } from './prior.ts';

const WHITE = 255;

export type Decoder = {
  decode(latents: Latents): Promise<Images>;
  /** Pixels as the network returns them, float32 [n, height, width, channels] in [0, 1]. */
  values(latents: Latents): Promise<Float32Array>;
  /** Releases the session's memory, which is outside the JavaScript heap. */
  close(): Promise<void>;
};
export type OpenDecoder = (
  bytes: Uint8Array,
  card: Pick<CardOf<'image' | 'audio'>, 'input' | 'latentDim' | 'labels' | 'train' | 'latent'>,
) => Promise<Decoder>;

/**
 * Opens decoders that use `threads` threads. Throws CorruptObjectError if the file is not a model or has other inputs and
 * outputs than a decoder.
 */
export function openDecoderWith(threads: number): OpenDecoder {
  return async (bytes, { input: { width, height, channels }, latentDim, ...card }) => {
    const classes = conditioningClasses(card);
    const session = await openOnnxSession(bytes, threads, {
      inputs: { z: [latentDim], ...(classes > 0 && { label: [classes] }) },
      outputs: { pixels: [height, width, channels] },
    });
    const size = width * height * channels;
    async function decodeBatches(
      { z: latents, labels, classWeights }: Latents,
      keep: (values: Float32Array, start: number) => void,
    ): Promise<void> {
      const count = labels.length;
      for (let start = 0; start < count; start += BATCH) {
        const z = new Float32Array(BATCH * latentDim);
        z.set(latents.subarray(start * latentDim, (start + BATCH) * latentDim));
        const feeds = { z: new Tensor('float32', z, [BATCH, latentDim]) };
        const label = classWeights
          ? paddedBatch(classWeights.subarray(start * classes, (start + BATCH) * classes), classes)
          : oneHotBatch(labels.subarray(start, start + BATCH), classes);
        const decoded = await runOnnxSession(session, classes === 0 ? feeds : { ...feeds, label }, 'pixels');
        if (decoded.length !== BATCH * size)
          throw corruptNetwork(`it returns ${decoded.length / BATCH} values an item; expected ${size}`);
        keep(decoded.subarray(0, Math.min(BATCH, count - start) * size), start * size);
      }
    }
    return {
      async decode(latents) {
        const count = latents.labels.length;
        const pixels = new Uint8ClampedArray(count * size);
        await decodeBatches(latents, (values, start) => {
          for (let i = 0; i < values.length; i++) pixels[start + i] = (values[i] as number) * WHITE;
        });
        return { count, width, height, channels, pixels: new Uint8Array(pixels.buffer) };
      },
      async values(latents) {
        const pixels = new Float32Array(latents.labels.length * size);
        await decodeBatches(latents, (values, start) => pixels.set(values, start));
        return pixels;
      },
      close: () => session.release(),
    };
  };
}

function paddedBatch(rows: Float32Array, columns: number): Tensor {
  const values = new Float32Array(BATCH * columns);
  values.set(rows);
  return new Tensor('float32', values, [BATCH, columns]);
}
