// The options with which a model of texts is opened.
import type { TextCodec } from '#core/kinds/text/codec/text-codec.ts';
import type { ResolvedTextTrain } from '#core/model/text/resolve-text-train.ts';
import type { Sides } from '../../data/text/length-groups.ts';

export type TextLearnerOptions = {
  readonly train: ResolvedTextTrain;
  readonly codec: TextCodec;
  /** Positions of each side for the batches of short and of long texts, the shortest first; the last has room for every text. */
  readonly sizes: readonly Sides[];
  /** Number of codes, including the end and the unknown symbol. */
  readonly vocabulary: number;
  /** Logarithm of the share of positions that have each code, [vocabulary]. */
  readonly logShares: Float32Array;
  /** Number of classes that the decoder reads; 0 = none. */
  readonly classes: number;
  /** Share of the training texts of each class and, last, of those without one. */
  readonly classShares: readonly number[];
  /** Of the texts that `generate` draws. */
  readonly temperature: number;
  readonly batchSize: number;
  readonly towers: number;
  readonly stepsPerEpoch: number;
  /** Factor on the learning rate; 1/2 after a divergence. */
  readonly rateScale: number;
};
