// The exported network of a model of texts: one position of the decoder, and the encoder.
import { END, FIRST_SYMBOL, type TextCodec, textCoder } from '#core/kinds/text/codec/text-codec.ts';
import { type InferenceSession, Tensor } from '#core/model/onnx-runtime.ts';
import { type TextSettings, textDrawing } from '#core/model/text/text-drawing.ts';
import { corruptNetwork, openOnnxSession, runOnnxSession } from '../drawing/onnx-session.ts';
import type { Latents } from '../drawing/prior.ts';
import { checkDeadline } from '../large/deadline.ts';

/** Texts of every run; fewer are padded. The bytes of a text then do not depend on how many are drawn with it. */
const BLOCK = 64;

export type TextNetwork = {
  /** Texts from latent vectors and classes; `streams`: of the random numbers of each. */
  draw(
    latents: Latents,
    asked: { readonly seed: number; readonly streams: readonly string[]; readonly settings: TextSettings },
  ): Promise<string[]>;
  /** Means of the latent vectors of texts, [texts, latentDim]. */
  encode(texts: readonly string[]): Promise<Float32Array>;
  /** Releases memory outside the JavaScript heap. */
  close(): Promise<void>;
};

type Opening = {
  readonly codec: TextCodec;
  /** Reads the bytes of the encoder, once a text is given. */
  readonly encoder: () => Promise<Uint8Array>;
  readonly latentDim: number;
  readonly classes: number;
  readonly threads: number;
};

/** Throws CorruptObjectError where the bytes are no decoder of such texts. */
export async function openTextNetwork(
  bytes: Uint8Array,
  { codec, encoder, latentDim, classes, threads }: Opening,
): Promise<TextNetwork> {
  const { decode, row, positions } = textCoder(codec);
  const vocabulary = codec.symbols.length + FIRST_SYMBOL;
  const label = classes > 0 && { label: [classes] };
  const session = await openOnnxSession(bytes, threads, {
    inputs: { z: [latentDim], ...label, symbol: [vocabulary], state: [null] },
    outputs: { logits: [vocabulary], next: [null] },
  });
  const units = await unitsOf(session, vocabulary, latentDim);

  async function drawBlock({ z, labels }: Latents, seed: number, streams: readonly string[], settings: TextSettings) {
    const drawing = textDrawing(codec, seed, streams, settings);
    const latents = new Tensor('float32', padded(z, BLOCK * latentDim), [BLOCK, latentDim]);
    const label = new Float32Array(BLOCK * classes);
    labels.forEach((one, text) => {
      if (one >= 0) label[text * classes + one] = 1;
    });
    const conditions: Record<string, Tensor> =
      classes > 0 ? { label: new Tensor('float32', label, [BLOCK, classes]) } : {};
    let state: Tensor = new Tensor('float32', new Float32Array(BLOCK * units), [BLOCK, units]);
    while (!drawing.isDone) {
      checkDeadline();
      const symbol = new Tensor('float32', padded(drawing.symbols, BLOCK * vocabulary), [BLOCK, vocabulary]);
      const { logits, next } = await run(session, { z: latents, ...conditions, symbol, state });
      drawing.take(logits.data as Float32Array);
      state = next;
    }
    return streams.map((_, text) => decode(drawing.codes.subarray(text * positions, (text + 1) * positions)));
  }

  return {
    async draw({ z, labels }, { seed, streams, settings }) {
      const texts: string[] = [];
      for (let first = 0; first < streams.length; first += BLOCK) {
        const own = streams.slice(first, first + BLOCK);
        const latents = {
          z: z.subarray(first * latentDim, (first + own.length) * latentDim),
          labels: labels.subarray(first, first + own.length),
        };
        texts.push(...(await drawBlock(latents, seed, own, settings)));
      }
      return texts;
    },
    async encode(texts) {
      const reader = await openOnnxSession(await encoder(), threads, {
        inputs: { symbols: [positions, vocabulary], mask: [positions] },
        outputs: { zMean: [latentDim] },
      });
      const codes = new Float32Array(texts.length * latentDim);
      for (const [place, text] of texts.entries()) {
        const given = row(text);
        const symbols = new Float32Array(positions * vocabulary);
        const mask = new Float32Array(positions);
        for (let at = 0; at < positions && (at === 0 || given[at - 1] !== END); at++) {
          symbols[at * vocabulary + (given[at] as number)] = 1;
          mask[at] = 1;
        }
        const feeds = {
          symbols: new Tensor('float32', symbols, [1, positions, vocabulary]),
          mask: new Tensor('float32', mask, [1, positions]),
        };
        codes.set(await runOnnxSession(reader, feeds, 'zMean'), place * latentDim);
      }
      await reader.release();
      return codes;
    },
    close: () => session.release(),
  };
}

async function run(
  session: InferenceSession,
  feeds: Record<string, Tensor>,
): Promise<{ logits: Tensor; next: Tensor }> {
  try {
    const { logits, next } = await session.run(feeds);
    return { logits: logits as Tensor, next: next as Tensor };
  } catch (error) {
    throw corruptNetwork('ONNX Runtime cannot run it', error);
  }
}

/** Returns the number of units of the decoder's state, which the file states. */
async function unitsOf(session: InferenceSession, vocabulary: number, latentDim: number): Promise<number> {
  const port = session.inputMetadata.find(({ name }) => name === 'state');
  const units = port?.isTensor ? port.shape.at(-1) : undefined;
  if (typeof units === 'number') return units;
  throw corruptNetwork(`its state has no size beside ${vocabulary} symbols and ${latentDim} latent dimensions`);
}

function padded(values: Float32Array, length: number): Float32Array {
  const out = new Float32Array(length);
  out.set(values);
  return out;
}
