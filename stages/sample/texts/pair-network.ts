// The exported networks of a model of pairs: what reads sources, and one position of the decoder.
import { normals } from '#core/base/random.ts';
import { END, type TextCodec, textCoder } from '#core/kinds/text/codec/text-codec.ts';
import { type InferenceSession, Tensor } from '#core/model/onnx-runtime.ts';
import { beamSearch } from '#core/model/text/beam-search.ts';
import type { SymbolLimits } from '#core/model/text/symbol-rules.ts';
import { type TextSettings, textDrawing } from '#core/model/text/text-drawing.ts';
import { corruptNetwork, openOnnxSession } from '../drawing/onnx-session.ts';

/** Rows of every run; fewer are padded. An answer then does not depend on how many sources are asked with it. */
export const ROWS = 64;
/** Added to the scores of places beyond the end of a source. */
const NOWHERE = -1e9;

export type PairNetwork = {
  /** Returns for each source the most likely texts, up to `width` of them, the best first. */
  search(sources: readonly string[], width: number, limits: SymbolLimits): Promise<string[][]>;
  /** Draws texts for each source, the most likely first, without duplicates. `streams`: names of the random numbers of each source. */
  draw(
    sources: readonly string[],
    asked: { readonly count: number; readonly seed: number; readonly streams: readonly string[] },
    settings: TextSettings,
  ): Promise<string[][]>;
  /** Releases memory that lies outside the JavaScript heap. */
  close(): Promise<void>;
};

type Opening = {
  readonly codec: TextCodec;
  readonly source: TextCodec;
  readonly reader: Uint8Array;
  readonly decoder: Uint8Array;
  readonly latentDim: number;
  readonly threads: number;
};
type Memory = Readonly<Record<'keys' | 'values' | 'bias', Tensor>>;

/** Throws CorruptObjectError where the bytes are no networks of such pairs. */
export async function openPairNetwork(opening: Opening): Promise<PairNetwork> {
  const { codec, source, latentDim, threads } = opening;
  const [text, given] = [textCoder(codec), textCoder(source)];
  const { vocabulary } = text;
  const places = given.positions;
  const reader = await openOnnxSession(opening.reader, threads, {
    inputs: { symbols: [places, given.vocabulary] },
    outputs: { keys: [places, null], values: [places, null] },
  });
  const decoder = await openOnnxSession(opening.decoder, threads, {
    inputs: {
      ...{ z: [latentDim], symbol: [vocabulary], state: [null] },
      ...{ keys: [places, null], values: [places, null], bias: [places] },
    },
    outputs: { logits: [vocabulary], next: [null] },
  });
  const units = unitsOf(decoder);

  /** Returns the memory of the sources, each in `repeat` rows. */
  async function remember(sources: readonly string[], repeat: number): Promise<Memory> {
    const symbols = new Float32Array(ROWS * places * given.vocabulary);
    const bias = new Float32Array(ROWS * places).fill(NOWHERE);
    for (let row = 0; row < sources.length * repeat; row++) {
      const codes = given.row(sources[Math.floor(row / repeat)] as string);
      for (let at = 0; at < places && (at === 0 || codes[at - 1] !== END); at++) {
        symbols[(row * places + at) * given.vocabulary + (codes[at] as number)] = 1;
        bias[row * places + at] = 0;
      }
    }
    const { keys, values } = await run(reader, {
      symbols: new Tensor('float32', symbols, [ROWS, places, given.vocabulary]),
    });
    return { keys: keys as Tensor, values: values as Tensor, bias: new Tensor('float32', bias, [ROWS, places]) };
  }

  async function step(memory: Memory, z: Tensor, symbols: Float32Array, states: Float32Array) {
    const { logits, next } = await run(decoder, {
      ...{ ...memory, z },
      symbol: new Tensor('float32', symbols, [ROWS, vocabulary]),
      state: new Tensor('float32', states, [ROWS, units]),
    });
    return { logits: (logits as Tensor).data as Float32Array, next: (next as Tensor).data as Float32Array };
  }

  return {
    async search(sources, width, limits) {
      const answers: string[][] = [];
      const perBlock = Math.floor(ROWS / width);
      const z = new Tensor('float32', new Float32Array(ROWS * latentDim), [ROWS, latentDim]);
      for (let first = 0; first < sources.length; first += perBlock) {
        const own = sources.slice(first, first + perBlock);
        const memory = await remember(own, width);
        const block = { rows: ROWS, sources: own.length, width, units, limits };
        const found = await beamSearch(codec, block, (symbols, states) => step(memory, z, symbols, states));
        answers.push(...found.map((texts) => [...new Set(texts.map(({ codes }) => text.decode(codes)))]));
      }
      return answers;
    },
    async draw(sources, { count, seed, streams }, settings) {
      const answers: string[][] = [];
      const perBlock = Math.floor(ROWS / count);
      for (let first = 0; first < sources.length; first += perBlock) {
        const own = sources.slice(first, first + perBlock);
        const memory = await remember(own, count);
        const rows = own.flatMap((_, at) =>
          Array.from({ length: count }, (_, draw) => `${streams[first + at]}/${draw}`),
        );
        const latents = new Float32Array(ROWS * latentDim);
        for (const [row, stream] of rows.entries()) latents.set(normals(seed, stream, latentDim), row * latentDim);
        const z = new Tensor('float32', latents, [ROWS, latentDim]);
        const drawing = textDrawing(codec, seed, rows, { ...settings, isRanked: true });
        let states: Float32Array = new Float32Array(ROWS * units);
        while (!drawing.isDone) {
          const symbols = new Float32Array(ROWS * vocabulary);
          symbols.set(drawing.symbols);
          const { logits, next } = await step(memory, z, symbols, states);
          drawing.take(logits);
          states = next;
        }
        const { codes, logProbabilities } = drawing;
        const size = codec.positions;
        for (let at = 0; at < own.length; at++) {
          const ranked = Array.from({ length: count }, (_, draw) => at * count + draw).sort(
            (a, b) => (logProbabilities[b] as number) - (logProbabilities[a] as number) || a - b,
          );
          answers.push([...new Set(ranked.map((row) => text.decode(codes.subarray(row * size, (row + 1) * size))))]);
        }
      }
      return answers;
    },
    async close() {
      await reader.release();
      await decoder.release();
    },
  };
}

async function run(session: InferenceSession, feeds: Record<string, Tensor>) {
  try {
    return await session.run(feeds);
  } catch (error) {
    throw corruptNetwork('ONNX Runtime cannot run it', error);
  }
}

/** Numbers of the decoder's state, which the file says. */
function unitsOf(session: InferenceSession): number {
  const port = session.inputMetadata.find(({ name }) => name === 'state');
  const units = port?.isTensor ? port.shape.at(-1) : undefined;
  if (typeof units === 'number') return units;
  throw corruptNetwork('its state has no size');
}
