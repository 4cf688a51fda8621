// What of a kind's items index looks at: which columns are read, what is measured, and which of near items is the best.
import type { EffectiveConfig } from '#core/kinds/config.ts';
import { nameLikeColumn } from '#core/kinds/personal-columns.ts';
import { isNumeric, isTemporal } from '#core/kinds/table/schema/schema.ts';
import { type Cut, cutNames, lookName } from '#core/similarity/crop-hashes.ts';
import { MIN_HASH_BYTES, minHashLikeness } from '#core/similarity/min-hash.ts';
import type { Name } from '#core/similarity/perceptual-hash.ts';
import { LOOK_BYTES, leastLookOf, lookOf } from '#core/similarity/thumbnail.ts';
import { type Likeness, lookLikeness, spectrumLikeness } from '#core/similarity/thumbnail-similarity.ts';
import type { SnapshotSchema } from '#core/snapshot/messages.ts';
import type { PartRow } from '#core/snapshot/source-part.ts';

/** More would say little and cost much. */
const MEASURED_COLUMNS = 32;
/** Read of every part. */
export const COMMON_COLUMNS = ['itemId', 'path', 'label', 'license', 'source', 'flags', 'fixes'] as const;

/** What a near item is found by. `print`: what is compared; its length is `printBytes`. */
type Print = { readonly name?: Name; readonly print: Uint8Array };

export type Lens = {
  readonly columns: readonly string[];
  readonly measures: readonly string[];
  readonly printBytes: number;
  /** By which copies and near items are ordered, the best first; each with what to say of it. */
  readonly better: readonly { readonly why: string; readonly of: (row: PartRow, flags: number) => number }[];
  readonly measure: (row: PartRow) => readonly (number | null)[];
  /** Undefined for kinds without near items. */
  readonly print?: (row: PartRow) => Print;
  /** Of two prints, 1 of equal ones. */
  readonly likeness?: Likeness;
  /** What a print would be found by had a little been cut off. */
  readonly cuts?: (print: Uint8Array) => readonly Cut[];
};

const FEWER_FLAGS = { why: 'fewer flags', of: (_row: PartRow, flags: number) => -flags };

export function lensOf(config: EffectiveConfig, schema: SnapshotSchema | null): Lens {
  if (config.kind === 'image') return config.image.channels === 3 ? COLOUR : IMAGE;
  if (config.kind === 'text') return TEXT;
  return config.kind === 'audio' ? AUDIO : tableLens(schema);
}

const IMAGE_MEASURES = [
  'brightness',
  'contrast',
  'sharpness',
  'entropy',
  'colourfulness',
  'uniformity',
  'noise',
  'aspect',
];
const IMAGE: Lens = {
  columns: [...IMAGE_MEASURES, 'originalWidth', 'originalHeight', 'width', 'height', 'channels', 'bytes'],
  measures: IMAGE_MEASURES,
  printBytes: LOOK_BYTES,
  better: [
    { why: 'more pixels', of: ({ originalWidth, originalHeight }) => Number(originalWidth) * Number(originalHeight) },
    { why: 'sharper', of: ({ sharpness }) => Number(sharpness) },
    FEWER_FLAGS,
  ],
  measure: (row) => IMAGE_MEASURES.map((name) => numberOf(row[name])),
  print: ({ bytes, ...row }) => {
    const print = lookOf(bytes as Uint8Array, shapeOf(row));
    return { name: lookName(print), print };
  },
  likeness: lookLikeness,
  cuts: cutNames,
};
const COLOUR: Lens = {
  ...IMAGE,
  printBytes: 2 * LOOK_BYTES,
  print: ({ bytes, ...row }) => {
    const shape = shapeOf(row);
    const look = lookOf(bytes as Uint8Array, shape);
    const print = new Uint8Array(2 * LOOK_BYTES);
    print.set(look);
    print.set(leastLookOf(bytes as Uint8Array, shape), LOOK_BYTES);
    return { name: lookName(look), print };
  },
};

const TEXT_MEASURES = ['length', 'tokens', 'letterShare', 'repetition', 'boilerplate'];
const TEXT: Lens = {
  columns: [...TEXT_MEASURES, 'line', 'minhash'],
  measures: TEXT_MEASURES,
  printBytes: MIN_HASH_BYTES,
  better: [FEWER_FLAGS, { why: 'longer', of: ({ length }) => Number(length) }],
  measure: (row) => TEXT_MEASURES.map((name) => numberOf(row[name])),
  print: ({ minhash }) => ({ print: minhash as Uint8Array }),
  likeness: minHashLikeness,
};

const AUDIO_MEASURES = ['originalSeconds', 'rms', 'peak', 'clippingShare', 'silenceShare', 'dcOffset', 'snrDb'];
const AUDIO: Lens = {
  columns: [...AUDIO_MEASURES, 'originalSampleRate', 'phash', 'spectrum'],
  measures: AUDIO_MEASURES,
  printBytes: LOOK_BYTES,
  better: [
    { why: 'more samples a second', of: ({ originalSampleRate }) => Number(originalSampleRate) },
    FEWER_FLAGS,
    { why: 'longer', of: ({ originalSeconds }) => Number(originalSeconds) },
  ],
  measure: (row) => AUDIO_MEASURES.map((name) => numberOf(row[name])),
  print: ({ phash, spectrum }) => ({ name: nameOf(phash as bigint), print: spectrum as Uint8Array }),
  likeness: spectrumLikeness,
};

/** Of tables, the numbers and times that are nobody's own. */
function tableLens(schema: SnapshotSchema | null): Lens {
  const columns = schema?.columns ?? [];
  const measured = columns
    .filter(({ type, name }) => (isNumeric(type) || isTemporal(type)) && !nameLikeColumn(name))
    .slice(0, MEASURED_COLUMNS);
  return {
    columns: ['line', ...columns.map((column) => column.in)],
    measures: measured.map(({ name }) => name),
    printBytes: 0,
    better: [FEWER_FLAGS],
    measure: (row) => measured.map((column) => numberOf(row[column.in])),
  };
}

function shapeOf({ width, height, channels }: PartRow) {
  return { width: Number(width), height: Number(height), channels: Number(channels) };
}

function numberOf(value: unknown): number | null {
  if (typeof value === 'bigint') return Number(value);
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

function nameOf(hash: bigint): Name {
  return { high: Number(hash >> 32n), low: Number(hash & 0xffffffffn) };
}
