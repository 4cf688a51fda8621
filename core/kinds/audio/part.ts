// A part of clips.

import { encodeColumns, type PartColumn, type PartColumns } from '../../base/parquet-columns.ts';
import { type CommonItem, FIRST_COLUMNS, LAST_COLUMNS } from '../define/part-columns.ts';
import { AUDIO_MEASURES } from './definition.ts';
import type { AudioMeasures } from './measure.ts';

/**
 * A clean clip. `bytes`: little-endian int16 PCM, one channel, of the configured rate and length. Equal items have equal samples and rate.
 */
export type AudioItem = CommonItem &
  AudioMeasures & {
    readonly bytes: Uint8Array;
    readonly sampleRate: number;
    readonly originalSampleRate: number;
    readonly originalSeconds: number;
    /** Channels of the original clip. */
    readonly channels: number;
    /** Perceptual hash of the stored clip: core/kinds/audio/fingerprint.ts */
    readonly phash: bigint;
    readonly spectrum: Uint8Array;
  };

const { originalSeconds: _seconds, ...MEASURED } = AUDIO_MEASURES;
const MEASURE_COLUMNS = Object.fromEntries(
  Object.keys(MEASURED).map((name) => [name, { type: 'FLOAT' } as const]),
) as Record<keyof AudioMeasures, PartColumn>;

const COLUMNS: PartColumns<AudioItem> = {
  ...FIRST_COLUMNS,
  bytes: { type: 'BYTE_ARRAY', distinct: true },
  sampleRate: { type: 'INT32' },
  originalSampleRate: { type: 'INT32' },
  originalSeconds: { type: 'FLOAT' },
  channels: { type: 'INT32' },
  ...MEASURE_COLUMNS,
  phash: { type: 'UINT64' },
  spectrum: { type: 'BYTE_ARRAY', distinct: true },
  ...LAST_COLUMNS,
};
export const AUDIO_COLUMNS = Object.keys(COLUMNS) as readonly (keyof AudioItem)[];

/** Rows keep the order of `items`. */
export function encodeAudioPart(items: readonly AudioItem[]): Uint8Array {
  return encodeColumns(COLUMNS, items);
}
