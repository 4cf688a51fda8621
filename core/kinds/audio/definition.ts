// The definition of audio clips, without decoders.
import * as z from 'zod';
import { LIMITS } from '../../base/limits.ts';
import { asWritten } from '../define/as-written.ts';
import { InferredSplit, Labels, SECTIONS_IN_FORCE, SplitConfig, sectionsInFile } from '../define/dataset-sections.ts';
import type { KindDefinition } from '../define/kind-definition.ts';
import { rulesSchema } from '../define/rules-in-force.ts';
import { ITEM_RULES } from '../item-rules.ts';
import { fileOfPiece } from '../reading/piece-path.ts';
import { AudioConfig, samplesOf } from './config.ts';
import { looksLikeFilm } from './decode/containers/is-film.ts';
import { AUDIO_ISSUES } from './issues.ts';
import type { AudioMeasures } from './measure.ts';
import { AUDIO_RULES } from './rules.ts';

const RULES = { ...ITEM_RULES, ...AUDIO_RULES };

/** The families of models that train on its items. */
const MODELS = ['vae', 'gan', 'pca-mixture'] as const;

/** dataset.yaml as it is written. */
export const AudioFile = z.strictObject({
  kind: z.literal('audio'),
  audio: asWritten(AudioConfig).optional(),
  rules: rulesSchema(RULES),
  split: SplitConfig.prefault({}),
  ...sectionsInFile(MODELS),
});

/** The settings inferred from the first upload. */
export const AudioInferred = z.strictObject({
  kind: z.literal('audio'),
  audio: AudioConfig,
  labels: Labels,
  split: InferredSplit,
});

/** The settings in force. */
export const AudioDataset = z.strictObject({
  kind: z.literal('audio'),
  audio: AudioConfig,
  rules: rulesSchema(RULES),
  split: SplitConfig,
  ...SECTIONS_IN_FORCE,
});
export type AudioDataset = z.infer<typeof AudioDataset>;

/** The measures of an original clip: their names for people, with units. */
export const AUDIO_MEASURES = {
  originalSeconds: 'Length as uploaded, s',
  rms: 'Level (RMS), share of full scale',
  peak: 'Peak, share of full scale',
  clippingShare: 'Share clipped',
  silenceShare: 'Share silent',
  dcOffset: 'DC offset, share of full scale',
  snrDb: 'Signal-to-noise ratio, dB',
} as const satisfies Record<keyof AudioMeasures | 'originalSeconds', string>;

export const AUDIO_KIND = {
  kind: 'audio',
  item: { one: 'clip', many: 'clips', withArticle: 'a clip' },
  issues: AUDIO_ISSUES,
  rules: RULES,
  content: { families: ['audio'], claims: (_family, start, path) => !looksLikeFilm(start, path) },
  unit: { entries: LIMITS.unitEntries / 4, bytes: LIMITS.unitBytes, fileBytes: LIMITS.fileBytes },
  hasLines: false,
  takesSidecar: true,
  measures: AUDIO_MEASURES,
  words: {
    copies: 'One copy is kept, the first one shown here.',
    age: 'Clips have no age limit',
  },
  tabular: null,
  shard: {
    type: 'array',
    holds: 'samples',
    values: 'int16',
    itemShape: ({ audio }: AudioDataset) => [samplesOf(audio)],
  },
  preview: {
    columns: ['bytes', 'sampleRate'],
    of: ({ bytes, sampleRate }) => ({
      shows: 'samples',
      samples: new Int16Array((bytes as Uint8Array).slice().buffer),
      sampleRate: Number(sampleRate),
    }),
    dropped: 'sound',
  },
  cleaner: {
    memoryMiB: 1769,
    timeoutSeconds: 120,
    children: ['decode-process.ts'],
    apart: ['@libav.js/variant-fat/dist/libav-4.10.6.1.1-fat.wasm.js'],
    lightBytes: 2 ** 20,
  },
  alignment: null,
  models: MODELS,
  drawn: { call: 1_024, shard: 200, most: 100_000, type: 'application/zip' },
  // Clips of one recording stay in one split.
  groupOf: ({ path }) => recordingOf(String(path)),
  dropsCopies: () => true,
  itemBytes: ({ audio }: AudioDataset) => samplesOf(audio) * 2,
} as const satisfies KindDefinition;

function recordingOf(path: string): string | null {
  const recording = fileOfPiece(path);
  return recording === path ? null : `recording ${recording}`;
}
