// What the first step of the way in asks of each kind: which settings a first upload speaks for, and how a file is cut into units.
import type { Kind } from '../../base/names.ts';
import type { ReadRange } from '../../base/read-range.ts';
import { inferAudio } from '../audio/infer.ts';
import { isSoundStartTooShort } from '../audio/sound-length.ts';
import type { EffectiveConfig, Inferred } from '../config.ts';
import type { Sample } from '../define/cleaned.ts';
import { imagesPerUnit, inferImages, needsLongerStart } from '../image/infer.ts';
import { labelsFrom } from '../labels.ts';
import { TableConfig } from '../table/config.ts';
import { inferText } from '../text/infer.ts';
import { type TextRange, textRanges } from '../text/ranges.ts';

type KindIngest = {
  /** `paths`: all files of the upload, the samples some of them. Undefined where the samples do not say enough. */
  infer(samples: readonly Sample[], paths: readonly string[]): Inferred | undefined;
  /** Whether the start of a file ends before what the kind has to know of it. */
  readonly needsLongerStart?: (start: Uint8Array) => boolean;
  /** Files of an archive of so many that one unit holds at most, where its samples decide. */
  readonly unitEntries?: (files: number, samples: () => Promise<readonly Sample[]>) => Promise<number>;
  /** Where to cut a file that is dropped by itself; undefined where it stays whole. */
  ranges?(
    config: EffectiveConfig,
    file: { readonly size: number; readonly type: string },
    readRange: ReadRange,
  ): Promise<readonly TextRange[] | undefined>;
};

const INGEST: Readonly<Record<Kind, KindIngest>> = {
  image: { infer: inferImages, needsLongerStart, unitEntries: imagesPerUnit },
  table: { infer: () => ({ kind: 'table', table: TableConfig.parse({}), labels: 'none' }) },
  text: {
    infer: (samples, paths) => ({ kind: 'text', text: inferText(samples), ...labelsFrom(paths) }),
    ranges: textRanges,
  },
  audio: {
    infer: (samples, paths) => ({ kind: 'audio', audio: inferAudio(samples), ...labelsFrom(paths) }),
    needsLongerStart: isSoundStartTooShort,
  },
};

export function ingestOf(kind: Kind): KindIngest {
  return INGEST[kind];
}

/** Whether the start of a file ends before what some kind has to know of it. */
export function isStartTooShort(start: Uint8Array): boolean {
  return Object.values(INGEST).some((kind) => kind.needsLongerStart?.(start) ?? false);
}
