// A part of clips.

import { encodeColumns, type PartColumns } from '../../base/parquet-columns.ts';
import type { IssueCode } from '../issues.ts';

/** One clean clip. `bytes`: little-endian int16 PCM, one channel, of the configured rate and length. Measures are of the clip as it came. */
export type AudioItem = {
  /** SHA-256 of the rate and the samples. */
  readonly itemId: string;
  /** Within the dataset or the archive. */
  readonly path: string;
  readonly label: string | null;
  readonly bytes: Uint8Array;
  readonly sampleRate: number;
  readonly originalSampleRate: number;
  readonly originalSeconds: number;
  /** Of the clip as it came. */
  readonly channels: number;
  readonly rms: number;
  readonly peak: number;
  readonly clippingShare: number;
  readonly silenceShare: number;
  readonly dcOffset: number;
  readonly snrDb: number;
  /** Of the clip as it is stored: core/audio/fingerprint.ts */
  readonly phash: bigint;
  readonly spectrum: Uint8Array;
  readonly flags: readonly IssueCode[];
  readonly fixes: readonly string[];
  readonly license: string | null;
  /** Key in the drop bucket. */
  readonly source: string;
};

const COLUMNS: PartColumns<AudioItem> = {
  itemId: { type: 'STRING', distinct: true },
  path: { type: 'STRING', distinct: true },
  label: { type: 'STRING', nullable: true },
  bytes: { type: 'BYTE_ARRAY', distinct: true },
  sampleRate: { type: 'INT32' },
  originalSampleRate: { type: 'INT32' },
  originalSeconds: { type: 'FLOAT' },
  channels: { type: 'INT32' },
  rms: { type: 'FLOAT' },
  peak: { type: 'FLOAT' },
  clippingShare: { type: 'FLOAT' },
  silenceShare: { type: 'FLOAT' },
  dcOffset: { type: 'FLOAT' },
  snrDb: { type: 'FLOAT' },
  phash: { type: 'UINT64' },
  spectrum: { type: 'BYTE_ARRAY', distinct: true },
  flags: { type: 'JSON' },
  fixes: { type: 'JSON' },
  license: { type: 'STRING', nullable: true },
  source: { type: 'STRING' },
};
export const AUDIO_COLUMNS = Object.keys(COLUMNS) as (keyof AudioItem)[];

/** Rows keep the order of `items`. */
export function encodeAudioPart(items: readonly AudioItem[]): Uint8Array {
  return encodeColumns(COLUMNS, items);
}
