// The cleaning stage of a kind, loaded when it is needed: each brings native code along. Functions import theirs directly.
import type { Kind } from '#core/base/names.ts';
import type { CleanOutcome } from '#core/ingest/open-unit.ts';
import { openDecoder } from '#core/kinds/audio/decode/decoder.ts';
import { openExtractor } from '#core/kinds/text/extract/extractor.ts';
import type { Buckets } from '#core/store/store.ts';

import type { TableDeps } from './table.ts';

export type Cleaner = (body: unknown, stores: Buckets) => Promise<CleanOutcome>;

export type CleanerDeps = {
  /** The files that the processes reading tables, decoding audio and reading documents run. */
  readonly readProcess: string;
  readonly decodeProcess: string;
  readonly extractProcess: string;
  /** A folder on a disk with room for some copies of a table. */
  readonly scratch: string;
  readonly preview?: TableDeps['preview'];
  readonly firstTables?: TableDeps['firstTables'];
};

const LOADERS: Readonly<Record<Kind, (deps: CleanerDeps) => Promise<Cleaner>>> = {
  image: async () => (await import('./image.ts')).cleanImages,
  text: async ({ extractProcess }) => {
    const { cleanText } = await import('./text.ts');
    return (body, stores) => cleanText(body, { ...stores, openExtractor: () => openExtractor(extractProcess) });
  },
  audio: async ({ decodeProcess }) => {
    const { cleanAudio } = await import('./audio.ts');
    return (body, stores) => cleanAudio(body, { ...stores, openDecoder: () => openDecoder(decodeProcess) });
  },
  table: async (deps) => {
    const { cleanTables } = await import('./table.ts');
    return (body, stores) => cleanTables(body, { ...stores, ...deps });
  },
};

export function loadCleaner(kind: Kind, deps: CleanerDeps): Promise<Cleaner> {
  return LOADERS[kind](deps);
}
