// The functions of the trainer's parent process for each kind of data: fetch items, show samples, and describe the model's input.

import type { TextCodec } from '#core/kinds/text/codec/text-codec.ts';
import type { TrainConfig } from '#core/kinds/train-config.ts';
import type { ModelInput, TextSizes } from '#core/model/messages/card.ts';
import { resolveAudioTrain } from '#core/model/resolve-audio-train.ts';
import { resolveTableTrain } from '#core/model/resolve-table-train.ts';
import { resolveTrain } from '#core/model/resolve-train.ts';
import { resolveTextTrain } from '#core/model/text/resolve-text-train.ts';
import type { Manifest, ManifestOf } from '#core/snapshot/messages.ts';
import type { Store } from '#core/store/store.ts';
import { hasPretrainedFiles } from '../features/pretrained-file.ts';
import type { TaskInput } from '../state/protocol.ts';
import { fetchAudio, MEL_CODEC_FILE } from './audio/fetch-audio.ts';
import { CODEC_FILE } from './coded-files.ts';
import { fetchImages } from './fetch-images.ts';
import { encodeGridPng, type ImageSize, imageGrid } from './picture.ts';
import type { ShownSamples } from './shown-samples.ts';
import { fetchTable } from './table/fetch-table.ts';
import { tableInputOf } from './table/table-input.ts';
import { showRows } from './table/table-rows.ts';
import { fetchTexts } from './text/fetch-texts.ts';
import { SOURCE_CODEC_FILE, showTexts } from './text/show-texts.ts';

type Resolved = TrainConfig & { readonly latentDim: number };
type Of<K extends TaskInput['kind']> = Extract<TaskInput, { kind: K }>;

type KindSupport<K extends TaskInput['kind']> = {
  /** Writes the items into the folder and returns what they are. `check` throws when the run is to stop. */
  fetch(data: Store, manifest: ManifestOf<K>, folder: string, check: () => void): Promise<Of<K>>;
  show(samples: Uint8Array, input: Of<K>, folder: string): Promise<ShownSamples>;
  /** Describes the model's input and its resolved settings for the card. */
  describe(input: Of<K>): ModelInput;
  resolve(train: TrainConfig, input: Of<K>, manifest: Pick<Manifest, 'splits' | 'labels'>): Resolved;
  /** Files of the folder that are part of the model. */
  modelFiles(input: Of<K>): readonly string[];
};

const SUPPORT: { readonly [K in TaskInput['kind']]: KindSupport<K> } = {
  image: {
    async fetch(data, manifest, folder, check) {
      await fetchImages(data, manifest, folder, check);
      return { kind: 'image', image: manifest.config.image };
    },
    show: (samples, { image }) => shownPictures(samples, image),
    describe: ({ kind, image }) => ({ kind, ...image }),
    resolve: (train, { image }, { splits, labels }) =>
      resolveTrain(train, {
        items: splits.train as number,
        classes: labels.length,
        image,
        hasFeatures: hasPretrainedFiles(),
      }),
    modelFiles: () => [],
  },
  table: {
    async fetch(data, manifest, folder, check) {
      const codec = await fetchTable(data, manifest, folder, check);
      return { kind: 'table', table: tableInputOf(codec, manifest.config.table.delimiter) };
    },
    show: async (samples, { table }, folder) => showRows(samples, table, folder),
    describe: ({ table }) => table,
    resolve: (train, _input, { splits }) => resolveTableTrain(train, splits.train as number),
    modelFiles: () => [CODEC_FILE],
  },
  text: {
    async fetch(data, manifest, folder, check) {
      const { codec, source } = await fetchTexts(data, manifest, folder, check);
      const isMusic = manifest.config.text.unit === 'tune';
      return {
        kind: 'text',
        text: {
          ...{ kind: 'text', ...sizesOf(codec) },
          ...(source && { source: sizesOf(source) }),
          ...(isMusic && { notation: 'abc' }),
        },
      };
    },
    show: async (samples, _input, folder) => showTexts(samples, folder),
    describe: ({ text }) => text,
    resolve: (train, { text }, { splits, labels }) =>
      resolveTextTrain(train, {
        classes: labels.length,
        items: splits.train as number,
        isPairs: text.source !== undefined,
        positions: text.maxLength + 1,
      }),
    modelFiles: ({ text }) => [CODEC_FILE, ...(text.source ? [SOURCE_CODEC_FILE] : [])],
  },
  audio: {
    async fetch(data, manifest, folder, check) {
      const { frames, bands } = await fetchAudio(data, manifest, folder, check);
      const { sampleRate, seconds } = manifest.config.audio;
      return {
        kind: 'audio',
        audio: { kind: 'audio', sampleRate, seconds, width: frames, height: bands, channels: 1 },
      };
    },
    show: (samples, { audio }) => shownPictures(samples, audio),
    describe: ({ audio }) => audio,
    resolve: (train, _, { labels }) => resolveAudioTrain(train, { classes: labels.length }),
    modelFiles: () => [MEL_CODEC_FILE],
  },
};

function sizesOf({ unit, symbols, merges, positions }: TextCodec): TextSizes {
  return { unit, symbols: symbols.length + (merges?.length ?? 0), maxLength: positions - 1 };
}

async function shownPictures(samples: Uint8Array, size: ImageSize): Promise<ShownSamples> {
  const grid = imageGrid(samples, size);
  return { extension: 'png', contentType: 'image/png', bytes: await encodeGridPng(grid), grid };
}

export function supportOf(input: TaskInput): KindSupport<TaskInput['kind']> {
  return SUPPORT[input.kind] as KindSupport<TaskInput['kind']>;
}

/** Writes the items of a snapshot into the folder. */
export function fetchItems(
  data: Store,
  manifest: ManifestOf<TaskInput['kind']>,
  folder: string,
  check: () => void,
): Promise<TaskInput> {
  return (SUPPORT[manifest.config.kind] as KindSupport<TaskInput['kind']>).fetch(data, manifest, folder, check);
}
