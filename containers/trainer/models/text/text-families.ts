// The families of models of texts by the name in the configuration of a dataset.
import { FAILURE, GoldpanError } from '#core/base/errors.ts';
import { type TextCodec, textCoder } from '#core/kinds/text/codec/text-codec.ts';
import type { TrainConfig } from '#core/kinds/train-config.ts';
import type { ResolvedTextTrain } from '#core/model/text/resolve-text-train.ts';
import type { StateMap } from '../../engine/types.ts';
import { exportModel } from '../../export/export-model.ts';
import type { Learner } from '../../learn/learner.ts';
import type { TextLearnerOptions } from './text-learner-options.ts';
import { textVae } from './text-vae.ts';
import { openTextVae } from './text-vae-learner.ts';

type Exported = {
  readonly weights: StateMap;
  readonly codec: TextCodec;
  readonly classes: number;
  readonly train: ResolvedTextTrain;
  readonly folder: string;
};

export type TextFamily = {
  openLearner(options: TextLearnerOptions): Learner;
  /** Writes the files of a trained model below the folder and returns their paths. */
  exportFiles(options: Exported): Promise<readonly string[]>;
};

const vae: TextFamily = {
  openLearner: openTextVae,
  async exportFiles({ weights, codec, classes, train, folder }) {
    const { preset, latentDim, batchSize, freeBits } = train;
    const { vocabulary, positions } = textCoder(codec);
    const { exports } = textVae({ preset, vocabulary, positions, classes, latentDim, batchSize, freeBits });
    return (await exportModel({ exports, state: weights, folder })).files;
  },
};

const FAMILIES: Readonly<Partial<Record<TrainConfig['model'], TextFamily>>> = { vae };
/** The reason why a family of other kinds cannot model texts. */
const REASONS: Readonly<Partial<Record<TrainConfig['model'], string>>> = {
  gan: ' A drawn symbol has no gradient that a critic could pass to a generator, and GANs of texts lose to language models in quality and diversity (Caccia et al. 2020).',
};

/** Throws UnknownModelError with the reason and the alternative for a family that cannot model texts. */
export function refuseOtherFamilies(name: TrainConfig['model']): void {
  textFamilyOf(name);
}

/** Returns the family. Throws UnknownModelError with the reason and the alternative. */
export function textFamilyOf(name: TrainConfig['model']): TextFamily {
  const family = FAMILIES[name];
  if (family) return family;
  throw new GoldpanError(
    FAILURE.unknownModel,
    `There is no model family ${name} for texts.${REASONS[name] ?? ''} Set train.model to ${Object.keys(FAMILIES).join(' or ')}.`,
  );
}
