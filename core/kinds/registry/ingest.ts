// The functions of each kind for the first step of the ingest: infer settings from a first upload, and cut a file into units.
import type { Kind } from '../../base/names.ts';
import type { ReadRange } from '../../base/read-range.ts';
import type { AudioDataset } from '../audio/definition.ts';
import { clipsPerUnit, inferAudio } from '../audio/infer.ts';
import { isSoundStartTooShort } from '../audio/sound-length.ts';
import type { EffectiveConfig, Inferred } from '../config.ts';
import type { Sample } from '../define/cleaned.ts';
import { imagesPerUnit, inferImages, needsLongerStart } from '../image/infer.ts';
import { labelsFrom } from '../labels.ts';
import { TableConfig } from '../table/config.ts';
import { inferHeader } from '../table/infer-header.ts';
import type { TextDataset } from '../text/definition.ts';
import { inferText } from '../text/infer.ts';
import { type LineCost, measureLines } from '../text/line-spans.ts';
import { type TextRange, textRanges } from '../text/ranges.ts';

type Pieces = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

type KindIngest = {
  /**
   * `paths`: all files of the upload; the samples are some of them. Returns undefined if the samples are not sufficient.
   */
  infer(samples: readonly Sample[], paths: readonly string[]): Inferred | undefined;
  /** Returns whether the start of a file is too short for the kind to infer its settings. */
  readonly needsLongerStart?: (start: Uint8Array) => boolean;
  /** Returns the maximum number of files of an archive in one unit, for kinds where the samples decide it. */
  readonly unitEntries?: (
    files: number,
    samples: () => Promise<readonly Sample[]>,
    config: EffectiveConfig,
  ) => Promise<number>;
  /** Returns where to cut a file that is dropped separately; undefined if it is not cut. */
  ranges?(
    config: EffectiveConfig,
    file: { readonly size: number; readonly type: string },
    readRange: ReadRange,
  ): Promise<readonly TextRange[] | undefined>;
  /** How many items a file has and where to cut it, by its bytes; undefined where a file is an item. */
  measure?(config: EffectiveConfig): ((pieces: Pieces) => Promise<LineCost>) | undefined;
};

const INGEST: Readonly<Record<Kind, KindIngest>> = {
  image: { infer: inferImages, needsLongerStart, unitEntries: imagesPerUnit },
  table: {
    infer: (samples) => ({ kind: 'table', table: TableConfig.parse({ header: inferHeader(samples) }), labels: 'none' }),
  },
  text: {
    infer: (samples, paths) => ({ kind: 'text', text: inferText(samples), ...labelsFrom(paths) }),
    ranges: textRanges,
    measure: ({ text: { unit } }: TextDataset) =>
      unit === 'file' || unit === 'tune' ? undefined : (pieces: Pieces) => measureLines(pieces, unit),
  },
  audio: {
    infer: (samples, paths) => ({ kind: 'audio', audio: inferAudio(samples), ...labelsFrom(paths) }),
    needsLongerStart: isSoundStartTooShort,
    unitEntries: (files, samples, config) => clipsPerUnit(files, samples, (config as AudioDataset).audio),
  },
};

export function ingestOf(kind: Kind): KindIngest {
  return INGEST[kind];
}

/** Returns whether the start of a file is too short for any kind to infer its settings. */
export function isStartTooShort(start: Uint8Array): boolean {
  return Object.values(INGEST).some((kind) => kind.needsLongerStart?.(start) ?? false);
}
