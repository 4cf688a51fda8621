// The exported network of a model of texts: one position of the decoder, and the encoder.
import { END, type TextCodec, textCoder } from '#core/kinds/text/codec/text-codec.ts';
import { type InferenceSession, Tensor } from '#core/model/onnx-runtime.ts';
import { logShareOf, type TextSettings, textDrawing } from '#core/model/text/text-drawing.ts';
import { corruptNetwork, openOnnxSession, runOnnxOutputs } from '../drawing/onnx-session.ts';
import type { Latents } from '../drawing/prior.ts';
import { checkDeadline } from '../large/deadline.ts';

/** Texts of every run; fewer are padded. The bytes of a text then do not depend on how many are drawn with it. */
const BLOCK = 64;

/** What is known before a symbol is chosen: the codes of the text so far, the logits of the next one, and the place of the text. */
type Watch = (place: number, codes: Uint8Array, logits: Float32Array) => void;

export type TextNetwork = {
  /** Texts from latent vectors and classes; `streams`: of the random numbers of each. */
  draw(
    latents: Latents,
    asked: {
      readonly seed: number;
      readonly streams: readonly string[];
      readonly settings: TextSettings;
      /** Called before each symbol is chosen. */
      readonly watch?: Watch;
    },
  ): Promise<string[]>;
  /** Posteriors of texts, [texts, latentDim] each. */
  encode(texts: readonly string[]): Promise<Readonly<Record<'zMean' | 'zLogVar', Float32Array>>>;
  /** Log probabilities in nats of texts given their latent vectors and classes, the end included, [texts]. */
  logLikelihoods(texts: readonly string[], latents: Latents): Promise<Float64Array>;
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
  const { decode, row, positions, vocabulary } = textCoder(codec);
  const label = classes > 0 && { label: [classes] };
  const session = await openOnnxSession(bytes, threads, {
    inputs: { z: [latentDim], ...label, symbol: [vocabulary], state: [null] },
    outputs: { logits: [vocabulary], next: [null] },
  });
  const units = await unitsOf(session, vocabulary, latentDim);

  /** The decoder over the texts of a block: `step` takes their last symbols and returns the logits of the next ones. */
  function decoding({ z, labels }: Latents) {
    const latents = new Tensor('float32', padded(z, BLOCK * latentDim), [BLOCK, latentDim]);
    const label = new Float32Array(BLOCK * classes);
    labels.forEach((one, text) => {
      if (one >= 0) label[text * classes + one] = 1;
    });
    const conditions: Record<string, Tensor> =
      classes > 0 ? { label: new Tensor('float32', label, [BLOCK, classes]) } : {};
    let state: Tensor = new Tensor('float32', new Float32Array(BLOCK * units), [BLOCK, units]);
    return async (symbols: Float32Array) => {
      checkDeadline();
      const symbol = new Tensor('float32', padded(symbols, BLOCK * vocabulary), [BLOCK, vocabulary]);
      const { logits, next } = await run(session, { z: latents, ...conditions, symbol, state });
      state = next;
      return logits.data as Float32Array;
    };
  }

  async function drawBlock(latents: Latents, first: number, asked: Parameters<TextNetwork['draw']>[1]) {
    const { seed, streams, settings, watch } = asked;
    const drawing = textDrawing(codec, seed, streams, settings);
    const step = decoding(latents);
    const codesOf = (text: number, count: number) => drawing.codes.subarray(text * positions, text * positions + count);
    for (let position = 0; !drawing.isDone; position++) {
      const logits = await step(drawing.symbols);
      if (watch)
        for (let text = 0; text < streams.length; text++)
          watch(first + text, codesOf(text, position), logits.subarray(text * vocabulary, (text + 1) * vocabulary));
      drawing.take(logits);
    }
    return streams.map((_, text) => decode(codesOf(text, positions)));
  }

  /** Calls `each` with the texts of every block, and the place of the first. */
  async function inBlocks(
    count: number,
    { z, labels }: Latents,
    each: (latents: Latents, first: number, end: number) => Promise<void>,
  ): Promise<void> {
    for (let first = 0; first < count; first += BLOCK) {
      const end = Math.min(count, first + BLOCK);
      const own = { z: z.subarray(first * latentDim, end * latentDim), labels: labels.subarray(first, end) };
      await each(own, first, end);
    }
  }

  return {
    async draw(latents, asked) {
      const texts: string[] = [];
      await inBlocks(asked.streams.length, latents, async (own, first, end) => {
        texts.push(...(await drawBlock(own, first, { ...asked, streams: asked.streams.slice(first, end) })));
      });
      return texts;
    },
    async logLikelihoods(texts, latents) {
      const sums = new Float64Array(texts.length);
      await inBlocks(texts.length, latents, async (own, first, end) => {
        const rows = texts.slice(first, end).map(row);
        const step = decoding(own);
        let symbols = new Float32Array(rows.length * vocabulary);
        const hasEnded = (codes: Uint8Array, position: number) => position > 0 && codes[position - 1] === END;
        for (let position = 0; position < positions; position++) {
          if (rows.every((codes) => hasEnded(codes, position))) break;
          const logits = await step(symbols);
          symbols = new Float32Array(rows.length * vocabulary);
          for (const [text, codes] of rows.entries()) {
            if (hasEnded(codes, position)) continue;
            const code = codes[position] as number;
            const place = first + text;
            const own = logits.subarray(text * vocabulary, (text + 1) * vocabulary);
            sums[place] = (sums[place] as number) + logShareOf(own, code);
            symbols[text * vocabulary + code] = 1;
          }
        }
      });
      return sums;
    },
    async encode(texts) {
      const reader = await openOnnxSession(await encoder(), threads, {
        inputs: { symbols: [positions, vocabulary], mask: [positions] },
        outputs: { zMean: [latentDim], zLogVar: [latentDim] },
      });
      const found = {
        zMean: new Float32Array(texts.length * latentDim),
        zLogVar: new Float32Array(texts.length * latentDim),
      };
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
        const { zMean, zLogVar } = await runOnnxOutputs(reader, feeds, ['zMean', 'zLogVar']);
        found.zMean.set(zMean as Float32Array, place * latentDim);
        found.zLogVar.set(zLogVar as Float32Array, place * latentDim);
      }
      await reader.release();
      return found;
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
