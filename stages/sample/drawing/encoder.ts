// Runs a trained encoder in ONNX Runtime: `x` [batch, height, width, channels] in [0, 1] and, for a conditional model, `label`
// [batch, classes] in; `zMean` [batch, latentDim] out and, of a model with a flow, `base`: the code in the space that samples are
// drawn in, and `logDensity` [batch], that of zMean under the flow.
import type { CardOf } from '#core/model/messages/card.ts';
import { defaultPrior } from '#core/model/messages/latent-facts.ts';
import { Tensor } from '#core/model/onnx-runtime.ts';
import { BATCH, corruptNetwork, oneHotBatch, openOnnxSession, runOnnxSession } from './onnx-session.ts';
import { conditioningClasses } from './prior.ts';

const WHITE = 255;
const DENSITY = 'logDensity';

export type Encoder = {
  /** Whether its codes are valid inputs of the decoder: an encoder without `base` lacks the flow between them. */
  readonly isComplete: boolean;
  /**
   * Encodes images uint8 [n, height, width, channels] to codes [n, latentDim], each with its class; -1 means no class.
   */
  encode(images: Uint8Array, labels: Int32Array): Promise<Float32Array>;
  /** Log densities [n] of the codes under the flow; undefined without a flow, and of an encoder that does not compute them. */
  densities(images: Uint8Array, labels: Int32Array): Promise<Float32Array | undefined>;
  /** Releases the session's memory, which is outside the JavaScript heap. */
  close(): Promise<void>;
};
export type OpenEncoder = (
  bytes: Uint8Array,
  card: Pick<CardOf<'image' | 'audio'>, 'input' | 'latentDim' | 'labels' | 'train' | 'latent'>,
) => Promise<Encoder>;

/** Opens encoders that use `threads` threads. Throws CorruptObjectError for a file that is no encoder of the card's model. */
export function openEncoderWith(threads: number): OpenEncoder {
  return async (bytes, { input: { width, height, channels }, latentDim, ...card }) => {
    const classes = conditioningClasses(card);
    const session = await openOnnxSession(bytes, threads, {
      inputs: { x: [height, width, channels], ...(classes > 0 && { label: [classes] }) },
      outputs: { zMean: [latentDim] },
    });
    const size = width * height * channels;
    const output = defaultPrior(card.latent) === 'flow' ? 'base' : 'zMean';
    const run = async (images: Uint8Array, labels: Int32Array, wanted: string, columns: number) => {
      const codes = new Float32Array(labels.length * columns);
      for (let start = 0; start < labels.length; start += BATCH) {
        const count = Math.min(BATCH, labels.length - start);
        const values = new Float32Array(BATCH * size);
        for (let i = 0; i < count * size; i++) values[i] = (images[start * size + i] as number) / WHITE;
        const x = new Tensor('float32', values, [BATCH, height, width, channels]);
        const label = oneHotBatch(labels.subarray(start, start + BATCH), classes);
        const encoded = await runOnnxSession(session, classes === 0 ? { x } : { x, label }, wanted);
        if (encoded.length !== BATCH * columns)
          throw corruptNetwork(`it returns ${encoded.length / BATCH} values an item; expected ${columns}`);
        codes.set(encoded.subarray(0, count * columns), start * columns);
      }
      return codes;
    };
    return {
      isComplete: session.outputNames.includes(output),
      encode: (images, labels) => run(images, labels, output, latentDim),
      async densities(images, labels) {
        return session.outputNames.includes(DENSITY) ? run(images, labels, DENSITY, 1) : undefined;
      },
      close: () => session.release(),
    };
  };
}
