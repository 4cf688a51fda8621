// Trains a conditional VAE of pairs, and answers sources by it.
import { beamSearch, type FoundText } from '#core/model/text/beam-search.ts';
import type { Items } from '../../data/batches.ts';
import { symbolsOfCodes } from '../../evaluate/text/text-bits.ts';
import type { Learner } from '../../learn/learner.ts';
import { PAIR_STATES } from './pair-network.ts';
import { ANSWERED_ROWS, pairVae } from './pair-vae.ts';
import type { TextLearnerOptions } from './text-learner-options.ts';
import { openTextSession } from './text-session.ts';

export type PairLearnerOptions = Omit<TextLearnerOptions, 'classes' | 'classShares' | 'temperature'> & {
  /** Sizes of the sources. */
  readonly source: { readonly vocabulary: number; readonly positions: number };
  /** Rows of pairs whose sources are answered and shown after each epoch. */
  readonly shown: Items;
};

export type PairLearner = Learner & {
  /**
   * Returns the scores with the number of active dimensions of z. Pairs may need none, so it does not select epochs.
   */
  latentUse: Learner['score'];
  /**
   * Returns for each row of pairs the likeliest answers to its source, the best first, by beam search of `width`, with z at the mean of its
   * prior.
   */
  answer(rows: Items, width: number, yieldToEventLoop: () => Promise<void>): Promise<FoundText[][]>;
};

/**
 * Opens the learner. `generate` and `samples` return rows of pairs whose texts are the likeliest symbols for the sources shown.
 */
export function openPairVae(options: PairLearnerOptions): PairLearner {
  const { train, codec, sizes, vocabulary, logShares, source, shown, batchSize, towers, stepsPerEpoch, rateScale } =
    options;
  const { latentDim, freeBits, seed } = train;
  const { positions } = codec;
  const given = { vocabulary, positions, latentDim, source, batchSize, freeBits };
  const model = pairVae(given);
  const lengths = sizes.map((size) => {
    const [own, ofSource] = size as [number, number];
    return {
      size,
      programs: pairVae({ ...given, positions: own, source: { ...source, positions: ofSource } }).programs,
    };
  });
  const { remember: toRemember, step: toStep } = model.programs;
  const { session, learner } = openTextSession({
    ...{ train, state: model.initialState(seed, logShares), classes: 0, lengths },
    ...{ programs: { remember: toRemember, step: toStep }, sides: [positions, source.positions] },
    ...{ batchSize, towers, stepsPerEpoch, rateScale, symbolsOfCode: symbolsOfCodes(codec) },
  });
  const z = new Float32Array(ANSWERED_ROWS * latentDim);

  /** Returns the memory of rows, repeated for `repeat` rows of the decoder each. */
  function remember({ bytes, size }: Items, first: number, count: number, repeat: number) {
    const x = new Float32Array(ANSWERED_ROWS * source.positions);
    for (let row = 0; row < count * repeat; row++) {
      const at = (first + Math.floor(row / repeat)) * size + positions;
      x.set(bytes.subarray(at, at + source.positions), row * source.positions);
    }
    return session.run('remember', { x }) as Record<'keys' | 'values' | 'bias', Float32Array>;
  }

  function step(symbol: Float32Array, state: Float32Array, memory: ReturnType<typeof remember>) {
    return session.run('step', { ...memory, z, symbol, state }) as Record<'logits' | 'next', Float32Array>;
  }

  /** Chooses the likeliest symbol at each position. */
  function greedy(rows: Items): Uint8Array {
    const out = new Uint8Array(rows.bytes.subarray(0, rows.items * rows.size));
    for (let first = 0; first < rows.items; first += ANSWERED_ROWS) {
      const count = Math.min(ANSWERED_ROWS, rows.items - first);
      const memory = remember(rows, first, count, 1);
      let state: Float32Array = new Float32Array(ANSWERED_ROWS * PAIR_STATES);
      let symbol = new Float32Array(ANSWERED_ROWS * vocabulary);
      for (let position = 0; position < positions; position++) {
        const { logits, next } = step(symbol, state, memory);
        state = next;
        symbol = new Float32Array(ANSWERED_ROWS * vocabulary);
        for (let row = 0; row < count; row++) {
          const own = logits.subarray(row * vocabulary, (row + 1) * vocabulary);
          const code = own.indexOf(Math.max(...own));
          out[(first + row) * rows.size + position] = code;
          symbol[row * vocabulary + code] = 1;
        }
      }
      endTexts(out.subarray(first * rows.size, (first + count) * rows.size), rows.size, positions);
    }
    return out;
  }

  return {
    ...learner,
    get step() {
      return learner.step;
    },
    isConditional: false,
    async score(split, yieldToEventLoop) {
      const {
        activeUnits: _used,
        latents: _all,
        mutualInformation: _told,
        ...scores
      } = await learner.score(split, yieldToEventLoop);
      return scores;
    },
    latentUse: learner.score,
    generate: () => greedy(shown),
    samples: () => greedy(shown),
    async answer(rows, width, yieldToEventLoop) {
      const perBlock = Math.max(1, Math.floor(ANSWERED_ROWS / width));
      const answers: FoundText[][] = [];
      for (let first = 0; first < rows.items; first += perBlock) {
        await yieldToEventLoop();
        const sources = Math.min(perBlock, rows.items - first);
        const memory = remember(rows, first, sources, width);
        const block = { rows: ANSWERED_ROWS, sources, width, units: PAIR_STATES };
        answers.push(...(await beamSearch(codec, block, async (symbol, state) => step(symbol, state, memory))));
      }
      return answers;
    },
  };
}

/** Replaces codes after the first end by ends. */
function endTexts(rows: Uint8Array, size: number, positions: number): void {
  for (let at = 0; at < rows.length; at += size) {
    const end = rows.subarray(at, at + positions).indexOf(0);
    if (end >= 0) rows.fill(0, at + end, at + positions);
  }
}
