// dataset.yaml: every setting a person can make, with its default. Strict: an unknown key is an issue with its line.
import * as z from 'zod';
import { hashOf } from '../base/hash.ts';
import { AudioDataset, AudioFile, AudioInferred } from './audio/definition.ts';
import { SplitConfig } from './define/dataset-sections.ts';
import type { RulesInForce } from './define/rules-in-force.ts';
import { GateConfig } from './gate-config.ts';
import { ImageDataset, ImageFile, ImageInferred } from './image/definition.ts';
import { DATASET_RULES } from './item-rules.ts';
import { TableDataset, TableFile, TableInferred } from './table/definition.ts';
import { TextDataset, TextFile, TextInferred } from './text/definition.ts';
import { TrainConfig } from './train-config.ts';

/** The content of dataset.yaml. Only the kind is required. */
export const DatasetFile = z.discriminatedUnion('kind', [ImageFile, TableFile, TextFile, AudioFile]);
export type DatasetFile = z.infer<typeof DatasetFile>;

/** The settings inferred from the first acceptable upload, used where dataset.yaml does not state them. */
export const Inferred = z.discriminatedUnion('kind', [ImageInferred, TableInferred, TextInferred, AudioInferred]);
export type Inferred = z.infer<typeof Inferred>;

/** The settings in force: schema defaults, overridden by the inferred settings, overridden by the file. */
export const EffectiveConfig = z.discriminatedUnion('kind', [ImageDataset, TableDataset, TextDataset, AudioDataset]);
export type EffectiveConfig = z.infer<typeof EffectiveConfig>;

const OTHERWISE = { gate: true, train: true } as const;
/** The part of the configuration that decides a snapshot's bytes: without the gate and the training settings, which are read later. */
export const SnapshotConfig = z.discriminatedUnion('kind', [
  ImageDataset.omit(OTHERWISE).strip(),
  TableDataset.omit(OTHERWISE).strip(),
  TextDataset.omit(OTHERWISE).strip(),
  AudioDataset.omit(OTHERWISE).strip(),
]);
export type SnapshotConfig = z.infer<typeof SnapshotConfig>;

/**
 * Returns undefined while neither the file nor an upload has provided a required setting, for example the image size.
 */
export function effectiveConfig(
  file: DatasetFile | undefined,
  inferred: Inferred | undefined,
): EffectiveConfig | undefined {
  const kind = file?.kind ?? inferred?.kind;
  if (!kind) return undefined;
  // Settings that were inferred for another kind than the file's do not apply.
  const found: Record<string, unknown> = inferred?.kind === kind ? inferred : {};
  const written: Record<string, unknown> = file ?? {};
  const { success, data } = EffectiveConfig.safeParse({
    kind,
    [kind]: { ...(found[kind] as object | undefined), ...(written[kind] as object | undefined) },
    rules: written.rules ?? {},
    labels: written.labels ?? found.labels ?? 'none',
    license: written.license ?? null,
    split: file?.split ?? SplitConfig.parse(found.split ?? {}),
    gate: file?.gate ?? GateConfig.parse({}),
    train: file?.train ?? TrainConfig.parse({}),
  });
  return success ? data : undefined;
}

/**
 * Returns the hash of the settings that decide the content of a cleaned item. Settings for comparing, splitting, the gate and training do
 * not cause items to be cleaned again.
 */
export function configIdOf(config: EffectiveConfig): string {
  const { split: _split, gate: _gate, train: _train, rules, ...decides } = config;
  return hashOf({ ...decides, rules: rulesOf(rules, (code) => !isDatasetRule(code)) }).slice(0, 16);
}

/** The rules that act when a snapshot is made. */
export function datasetRulesOf({ rules }: EffectiveConfig): RulesInForce {
  return rulesOf(rules, isDatasetRule);
}

function rulesOf(rules: RulesInForce, which: (code: string) => boolean): RulesInForce {
  return Object.fromEntries(Object.entries(rules).filter(([code]) => which(code)));
}

function isDatasetRule(code: string): boolean {
  return DATASET_RULES.some((name) => name === code);
}
