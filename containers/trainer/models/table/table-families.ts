// The families of models of tables by the name in the configuration of a dataset.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FAILURE, GoldpanError } from '#core/base/errors.ts';
import type { TrainConfig } from '#core/kinds/train-config.ts';
import type { ResolvedTableTrain } from '#core/model/resolve-table-train.ts';
import { CLASSES_FILE, classSampler, decodeClasses, encodeClasses } from '#core/model/table/class-sampler.ts';
import {
  CONDITIONS_FILE,
  decodeConditions,
  encodeConditions,
  GENERATOR_FILE,
  openGeneratorSampler,
} from '#core/model/table/generator-sampler.ts';
import { openNetworkSampler, SAMPLER_FILE } from '#core/model/table/network-sampler.ts';
import type { TableSampler } from '#core/model/table/table-sampler.ts';
import type { StateMap } from '../../engine/types.ts';
import { exportModel } from '../../export/export-model.ts';
import { tableSamplerOnnx } from '../../export/table/table-sampler.ts';
import { checkSampler } from '../../export/table/table-sampler-parity.ts';
import type { Learner } from '../../learn/learner.ts';
import { ganConditions } from './gan-conditions.ts';
import { latentClassesIn, openLatentClass } from './latent-class-learner.ts';
import { withoutShared } from './ordered-codes.ts';
import { tableGan } from './table-gan.ts';
import { openTableGan } from './table-gan-learner.ts';
import type { TableLayout } from './table-layout.ts';
import type { TableLearnerOptions } from './table-learner-options.ts';
import { tableSizes, tableVae } from './table-vae.ts';
import { openTableVae } from './table-vae-learner.ts';

type Exported = {
  readonly folder: string;
  readonly layout: TableLayout;
  readonly train: ResolvedTableTrain;
};

export type TableFamily = {
  /** Whether a step is divided among the cores. */
  readonly hasTowers: boolean;
  openLearner(options: TableLearnerOptions): Learner;
  /** Writes the files of a trained model below the folder and returns their paths. */
  exportFiles(
    options: Exported & { readonly weights: StateMap; readonly trainCodes: Uint8Array },
  ): Promise<readonly string[]>;
  /** Opens the exported files as the endpoint does. */
  openSampler(options: Exported): Promise<TableSampler>;
};

const vae: TableFamily = {
  hasTowers: true,
  openLearner: openTableVae,
  async exportFiles({ weights, layout, train, folder }) {
    const { latentDim, batchSize, freeBits } = train;
    const model = tableVae({ layout, latentDim, batchSize, freeBits });
    const state = withoutShared(weights, layout);
    const { files } = await exportModel({ exports: model.exports, state, folder });
    const bytes = tableSamplerOnnx(tableSizes({ layout, latentDim }), state);
    writeFileSync(join(folder, SAMPLER_FILE), bytes);
    await checkSampler({ bytes, layout, latentDim, decoderFile: join(folder, 'decoder.onnx') });
    return [...files, SAMPLER_FILE];
  },
  openSampler: ({ folder, layout, train }) =>
    openNetworkSampler(readFileSync(join(folder, SAMPLER_FILE)), {
      latentDim: train.latentDim,
      subColumns: layout.subColumns,
      threads: 1,
    }),
};

const latentClass: TableFamily = {
  hasTowers: false,
  openLearner: openLatentClass,
  async exportFiles({ weights, folder }) {
    writeFileSync(join(folder, CLASSES_FILE), encodeClasses(latentClassesIn(weights)));
    return [CLASSES_FILE];
  },
  openSampler: async ({ folder, layout }) =>
    classSampler(decodeClasses(readFileSync(join(folder, CLASSES_FILE)), layout.codes), layout.subColumns),
};

const gan: TableFamily = {
  hasTowers: false,
  openLearner: openTableGan,
  async exportFiles({ weights, layout, train, folder, trainCodes }) {
    const { exports } = tableGan({ layout, latentDim: train.latentDim, batchSize: train.batchSize });
    const { files } = await exportModel({ exports, state: weights, folder });
    writeFileSync(join(folder, CONDITIONS_FILE), encodeConditions(ganConditions(layout, trainCodes).shares));
    return [...files, CONDITIONS_FILE];
  },
  openSampler: ({ folder, layout, train }) =>
    openGeneratorSampler(readFileSync(join(folder, GENERATOR_FILE)), {
      latentDim: train.latentDim,
      subColumns: layout.subColumns,
      shares: decodeConditions(readFileSync(join(folder, CONDITIONS_FILE))),
      threads: 1,
    }),
};

const FAMILIES: Readonly<Partial<Record<TrainConfig['model'], TableFamily>>> = {
  vae,
  gan,
  'latent-class': latentClass,
};

/** Returns the family. Throws UnknownModelError. */
export function tableFamilyOf(name: TrainConfig['model']): TableFamily {
  const family = FAMILIES[name];
  if (family) return family;
  throw new GoldpanError(
    FAILURE.unknownModel,
    `There is no model family ${name} for tables. The families are ${Object.keys(FAMILIES).join(', ')}.`,
  );
}
